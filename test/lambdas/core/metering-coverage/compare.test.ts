import * as fc from 'fast-check';
import { compare, unmeteredPercent } from '../../../../src/lambdas/core/metering-coverage/compare';
import { comparedModel } from '../../../../src/lambdas/core/metering-coverage/compared-model';
import { addByModel, CountsByModel, ModelCounts, totalTokens } from '../../../../src/lambdas/core/metering-coverage/token-counts';

const counts = (input: number, output = 0, cache: Partial<ModelCounts> = {}): ModelCounts => ({ calls: 1, input, output, ...cache });
const side = (models: Readonly<Record<string, ModelCounts>>): CountsByModel => new Map(Object.entries(models));
const PROFILE = 'arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abcd1234efgh';
const OPUS = 'anthropic.claude-opus-5';

describe('what a model is called on both sides', () => {
  test.each([
    [OPUS], [`eu.${OPUS}`], [`global.${OPUS}`], [`arn:aws:bedrock:eu-central-1::foundation-model/${OPUS}`],
    [`arn:aws:bedrock:eu-central-1:111122223333:inference-profile/us.${OPUS}`],
  ])('%s is the model itself', id => {
    expect(comparedModel(id)).toEqual({ key: OPUS, opaque: false });
  });

  test('what names no model is known by the end of its ARN, by which CloudWatch may name it alone', () => {
    expect(comparedModel(PROFILE)).toEqual({ key: 'abcd1234efgh', opaque: true });
    expect(comparedModel('abcd1234efgh')).toEqual({ key: 'abcd1234efgh', opaque: true });
  });
});

