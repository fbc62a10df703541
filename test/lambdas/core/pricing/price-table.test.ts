import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';

test('reads rows, traits and regional prices', () => {
  const { version, models } = parsePriceTable('2026-01', `
    # a comment
    a.one  *        1   5  0.1  1.25  2   geo+10% long>200000 superseded
    a.one  eu,sa-1  2   6  0.2  -     -

    a.two  *        0.02  0
  `);
  expect(version).toBe('2026-01');
  expect([...models.values()]).toEqual([
    {
      id: 'a.one',
      list: { input: '1', output: '5', cacheRead: '0.1', cacheWrite5m: '1.25', cacheWrite1h: '2' },
      regional: new Map([['eu', { input: '2', output: '6', cacheRead: '0.2' }], ['sa-1', { input: '2', output: '6', cacheRead: '0.2' }]]),
      geoPremium: true,
      worldwide: true,
      longContextAbove: 200_000,
      superseded: true,
    },
    { id: 'a.two', list: { input: '0.02', output: '0' }, regional: new Map(), geoPremium: false, worldwide: false, superseded: false },
  ]);
});

test('refuses a regional row before the one for everywhere', () => {
  expect(() => parsePriceTable('2026-01', 'a.one eu 1 5')).toThrow('the first row of "a.one" is for "eu"');
});
