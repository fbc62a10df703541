import * as fc from 'fast-check';
import { MantleCounts, mantleReport } from '../../../../src/lambdas/core/metering-coverage/mantle';
import { addUsd, formatUsd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { NOON, REGION } from '../builders';

const context = { prices: embeddedCatalog(), region: REGION, at: NOON };
const counts = (inferences: number, inputTokens = 0, outputTokens = 0): MantleCounts => ({ inferences, inputTokens, outputTokens });
const use = (models: Readonly<Record<string, MantleCounts>>, account?: MantleCounts) =>
  mantleReport({ byModel: new Map(Object.entries(models)), account }, context);
const GLM = 'zai.glm-4.7';

test('no use is no report', () => {
  expect(use({})).toBeUndefined();
  expect(use({ [GLM]: counts(0) }, counts(0))).toBeUndefined();
});

test('use is added up, and estimated where the price is known', () => {
  const report = use({ [GLM]: counts(3, 0, 1_000_000), 'acme.unheard-of': counts(2, 10, 10), [`${GLM}-idle`]: counts(0) })!;
  expect(report).toMatchObject({ inferences: 5, inputTokens: 10, outputTokens: 1_000_010, unpriced: ['acme.unheard-of'] });
  expect(formatUsd(report.estimated)).toBe('2.2');
  expect(Object.keys(report.models)).toEqual(['acme.unheard-of', GLM]);
  expect(report.models['acme.unheard-of']).not.toHaveProperty('estimatedUsd');
});

test('calls that AWS counts for the account alone are told as well', () => {
  expect(use({}, counts(7, 70, 7))).toMatchObject({ inferences: 7, inputTokens: 70, models: {}, estimated: ZERO_USD });
  expect(use({ [GLM]: counts(9) }, counts(7))).toMatchObject({ inferences: 9 });
});

test('an hour of short prompts does not cost what a long one does', () => {
  const report = use({ 'anthropic.claude-sonnet-4-5-20250929-v1:0': counts(1_000, 1_000_000, 0) })!;
  const single = context.prices.priceOf({
    modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    region: REGION,
    calledAt: NOON,
    cacheWriteSplit: 'none',
    tokens: { input: 1_000, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  });
  expect(single.known).toBe(true);
  expect(report.estimated).toBe(single.cost * 1_000n);
});

test('for any use the estimate is the sum of the models, and grows with the tokens', () => {
  const amount = fc.nat({ max: 1_000_000_000 });
  fc.assert(fc.property(amount, amount, amount, (input, output, more) => {
    const [less, greater] = [counts(1, input, output), counts(1, input + more, output)].map(each => use({ [GLM]: each, 'zai.glm-5': each })!);
    expect(less.estimated).toBe(addUsd(...Object.values(less.models).map(({ estimatedUsd = ZERO_USD }) => estimatedUsd)));
    expect(greater.estimated >= less.estimated).toBe(true);
  }), { numRuns: 50 });
});
