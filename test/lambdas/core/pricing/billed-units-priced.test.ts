import { formatUsd } from '../../../../src/lambdas/core/money';
import { PriceBook } from '../../../../src/lambdas/core/pricing/price-book';
import { PricedUsage } from '../../../../src/lambdas/core/pricing/price-catalog';
import { parsePriceOverrides } from '../../../../src/lambdas/core/pricing/price-overrides';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { NO_TOKENS, usage } from './usage';

const book = new PriceBook({
  embedded: parsePriceTable('2026-01', `
    acme.text   in=10 out=50
    acme.paint  image:1024=0.04 image:1024-premium=0.06 image:2048=0.06 image:2048-premium=0.08
    acme.sketch image=0.03
    acme.film   second:540p=0.75 second:720p=1.5 assumed-second=5
    acme.reel   second=0.08 assumed-second=6
    acme.rerank query=0.002
    acme.embed  in=0.8 out=0 image-in=0.00006
    acme.watch  in=0 out=7.5 second-in=0.0005 assumed-second-in=60
    amazon.bedrock-guardrails guardrail-content=0.00015 guardrail-topic=0.00015 guardrail-sensitive-information=0.0001
  `),
});

function priced(modelId: string, more: Partial<PricedUsage> = {}) {
  const { cost, assumptions, known } = book.priceOf({ ...usage(modelId, {}), ...more });
  return { cost: formatUsd(cost), assumptions, known };
}

test.each<[string, string, PricedUsage['units'], string, string[]]>([
  ['images by size and quality', 'acme.paint', [{ unit: 'image', count: 3, variant: '1024-premium' }], '0.18', []],
  ['images of one price, whatever their size', 'acme.sketch', [{ unit: 'image', count: 2, variant: '2048' }], '0.06', []],
  ['images of an unknown size as the dearest', 'acme.paint', [{ unit: 'image', count: 1 }], '0.08', ['size-assumed']],
  ['images of a size without a price as the dearest', 'acme.paint', [{ unit: 'image', count: 1, variant: '512' }], '0.08', ['size-assumed']],
  ['nothing that was made as nothing', 'acme.paint', [{ unit: 'image', count: 0 }], '0', []],
  ['an image where the record tells of none', 'acme.sketch', undefined, '0.03', ['image-count-assumed']],
  ['an image of the dearest size where it tells nothing', 'acme.paint', undefined, '0.08', ['image-count-assumed', 'size-assumed']],
  ['seconds of video', 'acme.reel', [{ unit: 'second', count: 12 }], '0.96', []],
  ['seconds by resolution', 'acme.film', [{ unit: 'second', count: 9, variant: '540p' }], '6.75', []],
  ['a video of unknown length as the shortest', 'acme.reel', undefined, '0.48', ['video-length-assumed']],
  ['queries', 'acme.rerank', [{ unit: 'query', count: 3 }], '0.006', []],
  ['one query where the record tells of none', 'acme.rerank', undefined, '0.002', ['query-count-assumed']],
  ['a recording of unknown length at the usual one', 'acme.watch', undefined, '0.03', ['input-media-assumed']],
  ['units of another model as nothing', 'acme.text', [{ unit: 'image', count: 100 }], '0', []],
])('charges %s', (_, modelId, units, cost, assumptions) => {
  expect(priced(modelId, { units })).toEqual({ cost, assumptions, known: true });
});

test('charges tokens and pictures of one embedding together', () => {
  const tokens = { ...NO_TOKENS, input: 1_000 };
  expect(priced('acme.embed', { tokens, units: [{ unit: 'image-in', count: 2 }] })).toEqual({ cost: '0.00092', assumptions: [], known: true });
  // Counted text: there may have been a picture beside it, which the record would not tell.
  expect(priced('acme.embed', { tokens })).toEqual({ cost: '0.0008', assumptions: ['input-media-assumed'], known: true });
  expect(priced('acme.embed')).toEqual({ cost: '0.00006', assumptions: ['input-media-assumed'], known: true });
});

test('a call that failed took nothing', () => {
  for (const modelId of ['acme.paint', 'acme.reel', 'acme.rerank', 'acme.embed']) {
    expect(priced(modelId, { errorCode: 'ThrottlingException' })).toEqual({ cost: '0', assumptions: [], known: true });
  }
});

test('batch jobs of images cost half', () => {
  expect(priced('acme.sketch', { batch: true, units: [{ unit: 'image', count: 1 }] })).toEqual({ cost: '0.015', assumptions: ['service-tier-priced-by-ratio'], known: true });
});