describe('the difference', () => {
  test('is none where both sides counted the same, under whatever names', () => {
    const { total, models } = compare(side({ [OPUS]: counts(100, 10), [`eu.${OPUS}`]: counts(50, 5) }), side({ [`arn:aws:bedrock:x::foundation-model/${OPUS}`]: counts(150, 15) }));
    expect([...models.keys()]).toEqual([OPUS]);
    expect(total).toMatchObject({ unmetered: 0, overmetered: 0 });
  });

  test('is told by kind: what is missing of one does not make up for too much of another', () => {
    expect(compare(side({ [OPUS]: counts(100, 10) }), side({ [OPUS]: counts(40, 30) })).total).toMatchObject({ unmetered: 60, overmetered: 20 });
  });

  test('a model that one side does not know at all is all of it', () => {
    const { models } = compare(side({ 'amazon.nova-pro-v1:0': counts(7) }), side({ [OPUS]: counts(9) }));
    expect(models.get('amazon.nova-pro-v1:0')).toMatchObject({ unmetered: 7, overmetered: 0 });
    expect(models.get(OPUS)).toMatchObject({ unmetered: 0, overmetered: 9 });
  });

  test('a gap in one model is not made up for by another', () => {
    expect(compare(side({ 'a.x': counts(100), 'b.y': counts(0) }), side({ 'a.x': counts(0), 'b.y': counts(100) })).total).toMatchObject({ unmetered: 100, overmetered: 100 });
  });

  test('cached tokens are compared where AWS counts them, and left out where it does not', () => {
    const metered = side({ [OPUS]: counts(10, 5, { cacheRead: 1_000, cacheWrite: 0 }) });
    expect(compare(side({ [OPUS]: counts(10, 5, { cacheRead: 1_500 }) }), metered).total).toMatchObject({ unmetered: 500, overmetered: 0, notCompared: [] });
    expect(compare(side({ [OPUS]: counts(10, 5) }), metered).total).toMatchObject({ unmetered: 0, overmetered: 0, notCompared: ['cacheRead'] });
  });

  test('input that is the whole prompt, cached tokens included, is no gap; anything else is', () => {
    const metered = side({ [OPUS]: counts(1_000, 5, { cacheRead: 9_000, cacheWrite: 0 }) });
    expect(compare(side({ [OPUS]: counts(10_000, 5, { cacheRead: 9_000 }) }), metered).total.unmetered).toBe(0);
    expect(compare(side({ [OPUS]: counts(7_000, 5, { cacheRead: 9_000 }) }), metered).total.unmetered).toBe(6_000);
    // without cached tokens there is nothing that could be counted so
    expect(compare(side({ [OPUS]: counts(1_010) }), side({ [OPUS]: counts(1_000) })).total.unmetered).toBe(10);
  });

  test('calls through a profile that AWS counts under the model behind it are neither a gap nor too much', () => {
    expect(compare(side({ [OPUS]: counts(100) }), side({ [OPUS]: counts(20), [PROFILE]: counts(80) })).total).toMatchObject({ unmetered: 0, overmetered: 0 });
    const { total } = compare(side({ [OPUS]: counts(20), abcd1234efgh: counts(80) }), side({ [OPUS]: counts(100) }));
    expect(total).toMatchObject({ unmetered: 0, overmetered: 0 });
  });

  test('what AWS does not count under the id that was called is not compared, beyond what it is set off against', () => {
    const imported = 'arn:aws:bedrock:eu-central-1:111122223333:imported-model/zzz';
    const { models, total } = compare(side({ [OPUS]: counts(50) }), side({ [OPUS]: counts(20), [imported]: counts(100_000, 7) }));
    expect(models.get('zzz')).toMatchObject({ overmetered: 0, unmetered: 0, notCompared: ['input', 'output'] });
    expect(total).toMatchObject({ unmetered: 0, overmetered: 0 });
    // where AWS counts it, it is
    expect(compare(side({ zzz: counts(1) }), side({ [imported]: counts(100_000) })).total).toMatchObject({ overmetered: 99_999, notCompared: [] });
  });

  test('a profile that both sides know is compared by itself', () => {
    const { models } = compare(side({ abcd1234efgh: counts(100), [OPUS]: counts(50) }), side({ [PROFILE]: counts(40), [OPUS]: counts(110) }));
    expect(models.get('abcd1234efgh')).toMatchObject({ unmetered: 60 });
    expect(models.get(OPUS)).toMatchObject({ overmetered: 60 });
  });

  test('of models and their sum has both sides and what was not compared', () => {
    const { models, total } = compare(
      side({ [OPUS]: counts(100, 10, { cacheRead: 5 }), 'acme.one': counts(50, 5, { cacheWrite: 7 }) }),
      side({ [`eu.${OPUS}`]: counts(50, 20, { cacheRead: 8, cacheWrite: 4 }), 'acme.one': counts(60, 5, { cacheRead: 3, cacheWrite: 0 }) }),
    );
    expect([...models.values(), total]).toEqual([
      { key: OPUS, opaque: false, counted: counts(100, 10, { cacheRead: 5 }), metered: counts(50, 20, { cacheRead: 8, cacheWrite: 4 }), unmetered: 50, overmetered: 13, notCompared: ['cacheWrite'] },
      { key: 'acme.one', opaque: false, counted: counts(50, 5, { cacheWrite: 7 }), metered: counts(60, 5, { cacheRead: 3, cacheWrite: 0 }), unmetered: 7, overmetered: 10, notCompared: ['cacheRead'] },
      {
        key: 'all models',
        opaque: false,
        counted: { calls: 2, input: 150, output: 15, cacheRead: 5, cacheWrite: 7 },
        metered: { calls: 2, input: 110, output: 25, cacheRead: 11, cacheWrite: 4 },
        unmetered: 57,
        overmetered: 23,
        notCompared: ['cacheRead', 'cacheWrite'],
      },
    ]);
  });

  test.each([
    // 10,000 tokens of a prompt, of which 9,000 were cached: two percent to either side are the same number.
    [9_799, 8_799], [9_800, 0], [10_000, 0], [10_200, 0], [10_201, 9_201],
  ])('input of %d where a prompt of 10,000 was metered, cached tokens included, is %d tokens short', (input, unmetered) => {
    for (const cache of [{ cacheRead: 9_000 }, { cacheWrite: 9_000 }, { cacheRead: 4_000, cacheWrite: 5_000 }]) {
      expect(compare(side({ [OPUS]: counts(input) }), side({ [OPUS]: counts(1_000, 0, cache) })).total.unmetered).toBe(unmetered);
    }
  });

  test('calls through a profile are set off against the largest gaps first', () => {
    const counted = side({ 'a.less': counts(50), 'a.more': counts(100), 'a.even': counts(10) });
    const { models, total } = compare(counted, side({ [PROFILE]: counts(120), 'a.even': counts(10) }));
    expect([...models.values()].map(({ key, unmetered, overmetered }) => [key, unmetered, overmetered])).toEqual([['a.more', 0, 0], ['a.less', 30, 0], ['a.even', 0, 0], ['abcd1234efgh', 0, 0]]);
    expect(total).toMatchObject({ unmetered: 30, overmetered: 0, notCompared: ['input'] });
  });

  test('and what AWS alone knows of a profile against the largest surpluses', () => {
    const metered = side({ 'a.less': counts(50), 'a.more': counts(100) });
    const { models } = compare(side({ 'abcd1234efgh': counts(120), 'a.less': counts(0), 'a.more': counts(0) }), metered);
    expect([...models.values()].map(({ key, unmetered, overmetered }) => [key, unmetered, overmetered])).toEqual([['a.more', 0, 0], ['a.less', 0, 30], ['abcd1234efgh', 0, 0]]);
    // Of what is left over, AWS has counted more than was metered.
    expect(compare(side({ abcd1234efgh: counts(120) }), side({ 'a.less': counts(50) })).models.get('abcd1234efgh')).toMatchObject({ unmetered: 70 });
  });

  test('as a share of what AWS counted; none of nothing', () => {
    expect(unmeteredPercent(compare(side({ [OPUS]: counts(75, 25) }), side({ [OPUS]: counts(50, 25) })).total)).toBe(25);
    expect(unmeteredPercent(compare(side({}), side({ [OPUS]: counts(5) })).total)).toBe(0);
  });
});

