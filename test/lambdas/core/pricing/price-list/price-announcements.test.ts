import { PriceChange } from '../../../../../src/lambdas/core/pricing/price-list/assemble-prices';
import { HELD_BACK, HeldBackPrice, HeldBackReason } from '../../../../../src/lambdas/core/pricing/price-list/held-back';
import { announcePrices, PriceNews, sameHeldBack } from '../../../../../src/lambdas/core/pricing/price-list/price-announcements';
import { NOON } from '../../builders';

/** What is told of a refresh, as consumers of the bus get it: the snapshot is to be read like `docs/events.md`. */
const NOVA = 'amazon.nova-pro-v1:0';
const held = (reason: HeldBackReason, more: Partial<HeldBackPrice> = {}): HeldBackPrice =>
  ({ modelId: NOVA, place: 'us-east-1', kind: 'input', found: '8', known: '0.8', reason, serviceCode: 'AmazonBedrock', ...more });
const change = (index: number, more: Partial<PriceChange> = {}): PriceChange => ({ modelId: `acme.model-${index}`, where: 'global@batch', kind: 'output', before: '1', after: '2', ...more });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const news = (changes: Partial<PriceNews>) =>
  announcePrices({ changes: [], heldBack: [], heldBackBefore: [], revision: 7, ...changes }, NOON, { deploymentId: 'dep-1', environmentName: 'test' });
const reasons = (changes: Partial<PriceNews>) => news(changes).map(({ detail: { reason } }) => reason);

test('prices that are new, changed, gone and held back for every reason', () => {
  const heldBack = Object.keys(HELD_BACK).map((reason, index) => held(reason as HeldBackReason, { modelId: `acme.model-${index}`, ...(index === 0 ? { mode: 'batch', known: undefined } : {}) }));
  expect(news({ changes: [change(0), change(1, { before: undefined }), change(2, { after: undefined })], heldBack })).toMatchSnapshot();
});

test('nothing new is not told', () => {
  expect(news({})).toEqual([]);
  expect(news({ heldBack: [held('dearer')], heldBackBefore: [held('dearer')] })).toEqual([]);
  expect(news({ heldBackBefore: [held('dearer')] })).toEqual([]);
});

test.each<[Partial<PriceNews>, string]>([
  [{ changes: [change(0)] }, 'the AWS Price List has 1 changed price and 0 new ones; 0 prices held back'],
  [{ changes: [change(0), change(1)] }, 'the AWS Price List has 2 changed prices and 0 new ones; 0 prices held back'],
  [{ changes: [change(0, { before: undefined })] }, 'the AWS Price List has 0 changed prices and 1 new one; 0 prices held back'],
  [{ changes: [change(0, { after: undefined })] }, 'the AWS Price List has 0 changed prices and 0 new ones; 1 price no longer listed; 0 prices held back'],
  [{ changes: many(50, change) }, 'the AWS Price List has 50 changed prices and 0 new ones; 0 prices held back'],
  [{ changes: many(51, change) }, 'the AWS Price List has 51 changed prices and 0 new ones; 0 prices held back; the first 50 are listed'],
  [{ changes: [change(0)], heldBack: [held('zero')], heldBackBefore: [held('zero')] }, 'the AWS Price List has 1 changed price and 0 new ones; 1 price held back'],
])('%# the change is told in a sentence', (changes, reason) => {
  expect(reasons(changes)).toEqual([reason]);
});

test('of many the first fifty are listed', () => {
  const [refreshed, heldBack] = news({ changes: many(51, change), heldBack: many(51, index => held('dearer', { modelId: `acme.model-${index}` })) }).map(({ detail }) => detail);
  for (const list of [refreshed.before, refreshed.after, heldBack.before, heldBack.after]) {
    expect(Object.keys(list!)).toHaveLength(50);
    expect(Object.keys(list!).at(-1)).toMatch(/^acme\.model-49 /);
  }
  expect(heldBack.reason).toBe('51 prices of the AWS Price List held back: the prices known before stay in force until you accept these with the setting price-overrides; the first 50 are listed');
});

test('held-back prices are the same in whatever order, as long as price and reason are', () => {
  const [one, another] = [held('dearer'), held('dearer', { kind: 'output' })];
  expect(sameHeldBack([one, another], [another, one])).toBe(true);
  expect(sameHeldBack([one, another], [one])).toBe(false);
  expect(sameHeldBack([], [])).toBe(true);
  for (const other of [{ found: '9' }, { reason: 'absurd' as const }, { kind: 'output' as const }, { place: 'global' }, { mode: 'batch' as const }, { modelId: 'acme.one' }]) {
    expect(sameHeldBack([one], [{ ...one, ...other }])).toBe(false);
  }
  // What it is compared with, and who lists it, is no news.
  expect(sameHeldBack([one], [{ ...one, known: '0.7', serviceCode: 'AmazonBedrockService' }])).toBe(true);
});
