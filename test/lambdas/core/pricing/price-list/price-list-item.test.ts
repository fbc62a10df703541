import * as fc from 'fast-check';
import { usd } from '../../../../../src/lambdas/core/money';
import { PriceListItemError, readPriceListItem } from '../../../../../src/lambdas/core/pricing/price-list/price-list-item';
import { SERVICE_CODES, ServiceCode } from '../../../../../src/lambdas/core/pricing/price-list/service-codes';
import { errorOf } from '../../builders';
import { fixture, item, listing } from './price-list';

const NOVA = { model: 'Nova Pro', feature: 'On-demand Inference', inferenceType: 'Input tokens' };

/** `amazon.nova-pro-v1:0 us-east-1@batch input 0.4`, or why the item says nothing. */
function read(json: string): string {
  const reading = readPriceListItem(json);
  return 'ignored' in reading
    ? reading.ignored
    : reading.prices.map(({ modelId, place, mode, kind, usd: price }) => `${modelId} ${place}${mode ? `@${mode}` : ''} ${kind} ${price}`).join(', ');
}

test.each(SERVICE_CODES.map(code => [code]))('the items of %s', (code: ServiceCode) => {
  const lines = fixture(code).map(json => `${JSON.parse(json).product.attributes.usagetype}: ${read(json)}`);
  expect(lines).toMatchSnapshot();
});

describe('the tier of a price', () => {
  test.each([
    ['none at all', 'USE1-NovaPro-input-tokens', {}, 'us-east-1'],
    ['the inference type', 'USE1-NovaPro-input-tokens', { inferenceType: 'Input tokens flex' }, 'us-east-1@flex'],
    ['the feature', 'USE1-NovaPro-input-tokens', { feature: 'BatchInference' }, 'us-east-1@batch'],
    ['the feature in two words', 'USE1-NovaPro-input-tokens', { feature: 'Batch Inference' }, 'us-east-1@batch'],
    ['the usage type', 'USE1-NovaPro-input-tokens-priority', {}, 'us-east-1@priority'],
    ['the attribute', 'USE1-NovaPro-input-tokens', { service_tier: 'Flex' }, 'us-east-1@flex'],
    ['the attribute, with the place', 'USE1-NovaPro-input-tokens', { service_tier: 'global-flex' }, 'global@flex'],
    ['the inference type, with the place', 'USE1-NovaPro-input-tokens', { inferenceType: 'Input tokens global' }, 'global'],
    ['batch by the usage type, whatever the type says', 'USE1-NovaPro-input-tokens-batch', { inferenceType: 'Input tokens priority' }, 'us-east-1@batch'],
    ['the attribute before the inference type', 'USE1-NovaPro-input-tokens', { service_tier: 'priority', inferenceType: 'Input tokens flex' }, 'us-east-1@priority'],
    ['anything rather than a standard that contradicts it', 'USE1-NovaPro-input-tokens-standard', { feature: 'Batch Inference' }, 'us-east-1@batch'],
  ])('follows from %s', (_, usage, attributes, where) => {
    expect(read(item({ usage, attributes: { ...NOVA, ...attributes } }))).toBe(`amazon.nova-pro-v1:0 ${where} input 1`);
  });
});

