import { DynamoDBClient, QueryCommand, TransactWriteItemsCommand, Update } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbEstimateStore } from '../../../src/lambdas/adapters/dynamodb-estimate-store';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { EstimateCorrection } from '../../../src/lambdas/core/estimate-correction';
import { estimateFromRow } from '../../../src/lambdas/core/estimate-row';
import { ledgerRow } from '../../../src/lambdas/core/ledger-row';
import { usd } from '../../../src/lambdas/core/money';
import { aCharge, ACCOUNT, ALICE, anEstimatedCall, NOON, TODAY } from '../core/builders';
import { all } from '../observed';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbEstimateStore(new DynamoDBClient({ region: 'eu-central-1' }), { budgetsTable: 'Budgets', ledgerTable: 'Ledger' });
const calls = ['r-1', 'r-2'].map(requestId => ({
  estimate: estimateFromRow(ledgerRow(anEstimatedCall({ requestId, cost: '5' }), 90)),
  charge: aCharge({ cost: usd('2'), assumptions: ['regional-price-unknown'] }),
}));
const correction: EstimateCorrection = { principalId: ALICE, day: TODAY, calls, repricedAt: NOON, budget: { before: usd('10'), after: usd('4') } };

beforeEach(() => dynamoDb.reset());

/** An update with its placeholders put back to what they stand for. */
function spelled({ UpdateExpression = '', ConditionExpression = '', ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Partial<Update>) {
  const spell = (text: string) => text.replace(/#n\d+/g, name => names[name]).replace(/:v\d+/g, value => JSON.stringify(Object.values(values[value])[0]));
  return { update: spell(UpdateExpression), condition: spell(ConditionExpression) };
}

async function updatesOf(made: EstimateCorrection): Promise<Update[]> {
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  expect(await store.correct(made)).toEqual({ result: 'written' });
  return dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems!.map(({ Update: update }) => update as Update);
}

describe('the index of estimates', () => {
  test('is read page by page', async () => {
    const rows = calls.map(({ estimate }) => fromItem(ledgerRow(anEstimatedCall({ requestId: estimate.callId.slice(-3) }), 90)));
    const more = { callId: { S: 'x' } };
    dynamoDb.on(QueryCommand)
      .resolvesOnce({ Items: [rows[0]], LastEvaluatedKey: more })
      // The end of a megabyte may come after rows that were corrected meanwhile.
      .resolvesOnce({ Items: [], LastEvaluatedKey: more })
      .resolvesOnce({ Items: [rows[1]] });
    const pages = await all(store.pages('3'));
    expect(pages.map(({ rows: found, isLast }) => [...found.map(row => estimateFromRow(row).callId), isLast])).toEqual([
      [`${ACCOUNT}/eu-central-1/r-1`, false], [false], [`${ACCOUNT}/eu-central-1/r-2`, true],
    ]);
    const asked = dynamoDb.commandCalls(QueryCommand).map(call => call.args[0].input);
    expect(asked[0]).toEqual({
      TableName: 'Ledger',
      IndexName: 'estimates-by-model',
      KeyConditionExpression: '#n0 = :v0',
      ExpressionAttributeNames: { '#n0': 'estimate' },
      ExpressionAttributeValues: { ':v0': { S: '3' } },
      ExclusiveStartKey: undefined,
    });
    expect(asked.map(({ ExclusiveStartKey: from }) => from)).toEqual([undefined, more, more]);
  });

  test('is read from behind a model', async () => {
    dynamoDb.on(QueryCommand).resolves({});
    await all(store.pages('3', 'new.model'));
    expect(dynamoDb.commandCalls(QueryCommand)[0].args[0].input).toMatchObject({
      KeyConditionExpression: '#n0 = :v0 AND #n1 > :v1',
      ExpressionAttributeNames: { '#n0': 'estimate', '#n1': 'estimatedModel' },
      ExpressionAttributeValues: { ':v0': { S: '3' }, ':v1': { S: 'new.model' } },
    });
  });

  test('may be empty', async () => {
    dynamoDb.on(QueryCommand).resolves({});
    expect(await all(store.pages('0'))).toEqual([{ rows: [], isLast: true }]);
  });
});

describe('a correction', () => {
  test('is one transaction of the rows and the budget', async () => {
    const updates = await updatesOf(correction);
    expect(updates.map(({ TableName, Key }) => [TableName, Key])).toEqual([
      ['Ledger', { callId: { S: `${ACCOUNT}/eu-central-1/r-1` } }],
      ['Ledger', { callId: { S: `${ACCOUNT}/eu-central-1/r-2` } }],
      ['Budgets', { principalId: { S: ALICE } }],
    ]);
  });

  test('changes a row only while it is the estimate that was read and the same principal pays, and takes it out of the index', async () => {
    const [row] = await updatesOf(correction);
    const { update, condition } = spelled(row);
    expect(condition).toBe(`attribute_exists(estimate) AND costUsd = "5" AND principalId = "${ALICE}"`);
    expect(update).toBe([
      'SET costUsd = "2"',
      'prices = {"input":{"N":"2"}}',
      'pricedAs = "anthropic.claude-3-haiku-20240307-v1:0"',
      'priceSource = "catalog"',
      'priceVersion = "test"',
      'assumptions = [{"S":"regional-price-unknown"}]',
      'repricedAt = "2026-03-10T12:00:00.000Z"',
      'estimatedCostUsd = "5" REMOVE estimate, estimatedModel, costs',
    ].join(', '));
  });

  test('adds the difference to the budget, and takes the estimate from its estimated part, if it holds both', async () => {
    const { update, condition } = spelled((await updatesOf(correction))[2]);
    expect(update).toBe('SET watch = if_not_exists(watch, "open"), nextCheckAt = if_not_exists(nextCheckAt, "2026-03-10T12:15:00.000Z") ADD spend#2026-03-10 "-6", estimated#2026-03-10 "-10"');
    expect(condition).toBe('spend#2026-03-10 >= "10" AND estimated#2026-03-10 >= "10"');
  });

  test('of estimates of nothing asks only whether the day is there', async () => {
    const { update, condition } = spelled((await updatesOf({ ...correction, budget: { before: usd('0'), after: usd('4') } }))[2]);
    expect(update).toMatch(/ ADD spend#2026-03-10 "4"$/);
    expect(condition).toBe('spend#2026-03-10 >= "0"');
  });

  test('without a budget is of the ledger alone', async () => {
    const { budget: _, ...ledgerOnly } = correction;
    expect((await updatesOf(ledgerOnly)).map(({ TableName }) => TableName)).toEqual(['Ledger', 'Ledger']);
  });
});

describe('a correction that was not written', () => {
  const cancelled = (...codes: readonly string[]) => awsError('TransactionCanceledException', { CancellationReasons: codes.map(Code => ({ Code })) });
  const resultOf = async (error: Error) => {
    dynamoDb.on(TransactWriteItemsCommand).rejects(error);
    return store.correct(correction);
  };

  test('names the rows that are no longer estimates, whatever the budget says', async () => {
    expect(await resultOf(cancelled('None', 'ConditionalCheckFailed', 'ConditionalCheckFailed'))).toEqual({
      result: 'superseded', callIds: new Set([`${ACCOUNT}/eu-central-1/r-2`]),
    });
  });

  test('tells that the budget does not hold the estimates', async () => {
    expect(await resultOf(cancelled('None', 'None', 'ConditionalCheckFailed'))).toEqual({ result: 'day-forgotten' });
  });

  test('does not believe the budget while a row is in somebody else’s correction', async () => {
    expect(await resultOf(cancelled('TransactionConflict', 'None', 'ConditionalCheckFailed'))).toEqual({ result: 'conflict', message: 'TransactionConflict' });
  });

  test.each([
    [cancelled('None', 'TransactionConflict', 'None'), 'conflict'],
    [awsError('ThrottlingException'), 'conflict'],
    [cancelled('None', 'None', 'ValidationError'), 'refused'],
  ])('is a conflict or a refusal where it is for a charge (%#)', async (error, result) => {
    expect(await resultOf(error)).toMatchObject({ result });
  });

  test('fails where it is unknown whether it was', async () => {
    const error = awsError('TimeoutError');
    await expect(resultOf(error)).rejects.toBe(error);
  });
});
