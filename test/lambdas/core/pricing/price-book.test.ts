import * as fs from 'fs';
import * as path from 'path';
import { formatUsd } from '../../../../src/lambdas/core/money';
import { PRICING_ASSUMPTIONS } from '../../../../src/lambdas/core/pricing/assumptions';
import { embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { PriceBook } from '../../../../src/lambdas/core/pricing/price-book';
import { PriceCatalog, PricedUsage } from '../../../../src/lambdas/core/pricing/price-catalog';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { usage } from './usage';

const catalog = embeddedCatalog();
const costOf = (call: PricedUsage) => formatUsd(catalog.priceOf(call).cost);
const assumptionsOf = (call: PricedUsage) => catalog.priceOf(call).assumptions;

describe('calls priced by hand', () => {
  test.each([
    // 255 x 5 + 113 x 25 USD a million
    ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'us-west-2', { input: 255, output: 113 }, '0.0041'],
    // 3 x 5 + 52 x 25 + 24479 x 6.25
    ['global.anthropic.claude-opus-4-6-v1', 'us-west-2', { input: 3, output: 52, cacheWrite5m: 24_479 }, '0.15430875'],
    // 6 x 5 + 167 x 25 + 225913 x 10: more than 200,000 tokens, but Opus has no long-context tier
    ['arn:aws:bedrock:us-west-2:111122223333:inference-profile/global.anthropic.claude-opus-4-7', 'us-west-2',
      { input: 6, output: 167, cacheWrite1h: 225_913 }, '2.263335'],
    // 1 x 0.042 + 8 x 0.168
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', { input: 1, output: 8 }, '0.000001386'],
    // 4512 x 3.3 + 311 x 16.5
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1', { input: 4_512, output: 311 }, '0.0200211'],
    // 571 x 0.25 + 281 x 1.25
    ['anthropic.claude-3-haiku-20240307-v1:0', 'us-east-1', { input: 571, output: 281 }, '0.000494'],
    // 25 x 3 + 150 x 15
    ['anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1', { input: 25, output: 150 }, '0.002325'],
    // 640 x 0.02
    ['amazon.titan-embed-text-v2:0', 'us-east-1', { input: 640 }, '0.0000128'],
    // 12 x 1.1 + 3 x 5.5
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1', { input: 12, output: 3 }, '0.0000297'],
    // a call that the log counts nothing of
    ['jp.anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-northeast-1', {}, '0'],
  ])('%s in %s, %j: %s USD', (modelId, region, tokens, cost) => {
    const charge = catalog.priceOf(usage(modelId, tokens, { region }));
    expect(formatUsd(charge.cost)).toBe(cost);
    expect(charge).toMatchObject({ source: 'catalog', known: true, version: catalog.version, assumptions: cost === '0' ? ['nothing-counted'] : [] });
  });

  test('names the model without geography and ARN', () => {
    const charge = catalog.priceOf(usage('arn:aws:bedrock:us-west-2:111122223333:inference-profile/global.anthropic.claude-opus-4-7', { input: 1 }));
    expect(charge.pricedAs).toBe('anthropic.claude-opus-4-7');
  });
});

describe('long context', () => {
  const SONNET = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';

  test('begins above 200,000 tokens', () => {
    expect(costOf(usage(SONNET, { input: 200_000, output: 1_000 }))).toBe('0.615');
    // 200001 x 6 + 1000 x 22.5
    expect(costOf(usage(SONNET, { input: 200_001, output: 1_000 }))).toBe('1.222506');
  });

  test('counts cached tokens into the prompt and charges them double', () => {
    const tokens = { input: 1, cacheRead: 100_000, cacheWrite5m: 50_000, cacheWrite1h: 50_000 };
    // 1 x 6 + 100000 x 0.6 + 50000 x 7.5 + 50000 x 12
    expect(costOf(usage(SONNET, tokens))).toBe('1.035006');
    expect(costOf(usage(SONNET, { ...tokens, input: 0 }))).toBe('0.5175');
  });

  test('does not count the answer', () => {
    expect(costOf(usage(SONNET, { input: 1, output: 300_000 }))).toBe('4.500003');
  });

  test('holds outside of global profiles and with a tier as well', () => {
    const tokens = { input: 300_000, output: 1_000 };
    // 300000 x 6.6 + 1000 x 24.75
    expect(costOf(usage('us.anthropic.claude-sonnet-4-5-20250929-v1:0', tokens))).toBe('2.00475');
    expect(costOf(usage('us.anthropic.claude-sonnet-4-5-20250929-v1:0', tokens, { serviceTier: 'flex' }))).toBe('1.002375');
    expect(costOf(usage('anthropic.claude-sonnet-4-20250514-v1:0', tokens))).toBe('1.8225');
  });

  test('begins at 272,000 tokens for GPT-5.6', () => {
    expect(costOf(usage('global.openai.gpt-5.6-sol', { input: 271_999 }))).toBe('1.087996');
    expect(costOf(usage('global.openai.gpt-5.6-sol', { input: 272_000, output: 1 }))).toBe('2.17603');
  });
});

