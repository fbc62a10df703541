import { BoundedCache } from '../../../src/lambdas/core/bounded-cache';

test('creates a value once', () => {
  const cache = new BoundedCache<string>(2);
  const create = jest.fn(() => 'value');
  expect([cache.getOrCreate('a', create), cache.getOrCreate('a', create)]).toEqual(['value', 'value']);
  expect(create).toHaveBeenCalledTimes(1);
});

test('forgets the oldest entry when full', () => {
  const cache = new BoundedCache<string>(2);
  for (const key of ['a', 'b', 'c']) {
    cache.getOrCreate(key, () => key);
  }
  expect(cache.size).toBe(2);
  expect(cache.getOrCreate('b', () => 'again')).toBe('b');
  expect(cache.getOrCreate('a', () => 'again')).toBe('again');
});
