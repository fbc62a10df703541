import { NAMED_MODELS } from '../../../../src/lambdas/core/pricing/price-list/model-names';
import { readPriceListItem } from '../../../../src/lambdas/core/pricing/price-list/price-list-item';
import { SERVICE_CODES } from '../../../../src/lambdas/core/pricing/price-list/service-codes';
import { GUARDRAILS_ID } from '../../../../src/lambdas/core/pricing/units';
import { billedFor, comparedAs, isBedrock, isMeteredCall } from '../../../../src/lambdas/core/reconciliation/billed-model';
import { FIXTURES } from '../pricing/price-list/price-list';

const REGION = 'us-east-1';
const EDITION = (name: string) => `${name} (Amazon Bedrock Edition)`;
const read = (service: string, usageType: string) => billedFor({ service, usageType }, REGION);

describe('the services that bill Bedrock', () => {
  test.each(['Amazon Bedrock', EDITION('Claude Opus 4.7'), 'Amazon Bedrock AgentCore'])('%s is one', service => {
    expect(isBedrock(service)).toBe(true);
  });

  test.each(['Amazon DynamoDB', 'AWS Lambda', ''])('"%s" is none', service => {
    expect(isBedrock(service)).toBe(false);
  });
});

test.each([
  // of the Marketplace: the name is that of the service
  [EDITION('Claude Opus 4.7'), 'USE1-MP:USE1_input_tokens_standard-Units', 'anthropic.claude-opus-4-7'],
  [EDITION('Claude Opus 4.7'), 'USE1-MP:USE1_cache_write_tokens_1h_standard-Units', 'anthropic.claude-opus-4-7'],
  [EDITION('Claude Sonnet 4.5'), 'USE1-MP:USE1_OutputTokenCount_Global-Units', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  [EDITION('Claude Instant (100K)'), 'USE1-MP:USE1_InputTokenCount-Units', 'anthropic.claude-instant-v1'],
  [EDITION('Cohere Rerank v3.5'), 'USE1-MP:USE1_search_units-Units', 'cohere.rerank-v3-5:0'],
  // of AWS: the name stands in the usage type
  ['Amazon Bedrock', 'USE1-NovaPro-input-tokens', 'amazon.nova-pro-v1:0'],
  ['Amazon Bedrock', 'USE1-NovaPro-cache-read-input-token-count', 'amazon.nova-pro-v1:0'],
  ['Amazon Bedrock', 'USE1-Llama3-3-70B-output-tokens', 'meta.llama3-3-70b-instruct-v1:0'],
  ['Amazon Bedrock', 'USE1-zai.glm5-input-tokens', 'zai.glm-5'],
  ['Amazon Bedrock', 'USE1-Mistral-Large-3-675b-Instruct-input-tokens', 'mistral.mistral-large-3-675b-instruct'],
  ['Amazon Bedrock', 'USE1-Claude4.6Sonnet-cache-write-input-token-count-1-hour', 'anthropic.claude-sonnet-4-6'],
  ['Amazon Bedrock', 'USE1-NovaCanvas-T2I-1024-Standard', 'amazon.nova-canvas-v1:0'],
  ['Amazon Bedrock', 'USE1-AmazonRerank-v1-searchunits', 'amazon.rerank-v1:0'],
  // beside the models that they guard
  ['Amazon Bedrock', 'USE1-Guardrail-ContentPolicyUnitsConsumed', GUARDRAILS_ID],
])('%s, %s: %s', (service, usageType, model) => {
  expect(read(service, usageType)).toEqual({ kind: 'model', model });
});

test.each([
  [EDITION('Claude Opus 4.7'), 'USE1-MP:USE1_input_tokens_batch-Units', 'batch jobs'],
  [EDITION('Claude 3 Haiku'), 'USE1-MP:USE1_MillionBatchInputTokens-Units', 'batch jobs'],
  ['Amazon Bedrock', 'USE1-NovaPro-input-tokens-batch', 'batch jobs'],
  ['Amazon Bedrock', 'USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits', 'capacity, customization and other features'],
  [EDITION('Claude Haiku 4.5'), 'USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units', 'capacity, customization and other features'],
  ['Amazon Bedrock', 'USE1-Grounding-Search', 'capacity, customization and other features'],
  ['Amazon Bedrock', 'USE1-WebSearch-Requests', 'capacity, customization and other features'],
  ['Amazon Bedrock', 'USE1-zai.glm5-mantle-input-tokens-standard', 'bedrock-mantle'],
  ['Amazon Bedrock AgentCore', 'USE1-Runtime-vCPU-Hours', 'Amazon Bedrock AgentCore'],
  ['Amazon Bedrock', 'NovaPro-input-tokens', 'Amazon Bedrock: NovaPro-input-tokens, whose region is not known'],
])('%s, %s: not metered, but told as "%s"', (service, usageType, name) => {
  expect(read(service, usageType)).toEqual({ kind: 'other', name });
});

test.each([
  [EDITION('Claude Opus 9'), 'USE1-MP:USE1_input_tokens_standard-Units', 'Claude Opus 9'],
  ['Amazon Bedrock', 'USE1-Nova9Ultra-input-tokens', 'Nova9Ultra'],
  ['Amazon Bedrock', 'USE1-NovaSonic-text-input-tokens', 'NovaSonic'],
  ['Amazon Bedrock', 'USE1-Nova9Canvas-T2I-1024-Standard', 'Nova9Canvas-T2I-1024-Standard'],
])('%s, %s: a model of a name that nobody knows', (service, usageType, name) => {
  expect(read(service, usageType)).toEqual({ kind: 'unknown-model', name });
});

test.each([
  'USE1-NovaPro-ProvisionedThroughput-x', 'USE1-x-Reserved', 'USE1-Customization-x', 'USE1-x-CacheStorage', 'USE1-x-Custom-y', 'USE1-custom-model-x', 'USE1-DataAutomation-x', 'USE1-optimizePrompt',
  'USE1-Grounding-x', 'USE1-WebSearch', 'USE1-NovaPro-input-TPM', 'USE1-KnowledgeBase-x', 'USE1-Flow-Nodes', 'USE1-datautomation-flow',
])('%s is no call of a model', usageType => {
  expect(read('Amazon Bedrock', usageType)).toEqual({ kind: 'other', name: 'capacity, customization and other features' });
  expect(isMeteredCall(usageType, REGION)).toBe(false);
});

test.each(['Amazon Bedrock', 'Amazon Bedrock Service', 'Amazon Bedrock Foundation Models', 'AmazonBedrock', 'AmazonBedrockService'])('%s bills models of AWS', service => {
  expect(read(service, 'USE1-NovaPro-input-tokens')).toEqual({ kind: 'model', model: 'amazon.nova-pro-v1:0' });
  expect(read(service, 'USE1-MP:USE1_input_tokens_standard-Units')).toEqual({ kind: 'unknown-model', name: `${service}: USE1-MP:USE1_input_tokens_standard-Units` });
});

test('names of listings are read without what stands behind them, and without blanks', () => {
  expect(read('Claude Instant  (100K)  (Amazon Bedrock Edition)', 'USE1-MP:USE1_InputTokenCount-Units')).toEqual({ kind: 'model', model: 'anthropic.claude-instant-v1' });
  expect(read(' Claude Opus 9 (Amazon Bedrock Edition)', 'USE1-MP:USE1_InputTokenCount-Units')).toEqual({ kind: 'unknown-model', name: 'Claude Opus 9' });
  expect(read('Claude (Amazon Bedrock Edition)', 'USE1-MP:USE1_InputTokenCount-Units')).toEqual({ kind: 'unknown-model', name: 'Claude' });
  expect(read('Claude Opus 4.7 (Amazon Bedrock Edition) Plus', 'USE1-MP:USE1_InputTokenCount-Units')).toEqual({ kind: 'other', name: 'Claude Opus 4.7 (Amazon Bedrock Edition) Plus' });
});

test.each([
  ['USE1-NovaPro-input-tokens', true], ['USE1-MP:USE1_input_tokens_standard-Units', true], ['USE1-NovaCanvas-T2I-1024-Standard', true], ['USE1-Nova9Ultra-input-tokens', true],
  ['USE1-Nova9Canvas-T2I-1024-Standard', false], ['USE1-MP:USE1_input_tokens_batch-Units', false], ['USE1-NovaPro-input-tokens-batch', false], ['EUC1-NovaPro-input-tokens', false],
  ['NovaPro-input-tokens', false], ['USE1-zai.glm5-mantle-input-tokens-standard', false], ['USE1-Guardrail-ContentPolicyUnitsConsumed', false], ['USE1-Runtime-vCPU-Hours', false],
])('%s is that of a metered call: %s', (usageType, metered) => {
  expect(isMeteredCall(usageType, REGION)).toBe(metered);
});

test('what was called in another region is metered there', () => {
  expect(read('Amazon Bedrock', 'EUC1-NovaPro-input-tokens')).toEqual({ kind: 'elsewhere' });
  expect(read(EDITION('Claude Opus 4.7'), 'EUC1-MP:EUC1_input_tokens_standard-Units')).toEqual({ kind: 'elsewhere' });
});

test('whatever the price list has a price for is found under the same model on the bill', () => {
  let compared = 0;
  for (const json of SERVICE_CODES.flatMap(code => FIXTURES[code])) {
    const { usagetype: usageType, servicename } = JSON.parse(json).product.attributes;
    const reading = readPriceListItem(json);
    const found = 'prices' in reading ? billedFor({ service: /Edition/.test(servicename) ? servicename : 'Amazon Bedrock', usageType }, reading.region) : undefined;
    if (found?.kind === 'model' && 'prices' in reading) {
      compared += 1;
      expect({ usageType, model: found.model }).toEqual({ usageType, model: comparedAs(reading.prices[0].modelId) });
    } else {
      expect({ usageType, kind: found?.kind }).not.toEqual({ usageType, kind: 'unknown-model' });
    }
  }
  expect(compared).toBeGreaterThan(40);
});

describe('the model of a call', () => {
  test.each([
    ['eu.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['global.anthropic.claude-opus-4-7', 'anthropic.claude-opus-4-7'],
    ['arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus-4-7', 'anthropic.claude-opus-4-7'],
    // one model under several ids
    ['amazon.nova-reel-v1:1', 'amazon.nova-reel-v1:0'],
    ['acme.unheard-of', 'acme.unheard-of'],
  ])('%s is compared as %s', (called, model) => {
    expect(comparedAs(called)).toBe(model);
  });

  test('an ARN that does not tell its model is compared with nothing', () => {
    expect(comparedAs('arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc')).toBeUndefined();
  });

  test('every id of a name is compared as one id, which is compared as itself', () => {
    for (const id of NAMED_MODELS) {
      const compared = comparedAs(id)!;
      expect(NAMED_MODELS.has(compared)).toBe(true);
      expect(comparedAs(compared)).toBe(compared);
    }
  });
});
