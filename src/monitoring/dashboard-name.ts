import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Deployment } from '../deployment';

/** The name under which the dashboard of a deployment is found: messages link it without referring to it. */
export function dashboardNameOf(scope: IConstruct, deployment: Deployment): string {
  return `${deployment.id}-${Stack.of(scope).region}`;
}
