import { groupBy } from '../../../src/lambdas/core/collections';

test('items are grouped in the order of their first appearance', () => {
  const groups = groupBy(['pear', 'apple', 'plum', 'avocado', 'fig'], ([letter]) => letter);
  expect([...groups]).toEqual([['p', ['pear', 'plum']], ['a', ['apple', 'avocado']], ['f', ['fig']]]);
});

test('no items are no groups', () => {
  expect(groupBy([], String).size).toBe(0);
});