describe('regions', () => {
  const price = (modelId: string, region: string) => costOf(usage(modelId, { input: 100_000 }, { region }));

  test('a region has its own row before that of the geography', () => {
    expect(price('amazon.nova-pro-v1:0', 'ap-northeast-1')).toBe('0.096');
    expect(price('apac.amazon.nova-pro-v1:0', 'ap-northeast-1')).toBe('0.096');
    expect(price('apac.amazon.nova-pro-v1:0', 'ap-south-9')).toBe('0.084');
    expect(price('jp.amazon.nova-pro-v1:0', 'ap-south-9')).toBe('0.084');
  });

  test('a global profile costs the same from everywhere', () => {
    for (const region of ['us-east-1', 'eu-central-1', 'ap-northeast-1', 'us-gov-west-1']) {
      expect(price('global.anthropic.claude-haiku-4-5-20251001-v1:0', region)).toBe('0.1');
    }
  });

  test('the region that served the call does not matter', () => {
    const served = usage('us.meta.llama3-70b-instruct-v1:0', { input: 100 }, { inferenceRegion: 'sa-east-1' });
    expect(costOf(served)).toBe('0.000265');
  });

  test.each([
    ['meta.llama3-70b-instruct-v1:0', 'ap-northeast-1'],
    ['mistral.mistral-large-3-675b-instruct', 'eu-central-1'],
    ['us.amazon.nova-premier-v1:0', 'ca-central-1'],
    ['global.amazon.nova-2-lite-v1:0', 'eu-central-1'],
    ['amazon.nova-2-lite-v1:0', 'sa-east-1'],
    ['anthropic.claude-opus-5', 'us-gov-west-1'],
    ['anthropic.claude-opus-5', 'us-iso-east-1'],
    ['eu.anthropic.claude-opus-5', 'eusc-de-east-1'],
    ['amazon.titan-embed-text-v2:0', 'us-gov-east-1'],
  ])('says that the price of %s in %s is not known', (modelId, region) => {
    expect(assumptionsOf(usage(modelId, { input: 1 }, { region, serviceTier: 'default' }))).toEqual(['regional-price-unknown']);
  });

  test.each([
    ['mistral.mistral-large-3-675b-instruct', 'us-west-2'],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'eu-central-1'],
    ['anthropic.claude-opus-5', 'il-central-1'],
    ['sa.anthropic.claude-opus-5', 'sa-east-1'],
  ])('assumes nothing of %s in %s', (modelId, region) => {
    expect(assumptionsOf(usage(modelId, { input: 1 }, { region }))).toEqual([]);
  });
});

describe('service tiers and latency', () => {
  const NOVA = 'us.amazon.nova-pro-v1:0';
  const tokens = { input: 1_000, output: 1_000 };
  const withoutTiers = new PriceBook({ embedded: parsePriceTable('2026-01', 'amazon.nova-pro-v1:0 in=0.8 out=3.2') });

  test.each([
    [undefined, '0.004', []],
    ['default', '0.004', []],
    ['standard', '0.004', []],
    ['reserved', '0.004', []],
    ['flex', '0.002', ['service-tier-priced-by-ratio']],
    ['priority', '0.007', ['service-tier-priced-by-ratio']],
    ['overnight', '0.007', ['service-tier-unknown']],
  ])('tier %s without a row of its own costs %s', (serviceTier, cost, assumptions) => {
    const charge = withoutTiers.priceOf(usage(NOVA, tokens, { serviceTier }));
    expect(formatUsd(charge.cost)).toBe(cost);
    expect(charge.assumptions).toEqual(assumptions);
  });

  test('rounds a fraction of a picodollar up, never down', () => {
    // 2.1875 x 1.75 = 3.828125 and 0.546875 x 0.5 = 0.2734375 USD a million, the latter half a picodollar too fine
    const nova2 = 'us.amazon.nova-2-pro-preview-20251202-v1:0';
    expect(costOf(usage(nova2, { input: 1 }, { serviceTier: 'priority' }))).toBe('0.000003828125');
    expect(costOf(usage(nova2, { cacheRead: 1 }, { serviceTier: 'flex' }))).toBe('0.000000273438');
  });

  test('batch jobs cost half, whatever else is said of them', () => {
    const charge = withoutTiers.priceOf(usage(NOVA, tokens, { batch: true, latencyOptimized: true, serviceTier: 'priority' }));
    expect(formatUsd(charge.cost)).toBe('0.002');
    expect(charge.assumptions).toEqual(['service-tier-priced-by-ratio']);
  });

  test('latency-optimized inference without a price of its own costs a quarter more and says so', () => {
    const charge = withoutTiers.priceOf(usage(NOVA, tokens, { latencyOptimized: true }));
    expect(formatUsd(charge.cost)).toBe('0.005');
    expect(charge.assumptions).toEqual(['latency-optimized-priced-by-ratio']);
  });
});

