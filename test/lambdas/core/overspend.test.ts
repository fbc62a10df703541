import { formatUsd } from '../../../src/lambdas/core/money';
import { leadingOverspend, secondsBetween } from '../../../src/lambdas/core/overspend';
import { aBudget, aContext, limit, NOON } from './builders';

test.each([
  ['120.5', ['100'], '20.5'],
  ['100', ['100'], '0'],
  ['5', ['100'], '0'],
  ['5', [], '0'],
])('%s of %p USD is %s beyond the limit', (spent, limits, beyond) => {
  expect(formatUsd(leadingOverspend(aBudget({ spent, limits: limits.map(amount => limit(amount)) }), aContext(), NOON))).toBe(beyond);
});

test('of several limits, the one that is exceeded most counts', () => {
  const limits = [limit('100'), limit('10', 'calendar day'), limit('50', 'calendar week')];
  expect(formatUsd(leadingOverspend(aBudget({ spent: '60', limits }), aContext(), NOON))).toBe('50');
});

test.each([[0, 1234, 1.2], [0, 1250, 1.3], [0, 0, 0], [5000, 0, 0], [0, 86_400_000, 86_400]])('from %i to %i are %d seconds', (from, to, seconds) => {
  expect(secondsBetween(from, to)).toBe(seconds);
});
