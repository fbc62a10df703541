import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbPolicyBackupStore } from '../../../src/lambdas/adapters/dynamodb-policy-backup-store';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { currentRow, historyRow } from '../../../src/lambdas/core/policy-backup/backup-item';
import { PolicyBackup } from '../../../src/lambdas/core/policy-backup/policy-backup';
import { ALICE, MINUTE, NOON, ROLE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbPolicyBackupStore(new DynamoDBClient({ region: 'eu-central-1' }), { tableName: 'Backups', historyDays: 30 });

const backup: PolicyBackup = {
  uniqueId: 'AROA1', principalId: ROLE, takenAt: NOON, managed: [{ arn: 'arn:b', policyId: 'ANPA1', defaultVersionId: 'v2' }], inline: [{ name: 'logs', document: '{ }\n' }], leftInPlace: [],
};
const ID = 'AROA1';
const note = { end: 'restored', archivedAt: NOON + MINUTE, notRestored: [] } as const;

beforeEach(() => dynamoDb.reset());

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, object>;
}

const CLOSED = { target: { S: 'everybody' }, state: { S: 'closed' } };
const cancelled = (...codes: string[]) => awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code })) });

/** The condition with its placeholders put back to what they stand for. */
function condition({ ConditionExpression = '', ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Conditional): string {
  return ConditionExpression.replace(/#n\d+/g, name => names[name]).replace(/:v\d+/g, value => JSON.stringify(Object.values(values[value])[0]));
}

describe('the current backup', () => {
  test('is read strongly consistent', async () => {
    dynamoDb.on(GetItemCommand, { TableName: 'Backups', Key: { target: { S: ID }, state: { S: 'current' } }, ConsistentRead: true })
      .resolves({ Item: fromItem(currentRow(backup)) });
    expect(await store.readCurrent(ID)).toEqual(backup);
  });

  test('is none where there is none', async () => {
    dynamoDb.on(GetItemCommand).resolves({});
    expect(await store.readCurrent(ID)).toBeUndefined();
  });

  test('that somebody broke is an error', async () => {
    dynamoDb.on(GetItemCommand).resolves({ Item: { target: { S: ID }, state: { S: 'current' } } });
    await expect(store.readCurrent(ID)).rejects.toMatchObject({ name: 'PolicyBackupError' });
  });

  test('is written only where there is none, and where backups are still taken, in one transaction', async () => {
    dynamoDb.on(TransactWriteItemsCommand).resolvesOnce({})
      .rejectsOnce(cancelled('None', 'ConditionalCheckFailed')).rejectsOnce(cancelled('ConditionalCheckFailed', 'None')).rejectsOnce(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));
    const came = [await store.create(backup), await store.create(backup), await store.create(backup), await store.create(backup)];
    expect(came).toEqual(['created', 'exists', 'closed', 'closed']);
    const [check, put] = dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems!;
    expect([put.Put!.TableName, put.Put!.Item, condition(put.Put!)]).toEqual(['Backups', fromItem(currentRow(backup)), 'attribute_not_exists(target)']);
    // An update that was rolled back leaves the row behind: six hours later it counts no more.
    expect([check.ConditionCheck!.TableName, check.ConditionCheck!.Key, condition(check.ConditionCheck!)])
      .toEqual(['Backups', CLOSED, 'attribute_not_exists(target) OR closedAt <= "2026-03-10T06:00:00.000Z"']);
  });

  test.each<[string, Error, object]>([
    ['others who take backups at the same moment', cancelled('TransactionConflict', 'None'), { name: 'RetryableIamError' }],
    ['a table that refuses it', cancelled('None', 'ValidationError'), { name: 'PolicyBackupError', message: expect.stringContaining(`the backup of ${ROLE} cannot be taken`) }],
  ])('%s are told apart', async (_, error, expected) => {
    dynamoDb.on(TransactWriteItemsCommand).rejects(error);
    await expect(store.create(backup)).rejects.toMatchObject(expected);
  });

  test('that is too large is refused, and not sent', async () => {
    await expect(store.create({ ...backup, inline: [{ name: 'huge', document: ' '.repeat(400_000) }] })).rejects.toMatchObject({ name: 'PolicyBackupError' });
    expect(dynamoDb.calls()).toHaveLength(0);
  });
});

describe('history', () => {
  test('is made of the same backup in one transaction', async () => {
    dynamoDb.on(TransactWriteItemsCommand).resolves({});
    expect(await store.markAsHistory(backup, note)).toBe(true);
    const [remove, put] = dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems!;
    expect([remove.Delete!.TableName, remove.Delete!.Key, condition(remove.Delete!)]).toEqual([
      'Backups', { target: { S: ID }, state: { S: 'current' } }, 'takenAt = "2026-03-10T12:00:00.000Z"',
    ]);
    expect(put.Put).toEqual({ TableName: 'Backups', Item: fromItem(historyRow(backup, note, 30)) });
    expect(put.Put!.Item).toMatchObject({ state: { S: 'history#2026-03-10T12:01:00.000Z' }, expiresAt: { N: String(NOON / 1000 + 60 + 30 * 86_400) } });
  });

  test('is not made of a backup that is another by now', async () => {
    dynamoDb.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    expect(await store.markAsHistory(backup, note)).toBe(false);
  });

  test.each<[string, Error, object]>([
    ['a conflict', cancelled('TransactionConflict', 'None'), { name: 'RetryableIamError' }],
    ['a table that refuses it', cancelled('None', 'ValidationError'), { name: 'PolicyBackupError', message: expect.stringContaining(`the backup of ${ROLE} cannot become history`) }],
    ['a service that is not there', awsError('InternalServerError', { status: 500 }), { name: 'RetryableIamError' }],
    ['a missing right', awsError('AccessDeniedException', { status: 400 }), { name: 'AccessDeniedException' }],
  ])('%s is told apart', async (_, error, expected) => {
    dynamoDb.on(TransactWriteItemsCommand).rejects(error);
    await expect(store.markAsHistory(backup, note)).rejects.toMatchObject(expected);
  });
});

describe('a lease', () => {
  const lease = { now: NOON, until: NOON + 2 * MINUTE };

  test('is taken where there is none, or one that is over, or one\'s own', async () => {
    dynamoDb.on(PutItemCommand).resolves({});
    expect(await store.acquire(ID, 'one', lease)).toBe(true);
    const { input } = dynamoDb.commandCalls(PutItemCommand)[0].args[0];
    expect(input.Item).toEqual({ target: { S: ID }, state: { S: 'lease' }, worker: { S: 'one' }, leasedUntil: { S: '2026-03-10T12:02:00.000Z' } });
    expect(condition(input)).toBe('attribute_not_exists(target) OR leasedUntil <= "2026-03-10T12:00:00.000Z" OR worker = "one"');
  });

  test('of somebody else is respected', async () => {
    dynamoDb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
    expect(await store.acquire(ID, 'two', lease)).toBe(false);
  });

  test('is given up only by whose it is', async () => {
    dynamoDb.on(DeleteItemCommand).resolvesOnce({}).rejectsOnce(awsError('ConditionalCheckFailedException'));
    await store.release(ID, 'one');
    await store.release(ID, 'one');
    const { input } = dynamoDb.commandCalls(DeleteItemCommand)[0].args[0];
    expect([input.Key, condition(input)]).toEqual([{ target: { S: ID }, state: { S: 'lease' } }, 'worker = "one"']);
  });
});

test('what is held, and who is worked on, is found on every page, without documents', async () => {
  const row = (target: string, state: string, more: object = {}) => ({ target: { S: target }, state: { S: state }, ...more });
  const current = (target: string, principalId: string) => row(target, 'current', { principalId: { S: principalId } });
  const cursor = row('b', 'current');
  dynamoDb.on(ScanCommand)
    .resolvesOnce({ Items: [current(ID, ROLE), row(ID, 'lease', { leasedUntil: { S: '2026-03-10T12:00:00.001Z' } })], LastEvaluatedKey: cursor })
    .resolvesOnce({ LastEvaluatedKey: cursor })
    .resolvesOnce({ Items: [row('AIDA2', 'lease', { leasedUntil: { S: '2026-03-10T12:00:00.000Z' } }), current('AIDA1', ALICE)] });
  expect(await store.listHeld(NOON)).toEqual({ held: [{ uniqueId: 'AIDA1', principalId: ALICE }, { uniqueId: ID, principalId: ROLE }], busy: [ID] });
  const inputs = dynamoDb.commandCalls(ScanCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ ExclusiveStartKey: start }) => start)).toEqual([undefined, cursor, cursor]);
  expect(inputs[0]).toMatchObject({
    TableName: 'Backups',
    ConsistentRead: true,
    FilterExpression: '#n0 IN (:v0, :v1)',
    ProjectionExpression: '#n1, #n0, #n2, #n3',
    ExpressionAttributeNames: { '#n0': 'state', '#n1': 'target', '#n2': 'principalId', '#n3': 'leasedUntil' },
    ExpressionAttributeValues: { ':v0': { S: 'current' }, ':v1': { S: 'lease' } },
  });
});

test('that no backups are taken any more stands in one row, until they are again', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  dynamoDb.on(DeleteItemCommand).resolves({});
  await store.close(NOON);
  await store.open();
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toEqual({ TableName: 'Backups', Item: { ...CLOSED, closedAt: { S: '2026-03-10T12:00:00.000Z' } } });
  expect(dynamoDb.commandCalls(DeleteItemCommand)[0].args[0].input).toEqual({ TableName: 'Backups', Key: CLOSED });
});

test('a throttled table is worth another try, a refusal is not', async () => {
  const calls = [
    () => store.readCurrent(ID), () => store.create(backup), () => store.listHeld(NOON), () => store.acquire(ID, 'one', { now: NOON, until: NOON }),
    () => store.release(ID, 'one'), () => store.close(NOON), () => store.open(),
  ];
  dynamoDb.rejects(awsError('ProvisionedThroughputExceededException'));
  for (const call of calls) {
    await expect(call()).rejects.toMatchObject({ name: 'RetryableIamError' });
  }
  dynamoDb.rejects(awsError('AccessDeniedException'));
  for (const call of calls) {
    await expect(call()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }
});
