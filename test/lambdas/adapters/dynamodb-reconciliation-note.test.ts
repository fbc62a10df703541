import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbReconciliationNote } from '../../../src/lambdas/adapters/dynamodb-reconciliation-note';
import { usd } from '../../../src/lambdas/core/money';

const dynamoDb = mockClient(DynamoDBClient);
const notes = new DynamoDbReconciliationNote(new DynamoDBClient({ region: 'eu-central-1' }), 'Prices');
const key = { priceKey: { S: 'reconciliation' } };

beforeEach(() => dynamoDb.reset());

test.each([
  ['what was compared', { since: '2026-11-18', days: [{ day: '2026-11-18', final: false, told: true, metered: new Map([['a.model', usd('0.000000000001')], ['b.model', usd('-2.5')]]) }] }],
  ['why the bill cannot be read', { since: '2026-11-18', days: [], unavailable: 'not enabled' }],
])('knows %s as it was told', async (_, note) => {
  dynamoDb.on(PutItemCommand).resolves({});
  await notes.remember(note);
  const { TableName, Item } = dynamoDb.commandCalls(PutItemCommand)[0].args[0].input;
  expect([TableName, Item]).toEqual(['Prices', expect.objectContaining(key)]);
  dynamoDb.on(GetItemCommand, { TableName: 'Prices', Key: key, ConsistentRead: true }).resolves({ Item });
  expect(await notes.recall()).toEqual(note);
});

test.each([
  ['before it was told anything', undefined],
  ['where its item cannot be read', { ...key, since: { S: 'yesterday' }, days: { L: [] } }],
  ['where a figure is none', { ...key, since: { S: '2026-11-18' }, days: { L: [{ M: { day: { S: '2026-11-18' }, final: { BOOL: true }, told: { BOOL: true }, metered: { M: { a: { S: 'much' } } } } }] } }],
])('knows nothing %s', async (_, Item) => {
  dynamoDb.on(GetItemCommand).resolves({ Item });
  expect(await notes.recall()).toBeUndefined();
});
