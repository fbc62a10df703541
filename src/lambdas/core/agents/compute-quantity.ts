import { Usd } from '../money';

declare const unit: unique symbol;

/** A quantity of hours as an integer number of 10⁻⁷ of them: exact to add, and exact to price. */
export type Hours = bigint & { readonly [unit]: 'hours' };

/**
 * Decimals of a quantity. List prices of an hour have up to five decimals, so that so many of a quantity give whole picodollars: a row's hours times its
 * prices are its cost, to the last digit. What is rounded off is less than a millisecond of a vCPU.
 */
export const HOURS_DECIMALS = 7;

const PARTS_PER_HOUR = 10n ** BigInt(HOURS_DECIMALS);

/** More than any runtime can use in an hour; above it, JavaScript numbers lose the decimals that count. */
const MOST_HOURS = 1e8;

export const NO_HOURS = 0n as Hours;

/** Thrown where a number cannot be a quantity of hours, or hours cannot be priced exactly. */
export class ComputeQuantityError extends Error {
  public readonly name = 'ComputeQuantityError';
}

/**
 * A number of CloudWatch's as a quantity, rounded half up.
 *
 * @throws ComputeQuantityError
 */
export function hoursOf(measured: number): Hours {
  if (!(measured >= 0 && measured <= MOST_HOURS)) {
    throw new ComputeQuantityError(`${measured} is no number of hours: expected is one from 0 to ${MOST_HOURS}`);
  }
  // `toFixed` works on the exact value of the binary float and picks the larger of two neighbours that are equally near: no arithmetic of floats is involved.
  return BigInt(measured.toFixed(HOURS_DECIMALS).replace('.', '')) as Hours;
}

export function addHours(...quantities: readonly Hours[]): Hours {
  return quantities.reduce<bigint>((sum, quantity) => sum + quantity, 0n) as Hours;
}

/** As a plain decimal number without trailing zeros. */
export function formatHours(quantity: Hours): string {
  const fraction = (quantity % PARTS_PER_HOUR).toString().padStart(HOURS_DECIMALS, '0').replace(/0+$/, '');
  return `${quantity / PARTS_PER_HOUR}${fraction ? `.${fraction}` : ''}`;
}

/** @throws ComputeQuantityError where the price has so many decimals that the cost is no whole number of picodollars */
export function costOfHours(quantity: Hours, pricePerHour: Usd): Usd {
  if (pricePerHour % PARTS_PER_HOUR !== 0n) {
    throw new ComputeQuantityError(`a price of an hour must be a multiple of ${PARTS_PER_HOUR} picodollars, not ${pricePerHour}`);
  }
  return (quantity * (pricePerHour / PARTS_PER_HOUR)) as Usd;
}
