import * as fc from 'fast-check';
import { HourCounts, isOfAllModels, judge, TOLERANCE } from '../../../../src/lambdas/core/metering-coverage/judge';
import { CountsByModel } from '../../../../src/lambdas/core/metering-coverage/token-counts';

type Tokens = Readonly<Record<string, number>>;
const side = (tokens: Tokens): CountsByModel => new Map(Object.entries(tokens).map(([model, input]) => [model, { calls: 1, input, output: 0 }]));
const hour = (counted: Tokens, metered: Tokens = counted): HourCounts => ({ counted: side(counted), metered: side(metered) });
const M = 'anthropic.claude-opus-5';
const EVEN = hour({ [M]: 1_000_000 });
const keys = (models: readonly { readonly key: string }[]) => models.map(({ key }) => key);

test('no use at all is no gap', () => {
  expect(judge({ before: hour({}), hour: hour({}), after: hour({}) })).toMatchObject({ gaps: [], surpluses: [], gapLasts: false, surplusLasts: false });
});

test.each([
  ['the tolerance in tokens is not reached', 100_000, 100_000 - TOLERANCE.tokens + 1, []],
  ['the tolerance in tokens is reached', 100_000, 100_000 - TOLERANCE.tokens, [M]],
  ['the tolerance in percent is reached, not passed', 10_000_000, 9_800_000, []],
  ['the tolerance in percent is passed', 10_000_000, 9_799_999, [M]],
  ['nothing was metered', 20_000, 0, [M]],
])('%s', (_, counted, metered, gaps) => {
  expect(keys(judge({ hour: hour({ [M]: counted }, { [M]: metered }) }).gaps)).toEqual(gaps);
});

test('a sum that is beyond the tolerance is forgiven for the sake of a neighbour, too', () => {
  const names = Array.from({ length: 10 }, (_, index) => `a.model-${index}`);
  const all = (tokens: number) => Object.fromEntries(names.map(name => [name, tokens]));
  const short = hour(all(20_000), all(5_000));
  expect(keys(judge({ before: hour(all(20_000)), hour: short, after: hour(all(20_000)) }).gaps)).toEqual(['all models']);
  expect(judge({ before: hour(all(20_000)), hour: short, after: hour(all(5_000), all(20_000)) }).gaps).toEqual([]);
  expect(keys(judge({ hour: hour(all(5_000), all(20_000)) }).surpluses)).toEqual(['all models']);
});

test.each([
  ['too few tokens', 19_999, []], ['as many as count', 20_000, [M]],
])('a surplus of %s', (_, surplus, surpluses) => {
  expect(keys(judge({ hour: hour({ [M]: 100_000 }, { [M]: 100_000 + surplus }) }).surpluses)).toEqual(surpluses);
});

test.each([[980_000, []], [979_999, [M]]])('a surplus is judged by its share of what was metered: %d of a million', (counted, surpluses) => {
  expect(keys(judge({ hour: hour({ [M]: counted }, { [M]: 1_000_000 }) }).surpluses)).toEqual(surpluses);
});

test('a small model that is not metered at all is a gap, however much others use', () => {
  expect(keys(judge({ hour: hour({ [M]: 100_000_000, 'amazon.nova-pro-v1:0': 30_000 }, { [M]: 100_000_000 }) }).gaps)).toEqual(['amazon.nova-pro-v1:0']);
});

test('many models that are each within the tolerance may together be beyond it', () => {
  const names = Array.from({ length: 10 }, (_, index) => `a.model-${index}`);
  const { gaps } = judge({ hour: hour(Object.fromEntries(names.map(name => [name, 20_000])), Object.fromEntries(names.map(name => [name, 5_000]))) });
  expect(gaps).toHaveLength(1);
  expect(isOfAllModels(gaps[0])).toBe(true);
  expect(gaps[0].unmetered).toBe(150_000);
});

describe('calls at the edge of an hour', () => {
  const missing = hour({ [M]: 1_000_000 }, { [M]: 900_000 });
  const tooMuch = hour({ [M]: 1_000_000 }, { [M]: 1_100_000 });

  test.each([['before', { before: tooMuch, after: EVEN }], ['after', { before: EVEN, after: tooMuch }]])('that the meter dates into the hour %s are no gap', (_, neighbours) => {
    expect(judge({ ...neighbours, hour: missing }).gaps).toEqual([]);
  });

  test('and none too many', () => {
    expect(judge({ before: missing, hour: tooMuch, after: EVEN }).surpluses).toEqual([]);
  });

  test('that are missing in both stay missing', () => {
    expect(keys(judge({ before: EVEN, hour: missing, after: EVEN }).gaps)).toEqual([M]);
  });
});

describe.each([
  ['a gap', 'gapLasts', hour({ [M]: 1_000_000 }, {}), hour({ [M]: 1_000_000 }, { [M]: 2_000_000 })],
  ['a surplus', 'surplusLasts', hour({ [M]: 1_000_000 }, { [M]: 3_000_000 }), hour({ [M]: 2_000_000 }, {})],
] as const)('%s lasts', (_, lasts, wrong, opposite) => {
  test('where the hour before had one, and not where nothing is known of that hour', () => {
    expect(judge({ before: wrong, hour: wrong })[lasts]).toBe(true);
    expect(judge({ before: EVEN, hour: wrong })[lasts]).toBe(false);
    expect(judge({ hour: wrong })[lasts]).toBe(false);
    expect(judge({ before: wrong, hour: EVEN })[lasts]).toBe(false);
  });

  test('not where the hour before was forgiven for the sake of the one before it: nobody was told', () => {
    expect(judge({ earlier: EVEN, before: wrong, hour: wrong })[lasts]).toBe(true);
    const judgement = judge({ earlier: opposite, before: wrong, hour: wrong });
    expect(judgement.gaps.length + judgement.surpluses.length).toBe(1);
    expect(judgement[lasts]).toBe(false);
  });
});

test('what was metered twice is a surplus, and no gap', () => {
  const judgement = judge({ before: EVEN, hour: hour({ [M]: 1_000_000 }, { [M]: 2_000_000 }), after: EVEN });
  expect(keys(judgement.surpluses)).toEqual([M]);
  expect(judgement.gaps).toEqual([]);
});

describe('for any hours', () => {
  const tokens = fc.dictionary(fc.constantFrom(M, `eu.${M}`, 'amazon.nova-pro-v1:0'), fc.nat({ max: 5_000_000 }));
  const anyHour = fc.tuple(tokens, tokens).map(([counted, metered]) => hour(counted, metered));

  test('hours that agree are never judged, whatever their neighbours', () => {
    fc.assert(fc.property(anyHour, tokens, anyHour, (before, both, after) => {
      expect(judge({ before, hour: hour(both), after })).toMatchObject({ gaps: [], surpluses: [] });
    }));
  });

  test('knowing the neighbours only ever forgives', () => {
    fc.assert(fc.property(anyHour, anyHour, anyHour, (before, one, after) => {
      const alone = judge({ hour: one });
      const within = judge({ before, hour: one, after });
      expect(within.gaps.length === 0 || alone.gaps.length > 0).toBe(true);
      expect(within.surpluses.length === 0 || alone.surpluses.length > 0).toBe(true);
    }));
  });
});