describe('cache tokens', () => {
  test('writes of an unknown lifetime are charged as five minutes and say so', () => {
    const call = usage('global.anthropic.claude-opus-5', { input: 100, output: 500, cacheWrite5m: 30_000 }, { cacheWriteSplit: 'assumed' });
    // 100 x 5 + 500 x 25 + 30000 x 6.25
    expect(costOf(call)).toBe('0.2005');
    expect(assumptionsOf(call)).toEqual(['cache-write-priced-as-5m']);
    expect(assumptionsOf({ ...call, cacheWriteSplit: 'read' })).toEqual([]);
  });

  test.each([
    // Nova has no price of writes at all; Claude 3 none of an hour; Llama none of either kind
    ['us.amazon.nova-pro-v1:0', { cacheWrite5m: 10 }, '0.000008', ['cache-write-priced-as-input']],
    ['us.amazon.nova-pro-v1:0', { cacheWrite1h: 10 }, '0.000008', ['cache-write-priced-as-input']],
    ['us.amazon.nova-pro-v1:0', { cacheRead: 10 }, '0.000002', []],
    ['anthropic.claude-3-haiku-20240307-v1:0', { cacheWrite1h: 10 }, '0.000003125', ['cache-write-1h-priced-as-5m']],
    ['anthropic.claude-3-haiku-20240307-v1:0', { cacheWrite5m: 10 }, '0.000003125', []],
    ['us.meta.llama3-3-70b-instruct-v1:0', { cacheRead: 10, cacheWrite5m: 10 }, '0.0000144', ['cache-read-priced-as-input', 'cache-write-priced-as-input']],
  ])('%s %j costs %s', (modelId, tokens, cost, assumptions) => {
    const charge = catalog.priceOf(usage(modelId, tokens, { cacheWriteSplit: 'assumed', serviceTier: 'default' }));
    expect(formatUsd(charge.cost)).toBe(cost);
    expect(charge.assumptions).toEqual(assumptions);
  });
});

test.each<[string, string, Partial<PricedUsage['tokens']>, PricedUsage['cacheWriteSplit'], readonly string[]]>([
  ['all prices are there', 'read=1 write5m=2 write1h=3', { cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 }, 'read', []],
  ['writes of five minutes were assumed', 'read=1 write5m=2 write1h=3', { cacheWrite5m: 1 }, 'assumed', ['cache-write-priced-as-5m']],
  ['writes of an hour were', 'read=1 write5m=2 write1h=3', { cacheWrite1h: 1 }, 'assumed', ['cache-write-priced-as-1h']],
  ['nothing of it can have mattered', 'read=1 write5m=2', { cacheWrite5m: 1 }, 'assumed', []],
  ['an hour has no price', 'read=1 write5m=2', { cacheWrite1h: 1 }, 'read', ['cache-write-1h-priced-as-5m']],
  ['five minutes have none', 'read=1 write1h=3', { cacheWrite5m: 1 }, 'read', ['cache-write-priced-as-input']],
  ['five minutes that were not written have none', 'read=1 write1h=3', { cacheWrite1h: 1 }, 'read', []],
  ['neither has', 'read=1', { cacheWrite1h: 1 }, 'read', ['cache-write-priced-as-input']],
  ['reads have none', 'write5m=2 write1h=3', { cacheRead: 1, cacheWrite5m: 1 }, 'read', ['cache-read-priced-as-input']],
  ['nothing was read', 'write5m=2 write1h=3', { cacheWrite5m: 1 }, 'read', []],
  ['nothing is cached', '', { input: 1 }, 'assumed', []],
])('of a cache is told where %s', (_, prices, tokens, cacheWriteSplit, assumptions) => {
  const book = new PriceBook({ embedded: parsePriceTable('2026-01', `acme.one in=10 out=10 ${prices}`) });
  expect(book.priceOf(usage('acme.one', tokens, { cacheWriteSplit })).assumptions).toEqual(assumptions);
});