describe('the price', () => {
  test.each([
    ['1K tokens', '0.0008', '0.8'],
    ['1M tokens', '0.8', '0.8'],
    ['1000 tokens', '0.0008', '0.8'],
    ['10K tokens', '0.008', '0.8'],
    ['Tokens', '0.0000008', '0.8'],
    ['1K tokens', '0.0000000350', '0.000035'],
  ])('by %s at %s is %s for a million', (unit, usdPerUnit, perMillion) => {
    expect(read(item({ usage: 'USE1-NovaPro-input-tokens', unit, usd: usdPerUnit, attributes: NOVA }))).toBe(`amazon.nova-pro-v1:0 us-east-1 input ${perMillion}`);
  });

  test('of a thousand tokens is exact for a million', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 13n }), tenBillionths => {
      const text = `${tenBillionths / 10n ** 10n}.${String(tenBillionths % 10n ** 10n).padStart(10, '0')}`;
      const reading = readPriceListItem(item({ usage: 'USE1-NovaPro-input-tokens', usd: text, attributes: NOVA }));
      expect('prices' in reading && usd(reading.prices[0].usd)).toBe(usd(text) * 1000n);
    }));
  });

  test('of a unit that is listed by the thousand is exact for one', () => {
    const audio = item({ usage: 'USE1-NovaMultiModalEmbeddings-input-audio-second', unit: '1K seconds', usd: '0.14' });
    expect(read(audio)).toBe('amazon.nova-2-multimodal-embeddings-v1:0 us-east-1 second-in:audio 0.00014');
  });

  test('is every one that an item lists', () => {
    const twice = JSON.parse(item({ usage: 'USE1-NovaPro-input-tokens', usd: '0.001', attributes: NOVA }));
    twice.terms.OnDemand.Another = { priceDimensions: { D: { unit: '1K tokens', pricePerUnit: { USD: '0.002' } } } };
    expect(read(JSON.stringify(twice))).toBe('amazon.nova-pro-v1:0 us-east-1 input 1, amazon.nova-pro-v1:0 us-east-1 input 2');
  });
});

describe('the region of a price', () => {
  test.each([
    ['its attribute', { usage: 'EUC1-NovaPro-input-tokens', attributes: { ...NOVA, regionCode: 'eu-west-3' } }, 'eu-west-3'],
    ['its usage type', { usage: 'EUC1-NovaPro-input-tokens', attributes: { ...NOVA, regionCode: null } }, 'eu-central-1'],
    ['its description', { usage: 'XYZ9-NovaPro-input-tokens', description: 'software usage|ap-southeast-5|for tokens', attributes: { ...NOVA, regionCode: '' } }, 'ap-southeast-5'],
  ])('follows from %s', (_, options, region) => {
    expect(readPriceListItem(item(options))).toMatchObject({ region });
  });

  test('is asked of nobody who does not know it', () => {
    expect(read(item({ usage: 'XYZ9-NovaPro-input-tokens', attributes: { ...NOVA, regionCode: null } }))).toBe('no-region');
  });
});

describe('the model', () => {
  test.each([
    ['a name with blanks around', { usage: 'USE1-x-input-tokens', attributes: { model: ' Nova Lite ' } }, 'amazon.nova-lite-v1:0'],
    ['a Titan', { usage: 'USE1-x-input-tokens', attributes: { titanModel: 'Titan Text G1 Express', model: null } }, 'amazon.titan-text-express-v1'],
    ['a name that is an id', { usage: 'USE1-x-input-tokens', attributes: { model: 'xai.grok-4.3' } }, 'xai.grok-4.3'],
    ['the id of mantle where it has a price of its own', { usage: 'USE1-openai.gpt-oss-20b-mantle-input-tokens-standard', attributes: { model: 'gpt-oss-20b' } }, 'openai.gpt-oss-20b'],
    ['the name where the id of mantle is none', { usage: 'USE1-zai.glm5-mantle-input-tokens-standard', attributes: { model: 'GLM 5' } }, 'zai.glm-5'],
    ['the id of mantle where the name is new', { usage: 'USE1-moonshotai.kimi-k9-mantle-input-tokens-standard', attributes: { model: 'Kimi K9' } }, 'moonshotai.kimi-k9'],
  ])('is known by %s', (_, options, id) => {
    expect(readPriceListItem(item(options))).toMatchObject({ prices: [{ modelId: id }] });
  });

  test.each([
    ['in other letters', 'nova pro'],
    ['with something behind', 'Nova Pro Max'],
    ['of an unknown provider', 'acme.nova-pro'],
    ['that every object has', 'constructor'],
  ])('is not known by a name %s', (_, model) => {
    expect(readPriceListItem(item({ usage: 'USE1-x-input-tokens', attributes: { model } }))).toEqual({ ignored: 'unknown-model', name: model });
  });

  test('has its prices under all of its ids', () => {
    expect(read(item({ usage: 'USE1-x-output-tokens', attributes: { model: 'Kimi K2 Thinking' } })))
      .toBe('moonshotai.kimi-k2-thinking us-east-1 output 1, moonshot.kimi-k2-thinking us-east-1 output 1');
  });

  test('without a name is not guessed from its usage type', () => {
    expect(readPriceListItem(item({ usage: 'USE1-SomethingPro-input-tokens' }))).toEqual({ ignored: 'unknown-model', name: 'USE1-SomethingPro-input-tokens' });
  });
});

