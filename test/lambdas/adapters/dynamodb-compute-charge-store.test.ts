import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbComputeChargeStore } from '../../../src/lambdas/adapters/dynamodb-compute-charge-store';
import { computeCharge } from '../../../src/lambdas/core/agents/compute-charge';
import { hoursOf } from '../../../src/lambdas/core/agents/compute-quantity';
import { principalFromId } from '../../../src/lambdas/core/principal';
import { AGENT, at, NOON, SHARED_AGENTS } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbComputeChargeStore(new DynamoDBClient({ region: 'eu-central-1' }), { budgetsTable: 'Budgets', ledgerTable: 'Ledger', ledgerRetentionDays: 90 });
const shared = principalFromId(SHARED_AGENTS)!;
const charges = ['2026-03-09T23:00:00Z', '2026-03-10T00:00:00Z', '2026-03-10T01:00:00Z'].map(hour => (
  computeCharge({ hour: at(hour), used: { vcpuHours: hoursOf(1), gbHours: hoursOf(0) } }, AGENT, shared, 'UTC', NOON)));
const idOf = (hour: string) => `agent-compute/${AGENT}/${hour}`;

beforeEach(() => dynamoDb.reset());

function cancelled(...codes: readonly string[]): Error {
  return awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code, Message: `${Code}!` })) });
}

async function writeWith(error: Error) {
  dynamoDb.on(TransactWriteItemsCommand).rejects(error);
  return store.write(charges);
}

test('the rows of the hours, each new, and the addition to the budget are one transaction', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  expect(await store.write(charges)).toEqual({ result: 'written' });
  const [{ args: [{ input: { TransactItems: items = [] } }] }, ...others] = dynamoDb.commandCalls(TransactWriteItemsCommand);
  expect(others).toEqual([]);
  expect(items.map(item => item.Put?.Item?.callId.S ?? item.Update?.Key?.principalId.S)).toEqual([
    idOf('2026-03-09T23:00Z'), idOf('2026-03-10T00:00Z'), idOf('2026-03-10T01:00Z'), SHARED_AGENTS,
  ]);
  expect(items[0].Put).toMatchObject({
    TableName: 'Ledger',
    ConditionExpression: 'attribute_not_exists(#n0)',
    ExpressionAttributeNames: { '#n0': 'callId' },
    Item: {
      source: { S: 'agentcore-compute' },
      principalId: { S: SHARED_AGENTS },
      runtime: { S: AGENT },
      vcpuHours: { N: '1' },
      gbHours: { N: '0' },
      costUsd: { N: '0.0895' },
      prices: { M: { vcpuHours: { N: '0.0895' }, gbHours: { N: '0.00945' } } },
      expiresAt: { N: String(NOON / 1000 + 90 * 86_400) },
    },
  });
});

test('the addition adds by day, registers who is new, and leaves alone when the last call was', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  await store.write(charges);
  const { TableName, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
    dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems![3].Update!;
  const spelled = UpdateExpression!
    .replace(/#n\d+/g, name => ExpressionAttributeNames![name])
    .replace(/:v\d+/g, value => Object.values(ExpressionAttributeValues![value])[0]);
  expect({ TableName, spelled }).toEqual({
    TableName: 'Budgets',
    spelled: [
      'SET kind = if_not_exists(kind, agent-role)',
      'registeredAt = if_not_exists(registeredAt, 2026-03-10T12:00:00.000Z)',
      'anchorDay = if_not_exists(anchorDay, 2026-03-09)',
      'watch = if_not_exists(watch, open)',
      'nextCheckAt = if_not_exists(nextCheckAt, 2026-03-10T12:15:00.000Z) ADD spend#2026-03-09 0.0895',
      'spend#2026-03-10 0.179',
    ].join(', '),
  });
});

test('hours that have a row already are named, and nothing else is', async () => {
  expect(await writeWith(cancelled('ConditionalCheckFailed', 'None', 'ConditionalCheckFailed', 'TransactionConflict'))).toEqual({
    result: 'duplicates', callIds: new Set([idOf('2026-03-09T23:00Z'), idOf('2026-03-10T01:00Z')]),
  });
});

test('a conflict and a refusal are told apart', async () => {
  expect(await writeWith(cancelled('None', 'None', 'None', 'TransactionConflict'))).toEqual({ result: 'conflict', message: 'TransactionConflict: TransactionConflict!' });
  expect(await writeWith(awsError('ValidationException'))).toEqual({ result: 'refused', message: 'ValidationException happened' });
});

test.each(['AccessDeniedException', 'TimeoutError'])('%s is thrown on', async name => {
  await expect(writeWith(awsError(name))).rejects.toMatchObject({ name });
});
