import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { BedrockBudgeteer } from '../../src';
import { Env, Handler } from '../../src/contract';
import { nameBundlesByPath, newStack, ofType, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

const reconcilersIn = (resources: ReturnType<typeof synthesize>['resources']) =>
  Object.entries(ofType(resources, 'AWS::Lambda::Function')).filter(([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === Handler.COST_RECONCILER);

test('the bill is not looked at unless that is asked for', () => {
  const { resources, budgeteer } = synthesize();
  expect(reconcilersIn(resources)).toEqual([]);
  expect(budgeteer.costReconciler).toBeUndefined();
  expect(JSON.stringify(resources)).not.toContain('"ce:');
});

test('once a day the bill is compared with the log of the usage meter', () => {
  const { resources, budgeteer, stack } = synthesize({ reconciliation: true });
  const [[id, { Properties }]] = reconcilersIn(resources);
  expect(stack.resolve(budgeteer.costReconciler!.functionArn)['Fn::GetAtt'][0]).toBe(id);
  expect(Properties.Environment.Variables[Env.USAGE_METER_LOG_GROUP]).toEqual(stack.resolve((budgeteer.usageMeter as lambda.Function).logGroup.logGroupName));
  const [rule] = Object.values(ofType(resources, 'AWS::Events::Rule')).filter(({ Properties: { Targets: targets } }) => targets[0].Arn['Fn::GetAtt'][0] === id);
  expect(rule.Properties).toMatchObject({ ScheduleExpression: 'cron(20 11 * * ? *)' });
});

test('logs must be kept until the bill is there', () => {
  expect(() => synthesize({ reconciliation: true, logRetention: logs.RetentionDays.TWO_WEEKS }))
    .toThrow('reconciliation is true with a logRetention of 14 days, allowed is true where logs are kept for at least 30 days: keep logs longer');
  expect(() => synthesize({ reconciliation: true, logRetention: logs.RetentionDays.ONE_MONTH })).not.toThrow();
  expect(() => synthesize({ reconciliation: true, logRetention: logs.RetentionDays.INFINITE })).not.toThrow();
  expect(() => synthesize({ reconciliation: false, logRetention: logs.RetentionDays.ONE_DAY })).not.toThrow();
});

test.each(['us-gov-west-1', 'cn-north-1'])('in %s there is no bill to compare with', region => {
  const stack = new Stack(newStack().node.scope!, 'There', { env: { account: '111122223333', region } });
  expect(() => new BedrockBudgeteer(stack, 'Budgeteer', { reconciliation: true })).toThrow(`reconciliation is true in ${region}, allowed is true in the commercial regions`);
});

test('the function knows by which tag the bill tells principals, where there is one', () => {
  const tagOf = (props: Parameters<typeof synthesize>[0]) => {
    const [[, { Properties }]] = reconcilersIn(synthesize(props).resources);
    return Properties.Environment.Variables[Env.PRINCIPAL_TAG];
  };
  expect(tagOf({ reconciliation: true })).toBeUndefined();
  expect(tagOf({ reconciliation: true, reconciliationPrincipalTag: 'cost center' })).toBe('cost center');
});

test.each(['', 'a$b', 'x'.repeat(129)])('"%s" is no key of a tag', reconciliationPrincipalTag => {
  expect(() => synthesize({ reconciliation: true, reconciliationPrincipalTag })).toThrow('allowed is 1 to 128 letters, digits, spaces and the characters _.:/=+-@');
});

test('a tag is for reconciliation alone', () => {
  expect(() => synthesize({ reconciliationPrincipalTag: 'principal' })).toThrow('reconciliationPrincipalTag is given while reconciliation is off');
});

test('a text from context is no boolean', () => {
  expect(() => synthesize({ reconciliation: 'false' as unknown as boolean })).toThrow('reconciliation is "false", allowed is true or false');
});
