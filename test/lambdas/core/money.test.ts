import * as fc from 'fast-check';
import {
  addUsd, formatUsd, formatUsdRounded, MoneyError, reachesPercent, sharePercent, subtractUsd, timesTokens, toMetricValue, Usd, usd, ZERO_USD,
} from '../../../src/lambdas/core/money';
import { errorOf } from './builders';

const amounts = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(picodollars => picodollars as Usd);
const positive = fc.bigInt({ min: 1n, max: 10n ** 24n }).map(picodollars => picodollars as Usd);

describe('reading an amount', () => {
  test.each([
    ['12.50', 12_500_000_000_000n],
    ['0', 0n],
    ['+1', 1_000_000_000_000n],
    ['-0.000000000001', -1n],
    [' 7 ', 7_000_000_000_000n],
    ['3.5E-8', 35_000n],
    ['35e-9', 35_000n],
    ['1.5e+3', 1_500_000_000_000_000n],
    ['0.1000000000000000000', 100_000_000_000n],
    ['99999999999999999999999999', 99_999_999_999_999_999_999_999_999n * 10n ** 12n],
  ])('%p is %p picodollars', (text, picodollars) => {
    expect(usd(text)).toBe(picodollars);
  });

  test.each(['', ' ', 'none', '1,5', '1.', '.5', '0x10', 'NaN', 'Infinity', '1 2', '$5', '1e1000', '--1', '１'])('refuses %p', text => {
    expect(() => usd(text)).toThrow(MoneyError);
  });

  test.each(['0.0000000000001', '1e-13', '1.23456789E-5'.replace('5', '9')])('refuses %p, which is finer than a picodollar, rather than rounding it', text => {
    expect(() => usd(text)).toThrow(/more than 12 decimals/);
  });

  test('quotes no more than the beginning of what it refuses', () => {
    expect(String(errorOf(() => usd('x'.repeat(10_000))))).toBe(`MoneyError: not a decimal amount of USD: "${'x'.repeat(60)}"; write it like 12.50`);
    expect(String(errorOf(() => usd(`0.${'1'.repeat(500)}`)))).toBe(`MoneyError: more than 12 decimals of a dollar: "0.${'1'.repeat(58)}"`);
  });
});

describe('writing an amount', () => {
  test.each([
    ['0', '0', '$0.00'],
    ['12.5', '12.5', '$12.50'],
    ['0.004999999999', '0.004999999999', '$0.00'],
    ['0.005', '0.005', '$0.01'],
    ['-0.001', '-0.001', '$0.00'],
    ['-1.005', '-1.005', '-$1.01'],
    ['1000000', '1000000', '$1000000.00'],
  ])('%s is "%s", or "%s" in a message', (text, exact, rounded) => {
    expect(formatUsd(usd(text))).toBe(exact);
    expect(formatUsdRounded(usd(text))).toBe(rounded);
  });

  test('every amount is read back as it was written', () => {
    fc.assert(fc.property(amounts, amount => { expect(usd(formatUsd(amount))).toBe(amount); }));
  });

  test('never in exponents or with trailing zeros', () => {
    fc.assert(fc.property(amounts, amount => { expect(formatUsd(amount)).toMatch(/^-?(0|[1-9]\d*)(\.\d{0,11}[1-9])?$/); }));
  });
});

describe('arithmetic', () => {
  test('a sum does not depend on the order, nor on how it is grouped', () => {
    const lists = fc.array(amounts).chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)));
    fc.assert(fc.property(lists,
      ([list, shuffled, cut]) => {
        expect(addUsd(...shuffled)).toBe(addUsd(...list));
        expect(addUsd(addUsd(...list.slice(0, cut)), addUsd(...list.slice(cut)))).toBe(addUsd(...list));
      }));
  });

  test('nothing is nothing', () => {
    expect(addUsd()).toBe(ZERO_USD);
  });

  test('a tenth and two tenths are three tenths', () => {
    expect(addUsd(usd('0.1'), usd('0.2'))).toBe(usd('0.3'));
    expect(subtractUsd(usd('0.3'), usd('0.1'))).toBe(usd('0.2'));
  });

  test('tokens cost the same in one call and in many', () => {
    fc.assert(fc.property(positive, fc.array(fc.nat(100_000_000), { maxLength: 20 }), (price, counts) => {
      expect(addUsd(...counts.map(count => timesTokens(price, count)))).toBe(timesTokens(price, counts.reduce((sum, count) => sum + count, 0)));
    }));
  });

  test('half a token is a mistake, not a rounding', () => {
    expect(() => timesTokens(usd('1'), 0.5)).toThrow(RangeError);
  });
});

describe('shares of a limit', () => {
  test.each([
    ['69.999999999999', '70', false],
    ['70', '70', true],
    ['70.000000000001', '70', true],
    ['12.344999999999', '12.345', false],
    ['12.345', '12.345', true],
  ])('%s of 100 reaches %s percent: %p', (part, percent, reached) => {
    expect(reachesPercent(usd(part), usd('100'), usd(percent))).toBe(reached);
  });

  test('a limit of nothing is reached by nothing', () => {
    expect(reachesPercent(ZERO_USD, ZERO_USD, usd('100'))).toBe(true);
  });

  test.each([
    ['0', '100', '0.0'],
    ['99.999', '100', '99.9'],
    ['1', '3', '33.3'],
    ['250', '100', '250.0'],
    ['0', '0', '0.0'],
    ['1', '0', '100.0'],
  ])('%s of %s is %s percent', (part, whole, percent) => {
    expect(sharePercent(usd(part), usd(whole))).toBe(percent);
  });

  test('the percentage that is shown never claims a threshold that was not reached', () => {
    fc.assert(fc.property(positive, positive, fc.integer({ min: 1, max: 99 }), (part, whole, percent) => {
      if (Number(sharePercent(part, whole)) >= percent) {
        expect(reachesPercent(part, whole, usd(String(percent)))).toBe(true);
      }
    }));
  });
});

test('metrics get binary floats, which suffice for them', () => {
  expect(toMetricValue(usd('0.000000035'))).toBe(3.5e-8);
});
