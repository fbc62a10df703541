import { CfnResource, TagManager } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal } from '../../src';
import { SWITCHED_ON } from '../everything';
import { nameBundlesByPath, newStack, ofType, synthesized } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** The tags in the template of every resource that can have some, by the resource's path. */
function tagsByPath(props: BedrockBudgeteerProps): Map<string, Record<string, string>> {
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', props);
  const { resources } = synthesized(stack);
  const all = budgeteer.node.findAll().filter(construct => CfnResource.isCfnResource(construct) && TagManager.of(construct)) as CfnResource[];
  const taggable = all.filter(({ cfnResourceType }) => cfnResourceType !== 'AWS::SSM::Parameter');
  return new Map(taggable.map(resource => {
    const { tagPropertyName } = TagManager.of(resource)!;
    const property = tagPropertyName.charAt(0).toUpperCase() + tagPropertyName.slice(1);
    const tags = resources[stack.resolve(resource.logicalId)].Properties[property];
    return [resource.node.path, Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags];
  }));
}

const budgets = [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }];

test('every resource that can be tagged says what it is for', () => {
  const tags = tagsByPath({ ...SWITCHED_ON, environmentName: 'staging' });
  expect(tags.size).toBeGreaterThan(100);
  for (const [path, tagged] of tags) {
    expect({ path, ...tagged }).toEqual({
      path,
      App: 'bedrock-budgeteer',
      Environment: 'staging',
      CostAllocation: 'bedrock-spend-control',
      DataClassification: 'internal',
      Component: expect.stringMatching(/^[a-z]+$/),
    });
  }
});

test('the component is the part of the system that a resource belongs to', () => {
  const tags = tagsByPath(SWITCHED_ON);
  const components = new Map([...tags].map(([path, { Component }]) => [path.split('/')[2], Component]));
  expect(Object.fromEntries(components)).toEqual({
    Encryption: 'encryption',
    Storage: 'storage',
    Announcements: 'announcements',
    Metering: 'metering',
    Digest: 'digest',
    Enforcement: 'enforcement',
    Decisions: 'decisions',
    Registration: 'registration',
    Budgets: 'budgets',
    Removal: 'removal',
    Monitoring: 'monitoring',
    Pricing: 'pricing',
    AgentCore: 'agentcore',
    Administration: 'administration',
    Reports: 'reports',
    Coverage: 'coverage',
    Reconciliation: 'reconciliation',
    MantleGuard: 'mantle',
  });
});

test('the user\'s tags are added, and replace the construct\'s', () => {
  for (const tags of tagsByPath({ budgets, tags: { Team: 'platform', CostAllocation: 'cc-4711', Component: 'spend' } }).values()) {
    expect(tags).toMatchObject({ App: 'bedrock-budgeteer', Team: 'platform', CostAllocation: 'cc-4711', Component: 'spend' });
  }
});

test('parameters have no tags: a tag that changes would have CloudFormation write their deployed value again', () => {
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer', { ...SWITCHED_ON, tags: { Team: 'platform' } });
  const parameters = Object.values(ofType(synthesized(stack).resources, 'AWS::SSM::Parameter'));
  expect(parameters.map(({ Properties }) => Properties.Tags).filter(Boolean)).toEqual([]);
  expect(parameters.length).toBeGreaterThan(10);
});

test('what is outside of the construct is not tagged', () => {
  // given
  const stack = newStack();
  const outside = new CfnTopic(stack, 'Outside');

  // when
  new BedrockBudgeteer(stack, 'Budgeteer');

  // then
  expect(synthesized(stack).resources[stack.resolve(outside.logicalId)].Properties ?? {}).toEqual({});
});
