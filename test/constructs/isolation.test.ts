import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, InvocationLogs } from '../../src';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { createdBefore } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesized } from './support/synthesize';

beforeEach(nameBundlesByPath);

describe.each([['as they are by default', {}], ['with everything', SWITCHED_ON]])('two instances in one stack, %s', (_, props) => {
  function twoInstances() {
    const stack = newStack();
    const one = new BedrockBudgeteer(stack, 'One', { ...props, environmentName: 'production' });
    const two = new BedrockBudgeteer(stack, 'Two', { ...props, environmentName: 'production', invocationLogs: InvocationLogs.fromLogGroup(one.invocationLogGroup) });
    return { one, two, ...synthesized(stack) };
  }
  const partOf = (resources: Resources, prefix: string) => Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith(prefix)));

  test('have different ids and paths', () => {
    const { one, two } = twoInstances();
    expect(one.deploymentId).not.toBe(two.deploymentId);
    expect(one.settingsPath).not.toBe(two.settingsPath);
  });

  test('share the log group that both meter, and nothing else', () => {
    // given
    const { resources } = twoInstances();
    const ofOne = new Set(Object.keys(partOf(resources, 'One')));

    // when
    const usedByTwo = Object.keys(partOf(resources, 'Two')).flatMap(id => [...createdBefore(resources, id)]).filter(id => ofOne.has(id));

    // then: the log group, and the key that encrypts it
    expect(new Set(usedByTwo.map(id => resources[id].Type))).toEqual(new Set(['AWS::KMS::Key', 'AWS::Logs::LogGroup']));
    expect(new Set(usedByTwo).size).toBe(2);
  });

  test('have no physical name in common', () => {
    const { resources } = twoInstances();
    const named = Object.entries(resources)
      .map(([, { Type, Properties }]) => ({ Type, name: Properties?.Name ?? Properties?.LogGroupName }))
      .filter(({ name }) => typeof name === 'string')
      .map(({ Type, name }) => `${Type} ${name}`);
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named).size).toBe(named.length);
  });

  test('hear their own events alone', () => {
    const { one, two, resources } = twoInstances();
    for (const [prefix, { deploymentId }] of [['One', one], ['Two', two]] as const) {
      const rules = Object.values(ofType(partOf(resources, prefix), 'AWS::Events::Rule')).filter(({ Properties }) => Properties.EventBusName);
      // people and the audit table; with everything, the guard of the mantle endpoint as well
      expect(rules).toHaveLength('mantleUse' in props ? 3 : 2);
      for (const { Properties } of rules) {
        expect(Properties.EventPattern).toEqual(expect.objectContaining({ source: ['bedrock-budgeteer'], detail: { deploymentId: [deploymentId] } }));
      }
    }
  });

  test('watch their own metrics alone', () => {
    const { one, two, resources } = twoInstances();
    for (const [prefix, { deploymentId }] of [['One', one], ['Two', two]] as const) {
      const own = Object.values(ofType(partOf(resources, prefix), 'AWS::CloudWatch::Alarm')).filter(({ Properties }) => Properties.Namespace === METRIC_NAMESPACE);
      expect(own.length).toBeGreaterThan(0);
      for (const { Properties } of own) {
        expect(Properties.Dimensions).toEqual([{ Name: METRIC_DIMENSION, Value: deploymentId }]);
      }
    }
  });

  test('cannot both manage Bedrock\'s one logging configuration', () => {
    // given
    const stack = newStack();
    new BedrockBudgeteer(stack, 'One');
    new BedrockBudgeteer(stack, 'Two');

    // then
    expect(() => synthesized(stack)).toThrow(/managed here and by Stack\/Two.*InvocationLogs\.fromLogGroup\(first\.invocationLogGroup\)/);
  });
});

describe('two instances in one account', () => {
  test.each([
    { other: { account: '111122223333', region: 'eu-west-1' }, refused: true },
    { other: { account: '111122223333', region: 'eu-north-1' }, refused: false },
    { other: { account: '444455556666', region: 'eu-west-1' }, refused: false },
    { other: undefined, refused: false },
  ])('in stacks of eu-west-1 and $other.account $other.region: managing logs twice is refused: $refused', ({ other, refused }) => {
    // given
    const app = new App();
    new BedrockBudgeteer(new Stack(app, 'A', { env: { account: '111122223333', region: 'eu-west-1' } }), 'Budgeteer');
    new BedrockBudgeteer(new Stack(app, 'B', { env: other }), 'Budgeteer');

    // then
    const synthesis = () => app.synth();
    if (refused) {
      expect(synthesis).toThrow(/one logging configuration an account and region/);
    } else {
      expect(synthesis).not.toThrow();
    }
  });
});

describe('the deployment id', () => {
  const idOf = (path: string[], stackName?: string) => {
    const [stackId, ...ids] = path;
    let scope = new Stack(new App(), stackId, { stackName }) as any;
    for (const id of ids.slice(0, -1)) {
      scope = id === 'Nested' ? new NestedStack(scope, id) : new Stack(scope, id);
    }
    return new BedrockBudgeteer(scope, ids.at(-1)!).deploymentId;
  };

  test('is the same at every synthesis', () => {
    expect(idOf(['Spend', 'Budgeteer'])).toBe(idOf(['Spend', 'Budgeteer']));
  });

  test('is readable, and short enough for every name that it is part of', () => {
    expect(idOf(['Spend', 'Budgeteer'])).toMatch(/^Spend-Budgeteer-[0-9a-f]{8}$/);
    expect(idOf(['A'.repeat(100), 'B'.repeat(100)])).toMatch(/^[A-Za-z0-9-]{1,40}$/);
  });

  test('tells apart what has the same joined name', () => {
    expect(idOf(['a-b', 'c'])).not.toBe(idOf(['a', 'b-c']));
    expect(idOf(['A'.repeat(100), 'One'])).not.toBe(idOf(['A'.repeat(100), 'Two']));
  });

  test('follows the name of the stack, which is unique in an account and region', () => {
    expect(idOf(['Spend', 'Budgeteer'], 'spend-a')).not.toBe(idOf(['Spend', 'Budgeteer'], 'spend-b'));
    expect(idOf(['Spend', 'Nested', 'Budgeteer'], 'spend-a')).not.toBe(idOf(['Spend', 'Nested', 'Budgeteer'], 'spend-b'));
  });
});

test('no name is fixed but of what has no other, and that carries the id of the deployment', () => {
  // given
  const stack = newStack();
  const { deploymentId } = new BedrockBudgeteer(stack, 'Budgeteer', SWITCHED_ON);

  // when
  const named = Object.values(synthesized(stack).resources)
    .filter(({ Type }) => PHYSICAL_NAME[Type])
    .map(({ Type, Properties }) => ({ Type, name: Properties?.[PHYSICAL_NAME[Type]] }))
    .filter(({ name }) => name !== undefined);

  // then: parameters are found by their path, CloudFormation asks for a bus's name, vended logs need their prefix, and people find alarms by name
  expect(new Set(named.map(({ Type }) => Type))).toEqual(new Set(['AWS::CloudWatch::Alarm', 'AWS::Events::EventBus', 'AWS::Logs::LogGroup', 'AWS::SSM::Parameter']));
  for (const { name } of named) {
    expect(name).toContain(deploymentId);
  }
});

/** The property by which each type of resource would get a fixed name. */
const PHYSICAL_NAME: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::SubscriptionFilter': 'FilterName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};
