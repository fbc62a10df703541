import { formatUsd, timesTokens, usd } from '../../../../src/lambdas/core/money';
import { EMBEDDED_PRICES, embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { EMBEDDED_PRICE_ROWS, EMBEDDED_PRICE_SOURCES, EMBEDDED_PRICES_VERSION } from '../../../../src/lambdas/core/pricing/embedded-prices.generated';
import { KNOWN_PROVIDERS, providerOf } from '../../../../src/lambdas/core/pricing/model-id';
import { PricedUsage } from '../../../../src/lambdas/core/pricing/price-catalog';
import { ModelPrices } from '../../../../src/lambdas/core/pricing/price-table';
import { ListPrice } from '../../../../src/lambdas/core/pricing/token-prices';
import { UnitCount } from '../../../../src/lambdas/core/pricing/units';
import { usage } from './usage';

const catalog = embeddedCatalog();
const models = [...EMBEDDED_PRICES.models.values()];
const rows = models.flatMap(({ id, list, regional, modes }) => [
  ...(list ? [{ id, where: '*', price: list }] : []),
  ...[...regional, ...modes].map(([where, price]) => ({ id, where, price })),
]);

const KINDS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

/** A call that tells how many images, seconds and queries it had: none, if nothing else is said. */
const NO_UNITS: readonly UnitCount[] = (['image', 'second', 'image-in', 'second-in', 'query'] as const).map(unit => ({ unit, count: 0 }));

/** What a million tokens cost: input, output, cache read, 5-minute and 1-hour cache write. Stated apart from the catalog. */
const WELL_KNOWN: [modelId: string, region: string, input: string, output: string, cacheRead?: string, write5m?: string, write1h?: string][] = [
  ['global.anthropic.claude-fable-5-1', 'us-east-1', '10', '50', '0.25', '12.5', '20'],
  ['us.anthropic.claude-fable-5-1', 'us-east-1', '11', '55', '0.275', '13.75', '22'],
  ['eu.anthropic.claude-fable-5', 'eu-west-1', '11', '55', '1.1', '13.75', '22'],
  ['global.anthropic.claude-opus-5-5', 'us-west-2', '4', '20', '0.2', '5', '8'],
  ['us.anthropic.claude-opus-5-5', 'us-west-2', '4.4', '22', '0.22', '5.5', '8.8'],
  ['global.anthropic.claude-opus-5', 'us-east-1', '5', '25', '0.5', '6.25', '10'],
  ['jp.anthropic.claude-opus-5', 'ap-northeast-1', '5.5', '27.5', '0.55', '6.875', '11'],
  ['anthropic.claude-opus-4-8', 'us-east-1', '5.5', '27.5', '0.55', '6.875', '11'],
  ['au.anthropic.claude-opus-4-7', 'ap-southeast-2', '5.5', '27.5', '0.55', '6.875', '11'],
  ['global.anthropic.claude-opus-4-6-v1', 'us-west-2', '5', '25', '0.5', '6.25', '10'],
  ['eu.anthropic.claude-opus-4-5-20251101-v1:0', 'eu-central-1', '5.5', '27.5', '0.55', '6.875', '11'],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'us-east-1', '15', '75', '1.5', '18.75', '30'],
  ['us.anthropic.claude-opus-4-20250514-v1:0', 'us-east-1', '15', '75', '1.5', '18.75', '30'],
  ['global.anthropic.claude-sonnet-5-5', 'us-east-1', '2', '10', '0.2', '2.5', '4'],
  ['us.anthropic.claude-sonnet-5-5', 'us-east-1', '2.2', '11', '0.22', '2.75', '4.4'],
  ['us.anthropic.claude-sonnet-5', 'us-east-1', '2.2', '11', '0.22', '2.75', '4.4'],
  ['global.anthropic.claude-sonnet-4-6', 'us-east-1', '3', '15', '0.3', '3.75', '6'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1', '3.3', '16.5', '0.33', '4.125', '6.6'],
  ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu-north-1', '3', '15', '0.3', '3.75', '6'],
  ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-gov-west-1', '3.6', '18', '0.36', '4.5', '7.2'],
  ['global.anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1', '3', '15', '0.3', '3.75', '6'],
  ['apac.anthropic.claude-sonnet-4-20250514-v1:0', 'ap-south-1', '3', '15', '0.3', '3.75', '6'],
  ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1', '1', '5', '0.1', '1.25', '2'],
  ['jp.anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-northeast-1', '1.1', '5.5', '0.11', '1.375', '2.2'],
  ['in.anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-south-1', '1.1', '5.5', '0.11', '1.375', '2.2'],
  ['anthropic.claude-haiku-4-5-20251001-v1:0', 'us-gov-east-1', '1.2', '6', '0.12', '1.5', '2.4'],
  ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'us-east-1', '3', '15', '0.3', '3.75', '6'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'us-west-2', '3', '15', '0.3', '3.75', '6'],
  ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'us-gov-west-1', '3.6', '18', '0.36', '4.5', '7.2'],
  ['eu.anthropic.claude-3-5-haiku-20241022-v1:0', 'eu-west-1', '0.8', '4', '0.08', '1', '1.6'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'us-east-1', '0.25', '1.25', '0.025', '0.3125'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'us-gov-west-1', '0.3', '1.5', '0.03', '0.375'],
  ['anthropic.claude-3-opus-20240229-v1:0', 'us-west-2', '15', '75', '1.5', '18.75'],
  ['anthropic.claude-instant-v1', 'eu-central-1', '2.48', '8.38'],
  ['us.amazon.nova-premier-v1:0', 'us-east-1', '2.5', '12.5', '0.625'],
  ['amazon.nova-pro-v1:0', 'us-east-1', '0.8', '3.2', '0.2'],
  ['amazon.nova-pro-v1:0', 'ap-northeast-1', '0.96', '3.84', '0.24'],
  ['eu.amazon.nova-pro-v1:0', 'eu-central-1', '1.05', '4.2', '0.2625'],
  ['amazon.nova-pro-v1:0', 'eu-central-1', '1.05', '4.2', '0.2625'],
  ['apac.amazon.nova-pro-v1:0', 'ap-southeast-2', '0.84', '3.36', '0.21'],
  ['us.amazon.nova-lite-v1:0', 'us-east-1', '0.06', '0.24', '0.015'],
  ['apac.amazon.nova-micro-v1:0', 'ap-southeast-2', '0.037', '0.148', '0.00925'],
  ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', '0.042', '0.168', '0.0105'],
  ['eu.amazon.nova-lite-v1:0', 'eu-west-1', '0.069', '0.276', '0.01725'],
  ['eu.amazon.nova-2-lite-v1:0', 'eu-central-1', '0.429', '3.597', '0.10725'],
  ['amazon.nova-2-sonic-v1:0', 'us-east-1', '3', '12'],
  ['amazon.nova-sonic-v1:0', 'us-east-1', '3.4', '13.6'],
  ['us.amazon.nova-micro-v1:0', 'us-east-1', '0.035', '0.14', '0.00875'],
  ['global.amazon.nova-2-lite-v1:0', 'us-east-1', '0.3', '2.5', '0.075'],
  ['us.amazon.nova-2-lite-v1:0', 'us-east-1', '0.33', '2.75', '0.0825'],
  ['us.amazon.nova-2-pro-preview-20251202-v1:0', 'us-east-1', '2.1875', '17.5', '0.546875'],
  ['amazon.titan-text-express-v1', 'us-east-1', '0.2', '0.6'],
  ['amazon.titan-embed-text-v1', 'us-east-1', '0.1', '0'],
  ['amazon.titan-embed-text-v2:0', 'us-east-1', '0.02', '0'],
  ['us.meta.llama4-maverick-17b-instruct-v1:0', 'us-east-1', '0.24', '0.97'],
  ['us.meta.llama4-scout-17b-instruct-v1:0', 'us-east-1', '0.17', '0.66'],
  ['us.meta.llama3-3-70b-instruct-v1:0', 'us-east-1', '0.72', '0.72'],
  ['meta.llama3-1-8b-instruct-v1:0', 'us-west-2', '0.22', '0.22'],
  ['eu.meta.llama3-2-1b-instruct-v1:0', 'eu-west-3', '0.13', '0.13'],
  ['meta.llama3-1-405b-instruct-v1:0', 'us-west-2', '2.4', '2.4'],
  ['meta.llama3-70b-instruct-v1:0', 'sa-east-1', '4.45', '5.88'],
  ['mistral.mistral-large-3-675b-instruct', 'us-east-1', '0.5', '1.5'],
  ['mistral.mistral-large-2402-v1:0', 'eu-west-3', '5.2', '15.6'],
  ['mistral.mistral-large-2407-v1:0', 'us-west-2', '2', '6'],
  ['mistral.mistral-7b-instruct-v0:2', 'eu-west-3', '0.2', '0.26'],
  ['eu.mistral.pixtral-large-2502-v1:0', 'eu-west-1', '2', '6'],
  ['mistral.magistral-small-2509', 'us-east-1', '0.5', '1.5'],
  ['mistral.ministral-3-8b-instruct', 'us-east-1', '0.15', '0.15'],
  ['mistral.devstral-2-123b', 'us-east-1', '0.4', '2'],
  ['cohere.command-r-plus-v1:0', 'us-east-1', '3', '15'],
  ['cohere.embed-v4:0', 'us-east-1', '0.12', '0'],
  ['cohere.embed-english-v3', 'us-east-1', '0.1', '0'],
  ['us.deepseek.r1-v1:0', 'us-east-1', '1.35', '5.4'],
  ['deepseek.v3.2', 'sa-east-1', '0.74', '2.22'],
  ['openai.gpt-oss-120b-1:0', 'us-west-2', '0.15', '0.6'],
  ['openai.gpt-oss-120b-1:0', 'eu-west-2', '0.23', '0.93'],
  ['global.openai.gpt-5.6-sol', 'us-east-1', '4', '20', '0.4', '5'],
  ['openai.gpt-5.5', 'us-east-1', '5.5', '33', '0.55'],
  ['qwen.qwen3-32b-v1:0', 'us-east-1', '0.15', '0.6'],
  ['zai.glm-5', 'ap-northeast-1', '1.2', '3.84'],
  ['moonshotai.kimi-k2-thinking', 'sa-east-1', '0.73', '3.03'],
  ['global.moonshotai.kimi-k3', 'us-east-1', '3', '15'],
  ['us.xai.grok-4.6', 'us-east-1', '2.2', '6.6', '0.55'],
  ['google.gemma-3-27b-it', 'us-east-1', '0.23', '0.38'],
  ['nvidia.nemotron-nano-9b-v2', 'us-east-1', '0.06', '0.23'],
  ['minimax.minimax-m2.5', 'eu-west-2', '0.47', '1.86'],
  ['ai21.jamba-1-5-large-v1:0', 'us-east-1', '2', '8'],
  ['writer.palmyra-vision-7b', 'us-east-1', '0.15', '0.6'],
  ['twelvelabs.pegasus-1-2-v1:0', 'us-west-2', '0', '7.5'],
  ['us.writer.palmyra-x5-v1:0', 'us-east-1', '0.6', '6'],
];

