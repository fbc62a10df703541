import { isGlobal, modeOf, Qualifiers, readQualifiers, tierOf } from '../../../../../src/lambdas/core/pricing/price-list/qualifiers';

const NONE: Qualifiers = { global: false, long: false, optimized: false, hour: false };
const NOTHING_SAID = { serviceTier: '', inferenceType: '', feature: '' };

test.each<[string, Partial<Qualifiers> | undefined]>([
  ['', {}], ['-', {}], ['_standard', { tier: 'standard' }], ['-batch', { tier: 'batch' }], ['-flex', { tier: 'flex' }], ['_priority', { tier: 'priority' }],
  ['-cross-region', {}], ['_geo', {}], ['-global', { global: true }], ['_Global_Batch', { global: true, tier: 'batch' }],
  ['-latency-optimized', { optimized: true }], ['-LatencyOptimized', { optimized: true }],
  ['-long-context', { long: true }], ['_long_ctx', { long: true }], ['-LongContext', { long: true }], ['_lctx', { long: true }],
  ['-1-hour', { hour: true }], ['-1hour', { hour: true }], ['_1h_standard', { hour: true, tier: 'standard' }], ['_5m', {}], ['_30m', {}],
  ['-global-lctx-1h-flex', { global: true, long: true, hour: true, tier: 'flex' }],
  // What nobody knows is nothing at all.
  ['-turbo', undefined], ['-batch-turbo', undefined], ['-batches', undefined], ['-long', undefined], ['-1', undefined], ['-2h', undefined], ['-batch-flex', undefined], ['-standard-standard', undefined],
])('"%s" says %j', (text, qualifiers) => {
  expect(readQualifiers(text)).toEqual(qualifiers && { ...NONE, ...qualifiers });
});

test.each<[Parameters<typeof tierOf>, string]>([
  [[undefined, NOTHING_SAID], 'standard'],
  [['flex', { ...NOTHING_SAID, serviceTier: 'priority' }], 'flex'],
  [['standard', { ...NOTHING_SAID, serviceTier: 'priority' }], 'priority'],
  [[undefined, { serviceTier: 'Global-Flex', inferenceType: 'input tokens priority', feature: 'Batch Inference' }], 'flex'],
  [[undefined, { serviceTier: 'standard', inferenceType: 'input_tokens_priority', feature: 'Batch Inference' }], 'priority'],
  [[undefined, { serviceTier: '', inferenceType: 'input tokens', feature: 'BatchInference' }], 'batch'],
  [[undefined, { serviceTier: 'prioritys', inferenceType: 'flexible', feature: 'On-demand Inference' }], 'standard'],
])('%# the tier of %j is %s', (said, tier) => {
  expect(tierOf(...said)).toBe(tier);
});

test.each([
  [{ ...NONE, global: true }, NOTHING_SAID, true], [NONE, { ...NOTHING_SAID, serviceTier: 'Global-flex' }, true], [NONE, { ...NOTHING_SAID, inferenceType: 'input tokens global' }, true],
  [NONE, NOTHING_SAID, false], [NONE, { serviceTier: 'globally', inferenceType: 'globalized', feature: 'global' }, false],
])('%# routes worldwide: %j, %j: %s', (qualifiers, attributes, global) => {
  expect(isGlobal(qualifiers, attributes)).toBe(global);
});

test.each([
  ['standard', {}, { mode: undefined }], ['batch', {}, { mode: 'batch' }], ['standard', { long: true }, { mode: 'long' }], ['standard', { optimized: true }, { mode: 'optimized' }],
  ['batch', { long: true }, undefined], ['flex', { optimized: true }, undefined], ['standard', { long: true, optimized: true }, undefined],
] as const)('%s with %j is the mode %j', (tier, more, mode) => {
  expect(modeOf(tier, { ...NONE, ...more })).toEqual(mode);
});