describe('guardrails', () => {
  const units: PricedUsage['units'] = [{ unit: 'guardrail-content', count: 2 }, { unit: 'guardrail-sensitive-information', count: 3 }];

  test('are billed beside the model, also where they kept it from answering', () => {
    expect(priced('acme.text', { tokens: { ...NO_TOKENS, input: 100 }, units })).toEqual({ cost: '0.0016', assumptions: [], known: true });
    expect(priced('acme.text', { units })).toEqual({ cost: '0.0006', assumptions: [], known: true });
  });

  test('whatever the tier of the call', () => {
    expect(priced('acme.text', { units, serviceTier: 'flex' }).cost).toBe('0.0006');
  });

  test('stand in the charge by their policies', () => {
    const { costs, prices } = book.priceOf({ ...usage('acme.text', {}), units });
    expect(costs).toEqual({ 'guardrail-content': 300_000_000n, 'guardrail-sensitive-information': 300_000_000n });
    expect(prices['guardrail-content']).toBe(150_000_000n);
  });

  test('of which none were used are not told of', () => {
    expect(priced('acme.text', { tokens: { ...NO_TOKENS, input: 100 }, units: [{ unit: 'guardrail-grounding', count: 0 }] })).toEqual({ cost: '0.001', assumptions: [], known: true });
  });

  test('stand in the charge beside the tokens and units of the model, with their prices', () => {
    const { costs, prices, cost } = book.priceOf({ ...usage('acme.embed', { input: 10 }), units: [...units!, { unit: 'image-in', count: 2 }] });
    expect(costs).toEqual({ 'input': 8_000_000n, 'image-in': 120_000_000n, 'guardrail-content': 300_000_000n, 'guardrail-sensitive-information': 300_000_000n });
    expect(prices).toEqual({
      'input': 800_000n,
      'output': 0n,
      'cacheRead': 800_000n,
      'cacheWrite5m': 800_000n,
      'cacheWrite1h': 800_000n,
      'image-in': 60_000_000n,
      'guardrail-content': 150_000_000n,
      'guardrail-sensitive-information': 100_000_000n,
    });
    expect(cost).toBe(728_000_000n);
  });

  test('are charged at what the user says, and nowhere without a price in that region', () => {
    const own = new PriceBook({
      embedded: parsePriceTable('2026-01', 'acme.text in=10 out=50\namazon.bedrock-guardrails eu-west-1 guardrail-content=0.0002'),
      overrides: parsePriceOverrides('amazon.bedrock-guardrails us-east-1 guardrail-content=0.0001'),
    });
    const inRegion = (region: string) => {
      const { cost, assumptions } = own.priceOf({ ...usage('acme.text', { input: 100 }, { region, serviceTier: 'default' }), units: [{ unit: 'guardrail-content', count: 1 }] });
      return [formatUsd(cost), ...assumptions];
    };
    expect(['us-east-1', 'eu-west-1', 'us-west-2'].map(inRegion)).toEqual([['0.0011'], ['0.0012', 'regional-price-unknown'], ['0.001', 'guardrail-price-unknown']]);
  });

  test('without a price are told of', () => {
    expect(priced('acme.text', { units: [{ unit: 'guardrail-automated-reasoning', count: 1 }] })).toEqual({ cost: '0', assumptions: ['guardrail-price-unknown'], known: true });
    expect(priced('acme.text', { units: [...units!, { unit: 'guardrail-grounding', count: 1 }] })).toEqual({ cost: '0.0006', assumptions: ['guardrail-price-unknown'], known: true });
  });
});

describe('an unknown model without tokens', () => {
  test('is charged as an image of the dearest image model of its provider', () => {
    expect(priced('acme.hologram')).toEqual({ cost: '0.08', assumptions: ['unknown-model', 'no-tokens-in-record', 'image-count-assumed', 'size-assumed'], known: false });
    expect(priced('acme.hologram', { units: [{ unit: 'image', count: 2, variant: '1024' }] }).cost).toBe('0.08');
  });

  test('is charged as text where there is no image model to stand in', () => {
    const text = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.text in=10 out=50') });
    const { cost, pricedAs, assumptions } = text.priceOf(usage('acme.hologram', {}));
    expect([formatUsd(cost), pricedAs, assumptions]).toEqual(['0', 'acme.text', ['unknown-model', 'no-tokens-in-record', 'nothing-counted']]);
  });

  test('is kept apart from the same model with tokens, and from one that failed', () => {
    const one = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.text in=10 out=50\nacme.paint image=0.05') });
    const charged = (more: Partial<PricedUsage>) => {
      const { cost, pricedAs, assumptions } = one.priceOf({ ...usage('acme.hologram', {}), ...more });
      return [formatUsd(cost), pricedAs, assumptions.join()];
    };
    for (let round = 0; round < 2; round += 1) {
      expect(charged({})).toEqual(['0.05', 'acme.paint', 'unknown-model,no-tokens-in-record,image-count-assumed']);
      expect(charged({ tokens: { ...NO_TOKENS, cacheWrite1h: 1_000 } })).toEqual(['0.01', 'acme.text', 'unknown-model,cache-write-priced-as-input']);
      expect(charged({ errorCode: 'ThrottlingException' })).toEqual(['0', 'acme.text', 'unknown-model']);
    }
  });

  test('costs nothing where the call failed', () => {
    expect(priced('acme.hologram', { errorCode: 'ValidationException' })).toMatchObject({ cost: '0', known: false });
  });
});
