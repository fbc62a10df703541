import { CfnResource } from 'aws-cdk-lib';
import { CheckedStack } from './stacks';

export interface Acknowledged {
  readonly id: string;
  /** Of the resource. */
  readonly path: string;
}

/** What the construct has told, under whatever name of its own the CDK keeps it. */
export function acknowledgedIn({ budgeteer }: CheckedStack): Acknowledged[] {
  return budgeteer.node.findAll().filter(CfnResource.isCfnResource).flatMap(({ node }) => node.metadata
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) => Object.keys(data))
    .map(id => ({ id: id.replace(/^Annotation::/, ''), path: node.path })));
}
