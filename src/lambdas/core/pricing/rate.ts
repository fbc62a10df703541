import { Usd, ZERO_USD } from '../money';
import { EVERYWHERE, ModelPrices, PricingMode } from './price-table';
import { RegionalPrice } from './regional-price';
import { ListPrice, multiply, perToken, perUnit, Ratio, TokenPrices } from './token-prices';
import { BilledUnit, UnitKey, unitOfKey } from './units';

/** Prices ready to be multiplied. */
export interface Rate {
  readonly standard: PriceSet;
  /** Prices of a call whose prompt, cached tokens included, has more than `above` tokens. They hold for all of its tokens. */
  readonly longContext?: PriceSet & { readonly above: number };
  readonly units: ReadonlyMap<UnitKey, Usd>;
  /** Units that a call is taken to have where its record does not tell. */
  readonly assumedUnits: ReadonlyMap<BilledUnit, number>;
}

/** Prices of tokens, and which of them the list does not have: others stand in their place. */
export interface PriceSet {
  readonly prices: TokenPrices;
  readonly missing: MissingPrices;
}

interface MissingPrices {
  /** Nothing is said of tokens at all. */
  readonly tokens: boolean;
  readonly cacheRead: boolean;
  readonly cacheWrite5m: boolean;
  readonly cacheWrite1h: boolean;
}

/** Beyond the long-context threshold input and cache cost twice, output half as much again, where no row says so. */
export const LONG_CONTEXT_PROMPT: Ratio = { numerator: 2n, denominator: 1n };
export const LONG_CONTEXT_OUTPUT: Ratio = { numerator: 3n, denominator: 2n };

/** From which prices a rate is made. */
export interface RateBasis {
  readonly model: ModelPrices;
  /** The price, and what makes of it that of the call's place and mode. */
  readonly regional: Pick<RegionalPrice, 'place' | 'price' | 'factor' | 'isOfMode'>;
  /** How the call was served, and what that makes of the standard price where no row says so. */
  readonly mode?: Exclude<PricingMode, 'long'>;
  readonly modeRatio: Ratio;
  readonly longContextAbove?: number;
  /** Private pricing. */
  readonly discount: Ratio;
}

export function rateOf(basis: RateBasis): Rate {
  const { model, regional, mode, modeRatio, discount } = basis;
  const factor = multiply(regional.factor, discount);
  if (!regional.isOfMode) {
    return rateOfPrice(regional.price, multiply(factor, modeRatio), mode === undefined ? model.modes.get(`${regional.place}@long`) : undefined, basis);
  }
  const rate = rateOfPrice(regional.price, factor, undefined, basis);
  // Rows of modes seldom have prices of caches: those of the standard row beside them follow.
  const standard = regional.place === EVERYWHERE ? model.list : model.regional.get(regional.place);
  return standard ? completed(rate, rateOfPrice(standard, multiply(factor, modeRatio), undefined, basis)) : rate;
}

function rateOfPrice(price: ListPrice, factor: Ratio, longRow: ListPrice | undefined, { model, longContextAbove }: RateBasis): Rate {
  return {
    standard: priceSet(price, factor, factor),
    ...(longContextAbove === undefined ? {} : { longContext: { above: longContextAbove, ...longContextOf(price, longRow, factor) } }),
    units: new Map(Object.entries(price.units ?? {}).map(([key, usdEach]) => [key as UnitKey, perUnit(usdEach, factor)])),
    assumedUnits: model.assumedUnits,
  };
}

/** By a row of its own, and for what that leaves out by ratio of the standard price. */
function longContextOf(price: ListPrice, row: ListPrice | undefined, factor: Ratio): PriceSet {
  const byRatio = priceSet(price, multiply(factor, LONG_CONTEXT_PROMPT), multiply(factor, LONG_CONTEXT_OUTPUT));
  return row ? completedSet(priceSet(row, factor, factor), byRatio) : byRatio;
}

/**
 * A rate with what it misses taken from another one, in proportion: who pays a fifth less for input, or nothing at all, does so for cached
 * input as well.
 */
export function completed(rate: Rate, from: Rate): Rate {
  const { longContext } = rate.standard.missing.tokens ? from : rate;
  return {
    standard: completedSet(rate.standard, from.standard),
    ...(longContext ? { longContext: { above: longContext.above, ...completedSet(longContext, from.longContext ?? from.standard) } } : {}),
    // A price of every size leaves no room for that of one size.
    units: new Map([...[...from.units].filter(([key]) => !rate.units.has(unitOfKey(key)!)), ...rate.units]),
    assumedUnits: new Map([...from.assumedUnits, ...rate.assumedUnits]),
  };
}

function completedSet({ prices, missing }: PriceSet, from: PriceSet): PriceSet {
  if (missing.tokens) {
    return from;
  }
  if (from.missing.tokens) {
    return { prices, missing };
  }
  const inProportion = (price: Usd) => proportional(price, prices.input, from.prices.input);
  // What stands in for a missing price is made anew, since it may itself be filled.
  const cacheWrite5m = missing.cacheWrite5m
    ? (from.missing.cacheWrite5m ? prices.input : inProportion(from.prices.cacheWrite5m))
    : prices.cacheWrite5m;
  return {
    prices: {
      input: prices.input,
      output: prices.output,
      cacheRead: missing.cacheRead && !from.missing.cacheRead ? inProportion(from.prices.cacheRead) : prices.cacheRead,
      cacheWrite5m,
      cacheWrite1h: missing.cacheWrite1h ? (from.missing.cacheWrite1h ? cacheWrite5m : inProportion(from.prices.cacheWrite1h)) : prices.cacheWrite1h,
    },
    missing: {
      tokens: false,
      cacheRead: missing.cacheRead && from.missing.cacheRead,
      cacheWrite5m: missing.cacheWrite5m && from.missing.cacheWrite5m,
      cacheWrite1h: missing.cacheWrite1h && from.missing.cacheWrite1h,
    },
  };
}

/** Rounded up like every price of a token. */
function proportional(price: Usd, part: Usd, whole: Usd): Usd {
  return (whole === ZERO_USD ? price : (price * part + whole - 1n) / whole) as Usd;
}

function priceSet(price: ListPrice, promptFactor: Ratio, outputFactor: Ratio): PriceSet {
  const cacheWrite5m = price.cacheWrite5m ?? price.input;
  return {
    prices: {
      input: perToken(price.input, promptFactor),
      output: perToken(price.output, outputFactor),
      cacheRead: perToken(price.cacheRead ?? price.input, promptFactor),
      cacheWrite5m: perToken(cacheWrite5m, promptFactor),
      cacheWrite1h: perToken(price.cacheWrite1h ?? cacheWrite5m, promptFactor),
    },
    missing: {
      tokens: price.byUnitAlone === true,
      cacheRead: price.cacheRead === undefined,
      cacheWrite5m: price.cacheWrite5m === undefined,
      cacheWrite1h: price.cacheWrite1h === undefined,
    },
  };
}
