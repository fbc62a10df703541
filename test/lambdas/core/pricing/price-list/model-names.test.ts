import { EMBEDDED_PRICES } from '../../../../../src/lambdas/core/pricing/embedded-catalog';
import { parseModelId } from '../../../../../src/lambdas/core/pricing/model-id';
import { modelByName, NAMED_MODELS } from '../../../../../src/lambdas/core/pricing/price-list/model-names';

/** Models of the embedded catalog without a name in the price list, and why. */
const WITHOUT_A_NAME: readonly (readonly [RegExp, string])[] = [
  [/^anthropic\.claude-v1$/, 'listed with all of its family, at a price of long ago'],
  [/^amazon\.nova-(2-)?sonic-v1:0$/, 'listed at prices by modality'],
  [/^amazon\.bedrock-guardrails$/, 'no model'],
  [/^(google\.gemma-4-|xai\.grok-)/, 'listed by their ids'],
  [/^stability\.stable-(diffusion-xl|image-(control|erase|inpaint|remove|search|style)|[a-z]+-upscale|outpaint|style-transfer)/, 'on the pricing page only'],
];

test('every name stands for ids as callers give them', () => {
  for (const id of NAMED_MODELS) {
    expect(parseModelId(id)).toEqual({ kind: 'foundation-model', id });
  }
});

test('every model of the embedded catalog has a name, or a reason not to', () => {
  const nameless = [...EMBEDDED_PRICES.models.keys()].filter(id => !NAMED_MODELS.has(id) && !WITHOUT_A_NAME.some(([pattern]) => pattern.test(id)));
  expect(nameless).toEqual([]);
});

test('a name that is an id needs no other', () => {
  expect(modelByName('google.gemma-4-31b')).toEqual({ ids: ['google.gemma-4-31b'], optimized: false });
});

test('a latency-optimized name is that of its model', () => {
  expect(modelByName('Llama 3.1 70B Latency Optimized')).toEqual({ ids: ['meta.llama3-1-70b-instruct-v1:0'], optimized: true });
});