/** What one unit costs. Stated apart from the catalog. */
const WELL_KNOWN_UNITS: [modelId: string, region: string, unit: UnitCount['unit'], variant: string | undefined, price: string][] = [
  ['amazon.nova-canvas-v1:0', 'us-east-1', 'image', '1024', '0.04'],
  ['amazon.nova-canvas-v1:0', 'eu-west-1', 'image', '1024-premium', '0.06'],
  ['amazon.nova-canvas-v1:0', 'us-east-1', 'image', '2048', '0.06'],
  ['amazon.nova-canvas-v1:0', 'ap-northeast-1', 'image', '2048-premium', '0.08'],
  ['amazon.titan-image-generator-v1', 'us-east-1', 'image', '512', '0.008'],
  ['amazon.titan-image-generator-v2:0', 'us-east-1', 'image', '1024-premium', '0.012'],
  ['stability.sd3-5-large-v1:0', 'us-west-2', 'image', undefined, '0.08'],
  ['stability.stable-image-core-v1:1', 'us-west-2', 'image', undefined, '0.04'],
  ['stability.stable-image-ultra-v1:1', 'us-west-2', 'image', undefined, '0.14'],
  ['us.stability.stable-image-inpaint-v1:0', 'us-east-1', 'image', undefined, '0.07'],
  ['us.stability.stable-creative-upscale-v1:0', 'us-east-1', 'image', undefined, '0.6'],
  ['us.stability.stable-fast-upscale-v1:0', 'us-east-1', 'image', undefined, '0.03'],
  ['stability.stable-diffusion-xl-v1', 'us-east-1', 'image', '1024-premium', '0.08'],
  ['amazon.nova-reel-v1:1', 'us-east-1', 'second', '720p', '0.08'],
  ['luma.ray-v2:0', 'us-west-2', 'second', '540p', '0.75'],
  ['luma.ray-v2:0', 'us-west-2', 'second', '720p', '1.5'],
  ['us.twelvelabs.pegasus-1-2-v1:0', 'us-west-2', 'second-in', undefined, '0.00049'],
  ['us.twelvelabs.marengo-embed-2-7-v1:0', 'us-east-1', 'image-in', undefined, '0.0001'],
  ['us.twelvelabs.marengo-embed-3-0-v1:0', 'us-east-1', 'second-in', 'video', '0.0007'],
  ['amazon.titan-embed-image-v1', 'us-east-1', 'image-in', undefined, '0.00006'],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 'us-east-1', 'image-in', undefined, '0.00006'],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 'us-east-1', 'second-in', 'audio', '0.00014'],
  ['cohere.embed-english-v3', 'eu-west-1', 'image-in', undefined, '0.0001'],
  ['cohere.rerank-v3-5:0', 'eu-central-1', 'query', undefined, '0.002'],
  ['amazon.rerank-v1:0', 'us-west-2', 'query', undefined, '0.001'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-content', undefined, '0.00015'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-content-image', undefined, '0.00075'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-topic', undefined, '0.00015'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-sensitive-information', undefined, '0.0001'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-grounding', undefined, '0.0001'],
  ['amazon.nova-pro-v1:0', 'us-east-1', 'guardrail-automated-reasoning', undefined, '0.00017'],
];

