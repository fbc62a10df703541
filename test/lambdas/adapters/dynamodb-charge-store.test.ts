import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbChargeStore } from '../../../src/lambdas/adapters/dynamodb-charge-store';
import { ChargeTransaction, planTransactions } from '../../../src/lambdas/core/metering';
import { principalFromArn } from '../../../src/lambdas/core/principal';
import { aCall, ACCOUNT, ALICE, anEstimatedCall, NOON } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbChargeStore(new DynamoDBClient({ region: 'eu-central-1' }), { budgetsTable: 'Budgets', ledgerTable: 'Ledger', ledgerRetentionDays: 90 });
const bob = principalFromArn(`arn:aws:iam::${ACCOUNT}:user/bob`);

const [transaction] = planTransactions([
  aCall({ requestId: 'r-1', cost: '0.10', day: '2026-03-10' }),
  aCall({ requestId: 'r-2', cost: '0.20', day: '2026-03-09', calledAt: NOON + 1_000 }),
  aCall({ requestId: 'r-3', cost: '0.000000000001', day: '2026-03-10' }),
  aCall({ requestId: 'r-4', cost: '7', principal: bob }),
]);

beforeEach(() => dynamoDb.reset());

async function writeWith(error: Error, written: ChargeTransaction = transaction) {
  dynamoDb.on(TransactWriteItemsCommand).rejects(error);
  return store.write(written);
}

/** A cancelled transaction: four ledger rows, then the budgets of alice and bob. */
function cancelled(...codes: readonly string[]): Error {
  return awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code, Message: Code === 'None' ? undefined : `${Code}!` })) });
}

test('the rows of the calls and the additions to the budgets are one transaction', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  expect(await store.write(transaction)).toEqual({ result: 'written' });
  const [call, ...others] = dynamoDb.commandCalls(TransactWriteItemsCommand);
  expect(others).toEqual([]);
  const items = call.args[0].input.TransactItems!;
  expect(items.map(item => item.Put?.Item?.callId.S ?? item.Update?.Key?.principalId.S)).toEqual([
    ...['r-1', 'r-2', 'r-3', 'r-4'].map(id => `${ACCOUNT}/eu-central-1/${id}`), ALICE, `iam-user/${ACCOUNT}/bob`,
  ]);
});

test('a row is written only where the call has none yet', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  await store.write(transaction);
  const put = dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems![2].Put!;
  expect(put).toMatchObject({
    TableName: 'Ledger',
    ConditionExpression: 'attribute_not_exists(#n0)',
    ExpressionAttributeNames: { '#n0': 'callId' },
    Item: { principalId: { S: ALICE }, costUsd: { N: '0.000000000001' }, day: { S: '2026-03-10' } },
  });
  expect(put.ExpressionAttributeValues).toBeUndefined();
});

