import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbPriceStore } from '../../../src/lambdas/adapters/dynamodb-price-store';
import { RefreshedPrices } from '../../../src/lambdas/core/pricing/price-list/price-store';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbPriceStore(new DynamoDBClient({ region: 'eu-central-1' }), 'Prices');
const key = { priceKey: { S: 'price-list' } };
const prices: RefreshedPrices = {
  table: 'amazon.nova-pro-v1:0 eu-central-1 in=0.8 out=3.2',
  version: '2026-11-22',
  readAt: { AmazonBedrock: 1_795_000_000_000 },
  gave: ['AmazonBedrock'],
  heldBack: [
    { modelId: 'amazon.nova-pro-v1:0', place: 'global', mode: 'batch', kind: 'input', found: '8', known: '0.8', reason: 'dearer', serviceCode: 'AmazonBedrock' },
    { modelId: 'amazon.nova-pro-v1:0', place: 'global', kind: 'image:1024', found: '0', reason: 'zero', serviceCode: 'AmazonBedrock' },
  ],
  revision: 3,
};

beforeEach(() => dynamoDb.reset());

test('loads what it saved', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  expect(await store.save(prices, 2)).toBe(true);
  const { TableName, Item, ...condition } = dynamoDb.commandCalls(PutItemCommand)[0].args[0].input;
  expect(condition).toEqual({
    ConditionExpression: '#revision = :expected',
    ExpressionAttributeNames: { '#revision': 'revision' },
    ExpressionAttributeValues: { ':expected': { N: '2' } },
  });
  dynamoDb.on(GetItemCommand, { TableName, Key: key, ConsistentRead: true }).resolves({ Item });
  expect(await store.load()).toEqual(prices);
});

test.each([undefined, 0])('the first prices (after %s) replace nothing that others saved', async revision => {
  dynamoDb.on(PutItemCommand).resolves({});
  await store.save(prices, revision);
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({ ConditionExpression: 'attribute_not_exists(#revision)' });
});

test('says where somebody else was faster', async () => {
  dynamoDb.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} }));
  expect(await store.save(prices, 2)).toBe(false);
});

test('fails where the table does', async () => {
  dynamoDb.on(PutItemCommand).rejects(new Error('throttled'));
  await expect(store.save(prices, 2)).rejects.toThrow('throttled');
});

test('loads nothing before anything was saved', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  expect(await store.load()).toBeUndefined();
});

test.each([
  ['other parts', {}, { table: '', version: '', readAt: {}, gave: [], heldBack: [], revision: 0 }],
  ['parts that are no JSON', { readAt: { S: 'today' }, heldBack: { S: '{' }, revision: { N: '4' }, table: { S: 'x' } }, { table: 'x', readAt: {}, heldBack: [], revision: 4 }],
  ['services of tomorrow', { gave: { S: '["AmazonBedrock","AmazonBedrockTomorrow"]' } }, { gave: [] }],
  ['reasons of tomorrow', { heldBack: { S: JSON.stringify([{ ...prices.heldBack[0], reason: 'ugly' }]) } }, { heldBack: [] }],
])('an item with %s has what can be read of it', async (_, item, expected) => {
  dynamoDb.on(GetItemCommand).resolves({ Item: { ...key, ...item } });
  expect(await store.load()).toMatchObject(expected);
});