/** What a million tokens cost when they are not served in the standard way. Stated apart from the catalog. */
const WELL_KNOWN_MODES: [modelId: string, how: Partial<PricedUsage>, input: string, output: string][] = [
  ['amazon.nova-pro-v1:0', { latencyOptimized: true }, '1', '4'],
  ['us.meta.llama3-1-70b-instruct-v1:0', { latencyOptimized: true }, '0.9', '0.9'],
  ['us.meta.llama3-1-405b-instruct-v1:0', { latencyOptimized: true }, '3', '3'],
  ['amazon.nova-micro-v1:0', { batch: true }, '0.0175', '0.07'],
  ['us.amazon.nova-premier-v1:0', { batch: true }, '1.25', '6.25'],
  ['anthropic.claude-3-haiku-20240307-v1:0', { batch: true }, '0.125', '0.625'],
  ['us.meta.llama4-maverick-17b-instruct-v1:0', { batch: true }, '0.12', '0.485'],
  ['amazon.nova-pro-v1:0', { serviceTier: 'flex' }, '0.4', '1.6'],
  ['zai.glm-5', { serviceTier: 'flex' }, '0.5', '1.6'],
  ['xai.grok-4.3', { serviceTier: 'flex' }, '0.625', '1.25'],
];

describe('well-known ids', () => {
  test.each(WELL_KNOWN.map(([modelId, region, ...stated]) => ({ modelId, region, stated })))('$modelId in $region', ({ modelId, region, stated }) => {
    const found = stated.map((_, index) => {
      // In calls of 100,000 tokens, which stay below every long-context tier.
      const charge = catalog.priceOf(usage(modelId, { [KINDS[index]]: 100_000 }, { region, serviceTier: 'default', units: NO_UNITS }));
      expect(charge).toMatchObject({ known: true, source: 'catalog', assumptions: [] });
      return formatUsd(timesTokens(charge.cost, 10));
    });
    expect(found).toEqual(stated);
  });

  test.each(WELL_KNOWN_UNITS)('%s in %s: %s %s', (modelId, region, unit, variant, price) => {
    const others = NO_UNITS.filter(each => each.unit !== unit);
    const charge = catalog.priceOf(usage(modelId, {}, { region, serviceTier: 'default', units: [...others, { unit, count: 10, ...(variant === undefined ? {} : { variant }) }] }));
    expect(charge).toMatchObject({ known: true, source: 'catalog', assumptions: [] });
    expect(charge.cost).toBe(timesTokens(usd(price), 10));
  });

  test.each(WELL_KNOWN_MODES)('%s, %p', (modelId, how, ...stated) => {
    const found = (['input', 'output'] as const).map(kind => {
      const charge = catalog.priceOf(usage(modelId, { [kind]: 1_000_000 }, how));
      expect(charge).toMatchObject({ known: true, assumptions: [] });
      return formatUsd(charge.cost);
    });
    expect(found).toEqual(stated);
  });

  test('are at least sixty', () => {
    expect(new Set(WELL_KNOWN.map(([modelId]) => modelId)).size).toBeGreaterThanOrEqual(60);
  });
});