describe('what is counted', () => {
  test.each([
    ['USE1-NovaPro-cache-write-input-token-count', 'cacheWrite5m'],
    ['USE1-NovaPro-cache-write-input-token-count-1-hour', 'cacheWrite1h'],
    ['USE1-openai.gpt-5.6-sol-mantle-cache-write-tokens-30m-standard', 'cacheWrite5m'],
    ['USE1-anthropic.claude-opus-5-mantle-cache-write-tokens-1h-standard', 'cacheWrite1h'],
    ['USE1-anthropic.claude-opus-5-mantle-cache-read-tokens-standard', 'cacheRead'],
    ['USE1-NovaPro-text-output-tokens', 'output'],
    ['USE1-NovaPro-input-text-token-count', 'input'],
  ])('in %s is %s', (usage, kind) => {
    expect(readPriceListItem(item({ usage, attributes: { model: 'Nova Pro' } }))).toMatchObject({ prices: [{ kind }] });
  });

  test.each([
    ['USW2-Ray-V2-Medfps-HDRes', 'Second', { model: 'Ray v2', inferenceType: 'Video' }, 'luma.ray-v2:0 us-east-1 second:720p 0.001'],
    ['USW2-Ray-V2-Medfps-StandardRes', 'Second', { model: 'Ray v2' }, 'luma.ray-v2:0 us-east-1 second:540p 0.001'],
    ['USE1-NovaMultiModalEmbeddings-input-document-image', 'Images Processed', {}, 'amazon.nova-2-multimodal-embeddings-v1:0 us-east-1 image-in:document 0.001'],
    ['USE1-TitanEmbeddingsG1-Image-input-image', 'Images Processed', {}, 'amazon.titan-embed-image-v1 us-east-1 image-in 0.001'],
    ['USE1-NovaReel-T2V-Medfps-HDRes', 'Second', { model: 'Nova Reel' }, 'amazon.nova-reel-v1:0 us-east-1 second 0.001, amazon.nova-reel-v1:1 us-east-1 second 0.001'],
    ['USE1-MP:USE1_InputVideoSecond-Units', 'Units', { servicename: 'TwelveLabs Pegasus 1.2 (Amazon Bedrock Edition)' }, 'twelvelabs.pegasus-1-2-v1:0 us-east-1 second-in 0.001'],
    ['USE1-MP:USE1_InputVideoSecond_Batch-Units', 'Units', { servicename: 'TwelveLabs Marengo Embed 3.0 (Amazon Bedrock Edition)' }, 'twelvelabs.marengo-embed-3-0-v1:0 us-east-1@batch second-in:video 0.001'],
    ['USE1-NovaMultiModalEmbeddings-input-standard-image-batch', 'Images Processed', {}, 'amazon.nova-2-multimodal-embeddings-v1:0 us-east-1@batch image-in 0.001'],
    ['USE1-AmazonRerank-v1-searchunits', 'Search Units', { feature: 'Batch Inference' }, 'amazon.rerank-v1:0 us-east-1@batch query 0.001'],
    ['USE1-Guardrail-ContentPolicyImageUnitsConsumed', 'Images Processed', {}, 'amazon.bedrock-guardrails us-east-1 guardrail-content-image 0.001'],
    ['Guardrail-TopicPolicyUnitsConsumed', 'TextUnit', {}, 'amazon.bedrock-guardrails us-east-1 guardrail-topic 0.001'],
  ])('in %s by %s is known', (usage, unit, attributes, prices) => {
    expect(read(item({ usage, unit, attributes }))).toBe(prices);
  });
});

