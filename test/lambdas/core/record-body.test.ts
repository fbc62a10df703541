import { at, countUpTo, isObject, roundedUpTo, textLike } from '../../../src/lambdas/core/record-body';

test('a value is found under its path, and nothing where the path ends in something that is no object', () => {
  const body = { a: { b: { c: 0 } }, list: [{ c: 1 }], text: 'abc', none: null };
  expect(at(body, 'a', 'b', 'c')).toBe(0);
  expect(at(body)).toBe(body);
  expect([at(body, 'list', '0'), at(body, 'text', 'length'), at(body, 'none', 'x'), at(body, 'a', 'x', 'c'), at(undefined, 'a')]).toEqual(Array(5).fill(undefined));
});

test.each([[{}, true], [[], false], [null, false], [undefined, false], ['x', false], [5, false]])('%j is an object: %p', (value, isOne) => {
  expect(isObject(value)).toBe(isOne);
});

test.each<[unknown, string | undefined]>([['12s', '12s'], ['12', undefined], [['12s'], undefined], [undefined, undefined]])('the text of %j', (value, text) => {
  expect(textLike(value, /^\d+s$/)).toBe(text);
});

test.each<[unknown, number | undefined, number | undefined]>([
  [0, 0, 0], [1, 1, 1], [10, 10, 10], [11, undefined, undefined], [-1, undefined, undefined], [-0.1, undefined, undefined],
  [5.4, undefined, 6], [10.1, undefined, undefined],
  [Number.NaN, undefined, undefined], [Infinity, undefined, undefined], ['5', undefined, undefined], [[5], undefined, undefined], [true, undefined, undefined],
  [null, undefined, undefined], [undefined, undefined, undefined],
])('%p of at most 10 is %p as a count and %p as a measure', (value, count, measure) => {
  expect([countUpTo(10, value), roundedUpTo(10, value)]).toEqual([count, measure]);
});