describe('the catalog', () => {
  test('has at least 150 models, of all providers', () => {
    const priced = models.filter(({ list, pricedAs }) => list !== undefined && pricedAs === undefined);
    expect(priced.length).toBeGreaterThanOrEqual(150);
    expect(new Set(priced.map(({ id }) => providerOf(id)))).toEqual(KNOWN_PROVIDERS);
  });

  test('has no profiles: ids are those of models', () => {
    expect(models.filter(({ id }) => !KNOWN_PROVIDERS.has(providerOf(id)!))).toEqual([]);
  });

  test('has regions of many models, GovCloud among them', () => {
    const regional = models.filter(({ regional: places }) => places.size > 0);
    expect(regional.length).toBeGreaterThan(30);
    expect(regional.filter(({ regional: places }) => places.has('us-gov')).length).toBeGreaterThan(5);
  });

  test('says of every row where its figures come from, and of which day', () => {
    const codes = EMBEDDED_PRICE_ROWS.trim().split('\n').map(row => / ~([A-Z](?:,[A-Z])*)$/.exec(row)?.[1].split(','));
    expect(codes.length).toBeGreaterThan(250);
    for (const code of codes.flat()) {
      expect(EMBEDDED_PRICE_SOURCES[code!]).toEqual({ name: expect.stringMatching(/./), date: expect.stringMatching(/^(20\d\d-\d\d(-\d\d)?|version \d)/) });
    }
    expect(EMBEDDED_PRICES_VERSION).toMatch(/^20\d\d-\d\d/);
    expect(catalog.version).toBe(EMBEDDED_PRICES_VERSION);
  });

  test('is small enough to be bundled', () => {
    expect(EMBEDDED_PRICE_ROWS.length).toBeLessThanOrEqual(17 * 1024);
  });
});

