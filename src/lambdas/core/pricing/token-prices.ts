import { TokenCounts } from '../invocation-record';
import { timesTokens, usd, Usd } from '../money';

/** List prices in USD per million tokens, as decimals: the way they are published. */
export interface ListPrice {
  readonly input: string;
  /** `0` for embeddings. */
  readonly output: string;
  readonly cacheRead?: string;
  readonly cacheWrite5m?: string;
  readonly cacheWrite1h?: string;
  /** Says nothing of tokens: `input` and `output` are zero for want of another value. */
  readonly byUnitAlone?: true;
  /** In USD for each, by `UnitKey`, where a call is billed by other units than tokens, or by both. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Kinds of token that have prices of their own. */
export type TokenKind = keyof TokenCounts;

/** Prices of a single token by kind. */
export type TokenPrices = Readonly<Record<TokenKind, Usd>>;

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

/**
 * Price of one token. Exact for list prices of at most six decimals (all of them) and the factors of the catalog; the few
 * products with a fraction of a picodollar are rounded up, so that a price is never below what was meant.
 */
export function perToken(usdPerMillion: string, ratio: Ratio): Usd {
  const product = usd(usdPerMillion) * ratio.numerator;
  const divisor = TOKENS_PER_LIST_PRICE * ratio.denominator;
  return ((product + divisor - 1n) / divisor) as Usd;
}

/** Price of one unit, rounded up in the same way. */
export function perUnit(usdEach: string, ratio: Ratio): Usd {
  return ((usd(usdEach) * ratio.numerator + ratio.denominator - 1n) / ratio.denominator) as Usd;
}

/** What the tokens of each kind cost: linear in every count, so parts of a call cost together what the whole costs. */
export function tokenCosts(tokens: TokenCounts, prices: TokenPrices): Partial<Record<TokenKind, Usd>> {
  const costs: Partial<Record<TokenKind, Usd>> = {};
  // Written out: this runs for every kind of every call.
  if (tokens.input > 0) costs.input = timesTokens(prices.input, tokens.input);
  if (tokens.output > 0) costs.output = timesTokens(prices.output, tokens.output);
  if (tokens.cacheRead > 0) costs.cacheRead = timesTokens(prices.cacheRead, tokens.cacheRead);
  if (tokens.cacheWrite5m > 0) costs.cacheWrite5m = timesTokens(prices.cacheWrite5m, tokens.cacheWrite5m);
  if (tokens.cacheWrite1h > 0) costs.cacheWrite1h = timesTokens(prices.cacheWrite1h, tokens.cacheWrite1h);
  return costs;
}
