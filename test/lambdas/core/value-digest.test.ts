import { digestOf } from '../../../src/lambdas/core/value-digest';

test('the order of keys does not matter, however deep', () => {
  expect(digestOf({ b: [{ d: 1, c: { f: 2, e: 3 } }], a: 1 }, 64)).toBe(digestOf({ a: 1, b: [{ c: { e: 3, f: 2 }, d: 1 }] }, 64));
});

test.each<[unknown, unknown]>([[['a', 'b'], ['b', 'a']], [['a'], { 0: 'a' }], [1, '1'], [null, undefined], [{}, []]])('%j and %j are not the same', (one, other) => {
  expect(digestOf(one, 12)).not.toBe(digestOf(other, 12));
});

test('the beginning of SHA-256 in hexadecimal, which stays what it is: ids are made of it', () => {
  expect(digestOf({ b: 1, a: [true, null, 'x'] }, 12)).toBe('54a65415ad37');
  expect(digestOf(undefined, 8)).toBe('e3b0c442');
});
