import * as fc from 'fast-check';
import { formatUsd, usd } from '../../../../src/lambdas/core/money';
import { roughUsd } from '../../../../src/lambdas/core/reconciliation/rough-usd';

test.each([
  ['0.0551724144', '0.0551724144'],
  ['12.3456789012349999', '12.345678901234'],
  ['1.2345678901239E-7', '0.000000123456'],
  ['1E-13', '0'],
  ['2.5e3', '2500'],
  ['-0.5', '-0.5'],
  [' 7 ', '7'],
  ['+7.25', '7.25'],
  ['-1E-12', '-0.000000000001'],
  ['-1E-13', '0'],
  ['1e+2', '100'],
  ['1.5E0', '1.5'],
  ['1e12', '1000000000000'],
  ['0.0000000000019', '0.000000000001'],
  ['1e-999', '0'],
])('%s is %s', (figure, amount) => {
  expect(formatUsd(roughUsd(figure))).toBe(amount);
});

test.each(['', 'NaN', 'twelve', '1,5', '0x10', '.5', '5.', '1e', '1e1234', 'x1', '1x', '--1', '1 2'])('"%s" is no figure', figure => {
  expect(() => roughUsd(figure)).toThrow(expect.objectContaining({ name: 'RoughUsdError', message: `not a figure in US dollars: "${figure}"` }));
});

test('a long text is cut where it is told', () => {
  expect(() => roughUsd('x'.repeat(61))).toThrow(`not a figure in US dollars: "${'x'.repeat(60)}"`);
});

test('what is an exact amount is read as that', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), picodollars => {
    const text = formatUsd(picodollars as never);
    expect(roughUsd(text)).toBe(usd(text));
  }));
});
