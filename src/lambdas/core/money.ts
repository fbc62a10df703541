/**
 * Exact money. An amount is an integer number of 10⁻¹² US dollars: list prices reach 10⁻⁹ USD a token and
 * fractions of it, and sums of millions of them must neither drift nor depend on their order, so no amount
 * ever passes through a binary float.
 */
declare const unit: unique symbol;

/** An amount of US dollars, in picodollars (10⁻¹² USD). */
export type Usd = bigint & { readonly [unit]: 'picodollar' };

/** Decimals of a dollar that an amount carries. */
export const USD_DECIMALS = 12;

const PICODOLLARS_PER_DOLLAR = 10n ** BigInt(USD_DECIMALS);
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

export const ZERO_USD = 0n as Usd;

/** Thrown where text is not an amount of dollars. */
export class MoneyError extends Error {
  public readonly name = 'MoneyError';
}

/**
 * Reads a decimal such as `12.5`, `0.000000035` or `3.5E-8` (DynamoDB's notation of small numbers) exactly.
 *
 * @throws MoneyError if it is no decimal number, or finer than a picodollar
 */
export function usd(decimal: string): Usd {
  const match = DECIMAL.exec(decimal.trim());
  if (!match) {
    throw new MoneyError(`not a decimal amount of USD: "${decimal.slice(0, 60)}"; write it like 12.50`);
  }
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const shift = USD_DECIMALS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  let picodollars: bigint;
  if (shift >= 0) {
    picodollars = digits * 10n ** BigInt(shift);
  } else {
    const divisor = 10n ** BigInt(-shift);
    if (digits % divisor !== 0n) {
      throw new MoneyError(`more than ${USD_DECIMALS} decimals of a dollar: "${decimal.slice(0, 60)}"`);
    }
    picodollars = digits / divisor;
  }
  return (sign === '-' ? -picodollars : picodollars) as Usd;
}

/** The amount as a plain decimal number of dollars without trailing zeros: what tables, events and people read. */
export function formatUsd(amount: Usd): string {
  const negative = amount < 0n;
  const absolute = negative ? -amount : amount;
  const whole = absolute / PICODOLLARS_PER_DOLLAR;
  const fraction = (absolute % PICODOLLARS_PER_DOLLAR).toString().padStart(USD_DECIMALS, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/** The amount rounded half up to cents, with two decimals: for messages only, never for a decision. */
export function formatUsdRounded(amount: Usd): string {
  const perCent = PICODOLLARS_PER_DOLLAR / 100n;
  const negative = amount < 0n;
  const cents = ((negative ? -amount : amount) + perCent / 2n) / perCent;
  return `${negative && cents > 0n ? '-' : ''}$${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`;
}

export function addUsd(...amounts: readonly Usd[]): Usd {
  return amounts.reduce<bigint>((sum, amount) => sum + amount, 0n) as Usd;
}

export function subtractUsd(from: Usd, amount: Usd): Usd {
  return (from - amount) as Usd;
}

/** @param count a whole number of tokens */
export function timesTokens(price: Usd, count: number): Usd {
  return (price * BigInt(count)) as Usd;
}

/** Whether `part` has reached `percent` (itself an exact decimal) of `whole`. */
export function reachesPercent(part: Usd, whole: Usd, percent: Usd): boolean {
  return part * 100n * PICODOLLARS_PER_DOLLAR >= whole * percent;
}

/** `part` as a percentage of `whole` with one decimal, rounded down so that it never claims a threshold that was not reached. */
export function sharePercent(part: Usd, whole: Usd): string {
  if (whole <= 0n) {
    return part > 0n ? '100.0' : '0.0';
  }
  const tenths = (part * 1000n) / whole;
  return `${tenths / 10n}.${tenths % 10n}`;
}

/** For metrics, whose values are binary floats by nature; never for a decision or a sum. */
export function toMetricValue(amount: Usd): number {
  return Number(formatUsd(amount));
}