describe('nothing is made of', () => {
  test.each([
    ['reserved capacity', item({ usage: 'USE1-NovaPro-input-tokens', attributes: { ...NOVA, feature: 'Reserved 1 month' } }), 'other-feature'],
    ['a feature of tomorrow', item({ usage: 'USE1-NovaPro-input-tokens', attributes: { ...NOVA, feature: 'Dream Inference' } }), 'other-feature'],
    ['a word of tomorrow', item({ usage: 'USE1-NovaPro-input-tokens-turbo', attributes: NOVA }), 'unknown-dimension'],
    ['two tiers at once', item({ usage: 'USE1-NovaPro-input-tokens-batch-flex', attributes: NOVA }), 'unknown-dimension'],
    ['an inference type of tomorrow', item({ usage: 'USE1-NovaPro-input-tokens', attributes: { ...NOVA, inferenceType: 'Dreamt tokens' } }), 'unknown-dimension'],
    ['an hour of input', listing('Claude Opus 5', 'input_tokens_1h_standard', '5'), 'unknown-dimension'],
    ['the former name of a cache read', listing('OpenAI GPT-5.6 Terra', 'cached_input_tokens_standard', '0.25'), 'unknown-dimension'],
    ['images that are counted in tokens', item({ usage: 'USE1-Nova2.0Pro-input-image-token-count', attributes: { model: 'Nova 2.0 Pro' } }), 'other-modality'],
    ['speech that only its type tells', item({ usage: 'USE1-x-input-tokens', attributes: { ...NOVA, inferenceType: 'Speech Understanding input token' } }), 'other-modality'],
    ['output that its type calls input', item({ usage: 'USE1-NovaPro-output-tokens', attributes: NOVA }), 'contradictory'],
    ['input that its feature calls a cache read', item({ usage: 'USE1-NovaPro-input-tokens', attributes: { ...NOVA, featuretype: 'Prompt cache read' } }), 'contradictory'],
    ['batch in a long context', item({ usage: 'USE1-NovaPro-input-tokens-long-context-batch', attributes: NOVA }), 'combination'],
    ['images in two tiers at once', item({ usage: 'USE1-NovaMultiModalEmbeddings-input-standard-image-batch-flex', unit: 'Image' }), 'unknown-dimension'],
    ['images of an unknown model', item({ usage: 'USE1-x', unit: 'image', attributes: { model: 'Painter', inferenceType: 'T2I 512 Standard' } }), 'unknown-model'],
    ['tokens by the image', item({ usage: 'USE1-NovaPro-input-tokens', unit: 'image', attributes: NOVA }), 'unknown-unit'],
    ['tokens by a number that does not divide a million', item({ usage: 'USE1-NovaPro-input-tokens', unit: '7 tokens', attributes: NOVA }), 'unknown-unit'],
    ['native tokens by units', item({ usage: 'USE1-NovaPro-input-tokens', unit: 'Units', attributes: NOVA }), 'unknown-unit'],
    ['videos by the piece', item({ usage: 'USE1-NovaCanvas-T2I', unit: '1K tokens', attributes: { model: 'Nova Canvas', inferenceType: 'T2I 1024 Standard' } }), 'unknown-unit'],
    ['a family of models', listing('Claude', 'InputTokenCount', '8'), 'not-priced-here'],
    ['no price on demand', item({ usage: 'USE1-NovaPro-input-tokens', attributes: NOVA }).replace('"OnDemand"', '"Reserved"'), 'not-on-demand'],
    ['yuan', item({ usage: 'CNN1-NovaPro-input-tokens', attributes: NOVA }).replace('"USD"', '"CNY"'), 'other-currency'],
  ])('%s', (_, json, reason) => {
    expect(read(json)).toBe(reason);
  });

  test.each([
    ['what is no JSON', 'USD 5', 'is no JSON'],
    ['what has another shape', '{"product":{}}', 'another shape: product.attributes, terms'],
    ['a price that is no number', item({ usage: 'USE1-NovaPro-input-tokens', usd: 'NaN', attributes: NOVA }), 'a price of input is "NaN": not a decimal'],
    ['a price below zero', item({ usage: 'USE1-NovaPro-input-tokens', usd: '-1', attributes: NOVA }), 'below zero'],
    ['a price of one that is too fine', item({ usage: 'USE1-NovaMultiModalEmbeddings-input-video-second', unit: '1K seconds', usd: '0.0000000001' }), 'too fine'],
  ])('%s: it is reported', (_, json, problem) => {
    const error = errorOf(() => readPriceListItem(json));
    expect(error).toBeInstanceOf(PriceListItemError);
    expect(error.message).toContain(problem);
  });
});

