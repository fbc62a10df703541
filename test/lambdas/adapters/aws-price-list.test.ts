import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsPriceList, priceListRegion } from '../../../src/lambdas/adapters/aws-price-list';
import { all } from '../observed';

const pricing = mockClient(PricingClient);
const list = new AwsPriceList(new PricingClient({ region: 'us-east-1' }));

beforeEach(() => pricing.reset());

test('reads page after page', async () => {
  pricing.on(GetProductsCommand).resolvesOnce({ PriceList: ['{"a":1}', '{"b":2}'], NextToken: 'more' }).resolvesOnce({ PriceList: ['{"c":3}'] });
  expect(await all(list.pages('AmazonBedrock', 'eu-west-1'))).toEqual([['{"a":1}', '{"b":2}'], ['{"c":3}']]);
  expect(pricing.commandCalls(GetProductsCommand).map(call => call.args[0].input)).toEqual([undefined, 'more'].map(NextToken => ({
    ServiceCode: 'AmazonBedrock',
    FormatVersion: 'aws_v1',
    MaxResults: 100,
    Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' }],
    NextToken,
  })));
});

test('reads all regions without a filter', async () => {
  pricing.on(GetProductsCommand).resolves({ PriceList: [] });
  expect(await all(list.pages('AmazonBedrockService'))).toEqual([[]]);
  expect(pricing.commandCalls(GetProductsCommand)[0].args[0].input).not.toHaveProperty('Filters');
});

test('takes an empty token for the end, and nothing for an empty page', async () => {
  pricing.on(GetProductsCommand).resolves({ NextToken: '' });
  expect(await all(list.pages('AmazonBedrock'))).toEqual([[]]);
});

test('items are strings, whatever the client wraps them in', async () => {
  pricing.on(GetProductsCommand).resolves({ PriceList: [Object('{"a":1}') as string] });
  const [[item]] = await all(list.pages('AmazonBedrock'));
  expect(typeof item).toBe('string');
});

test('does not go round in circles', async () => {
  pricing.on(GetProductsCommand).resolves({ PriceList: [], NextToken: 'again' });
  await expect(all(list.pages('AmazonBedrock'))).rejects.toMatchObject({ name: 'PriceListLoopError' });
});

test('what was read before a page that fails is there', async () => {
  pricing.on(GetProductsCommand).resolvesOnce({ PriceList: ['{}'], NextToken: 'more' }).rejects(new Error('throttled'));
  const pages: unknown[] = [];
  await expect((async () => {
    for await (const page of list.pages('AmazonBedrock')) {
      pages.push(page);
    }
  })()).rejects.toThrow('throttled');
  expect(pages).toEqual([['{}']]);
});

test.each([
  ['aws', 'us-east-1', 'us-east-1'],
  ['aws', 'us-west-2', 'us-east-1'],
  ['aws', 'sa-east-1', 'us-east-1'],
  ['aws', 'ca-central-1', 'us-east-1'],
  ['aws', 'eu-north-1', 'eu-central-1'],
  ['aws', 'me-central-1', 'eu-central-1'],
  ['aws', 'af-south-1', 'eu-central-1'],
  ['aws', 'ap-northeast-1', 'ap-south-1'],
  ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
  ['aws-us-gov', 'us-gov-west-1', undefined],
  ['aws-iso', 'us-iso-east-1', undefined],
  ['aws-eusc', 'eusc-de-east-1', undefined],
])('in %s, %s asks %s', (partition, region, listRegion) => {
  expect(priceListRegion(partition, region)).toBe(listRegion);
});
