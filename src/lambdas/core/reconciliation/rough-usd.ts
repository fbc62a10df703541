import { USD_DECIMALS, Usd } from '../money';

const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Thrown where a figure of somebody else's is no number. */
export class RoughUsdError extends Error {
  public readonly name = 'RoughUsdError';
}

/**
 * Reads a figure that somebody else has summed up in binary floats, such as those of Cost Explorer and of a log query: what is finer than a
 * picodollar is cut off. For comparisons only; what is charged is read by `usd`, which refuses such figures.
 *
 * @throws RoughUsdError
 */
export function roughUsd(figure: string): Usd {
  const match = NUMBER.exec(figure.trim());
  if (!match) {
    throw new RoughUsdError(`not a figure in US dollars: "${figure.slice(0, 60)}"`);
  }
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const shift = USD_DECIMALS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const picodollars = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return (sign === '-' ? -picodollars : picodollars) as Usd;
}
