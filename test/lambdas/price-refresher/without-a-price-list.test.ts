import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PricingClient } from '@aws-sdk/client-pricing';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../../src/contract';
import { handler } from '../../../src/lambdas/price-refresher/price-refresher.lambda';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const pricing = mockClient(PricingClient);
const world = lambdaWorld();

beforeAll(() => {
  process.env[Env.PARTITION] = 'aws-us-gov';
});

test('a partition without a price list has only the age of its prices', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-10T12:00:03Z'));
  expect(await handler({ time: '2026-11-10T12:00:00Z' }, CONTEXT)).toMatchObject({ read: [], failed: [], saved: false });
  expect(pricing.calls()).toHaveLength(0);
  expect(world.metrics().PriceAgeHours).toBeGreaterThan(0);
});
