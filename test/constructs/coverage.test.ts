import * as logs from 'aws-cdk-lib/aws-logs';
import { BedrockBudgeteer, InvocationLogs, MantleUse } from '../../src';
import { Env, Handler, MantleUseName } from '../../src/contract';
import { readable } from './support/intrinsics';
import { actionsOf, statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** The checker, with what it may do and what invokes it. */
function checkerIn(resources: Resources) {
  const functions = Object.entries(ofType(resources, 'AWS::Lambda::Function'));
  const [id, { Properties: properties }] = functions.find(([, fn]) => fn.Properties.Code.S3Key.includes(`/${Handler.COVERAGE_CHECKER}/`))!;
  const statements = statementsByRole(resources).get(properties.Role['Fn::GetAtt'][0])!;
  return {
    variables: readable(properties.Environment.Variables) as Record<string, string>,
    resourcesOf: (action: string): string[] => statements
      .filter(statement => actionsOf([statement]).includes(action)).flatMap(statement => [readable(statement.Resource)].flat()),
    rules: Object.entries(ofType(resources, 'AWS::Events::Rule')).filter(([, rule]) => JSON.stringify(rule.Properties.Targets).includes(id)),
  };
}

test('the names of what is done about the mantle endpoint are those that the checker knows', () => {
  expect(Object.values(MantleUse).sort()).toEqual(Object.values(MantleUseName).sort());
});

test('by default there is a checker, told where to look', () => {
  const { resources, budgeteer, stack } = synthesize();
  const { variables } = checkerIn(resources);
  expect(budgeteer.coverageChecker).toBeDefined();
  expect(variables).toMatchObject({
    [Env.INVOCATION_LOG_GROUP]: readable(stack.resolve(budgeteer.invocationLogGroup.logGroupName)),
    [Env.USAGE_METER_ARN]: readable(stack.resolve(budgeteer.usageMeter.functionArn)),
    [Env.MANTLE_USE]: 'alarm',
  });
});

test('it may query the lines of the meter, look at the subscriptions of one log group, and change nothing', () => {
  const { resources } = synthesize();
  const { variables, resourcesOf } = checkerIn(resources);
  const arns = (name: string) => [name, `${name}:*`].map(end => `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${end}`);
  expect(resourcesOf('logs:StartQuery')).toEqual(arns(variables[Env.USAGE_METER_LOG_GROUP]));
  expect(resourcesOf('logs:DescribeSubscriptionFilters')).toEqual(arns(variables[Env.INVOCATION_LOG_GROUP]));
});

test('what is done about the mantle endpoint is told to the checker, and no rule listens to its calls', () => {
  const { variables, rules } = checkerIn(synthesize({ mantleUse: MantleUse.IGNORE }).resources);
  expect(variables[Env.MANTLE_USE]).toBe('ignore');
  expect(JSON.stringify([rules, checkerIn(synthesize().resources).rules])).not.toContain('mantle');
});

test('without coverage there is nothing of it', () => {
  const { resources, budgeteer } = synthesize({ coverage: false });
  expect(budgeteer.coverageChecker).toBeUndefined();
  expect(Object.keys(resources).filter(id => /coverage/i.test(id))).toEqual([]);
});

test('a log group of the user is looked at like our own', () => {
  const stack = newStack();
  const theirs = logs.LogGroup.fromLogGroupName(stack, 'Theirs', 'their-log');
  new BedrockBudgeteer(stack, 'Budgeteer', { invocationLogs: InvocationLogs.fromLogGroup(theirs) });
  const { variables, rules } = checkerIn(synthesized(stack).resources);
  expect(variables[Env.INVOCATION_LOG_GROUP]).toBe('their-log');
  expect(rules.filter(([, rule]) => JSON.stringify(rule.Properties.EventPattern ?? {}).includes('"their-log"'))).toHaveLength(1);
});

test('on removal nobody looks any more when the log is switched off: what invokes the checker goes first', () => {
  const { resources } = synthesize();
  const configuration = Object.keys(ofType(resources, 'Custom::BedrockInvocationLogging'));
  const subscription = Object.keys(ofType(resources, 'AWS::Logs::SubscriptionFilter'));
  const { rules } = checkerIn(resources);
  expect(rules).toHaveLength(3);
  for (const [, { DependsOn }] of rules) {
    expect(DependsOn).toEqual(expect.arrayContaining([...configuration, ...subscription]));
  }
});