test('counts of several hours are added up, and a kind that nobody counted stays uncounted', () => {
  const [one, another] = [side({ [OPUS]: counts(1, 2), 'a.x': counts(5, 0, { cacheRead: 3 }) }), side({ [OPUS]: counts(10, 20, { cacheWrite: 4 }), 'b.y': counts(7) })];
  expect([...addByModel(one, another)]).toEqual([
    [OPUS, { calls: 2, input: 11, output: 22, cacheWrite: 4 }], ['a.x', { calls: 1, input: 5, output: 0, cacheRead: 3 }], ['b.y', { calls: 1, input: 7, output: 0 }],
  ]);
  expect(totalTokens({ calls: 9, input: 1, output: 20, cacheRead: 300, cacheWrite: 4_000 })).toBe(4_321);
});

const amount = fc.nat({ max: 1_000_000 });
const modelCounts = fc.record({ calls: fc.nat({ max: 100 }), input: amount, output: amount, cacheRead: amount, cacheWrite: amount });
const ids = [OPUS, `eu.${OPUS}`, 'amazon.nova-pro-v1:0', PROFILE, 'abcd1234efgh', 'arn:aws:bedrock:x:111122223333:provisioned-model/zzz'];
const anySide = fc.dictionary(fc.constantFrom(...ids), modelCounts).map(models => side(models));
const tokensOf = (counted: CountsByModel) => [...counted.values()].reduce((sum, each) => sum + totalTokens(each), 0);

describe('for any two sides', () => {
  test('nothing is lost: what AWS counted, less what was not metered, is what was metered, less what AWS did not count', () => {
    fc.assert(fc.property(anySide, anySide, (counted, metered) => {
      const { total, models } = compare(counted, metered);
      // input that is taken for the whole prompt is left out on purpose
      const prompt = (each: ModelCounts) => totalTokens({ ...each, output: 0 });
      fc.pre(![...models.values()].some(each => Math.abs(each.counted.input - prompt(each.metered)) * 50 <= prompt(each.metered)));
      const left = tokensOf(metered) - total.overmetered - (tokensOf(counted) - total.unmetered);
      // what AWS does not count under its id is not compared where it is left
      const notCounted = [...models.values()].filter(({ opaque, key }) => opaque && ![...counted.keys()].some(id => id.endsWith(key)));
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(notCounted.reduce((sum, each) => sum + totalTokens(each.metered), 0));
    }));
  });

  test('a side is never short of itself, and no difference is negative or larger than what was counted', () => {
    fc.assert(fc.property(anySide, anySide, (counted, metered) => {
      expect(compare(counted, counted).total).toMatchObject({ unmetered: 0, overmetered: 0 });
      for (const { unmetered, overmetered, ...each } of compare(counted, metered).models.values()) {
        expect(unmetered).toBeGreaterThanOrEqual(0);
        expect(overmetered).toBeGreaterThanOrEqual(0);
        expect(unmetered).toBeLessThanOrEqual(totalTokens(each.counted));
        expect(overmetered).toBeLessThanOrEqual(totalTokens(each.metered));
      }
    }));
  });

  test('the sum is that of the models', () => {
    fc.assert(fc.property(anySide, anySide, (counted, metered) => {
      const { total, models } = compare(counted, metered);
      expect([...models.values()].reduce((sum, each) => sum + each.unmetered, 0)).toBe(total.unmetered);
      expect(totalTokens(total.counted)).toBe(tokensOf(counted));
    }));
  });
});
