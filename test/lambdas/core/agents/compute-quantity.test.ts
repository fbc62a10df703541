import * as fc from 'fast-check';
import { COMPUTE_PRICES, COMPUTE_UNITS } from '../../../../src/lambdas/core/agents/compute-prices';
import { addHours, ComputeQuantityError, costOfHours, formatHours, hoursOf, HOURS_DECIMALS } from '../../../../src/lambdas/core/agents/compute-quantity';
import { formatUsd, usd, USD_DECIMALS } from '../../../../src/lambdas/core/money';

describe('a number of CloudWatch’s as hours', () => {
  test.each([
    [0, '0'],
    [1, '1'],
    [0.1, '0.1'],
    [97.46, '97.46'],
    [0.005455525277778, '0.0054555'],
    [0.200219642726704, '0.2002196'],
    [1e-7, '0.0000001'],
    [4.9e-8, '0'],
    [5.1e-8, '0.0000001'],
    [5e-324, '0'],
    // Halves that a binary float holds exactly.
    [2 ** -8, '0.0039063'],
    [3 * 2 ** -8, '0.0117188'],
    [12345678.0000001, '12345678.0000001'],
    [1e8, '100000000'],
  ])('%d is %s', (measured, text) => {
    expect(formatHours(hoursOf(measured))).toBe(text);
  });

  test.each([-1e-9, Number.NaN, Number.POSITIVE_INFINITY, 1.1e8])('%d is none', measured => {
    expect(() => hoursOf(measured)).toThrow(ComputeQuantityError);
  });

  test('is rounded to the nearest by the float’s exact value, halves up', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e8, noNaN: true, noDefaultInfinity: true }), measured => {
      const twice = 2n * hoursOf(measured);
      const exact = ratioOf(measured);
      // |2·rounded − 2·exact·10⁷| ≤ 1, and where it is exactly a half, the larger was taken.
      const difference = twice * exact.denominator - 2n * exact.numerator * 10n ** BigInt(HOURS_DECIMALS);
      expect(difference > -exact.denominator && difference <= exact.denominator).toBe(true);
    }));
  });

  test('sums do not depend on their order', () => {
    expect(formatHours(addHours(...Array.from({ length: 10 }, () => hoursOf(0.1))))).toBe('1');
  });
});

describe('what hours cost', () => {
  test.each([
    ['vcpuHours' as const, 1, '0.0895'],
    ['gbHours' as const, 1, '0.00945'],
    ['vcpuHours' as const, 1e-7, '0.00000000895'],
    ['gbHours' as const, 1e-7, '0.000000000945'],
    ['gbHours' as const, 97.46, '0.920997'],
  ])('%s: %d cost %s', (unit, hours, cost) => {
    expect(formatUsd(costOfHours(hoursOf(hours), COMPUTE_PRICES[unit]))).toBe(cost);
  });

  test('list prices give whole picodollars for the finest quantity', () => {
    for (const unit of COMPUTE_UNITS) {
      expect(COMPUTE_PRICES[unit] % 10n ** BigInt(HOURS_DECIMALS)).toBe(0n);
    }
    expect(USD_DECIMALS - HOURS_DECIMALS).toBe(5);
  });

  test('a price that gave fractions of a picodollar is refused', () => {
    expect(() => costOfHours(hoursOf(1), usd('0.000001'))).toThrow('must be a multiple of 10000000 picodollars, not 1000000');
  });
});

/** The exact value of a float: numerator over a power of two. */
function ratioOf(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  let scaled = value;
  let denominator = 1n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}
