import { Usd } from '../money';
import { ModelPrices, PricingMode } from './price-table';
import { RegionalPrice } from './regional-price';
import { ListPrice, multiply, ONE, perToken, perUnit, Ratio, TokenPrices } from './token-prices';
import { BilledUnit, UnitKey } from './units';

/** Prices ready to be multiplied. */
export interface Rate {
  readonly standard: TokenPrices;
  /** Prices of a call whose prompt, cached tokens included, has more than `above` tokens. They hold for all of its tokens. */
  readonly longContext?: { readonly above: number; readonly prices: TokenPrices };
  /** Which prices the list does not have; others stand in their place. */
  readonly missing: MissingPrices;
  readonly units: ReadonlyMap<UnitKey, Usd>;
  /** Units that a call is taken to have where its record does not tell. */
  readonly assumedUnits: ReadonlyMap<BilledUnit, number>;
}

interface MissingPrices {
  readonly cacheRead: boolean;
  readonly cacheWrite5m: boolean;
  readonly cacheWrite1h: boolean;
}

/** Beyond the long-context threshold input and cache cost twice, output half as much again. */
const LONG_CONTEXT_PROMPT: Ratio = { numerator: 2n, denominator: 1n };
const LONG_CONTEXT_OUTPUT: Ratio = { numerator: 3n, denominator: 2n };

/** From which prices a rate is made. */
export interface RateBasis {
  readonly model: ModelPrices;
  readonly regional: RegionalPrice;
  readonly mode?: Exclude<PricingMode, 'long'>;
  /** What the mode makes of the standard price where it has no row of its own. */
  readonly modeRatio: Ratio;
  readonly longContextAbove?: number;
  /** Private pricing. */
  readonly discount: Ratio;
}

/** @returns the rate, and whether the mode's price follows from a ratio instead of a row */
export function rateOf({ model, regional, mode, modeRatio, longContextAbove, discount }: RateBasis): { readonly rate: Rate; readonly byRatio: boolean } {
  const row = mode && model.modes.get(`${regional.place}@${mode}`);
  const byRatio = mode !== undefined && !row;
  const price = row ?? regional.price;
  const factor = multiply(multiply(regional.factor, discount), row ? ONE : modeRatio);
  const longRow = mode === undefined ? model.modes.get(`${regional.place}@long`) : undefined;
  return {
    byRatio,
    rate: {
      standard: tokenPrices(price, factor, factor),
      ...(longContextAbove === undefined ? {} : {
        longContext: {
          above: longContextAbove,
          prices: longRow
            ? tokenPrices(longRow, factor, factor)
            : tokenPrices(price, multiply(factor, LONG_CONTEXT_PROMPT), multiply(factor, LONG_CONTEXT_OUTPUT)),
        },
      }),
      missing: {
        cacheRead: price.cacheRead === undefined,
        cacheWrite5m: price.cacheWrite5m === undefined,
        cacheWrite1h: price.cacheWrite1h === undefined,
      },
      units: new Map(Object.entries(price.units ?? {}).map(([key, usdEach]) => [key as UnitKey, perUnit(usdEach, factor)])),
      assumedUnits: model.assumedUnits,
    },
  };
}

/**
 * A rate with what it misses taken from another one, in proportion: who pays a fifth less for input, or nothing at all, does so for cached
 * input as well.
 */
export function completed(rate: Rate, from: Rate): Rate {
  const fill = (prices: TokenPrices, other: TokenPrices): TokenPrices => {
    const inProportion = (price: Usd) => proportional(price, prices.input, other.input);
    // What stands in for a missing price is made anew, since it may itself be filled.
    const cacheWrite5m = rate.missing.cacheWrite5m ? (from.missing.cacheWrite5m ? prices.input : inProportion(other.cacheWrite5m)) : prices.cacheWrite5m;
    return {
      input: prices.input,
      output: prices.output,
      cacheRead: rate.missing.cacheRead && !from.missing.cacheRead ? inProportion(other.cacheRead) : prices.cacheRead,
      cacheWrite5m,
      cacheWrite1h: rate.missing.cacheWrite1h ? (from.missing.cacheWrite1h ? cacheWrite5m : inProportion(other.cacheWrite1h)) : prices.cacheWrite1h,
    };
  };
  return {
    standard: fill(rate.standard, from.standard),
    ...(rate.longContext ? {
      longContext: { above: rate.longContext.above, prices: fill(rate.longContext.prices, from.longContext?.prices ?? from.standard) },
    } : {}),
    missing: {
      cacheRead: rate.missing.cacheRead && from.missing.cacheRead,
      cacheWrite5m: rate.missing.cacheWrite5m && from.missing.cacheWrite5m,
      cacheWrite1h: rate.missing.cacheWrite1h && from.missing.cacheWrite1h,
    },
    units: new Map([...from.units, ...rate.units]),
    assumedUnits: new Map([...from.assumedUnits, ...rate.assumedUnits]),
  };
}

/** Rounded up like every price of a token. */
function proportional(price: Usd, part: Usd, whole: Usd): Usd {
  return (whole === 0n ? price : (price * part + whole - 1n) / whole) as Usd;
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
