import * as fc from 'fast-check';
import { packBySize } from '../../../src/lambdas/adapters/pack-by-size';

test('an item that is too big alone goes alone', () => {
  expect(packBySize([1, 9, 2, 3], size => size, { maxItems: 10, maxBytes: 5 })).toEqual([[1], [9], [2, 3]]);
});

test('nothing makes no packs', () => {
  expect(packBySize([], () => 1, { maxItems: 10, maxBytes: 5 })).toEqual([]);
});

test('packs hold everything in order, within both limits, and as few as that allows', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 40 })), fc.integer({ min: 1, max: 5 }), (sizes, maxItems) => {
    const packs = packBySize(sizes, size => size, { maxItems, maxBytes: 50 });
    const sum = (pack: readonly number[]) => pack.reduce((a, b) => a + b, 0);
    expect(packs.flat()).toEqual(sizes);
    expect(packs.every(pack => pack.length <= maxItems && sum(pack) <= 50)).toBe(true);
    // Two neighbours never fit into one.
    expect(packs.slice(1).every((pack, index) => packs[index].length === maxItems || sum(packs[index]) + pack[0] > 50)).toBe(true);
  }));
});
