import { ModelPrices } from './price-table';
import { ListPrice, multiply, ONE, perToken, Ratio, TokenPrices } from './token-prices';

/** Prices by the token, ready to be multiplied. */
export interface Rate {
  readonly standard: TokenPrices;
  /** Prices of a call whose prompt, cached tokens included, has more than `above` tokens. They hold for all of its tokens. */
  readonly longContext?: { readonly above: number; readonly prices: TokenPrices };
  /** Which prices the list does not have; others stand in their place. */
  readonly missing: {
    readonly cacheRead: boolean;
    /** Cache writes of any lifetime. */
    readonly cacheWrites: boolean;
    readonly cacheWrite1h: boolean;
  };
}

/** What a call costs more that does not go through a `global.` profile, for models that have this premium. */
export const GEO_PREMIUM: Ratio = { numerator: 11n, denominator: 10n };

/** Beyond the long-context threshold input and cache cost twice, output half as much again. */
const LONG_CONTEXT_PROMPT: Ratio = { numerator: 2n, denominator: 1n };
const LONG_CONTEXT_OUTPUT: Ratio = { numerator: 3n, denominator: 2n };

/** @param price the model's list price where it was called */
export function rate(model: ModelPrices, price: ListPrice, factors: readonly Ratio[]): Rate {
  const factor = factors.reduce(multiply, ONE);
  return {
    standard: tokenPrices(price, factor, factor),
    ...(model.longContextAbove === undefined ? {} : {
      longContext: {
        above: model.longContextAbove,
        prices: tokenPrices(price, multiply(factor, LONG_CONTEXT_PROMPT), multiply(factor, LONG_CONTEXT_OUTPUT)),
      },
    }),
    missing: {
      cacheRead: price.cacheRead === undefined,
      cacheWrites: price.cacheWrite5m === undefined,
      cacheWrite1h: price.cacheWrite1h === undefined,
    },
  };
}

function tokenPrices(price: ListPrice, promptFactor: Ratio, outputFactor: Ratio): TokenPrices {
  const cacheWrite5m = price.cacheWrite5m ?? price.input;
  return {
    input: perToken(price.input, promptFactor),
    output: perToken(price.output, outputFactor),
    cacheRead: perToken(price.cacheRead ?? price.input, promptFactor),
    cacheWrite5m: perToken(cacheWrite5m, promptFactor),
    cacheWrite1h: perToken(price.cacheWrite1h ?? cacheWrite5m, promptFactor),
  };
}