describe('every row', () => {
  test.each(rows)('$id in $where has sensible prices', ({ price }) => {
    const { units = {}, byUnitAlone: _, ...tokens } = price;
    for (const decimal of Object.values(tokens)) {
      // At most six decimals of a dollar for a million tokens are a whole number of picodollars for one.
      expect(decimal).toMatch(/^\d{1,3}(\.\d{1,6})?$/);
    }
    for (const decimal of Object.values(units)) {
      expect(Number(decimal)).toBeGreaterThan(0);
      expect(Number(decimal)).toBeLessThan(10);
    }
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = numbers(price);
    expect(input > 0 || price.units !== undefined).toBe(true);
    if (output > 0 && input > 0) {
      expect(output).toBeGreaterThanOrEqual(input);
      expect(output).toBeLessThanOrEqual(10 * input);
    }
    if (cacheRead !== undefined) expect(cacheRead).toBeLessThan(input);
    if (cacheWrite5m !== undefined) {
      expect(cacheRead).toBeDefined();
      expect(cacheWrite5m).toBeGreaterThan(input);
      expect(cacheWrite5m).toBeLessThan(2 * input);
    }
    if (cacheWrite1h !== undefined) {
      expect(cacheWrite5m).toBeLessThan(cacheWrite1h);
      expect(cacheWrite1h).toBeCloseTo(2 * input, 9);
    }
  });

  test.each(models.flatMap(({ id, list, regional }) => [...regional].map(([where, price]) => ({ id, where, list: list!, price }))))(
    '$id in $where is within a factor of four of its list price, and hardly ever below', ({ list, price }) => {
      const base = numbers(list);
      const here = numbers(price);
      for (const kind of ['input', 'output'] as const) {
        expect(here[kind]).toBeGreaterThanOrEqual(0.9 * base[kind]);
        expect(here[kind]).toBeLessThanOrEqual(4 * base[kind]);
      }
      // What a model charges for at all it charges for everywhere.
      expect(Object.keys(price)).toEqual(Object.keys(list).filter(kind => kind !== 'cacheWrite1h' || price.cacheWrite1h));
    });

  test.each(models)('the traits of $id fit', (model: ModelPrices) => {
    expect([undefined, 200_000, 271_999]).toContain(model.longContextAbove);
    for (const unit of model.assumedUnits.keys()) {
      expect(Object.keys(model.list?.units ?? {}).some(key => key.startsWith(unit))).toBe(true);
    }
  });

  test.each(models.filter(({ geoPremium }) => geoPremium))('$id costs exactly a tenth more outside of its global profile', ({ id }) => {
    const tokens = { input: 1, output: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 };
    const global = catalog.priceOf(usage(`global.${id}`, tokens)).cost;
    const geo = catalog.priceOf(usage(`us.${id}`, tokens)).cost;
    expect(geo * 10n).toBe(global * 11n);
  });
});

test('every Claude since 3.5 has a price of each kind of cache token', () => {
  const claude = models.filter(({ id }) => id.startsWith('anthropic.claude-') && !/claude-(v|instant|3-(opus|sonnet|haiku))/.test(id));
  expect(claude.length).toBeGreaterThan(15);
  for (const { list } of claude) {
    expect(Object.keys(list!).sort()).toEqual(['cacheRead', 'cacheWrite1h', 'cacheWrite5m', 'input', 'output']);
  }
});

function numbers(price: ListPrice) {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = price;
  const optional = (decimal?: string) => decimal === undefined ? undefined : Number(decimal);
  return {
    input: Number(input),
    output: Number(output),
    cacheRead: optional(cacheRead),
    cacheWrite5m: optional(cacheWrite5m),
    cacheWrite1h: optional(cacheWrite1h),
  };
}
