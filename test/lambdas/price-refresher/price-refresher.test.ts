import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../src/lambdas/price-refresher/price-refresher.lambda';
import { item } from '../core/pricing/price-list/price-list';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const pricing = mockClient(PricingClient);
const world = lambdaWorld();
const noon = { time: '2026-11-10T12:00:00Z' };
const newModel = ['input', 'output'].map(end => item({
  usage: `EUC1-moonshotai.kimi-k9-${end}-tokens`, usd: '0.002', attributes: { model: 'moonshotai.kimi-k9', regionCode: 'eu-central-1' },
}));

beforeEach(() => {
  [dynamoDb, eventBridge, pricing].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(PutItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  pricing.on(GetProductsCommand).resolves({ PriceList: [] });
  pricing.on(GetProductsCommand, { ServiceCode: 'AmazonBedrock' }).resolves({ PriceList: newModel });
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-10T12:00:03Z'));
});

test('reads the price list of its region where it can be read, stores it and tells', async () => {
  expect(await handler(noon, CONTEXT)).toMatchObject({ changed: 2, heldBack: 0, failures: 0, ageHours: 0, saved: true });
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({
    TableName: 'Prices',
    Item: { priceKey: { S: 'price-list' }, table: { S: 'moonshotai.kimi-k9 eu-central-1 in=2 out=2' }, version: { S: '2026-11-10' }, revision: { N: '1' } },
  });
  expect(await pricing.commandCalls(GetProductsCommand)[0].thisValue.config.region()).toBe('eu-central-1');
  expect(JSON.parse(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0].Detail!)).toMatchObject({
    deploymentId: 'dep-1', environmentName: 'test', actor: 'price-refresher', after: { 'moonshotai.kimi-k9 eu-central-1 input': '2' },
  });
  expect(world.metrics()).toMatchObject({ PriceAgeHours: 0 });
});

test('reads nothing that is young, unless it is asked to', async () => {
  const [AmazonBedrock, AmazonBedrockFoundationModels, AmazonBedrockService] = Array.from({ length: 3 }, () => Date.parse('2026-11-10T02:00:00Z'));
  dynamoDb.on(GetItemCommand).resolves({
    Item: {
      priceKey: { S: 'price-list' },
      table: { S: '' },
      version: { S: '2026-11-10' },
      heldBack: { S: '[]' },
      revision: { N: '5' },
      readAt: { S: JSON.stringify({ AmazonBedrock, AmazonBedrockFoundationModels, AmazonBedrockService }) },
    },
  });
  expect(await handler(noon, CONTEXT)).toMatchObject({ read: [], ageHours: 10 });
  expect(pricing.calls()).toHaveLength(0);
  expect(await handler({ ...noon, force: true }, CONTEXT)).toMatchObject({ read: ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService'], saved: true });
});

test('does not fail where the price list does', async () => {
  pricing.on(GetProductsCommand).rejects(new Error('Rate exceeded'));
  pricing.on(GetProductsCommand, { ServiceCode: 'AmazonBedrock' }).rejects(new Error('Rate exceeded'));
  expect(await handler(noon, CONTEXT)).toMatchObject({ read: [], failures: 3, saved: false });
  expect(world.metrics()).toMatchObject({ PriceListFailures: 3 });
});

test('fails where the table does', async () => {
  dynamoDb.on(PutItemCommand).rejects(new Error('no such table'));
  await expect(handler(noon, CONTEXT)).rejects.toThrow('no such table');
});

test.each([[{ time: '2099-01-01T00:00:00Z' }], [{}]])('a run as of %j is refused before anything is read', async event => {
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
  expect(dynamoDb.calls()).toHaveLength(0);
});
