import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AttachRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { DetacherAction, EnforcerError, Env } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { Budget } from '../../../src/lambdas/core/budget';
import { handler } from '../../../src/lambdas/policy-detacher/policy-detacher.lambda';
import { awsError } from '../adapters/aws-error';
import { aBudgetBeingRestored, ACCOUNT, aSuspendedBudget, itemOf, ROLE } from '../core/builders';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';
import { FakeRole, FakeTables } from './fake-aws';

jest.mock('../../../src/lambdas/adapters/waiting', () => ({ ...jest.requireActual('../../../src/lambdas/adapters/waiting'), wait: jest.fn(async () => undefined) }));

const DENY = `arn:aws:iam::${ACCOUNT}:policy/deny`;
const OWN = `arn:aws:iam::${ACCOUNT}:policy/own`;
const DOCUMENT = '{ "Statement": [{"Resource":"*+%20é/"}]\r\n}';

const events = mockClient(EventBridgeClient);
const ssm = mockClient(SSMClient);
const role = new FakeRole();
const tables = new FakeTables();
const world = lambdaWorld();
const { answers } = cloudFormation();

const request = (action: DetacherAction) => ({
  action,
  workflow: { principalId: ROLE, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' },
  now: '2026-03-10T12:00:01.000Z',
  executionName: 'writer-r3',
});

const given = (budget: Budget) => {
  tables.budget = fromItem(itemOf(budget));
};
const isStripped = () => expect([role.managed, [...role.inline]]).toEqual([[DENY], []]);
const hasEverything = () => expect([role.managed, [...role.inline]]).toEqual([[DENY, OWN], [['logs', DOCUMENT]]]);

beforeAll(() => {
  Object.assign(process.env, { [Env.POLICY_BACKUPS_TABLE]: 'Backups', [Env.BACKUP_HISTORY_DAYS]: '30' });
});
beforeEach(() => {
  [events, ssm].forEach(mock => mock.reset());
  ssm.on(GetParametersByPathCommand).resolves({});
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  tables.install();
  role.install([OWN, DENY], { logs: DOCUMENT });
  given(aSuspendedBudget({ principalId: ROLE }));
});

async function strip(): Promise<void> {
  await handler(request(DetacherAction.REMOVE), CONTEXT);
  isStripped();
  role.mock.resetHistory();
}

test('backs up and removes the policies of a suspended role', async () => {
  expect(await handler(request(DetacherAction.REMOVE), CONTEXT)).toEqual({ outcome: 'applied', reason: '1 managed and 1 inline policies removed' });
  isStripped();
  expect(tables.states()).toEqual(['current']);
  expect(tables.rows.get('AROA1 current')).toMatchObject({ inline: { L: [{ M: { name: { S: 'logs' }, document: { S: DOCUMENT } } }] } });
  expect(world.metrics()).toMatchObject({ PoliciesRemoved: 2 });
});

test('gives them back byte for byte, and keeps the backup as history for the days of the deployment', async () => {
  await strip();
  given(aBudgetBeingRestored({ principalId: ROLE }));
  expect(await handler(request(DetacherAction.RESTORE), CONTEXT)).toMatchObject({ outcome: 'applied' });
  hasEverything();
  const [history] = [...tables.rows.values()];
  expect(history.state.S).toMatch(/^history#/);
  expect(Number(history.expiresAt.N) - Date.parse(history.archivedAt.S) / 1000).toBeCloseTo(30 * 86_400, -1);
  expect(world.metrics()).toMatchObject({ PoliciesRestored: 2, PoliciesNotRestored: 0 });
});

test('asks IAM for nothing else: neither boundary, nor trust, nor groups, nor policies themselves are changed', async () => {
  await handler(request(DetacherAction.REMOVE), CONTEXT);
  given(aBudgetBeingRestored({ principalId: ROLE }));
  await handler(request(DetacherAction.RESTORE), CONTEXT);
  expect(role.commands()).toEqual([
    'AttachRolePolicyCommand', 'DeleteRolePolicyCommand', 'DetachRolePolicyCommand', 'GetPolicyCommand', 'GetRoleCommand', 'GetRolePolicyCommand',
    'ListAttachedRolePoliciesCommand', 'ListRolePoliciesCommand', 'PutRolePolicyCommand',
  ]);
});

test('writes no document into its log or an event', async () => {
  await handler(request(DetacherAction.REMOVE), CONTEXT);
  given(aBudgetBeingRestored({ principalId: ROLE }));
  await handler(request(DetacherAction.RESTORE), CONTEXT);
  const told = JSON.stringify([world.output(), events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)]);
  expect(told).toContain('1 managed and 1 inline policies');
  expect(told).not.toContain('Statement');
});

describe('errors keep the names by which the state machines try again', () => {
  test.each<[string, Error, string]>([
    ['a throttled IAM', awsError('Throttling'), EnforcerError.RETRYABLE],
    ['a refusal', awsError('AccessDenied'), 'AccessDenied'],
  ])('%s', async (_, error, name) => {
    role.mock.on(ListAttachedRolePoliciesCommand).rejects(error);
    await expect(handler(request(DetacherAction.REMOVE), CONTEXT)).rejects.toMatchObject({ name });
  });

  test('an IAM that does not show the deny yet', async () => {
    role.managed = [OWN];
    await expect(handler(request(DetacherAction.REMOVE), CONTEXT)).rejects.toMatchObject({ name: EnforcerError.NOT_YET_VISIBLE });
  });

  test('a table that is throttled', async () => {
    tables.mock.on(GetItemCommand).rejects(awsError('ProvisionedThroughputExceededException'));
    await expect(handler(request(DetacherAction.RESTORE), CONTEXT)).rejects.toMatchObject({ name: EnforcerError.RETRYABLE });
  });
});

test('gives everybody back what is held, where the removal of the deployment asks for it', async () => {
  await strip();
  expect(await handler({ action: DetacherAction.RESTORE_ALL, now: '2026-03-10T12:00:01.000Z' })).toEqual({ restored: [ROLE], failed: [] });
  hasEverything();
});

test('a payload that nobody sends is refused before anything is read', async () => {
  await expect(handler({ ...request(DetacherAction.REMOVE), action: 'explode' }, CONTEXT)).rejects.toMatchObject({ name: 'DetacherRequestError' });
  expect([...role.mock.calls(), ...tables.mock.calls()]).toHaveLength(0);
});

describe('as a custom resource', () => {
  test.each(['Create', 'Update'] as const)('%s changes nothing but that policies may be removed, whatever was begun before', async requestType => {
    await handler({ action: DetacherAction.RESTORE_ALL, now: '2026-03-10T12:00:01.000Z' });
    expect(await handler(request(DetacherAction.REMOVE), CONTEXT)).toMatchObject({ outcome: 'superseded' });
    role.mock.resetHistory();
    await handler(anEvent(requestType, {}), CONTEXT);
    expect([role.mock.calls(), tables.states()]).toEqual([[], []]);
    await strip();
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'policy-detacher' })]);
  });

  test('Delete gives everybody back what is held, whatever the budgets say', async () => {
    await strip();
    await handler(anEvent('Delete', {}), CONTEXT);
    hasEverything();
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'policy-detacher' })]);
    // An execution that began before comes too late.
    expect(await handler(request(DetacherAction.REMOVE), CONTEXT)).toMatchObject({ outcome: 'superseded' });
    hasEverything();
  });

  test('Create that cannot reach the table fails, and says so', async () => {
    tables.mock.on(DeleteItemCommand).rejects(awsError('AccessDeniedException', { message: 'not authorized' }));
    await handler(anEvent('Create', {}), CONTEXT);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('not authorized') })]);
  });

  test('Delete fails with the names of those who would be left without, and what to do', async () => {
    await strip();
    role.mock.on(AttachRolePolicyCommand).rejects(awsError('LimitExceededException', { message: 'Cannot exceed quota' }));
    await handler(anEvent('Delete', {}), CONTEXT);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'the-id', Reason: expect.stringMatching(`put them back by hand.*${ROLE}`) })]);
    expect(tables.states().sort()).toEqual(['closed', 'current']);
  });

  test('Delete without time for a second look says so', async () => {
    await handler(anEvent('Delete', {}), { ...CONTEXT, getRemainingTimeInMillis: () => 35_000 });
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('no time left to make sure') })]);
  });
});
