import { countedUnit, tokenUnit } from '../../../../../src/lambdas/core/pricing/price-list/price-unit';

test.each<[string, number | undefined]>([
  ['tokens', 1], ['Token', 1], ['1 token', 1], ['1K tokens', 1_000], ['1k Tokens', 1_000], ['1M tokens', 1_000_000], ['1000000 tokens', 1_000_000], ['500K tokens', 500_000], ['100 tokens', 100],
  // What does not divide a million, and nothing at all.
  ['2M tokens', undefined], ['3K tokens', undefined], ['0 tokens', undefined], ['0K tokens', undefined], ['7 tokens', undefined],
  ['', undefined], ['1K', undefined], ['K tokens', undefined], ['1Ktokens', undefined], ['1G tokens', undefined], ['12345678 tokens', undefined], ['1K tokens!', undefined], ['-1 tokens', undefined],
  ['1K token units', undefined], ['1K text tokens', undefined], ['images', undefined], ['Units', undefined], ['hours', undefined],
])('a price by "%s" is one of %d tokens', (unit, count) => {
  const expected = count === undefined ? undefined : { count: BigInt(count), tokens: true };
  expect(tokenUnit(unit, false)).toEqual(expected);
  expect(tokenUnit(unit, true)).toEqual(unit === 'Units' ? { count: 1_000_000n, tokens: true } : expected);
});

test.each<[string, number | undefined]>([
  ['image', 1], ['Images Processed', 1], ['TextUnit', 1], ['1K images', 1_000], ['1K Search Units', 1_000], ['1M seconds', 1_000_000], ['7 images', 7], ['Units', 1],
  ['tokens', undefined], ['1K tokens', undefined], ['0 images', undefined], ['', undefined],
  // Capacity is paid by the hour, whatever is used.
  ['hour', undefined], ['Model Unit Hours', undefined], ['month', undefined], ['ModelUnit', undefined], ['model unit', undefined], ['TPM', undefined],
])('a price by "%s" is one of %d pieces', (unit, count) => {
  expect(countedUnit(unit)).toEqual(count === undefined ? undefined : { count: BigInt(count), tokens: false });
});
