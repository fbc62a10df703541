import * as fc from 'fast-check';
import { EMBEDDED_PRICES } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { baseOfCustomModel, KNOWN_PROVIDERS, NOT_BILLED_BY_TOKEN, parseModelId, providerOf } from '../../../../src/lambdas/core/pricing/model-id';

const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';

test.each([
  [HAIKU, HAIKU, undefined],
  [`us.${HAIKU}`, HAIKU, 'us'],
  [`global.${HAIKU}`, HAIKU, 'global'],
  [`us-gov.${HAIKU}`, HAIKU, 'us-gov'],
  ['jp.anthropic.claude-opus-5', 'anthropic.claude-opus-5', 'jp'],
  ['in.openai.gpt-5.6-luna', 'openai.gpt-5.6-luna', 'in'],
  // dots inside of names are no geographies
  ['deepseek.v3.2', 'deepseek.v3.2', undefined],
  ['eu.deepseek.v3.2', 'deepseek.v3.2', 'eu'],
  ['openai.gpt-5.6-sol', 'openai.gpt-5.6-sol', undefined],
  ['zai.glm-4.7-flash', 'zai.glm-4.7-flash', undefined],
  ['minimax.minimax-m2.1', 'minimax.minimax-m2.1', undefined],
  // a geography of the future before a provider of today, and a provider of the future behind a geography of today
  ['sa.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0', 'sa'],
  ['eu-sov.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0', 'eu-sov'],
  ['us.newcomer.model-v1:0', 'newcomer.model-v1:0', 'us'],
  // neither is known: nothing is taken away
  ['newcomer.model-v1.5', 'newcomer.model-v1.5', undefined],
  ['xx.newcomer.model', 'xx.newcomer.model', undefined],
  ['US.amazon.nova-pro-v1:0', 'US.amazon.nova-pro-v1:0', undefined],
  ['us', 'us', undefined],
  ['us.', 'us.', undefined],
  ['', '', undefined],
])('"%s" is model "%s" of geography %s', (modelId, id, geography) => {
  expect(parseModelId(modelId)).toEqual({ kind: 'foundation-model', id, ...(geography ? { geography } : {}) });
});

test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc'])('reads ARNs of partition %s', partition => {
  expect(parseModelId(`arn:${partition}:bedrock:us-east-1::foundation-model/${HAIKU}`)).toEqual({ kind: 'foundation-model', id: HAIKU });
  expect(parseModelId(`arn:${partition}:bedrock:us-east-1:111122223333:inference-profile/us.${HAIKU}`))
    .toEqual({ kind: 'foundation-model', id: HAIKU, geography: 'us' });
});

test.each([
  ['arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghij12', 'application-inference-profile'],
  ['arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:application-inference-profile/abcdefghij12', 'application-inference-profile'],
  ['arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghij12', 'provisioned-model'],
  ['arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12', 'custom-model-deployment'],
  ['arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0/abcdefghij12', 'custom-model'],
  ['arn:aws:bedrock:us-east-1:111122223333:imported-model/abcdefghij12', 'imported-model'],
  ['arn:aws:bedrock:us-east-1:111122223333:prompt-router/abcdefghij12', 'prompt-router'],
  ['arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1', 'prompt-router'],
  ['arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:3', 'prompt'],
  ['arn:aws:bedrock:us-east-1:111122223333:marketplace/model-endpoint/all-access', 'marketplace-endpoint'],
  ['arn:aws:sagemaker:us-east-1:111122223333:endpoint/anthropic.claude-opus-5', 'marketplace-endpoint'],
  ['arn:aws:bedrock:us-east-1:111122223333:novelty/anthropic.claude-opus-5', 'unknown-arn'],
  ['arn:aws:elsewhere:us-east-1:111122223333:foundation-model/anthropic.claude-opus-5', 'unknown-arn'],
  ['arn:aws:sagemaker:us-east-1:111122223333:model/anthropic.claude-opus-5', 'unknown-arn'],
  ['arn:aws:sagemaker:us-east-1:111122223333:provisioned-model/abcdefghij12', 'unknown-arn'],
  ['arn:aws:sagemaker:us-east-1:111122223333:inference-profile/us.anthropic.claude-opus-5', 'unknown-arn'],
  ['arn:aws:bedrock:us-east-1:111122223333:endpoint/anthropic.claude-opus-5', 'unknown-arn'],
  ['arn:aws:bedrock:us-east-1:111122223333:prompt', 'unknown-arn'],
  ['arn:aws:bedrock:us-east-1:111122223333:prompt/', 'unknown-arn'],
  ['arn:aws:bedrock', 'unknown-arn'],
  ['arn:', 'unknown-arn'],
])('%s is opaque: %s', (modelId, what) => {
  expect(parseModelId(modelId)).toEqual({ kind: 'opaque', what });
});