test('an addition adds by day, and registers and watches whoever is new', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  await store.write(transaction);
  const { TableName, UpdateExpression, ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
    dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems![4].Update!;
  const spelled = UpdateExpression!
    .replace(/#n\d+/g, name => ExpressionAttributeNames![name])
    .replace(/:v\d+/g, value => Object.values(ExpressionAttributeValues![value])[0]);
  expect({ TableName, ConditionExpression, spelled }).toEqual({
    TableName: 'Budgets',
    ConditionExpression: undefined,
    spelled: [
      'SET lastCallAt = 2026-03-10T12:00:01.000Z',
      'kind = if_not_exists(kind, iam-user)',
      'registeredAt = if_not_exists(registeredAt, 2026-03-10T12:00:01.000Z)',
      'anchorDay = if_not_exists(anchorDay, 2026-03-09)',
      'watch = if_not_exists(watch, open)',
      'nextCheckAt = if_not_exists(nextCheckAt, 2026-03-10T12:15:01.000Z) ADD spend#2026-03-10 0.100000000001',
      'spend#2026-03-09 0.2',
    ].join(', '),
  });
});

test('an addition tells which part of it is an estimate', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  const [made] = planTransactions([anEstimatedCall({ requestId: 'r-1', cost: '0.5' }), aCall({ requestId: 'r-2', cost: '0.25' })]);
  await store.write(made);
  const [row, known, { Update: update }] = dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems!;
  const spelled = update!.UpdateExpression!
    .replace(/#n\d+/g, name => update!.ExpressionAttributeNames![name])
    .replace(/:v\d+/g, value => Object.values(update!.ExpressionAttributeValues![value])[0]);
  expect(spelled).toMatch(/ ADD spend#2026-03-10 0\.75, estimated#2026-03-10 0\.5$/);
  expect([row.Put!.Item!.estimate, known.Put!.Item!.estimate]).toEqual([{ S: expect.stringMatching(/^[0-7]$/) }, undefined]);
});

test('calls that have a row already are named, and nothing else is', async () => {
  expect(await writeWith(cancelled('None', 'ConditionalCheckFailed', 'None', 'ConditionalCheckFailed', 'TransactionConflict', 'None'))).toEqual({
    result: 'duplicates', callIds: new Set([`${ACCOUNT}/eu-central-1/r-2`, `${ACCOUNT}/eu-central-1/r-4`]),
  });
});

const OF_ALICE = ['r-1', 'r-2', 'r-3'].map(id => `${ACCOUNT}/eu-central-1/${id}`);
const OF_BOB = [`${ACCOUNT}/eu-central-1/r-4`];

test.each([
  ['budget', ['None', 'None', 'None', 'None', 'TransactionConflict', 'None'], OF_ALICE],
  ['row', ['None', 'TransactionConflict', 'None', 'None', 'None', 'None'], OF_ALICE],
  ['budget of the other', ['None', 'None', 'None', 'None', 'None', 'TransactionConflict'], OF_BOB],
  ['budgets and rows', ['TransactionConflict', 'None', 'None', 'TransactionConflict', 'TransactionConflict', 'TransactionConflict'], [...OF_ALICE, ...OF_BOB]],
])('another transaction has the %s: a conflict of all calls of that principal', async (_, codes, calls) => {
  expect(await writeWith(cancelled(...codes))).toEqual({ result: 'conflict', message: 'TransactionConflict: TransactionConflict!', busy: new Set(calls) });
});

test.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])('cancelled by %s: a conflict that is nobody’s, since whoever went on at once would make it worse', async reason => {
  expect(await writeWith(cancelled('None', 'None', 'None', 'None', reason, 'None'))).toEqual({ result: 'conflict', message: `${reason}: ${reason}!`, busy: new Set() });
});

test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])('cancelled by %s: refused, whatever else there was', async reason => {
  expect(await writeWith(cancelled('None', 'None', 'None', 'TransactionConflict', reason, 'None'))).toEqual({ result: 'refused', message: `${reason}: ${reason}!` });
});

test('a reason without a message is told by its code', async () => {
  const error = awsError('TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] });
  expect(await writeWith(error)).toMatchObject({ result: 'conflict', message: 'TransactionConflict' });
});

test.each([
  'TransactionConflictException', 'ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'InternalServerError', 'TransactionInProgressException',
])('%s: a conflict', async name => {
  expect(await writeWith(awsError(name))).toEqual({ result: 'conflict', message: `${name} happened`, busy: new Set() });
});

test.each(['ValidationException', 'ItemCollectionSizeLimitExceededException'])('%s: refused', async name => {
  expect(await writeWith(awsError(name))).toEqual({ result: 'refused', message: `${name} happened` });
});

test.each([
  ['a cancellation for an unknown reason', cancelled('None', 'SomethingNew')],
  ['a cancellation without reasons', awsError('TransactionCanceledException')],
  ['a missing right', awsError('AccessDeniedException')],
  ['a missing table', awsError('ResourceNotFoundException')],
  ['a time-out, after which nobody knows', awsError('TimeoutError')],
])('%s fails the delivery', async (_, error) => {
  await expect(writeWith(error)).rejects.toBe(error);
});
