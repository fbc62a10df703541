import { usd, Usd } from '../money';

/**
 * Attributes as DynamoDB writes them. Whole ledgers are read through this: making an object of each of millions of rows first would take
 * several times as long as adding them up.
 */
export type Attributes = Readonly<Record<string, AttributeLike | undefined>>;

/** As much of an attribute's value as reports read. */
export interface AttributeLike {
  readonly S?: string;
  readonly N?: string;
  readonly M?: Readonly<Record<string, AttributeLike>>;
}

/** `undefined` where it is missing, no number, or no amount of money. */
export function amountIn(attribute: AttributeLike | undefined): Usd | undefined {
  try {
    return attribute?.N === undefined ? undefined : usd(attribute.N);
  } catch {
    return undefined;
  }
}

/** What is no count is nothing: tokens inform, and no total depends on them. */
export function countIn(attribute: AttributeLike | undefined): number {
  const count = Number(attribute?.N ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