test.each([
  ['amazon.nova-pro-v1:0', 'amazon'],
  ['deepseek.v3.2', 'deepseek'],
  ['abcdefghij12', undefined],
  ['.nova', undefined],
])('provider of "%s" is %s', (id, provider) => {
  expect(providerOf(id)).toBe(provider);
});

test.each([
  ['amazon.nova-pro-v1:0:300k', 'amazon.nova-pro-v1:0'], ['amazon.nova-pro-v1:0:24k', 'amazon.nova-pro-v1:0'], ['anthropic.claude-v2:1:1000k', 'anthropic.claude-v2:1'],
  ['anthropic.claude-v2:1:12345k', 'anthropic.claude-v2:1:12345k'], ['anthropic.claude-v2:k', 'anthropic.claude-v2:k'], ['anthropic.claude-v2:200kx', 'anthropic.claude-v2:200kx'],
])('%s is a variant of %s', (modelId, id) => {
  expect(parseModelId(modelId)).toEqual({ kind: 'foundation-model', id });
  expect(parseModelId(`us.${modelId}`)).toEqual({ kind: 'foundation-model', id, geography: 'us' });
});

test.each([
  ['a geography of two letters', 'xx', true], ['of one', 'x', false], ['of six', 'xxxxxx', true], ['of seven', 'xxxxxxx', false], ['in two parts', 'xx-yyyyyy', true], ['in two parts, too long', 'xx-yyyyyyy', false],
  ['in three', 'xx-yy-zz', false], ['with a figure', 'x2', false], ['with a capital', 'Xx', false],
])('%s may stand before a provider that is known: %s', (_, geography, stands) => {
  expect(parseModelId(`${geography}.amazon.nova`)).toEqual({ kind: 'foundation-model', ...(stands ? { id: 'amazon.nova', geography } : { id: `${geography}.amazon.nova` }) });
});

const CUSTOM = 'arn:aws:bedrock:us-east-1:111122223333:custom-model';
test.each([
  [`${CUSTOM}/amazon.nova-lite-v1:0:300k/abcdefghij12`, 'amazon.nova-lite-v1:0:300k'],
  [`${CUSTOM.replace('aws', 'aws-us-gov').replace('us-east-1', '')}/amazon.nova_x/abcdefghij12`, 'amazon.nova_x'],
  [`${CUSTOM}/amazon.nova/abcdefghij1`, undefined], [`${CUSTOM}/amazon.nova/abcdefghij123`, undefined], [`${CUSTOM}/amazon.nova/abcdefghij1X`, undefined],
  [`${CUSTOM}/amazon.nova`, undefined], [`${CUSTOM}/amazon nova/abcdefghij12`, undefined], [`${CUSTOM}/a/b/abcdefghij12`, undefined], [`x${CUSTOM}/amazon.nova/abcdefghij12`, undefined],
  [`${CUSTOM.replace('111122223333', '11112222333')}/amazon.nova/abcdefghij12`, undefined], [`${CUSTOM.replace('111122223333', '11112222333x')}/amazon.nova/abcdefghij12`, undefined],
  [`${CUSTOM.replace('custom-model', 'custom-models')}/amazon.nova/abcdefghij12`, undefined], [`${CUSTOM.replace('bedrock', 'sagemaker')}/amazon.nova/abcdefghij12`, undefined],
])('the base of %s is %s', (arn, base) => {
  expect(baseOfCustomModel(arn)).toBe(base);
});

test('what is paid for by capacity is known', () => {
  expect([...NOT_BILLED_BY_TOKEN]).toEqual(['provisioned-model', 'imported-model', 'marketplace-endpoint']);
});

test('knows the providers of all models of the catalog', () => {
  const providers = new Set([...EMBEDDED_PRICES.models.keys()].map(providerOf));
  expect([...providers].filter(provider => !KNOWN_PROVIDERS.has(provider!))).toEqual([]);
});

test('never throws, whatever a log holds', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map(text => `arn:aws:bedrock:${text}`)), text => {
    expect(['foundation-model', 'opaque']).toContain(parseModelId(text).kind);
  }));
});
