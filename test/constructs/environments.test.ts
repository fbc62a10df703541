import { NestedStack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal } from '../../src';
import { nameBundlesByPath, newStack, ofType, synthesize, synthesized } from './support/synthesize';

beforeEach(nameBundlesByPath);

const budgets = [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }];

test.each([
  ['no known environment', undefined],
  ['a known environment', { account: '111122223333', region: 'eu-west-1' }],
  ['China', { account: '111122223333', region: 'cn-north-1' }],
  ['GovCloud', { account: '111122223333', region: 'us-gov-west-1' }],
])('a stack of %s has the same resources, and no partition spelled out', (_, env) => {
  // Whether prices are refreshed depends on the partition, unless it is said.
  const props = { budgets, refreshPrices: true };
  const { resources } = synthesize(props, env);
  expect(Object.keys(resources).sort()).toEqual(Object.keys(synthesize(props).resources).sort());
  expect(JSON.stringify(resources)).not.toMatch(/arn:aws/);
});

test('it can be added to a nested stack', () => {
  const nested = new NestedStack(newStack(), 'Nested');
  new BedrockBudgeteer(nested, 'Budgeteer');
  expect(Object.keys(ofType(synthesized(nested).resources, 'AWS::Lambda::Function'))).toHaveLength(12);
});

test('AgentCore creates nothing while it is off', () => {
  const { resources } = synthesize({ agentCore: false });
  expect(resources).toEqual(synthesize().resources);
  expect(JSON.stringify(resources)).not.toMatch(/agent-?core/i);
});
