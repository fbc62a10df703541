import { ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { DynamoDbChargebackTables } from '../../../src/lambdas/adapters/dynamodb-chargeback-tables';
import { addDays } from '../../../src/lambdas/core/calendar';
import { daysOf } from '../../../src/lambdas/core/chargeback/report-period';
import { NOVEMBER, row } from '../core/chargeback/ledger';

const sent: ScanCommandInput[] = [];
let last: string | undefined;
const tables = new DynamoDbChargebackTables(async input => {
  sent.push(input);
  const key = input.TableName === 'Ledger' ? 'callId' : 'principalId';
  return { Items: [row() as never], ...(last === undefined ? {} : { LastEvaluatedKey: { [key]: { S: last } } }) };
}, { ledgerTable: 'Ledger', budgetsTable: 'Budgets' });

beforeEach(() => {
  sent.length = 0;
  last = undefined;
});

test('asks for a segment of the ledger, with what a report needs of its rows and no more', async () => {
  last = 'r-9';

  expect(await tables.ledgerPage({ index: 3, of: 8 }, NOVEMBER, 'r-1')).toEqual({ items: [row()], next: 'r-9' });
  expect(sent).toEqual([{
    TableName: 'Ledger',
    Segment: 3,
    TotalSegments: 8,
    ProjectionExpression: '#a0, #a1, #a2, #a3, #a4, #a5, #a6, #a7, #a8, #a9, #a10',
    ExpressionAttributeNames: {
      '#a0': 'day',
      '#a1': 'principalId',
      '#a2': 'modelId',
      '#a3': 'source',
      '#a4': 'costUsd',
      '#a5': 'estimate',
      '#a6': 'inputTokens',
      '#a7': 'outputTokens',
      '#a8': 'cacheReadTokens',
      '#a9': 'cacheWrite5mTokens',
      '#a10': 'cacheWrite1hTokens',
    },
    FilterExpression: '#a0 BETWEEN :from AND :to OR attribute_not_exists(#a0) OR NOT attribute_type(#a0, :text)',
    ExpressionAttributeValues: { ':from': { S: '2026-11-01' }, ':to': { S: '2026-11-30' }, ':text': { S: 'S' } },
    ExclusiveStartKey: { callId: { S: 'r-1' } },
  }]);
});

test('begins at the beginning and ends behind the last page', async () => {
  expect(await tables.ledgerPage({ index: 0, of: 1 }, NOVEMBER)).toEqual({ items: [row()] });
  expect(sent[0]).not.toHaveProperty('ExclusiveStartKey');
});

test('asks budgets for the days of the period, however many these are', async () => {
  await tables.budgetsPage(daysOf(NOVEMBER), 'iam-user/1/a');
  expect(sent[0]).toMatchObject({ TableName: 'Budgets', ExclusiveStartKey: { principalId: { S: 'iam-user/1/a' } } });
  expect(Object.values(sent[0].ExpressionAttributeNames!)).toEqual(expect.arrayContaining(['principalId', 'labels', 'spend#2026-11-01', 'spend#2026-11-30']));
  expect(sent[0]).not.toHaveProperty('FilterExpression');

  await tables.budgetsPage(daysOf({ key: '', from: '2026-01-01', to: addDays('2026-01-01', 365) }));
  // DynamoDB takes four kilobytes of an expression
  expect(sent[1].ProjectionExpression!.length).toBeLessThan(4_096);
});
