import { Tags } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Above the priority of what the construct tags itself (100), so that the user has the last word. */
const USER_TAG_PRIORITY = 200;

/** Tags everything in a scope: what for, in which environment, on whose account, how confidential. */
export function tagEverything(scope: IConstruct, environmentName: string, userTags: { readonly [key: string]: string }): void {
  const tags = Tags.of(scope);
  tags.add('App', 'bedrock-budgeteer');
  tags.add('Environment', environmentName);
  tags.add('CostAllocation', 'bedrock-spend-control');
  // Names of principals and what they spend; never what they asked.
  tags.add('DataClassification', 'internal');
  for (const [key, value] of Object.entries(userTags)) {
    tags.add(key, value, { priority: USER_TAG_PRIORITY });
  }
}

/** Tags each part of the system with its name. */
export function tagComponents(components: Record<string, IConstruct>): void {
  for (const [name, component] of Object.entries(components)) {
    Tags.of(component).add('Component', name);
  }
}
