import { TokenCounts } from '../invocation-record';
import { timesTokens, usd, Usd, ZERO_USD } from '../money';

/** List prices in USD per million tokens, as decimals: the way they are published. */
export interface ListPrice {
  readonly input: string;
  /** `0` for embeddings. */
  readonly output: string;
  readonly cacheRead?: string;
  readonly cacheWrite5m?: string;
  readonly cacheWrite1h?: string;
}

/** Prices of a single token by kind. */
export type TokenPrices = { readonly [kind in keyof TokenCounts]: Usd };

/** An exact factor on a price. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ONE: Ratio = { numerator: 1n, denominator: 1n };

const TOKENS_PER_LIST_PRICE = 1_000_000n;

export function multiply(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** The larger of the ratio and one: for prices that no discount may lower. */
export function atLeastOne(ratio: Ratio): Ratio {
  return ratio.numerator < ratio.denominator ? ONE : ratio;
}

/**
 * Price of one token. Exact for list prices of at most six decimals (all of them) and the factors of the catalog; the few
 * products with a fraction of a picodollar are rounded up, so that a price is never below what was meant.
 */
export function perToken(usdPerMillion: string, ratio: Ratio): Usd {
  const product = usd(usdPerMillion) * ratio.numerator;
  const divisor = TOKENS_PER_LIST_PRICE * ratio.denominator;
  return ((product + divisor - 1n) / divisor) as Usd;
}

/** What the tokens cost: linear in every count, so parts of a call cost together what the whole costs. */
export function costOf(tokens: TokenCounts, prices: TokenPrices): Usd {
  let cost: bigint = ZERO_USD;
  if (tokens.input > 0) cost += timesTokens(prices.input, tokens.input);
  if (tokens.output > 0) cost += timesTokens(prices.output, tokens.output);
  if (tokens.cacheRead > 0) cost += timesTokens(prices.cacheRead, tokens.cacheRead);
  if (tokens.cacheWrite5m > 0) cost += timesTokens(prices.cacheWrite5m, tokens.cacheWrite5m);
  if (tokens.cacheWrite1h > 0) cost += timesTokens(prices.cacheWrite1h, tokens.cacheWrite1h);
  return cost as Usd;
}
