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
  target: ROLE, uniqueId: 'AROA1', takenAt: NOON, managed: [{ arn: 'arn:b', defaultVersionId: 'v2' }], inline: [{ name: 'logs', document: '{ }\n' }], leftInPlace: [],
};
const note = { end: 'restored', archivedAt: NOON + MINUTE, notRestored: [] } as const;

beforeEach(() => dynamoDb.reset());

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, object>;
}

/** The condition with its placeholders put back to what they stand for. */
function condition({ ConditionExpression = '', ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Conditional): string {
  return ConditionExpression.replace(/#n\d+/g, name => names[name]).replace(/:v\d+/g, value => JSON.stringify(Object.values(values[value])[0]));
}

describe('the current backup', () => {
  test('is read strongly consistent', async () => {
    dynamoDb.on(GetItemCommand, { TableName: 'Backups', Key: { target: { S: ROLE }, state: { S: 'current' } }, ConsistentRead: true })
      .resolves({ Item: fromItem(currentRow(backup)) });
    expect(await store.readCurrent(ROLE)).toEqual(backup);
  });

  test('is none where there is none', async () => {
    dynamoDb.on(GetItemCommand).resolves({});
    expect(await store.readCurrent(ROLE)).toBeUndefined();
  });

  test('that somebody broke is an error', async () => {
    dynamoDb.on(GetItemCommand).resolves({ Item: { target: { S: ROLE }, state: { S: 'current' } } });
    await expect(store.readCurrent(ROLE)).rejects.toMatchObject({ name: 'PolicyBackupError' });
  });

  test('is written only where there is none', async () => {
    dynamoDb.on(PutItemCommand).resolvesOnce({}).rejectsOnce(awsError('ConditionalCheckFailedException'));
    expect([await store.create(backup), await store.create(backup)]).toEqual([true, false]);
    const { input } = dynamoDb.commandCalls(PutItemCommand)[0].args[0];
    expect([input.TableName, input.Item, condition(input)]).toEqual(['Backups', fromItem(currentRow(backup)), 'attribute_not_exists(target)']);
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
      'Backups', { target: { S: ROLE }, state: { S: 'current' } }, 'takenAt = "2026-03-10T12:00:00.000Z" AND uniqueId = "AROA1"',
    ]);
    expect(put.Put).toEqual({ TableName: 'Backups', Item: fromItem(historyRow(backup, note, 30)) });
    expect(put.Put!.Item).toMatchObject({ state: { S: 'history#2026-03-10T12:01:00.000Z' }, expiresAt: { N: String(NOON / 1000 + 60 + 30 * 86_400) } });
  });

  const cancelled = (...codes: string[]) => awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code })) });

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
    expect(await store.acquire(ROLE, 'one', lease)).toBe(true);
    const { input } = dynamoDb.commandCalls(PutItemCommand)[0].args[0];
    expect(input.Item).toEqual({ target: { S: ROLE }, state: { S: 'lease' }, worker: { S: 'one' }, leasedUntil: { S: '2026-03-10T12:02:00.000Z' } });
    expect(condition(input)).toBe('attribute_not_exists(target) OR leasedUntil <= "2026-03-10T12:00:00.000Z" OR worker = "one"');
  });

  test('of somebody else is respected', async () => {
    dynamoDb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
    expect(await store.acquire(ROLE, 'two', lease)).toBe(false);
  });

  test('is given up only by whose it is', async () => {
    dynamoDb.on(DeleteItemCommand).resolvesOnce({}).rejectsOnce(awsError('ConditionalCheckFailedException'));
    await store.release(ROLE, 'one');
    await store.release(ROLE, 'one');
    const { input } = dynamoDb.commandCalls(DeleteItemCommand)[0].args[0];
    expect([input.Key, condition(input)]).toEqual([{ target: { S: ROLE }, state: { S: 'lease' } }, 'worker = "one"']);
  });
});

test('what is held, and who is worked on, is found on every page, without documents', async () => {
  const row = (target: string, state: string, more: object = {}) => ({ target: { S: target }, state: { S: state }, ...more });
  const cursor = row('b', 'current');
  dynamoDb.on(ScanCommand)
    .resolvesOnce({ Items: [row(ROLE, 'current'), row(ROLE, 'lease', { leasedUntil: { S: '2026-03-10T12:00:00.001Z' } })], LastEvaluatedKey: cursor })
    .resolvesOnce({ LastEvaluatedKey: cursor })
    .resolvesOnce({ Items: [row(ALICE, 'lease', { leasedUntil: { S: '2026-03-10T12:00:00.000Z' } }), row('iam-role/444455556666/a', 'current')] });
  expect(await store.listHeld(NOON)).toEqual({ held: ['iam-role/444455556666/a', ROLE], busy: [ROLE] });
  const inputs = dynamoDb.commandCalls(ScanCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ ExclusiveStartKey: start }) => start)).toEqual([undefined, cursor, cursor]);
  expect(inputs[0]).toMatchObject({
    TableName: 'Backups',
    ConsistentRead: true,
    FilterExpression: '#n0 IN (:v0, :v1)',
    ProjectionExpression: '#n1, #n0, #n2',
    ExpressionAttributeNames: { '#n0': 'state', '#n1': 'target', '#n2': 'leasedUntil' },
    ExpressionAttributeValues: { ':v0': { S: 'current' }, ':v1': { S: 'lease' } },
  });
});

test('a throttled table is worth another try, a refusal is not', async () => {
  const calls = [
    () => store.readCurrent(ROLE), () => store.create(backup), () => store.listHeld(NOON), () => store.acquire(ROLE, 'one', { now: NOON, until: NOON }),
    () => store.release(ROLE, 'one'),
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
