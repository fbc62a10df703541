import { InvocationLogs } from '../../src';
import { Handler } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { functionsOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { idleOf, JUSTIFIED_OF_FUNCTIONS } from './justified-grants';
import { callsNeverMadeWithEverything, needsOfLambda, provesGrants, surplusOf } from './proves-grants';
import { listed, roleOf, verdictOn } from './simulation';

jest.mock('../../src/lambdas/adapters/waiting', () => ({ wait: async () => {}, fullJitter: () => 0 }));

// With the widest rights that the product can have.
const synthesized = synthesizedBudgeteer({ ...SWITCHED_ON, invocationLogs: InvocationLogs.managed({ adoptExisting: true }) });
const { stack, budgeteer } = synthesized;
/** Where this test runs alone, it has every handler make its calls. */
const CALLS_MS = 300_000;

const unneeded = provesGrants({ synthesized, handlers: Object.values(Handler), neverMade: callsNeverMadeWithEverything() });

test('no reason is left without a grant that nobody needs', async () => {
  expect(idleOf(JUSTIFIED_OF_FUNCTIONS, await unneeded())).toEqual([]);
}, CALLS_MS);

test.each([
  ['kms:Decrypt', 'kms', 'key/0a1b2c3d'],
  ['logs:PutLogEvents', 'logs', 'log-group:payroll:*'],
  ['sqs:SendMessage', 'sqs', 'PayrollFailures'],
  ['dynamodb:GetRecords', 'dynamodb', 'table/Payroll/stream/2026-01-01T00:00:00.000'],
])('no reason covers %s on what is not of this deployment', (action, service, resource) => {
  const foreign = { Effect: 'Allow' as const, Action: action, Resource: `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}` };
  const needs = functionsOf(synthesized).flatMap(fn => needsOfLambda(stack, fn));
  expect(surplusOf({ policies: [{ name: 'foreign', policy: { Version: '2012-10-17', Statement: [foreign] } }] }, needs, JUSTIFIED_OF_FUNCTIONS)).toHaveLength(1);
});

test.each(['suspensionStateMachine', 'restorationStateMachine'] as const)('%s may ask the enforcer and the policy-detacher, write its log, trace, and nothing else', async name => {
  const machine = stack.resourceOf(budgeteer[name]);
  const role = roleOf(stack, { ...machine, properties: { Role: machine.properties.RoleArn } });

  for (const fn of stack.resources('AWS::Lambda::Function')) {
    const asked = [stack.resourceOf(budgeteer.enforcer), stack.resourceOf(budgeteer.policyDetacher!)].some(({ logicalId }) => logicalId === fn.logicalId);
    expect({ fn: fn.logicalId, verdict: await verdictOn(role, { action: 'lambda:InvokeFunction', resource: stack.attribute(fn, 'Arn') }) })
      .toEqual({ fn: fn.logicalId, verdict: asked ? 'Allowed' : 'ImplicitlyDenied' });
  }
  const services = role.policies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action: actions }) => listed(actions)).map(action => action.split(':')[0]);
  expect([...new Set(services)].sort()).toEqual(['lambda', 'logs', 'xray']);
});

test('the state machine of reports may ask the reporter, write its log, trace, and nothing else', async () => {
  const machine = stack.resourceOf(budgeteer.reportStateMachine!);
  const role = roleOf(stack, { ...machine, properties: { Role: machine.properties.RoleArn } });
  const { logicalId: reporter } = stack.resourceOf(budgeteer.chargebackReporter!);

  for (const fn of stack.resources('AWS::Lambda::Function')) {
    expect({ fn: fn.logicalId, verdict: await verdictOn(role, { action: 'lambda:InvokeFunction', resource: stack.attribute(fn, 'Arn') }) })
      .toEqual({ fn: fn.logicalId, verdict: fn.logicalId === reporter ? 'Allowed' : 'ImplicitlyDenied' });
  }
  const services = role.policies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action: actions }) => listed(actions)).map(action => action.split(':')[0]);
  expect([...new Set(services)].sort()).toEqual(['lambda', 'logs', 'xray']);
});

test('the reporter may not read a report, nor touch what others keep in its bucket, nor the tables in any other way', async () => {
  const role = roleOf(stack, stack.resourceOf(budgeteer.chargebackReporter!));
  const bucket = stack.attribute(stack.resourceOf(budgeteer.reportsBucket!), 'Arn');
  const ledger = stack.attribute(stack.resourceOf(budgeteer.ledgerTable), 'Arn');
  const requests = [
    ...['s3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectAcl'].map(action => ({ action, resource: `${bucket}/reports/2026-11/chargeback.csv` })),
    ...['s3:GetObject', 's3:PutObject'].map(action => ({ action, resource: `${bucket}/payroll.csv` })),
    ...['s3:ListBucket', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration'].map(action => ({ action, resource: bucket })),
    ...['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem'].map(action => ({ action, resource: ledger })),
  ];
  for (const request of requests) {
    expect({ ...request, verdict: await verdictOn(role, request) }).toEqual({ ...request, verdict: 'ImplicitlyDenied' });
  }
});