describe('an item of another shape', () => {
  const good = () => JSON.parse(item({ usage: 'USE1-NovaPro-input-tokens', attributes: NOVA }));
  const dimension = (found: any) => found.terms.OnDemand['SKU.T'].priceDimensions['SKU.T.D'];

  test.each<[string, (found: any) => void, string]>([
    ['is none at all', found => { delete found.product; delete found.terms; }, 'product, terms'],
    ['has no attributes', found => { delete found.product.attributes; }, 'product.attributes'],
    ['has no usage type', found => { delete found.product.attributes.usagetype; }, 'product.attributes.usagetype'],
    ['has no terms', found => { delete found.terms; }, 'terms'],
    ['has terms on demand that are none', found => { found.terms.OnDemand = 'free'; }, 'terms.OnDemand'],
    ['has no dimensions', found => { delete found.terms.OnDemand['SKU.T'].priceDimensions; }, 'terms.OnDemand.SKU.T.priceDimensions'],
    ['has no price', found => { delete dimension(found).pricePerUnit; }, 'terms.OnDemand.SKU.T.priceDimensions.SKU.T.D.pricePerUnit'],
    ['has a price that is no text', found => { dimension(found).pricePerUnit.USD = 1; }, 'terms.OnDemand.SKU.T.priceDimensions.SKU.T.D.pricePerUnit.USD'],
    ['has a unit that is no text', found => { dimension(found).unit = 1; }, 'terms.OnDemand.SKU.T.priceDimensions.SKU.T.D.unit'],
    ['has a description that is no text', found => { dimension(found).description = 1; }, 'terms.OnDemand.SKU.T.priceDimensions.SKU.T.D.description'],
    ...['regionCode', 'servicename', 'model', 'titanModel', 'feature', 'featuretype', 'inferenceType', 'service_tier'].map((name): [string, (found: any) => void, string] =>
      [`has a ${name} that is no text`, found => { found.product.attributes[name] = 7; }, `product.attributes.${name}`]),
  ])('that %s is named by its path', (_, broken, path) => {
    const found = good();
    broken(found);
    const error = errorOf(() => readPriceListItem(JSON.stringify(found)));
    expect([error.name, error.message]).toEqual(['PriceListItemError', `an item of the price list has another shape: ${path}`]);
  });

  test.each(['regionCode', 'servicename', 'titanModel', 'feature', 'featuretype', 'inferenceType', 'service_tier'])('without a %s is read by the rest', name => {
    for (const nothing of [undefined, null]) {
      const found = good();
      found.product.attributes[name] = nothing;
      expect(read(JSON.stringify(found))).toBe('amazon.nova-pro-v1:0 us-east-1 input 1');
    }
  });

  test('that is no JSON says why', () => {
    const error = errorOf(() => readPriceListItem('{'));
    expect([error.name, error.message, (error.cause as Error).name]).toEqual(['PriceListItemError', 'an item of the price list is no JSON', 'SyntaxError']);
  });

  test('is named by as many paths as fit, and a price by as much of it', () => {
    const found = good();
    found.product.attributes = Object.fromEntries(['regionCode', 'servicename', 'model', 'titanModel', 'feature', 'featuretype', 'inferenceType', 'service_tier'].map(name => [name, 7]));
    const error = errorOf(() => readPriceListItem(JSON.stringify(found)));
    expect(error.message).toHaveLength('an item of the price list has another shape: '.length + 200);
    const price = item({ usage: 'USE1-NovaPro-input-tokens', usd: `-${'1'.repeat(60)}`, attributes: NOVA });
    expect(errorOf(() => readPriceListItem(price)).message).toBe(`a price of input is "-${'1'.repeat(39)}": below zero, or too fine to be counted by one`);
  });
});