test.each([
  ['a call that counts nothing', {}, ['nothing-counted']],
  ['one that failed', { errorCode: 'ThrottlingException' }, []],
  ['one that tells its units', { units: [] }, []],
])('of %s is told %j', (_, more, assumptions) => {
  const book = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.one in=10 out=10') });
  expect(book.priceOf(usage('acme.one', {}, more))).toEqual({
    cost: 0n, costs: {}, prices: expect.anything(), pricedAs: 'acme.one', source: 'catalog', version: '2026-01', known: true, assumptions,
  });
  expect(book.priceOf(usage('acme.one', { output: 1 }, more)).assumptions).toEqual([]);
});

describe('what is not in the catalog', () => {
  const DEAREST = 'anthropic.claude-fable-5';

  test.each([
    ['us.anthropic.claude-opus-9', DEAREST, 'unknown-model'],
    ['amazon.nova-9-ultra-v1:0', 'amazon.nova-2-pro-preview-20251202-v1:0', 'unknown-model'],
    ['us.meta.llama9-1t-instruct-v1:0', 'meta.llama3-1-405b-instruct-v1:0', 'unknown-model'],
    ['mistral.mistral-huge-9', 'mistral.mistral-large-2407-v1:0', 'unknown-model'],
    ['cohere.embed-v9:0', 'cohere.command-r-plus-v1:0', 'unknown-model'],
    ['stability.sd9-v1:0', DEAREST, 'unknown-model'],
    ['newcomer.model-v1:0', DEAREST, 'unknown-model'],
    ['nonsense', DEAREST, 'unknown-model'],
    ['arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghij12', DEAREST, 'model-behind-arn-unknown'],
    ['arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12', DEAREST, 'model-behind-arn-unknown'],
    ['arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/meta.llama:1', DEAREST, 'model-behind-arn-unknown'],
    ['arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghij12', DEAREST, 'not-billed-by-token'],
    ['arn:aws:bedrock:us-east-1:111122223333:imported-model/abcdefghij12', DEAREST, 'not-billed-by-token'],
    ['arn:aws:sagemaker:us-east-1:111122223333:endpoint/mine', DEAREST, 'not-billed-by-token'],
  ])('%s is charged as %s because of %s', (modelId, pricedAs, assumption) => {
    const tokens = { input: 1_000, output: 1_000 };
    const charge = catalog.priceOf(usage(modelId, tokens));
    expect(charge).toMatchObject({ pricedAs, source: 'conservative-default', known: false, assumptions: [assumption] });
    expect(charge.cost).toBe(catalog.priceOf(usage(pricedAs, tokens)).cost);
  });

  test('a global profile of an unknown model bears no premium', () => {
    expect(costOf(usage('us.anthropic.claude-opus-9', { input: 100 }))).toBe('0.0011');
    expect(costOf(usage('global.anthropic.claude-opus-9', { input: 100 }))).toBe('0.001');
  });

  test('a guess is not discounted, but a surcharge counts', () => {
    const cost = (serviceTier?: string) => costOf(usage('global.anthropic.claude-opus-9', { input: 100 }, { serviceTier }));
    expect([cost(), cost('flex'), cost('priority')]).toEqual(['0.001', '0.001', '0.00175']);
  });


  test('a table without a current text model is refused', () => {
    const table = parsePriceTable('2026-01', 'a.embed in=1 out=0\na.old in=1 out=1 superseded');
    expect(() => new PriceBook({ embedded: table })).toThrow(/2026-01.*no current text model/);
  });
});

describe('resolutions', () => {
  test('are kept apart by model, region, tier and latency', () => {
    const fresh: () => PriceCatalog = embeddedCatalog;
    const calls = ['us.amazon.nova-pro-v1:0', 'eu.amazon.nova-pro-v1:0'].flatMap(modelId => ['us-east-1', 'ap-northeast-1'].flatMap(region =>
      [undefined, 'flex', 'priority'].flatMap(serviceTier => [false, true].map(latencyOptimized =>
        usage(modelId, { input: 1_000 }, { region, serviceTier, latencyOptimized })))));
    const warm = fresh();
    for (const call of [...calls, ...calls]) {
      expect(warm.priceOf(call)).toEqual(fresh().priceOf(call));
    }
  });
});

test('docs/pricing.md explains every assumption', () => {
  const docs = fs.readFileSync(path.join(__dirname, '../../../../docs/pricing.md'), 'utf8');
  expect(Object.keys(PRICING_ASSUMPTIONS).filter(code => !docs.includes(`\`${code}\``))).toEqual([]);
});
