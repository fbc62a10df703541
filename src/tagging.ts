import { Tags } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Above the priority of what the construct tags itself (100), so that the user has the last word. */
const USER_TAG_PRIORITY = 200;

/**
 * The settings. A tag that changes is an update of the parameter, at which CloudFormation writes the value of the template again: a new cost centre would
 * undo what operators have set while the system runs (aws/aws-cdk#25949).
 */
const UNTAGGED = ['AWS::SSM::Parameter'];

/** Tags everything in a scope: what for, in which environment, on whose account, how confidential. */
export function tagEverything(scope: IConstruct, environmentName: string, userTags: { readonly [key: string]: string }): void {
  const tags = Tags.of(scope);
  const add = (key: string, value: string, priority?: number) => tags.add(key, value, { priority, excludeResourceTypes: UNTAGGED });
  add('App', 'bedrock-budgeteer');
  add('Environment', environmentName);
  add('CostAllocation', 'bedrock-spend-control');
  // Names of principals and what they spend; never what they asked.
  add('DataClassification', 'internal');
  for (const [key, value] of Object.entries(userTags)) {
    add(key, value, USER_TAG_PRIORITY);
  }
}

/** Tags each part of the system with its name. */
export function tagComponents(components: Record<string, IConstruct>): void {
  for (const [name, component] of Object.entries(components)) {
    Tags.of(component).add('Component', name, { excludeResourceTypes: UNTAGGED });
  }
}