test.each([
  ['input', 'Input tokens', ''], ['input', 'Text Input Token', ''], ['input', 'input text token count batch', ''], ['input', '', ''],
  ['output', 'Output tokens priority', ''], ['output', 'text output token', ''], ['output', 'output text token count', ''],
  ['cache-read-input', 'Prompt cache read input tokens', 'Prompt cache read'], ['cache-read-input', 'cache read token', ''], ['cache-read-input', 'Input tokens', ''], ['cache-read-input', 'cache read input token', ''],
  ['cache-write-input', 'Prompt cache write input tokens', 'Prompt cache write 5m'], ['cache-write-input', 'cache write tokens flex', ''], ['cache-write-input', 'cache write input token', ''],
])('%s tokens agree with "%s" and "%s"', (counted, inferenceType, featuretype) => {
  expect(read(item({ usage: `USE1-NovaPro-${counted}-tokens`, attributes: { model: 'Nova Pro', inferenceType, featuretype } }))).toMatch(/^amazon\.nova-pro-v1:0 us-east-1(@\w+)? \w+ 1$/);
});

test.each([
  ['input', 'Output tokens', ''], ['output', 'Input tokens', ''], ['output', 'cache read token', ''], ['cache-read-input', 'cache write token', ''], ['cache-write-input', 'cache read token', ''],
  ['cache-read-input', 'Input tokens', 'Prompt cache write'], ['cache-write-input', '', 'prompt cache read'], ['output', '', 'Prompt cache write'],
])('%s tokens contradict "%s" and "%s"', (counted, inferenceType, featuretype) => {
  expect(read(item({ usage: `USE1-NovaPro-${counted}-tokens`, attributes: { model: 'Nova Pro', inferenceType, featuretype } }))).toBe('contradictory');
});

test.each([
  ['On-demand Inference', 'amazon.nova-pro-v1:0 us-east-1 input 1'], ['on-demandInference', 'amazon.nova-pro-v1:0 us-east-1 input 1'], ['Batch Inference', 'amazon.nova-pro-v1:0 us-east-1@batch input 1'], ['', 'amazon.nova-pro-v1:0 us-east-1 input 1'],
  ['Model Customization', 'other-feature'], ['provisioned throughput, 1 month', 'other-feature'], ['Reserved', 'other-feature'], ['A Reserved Batch Inference', 'other-feature'],
])('the feature "%s" makes of input: %s', (feature, expected) => {
  expect(read(item({ usage: 'USE1-NovaPro-input-tokens', attributes: { model: 'Nova Pro', feature } }))).toBe(expected);
});

test.each([
  'NovaPro-ProvisionedThroughput-x', 'NovaPro-Reserved', 'NovaPro-Customization', 'NovaPro-CacheStorage', 'NovaPro-Custom-input-tokens', 'custom-model-x', 'DataAutomation-x', 'optimizePrompt', 'Grounding-x', 'WebSearch', 'NovaPro-InputTPM',
])('%s is no price of a call', usage => {
  expect(read(item({ usage: `USE1-${usage}`, attributes: NOVA }))).toBe('other-feature');
});
