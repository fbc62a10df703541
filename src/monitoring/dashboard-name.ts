import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Deployment } from '../deployment';

/** Name of the deployment's dashboard, so that it can be linked without a reference to it. */
export function dashboardNameOf(scope: IConstruct, deployment: Deployment): string {
  return `${deployment.id}-${Stack.of(scope).region}`;
}
