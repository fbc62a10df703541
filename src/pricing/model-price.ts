import { BilledUnit } from './billed-unit';
import { checkModelName, checkRegions, priceText } from './price-validation';

/** Prices of tokens in US dollars per million tokens: from 0 to 100,000, with at most 6 decimals. */
export interface TokenPriceProps {
  /** Price of input that was not cached. */
  readonly input: number;

  /** Price of output: 0 for embeddings. */
  readonly output: number;

  /**
   * Price of input that was read from a cache.
   *
   * @default - the price that is known without this one, in proportion to that of input; if there is none, that of input
   */
  readonly cacheRead?: number;

  /**
   * Price of input that was written to a cache for five minutes.
   *
   * @default - the price that is known without this one, in proportion to that of input; if there is none, that of input
   */
  readonly cacheWrite5Minutes?: number;

  /**
   * Price of input that was written to a cache for an hour.
   *
   * @default - the price that is known without this one, in proportion to that of input; if there is none, that of five minutes
   */
  readonly cacheWrite1Hour?: number;

  /**
   * Regions that are called, such as `eu-central-1`, or geographies of profiles, such as `eu` or `global`, in which the price holds.
   *
   * @default - everywhere
   */
  readonly regions?: string[];
}

/**
 * A price that holds in place of any list's: a private price, or that of a model which no list has.
 *
 * Models are named by their own id (`anthropic.claude-opus-5`), which stands for all of its profiles, by the id of a profile
 * (`eu.anthropic.claude-opus-5`), or by the ARN of whatever is called: an application inference profile, a prompt, a custom or imported model.
 */
export class ModelPrice {
  /** The price of a model that is billed by the token. */
  public static perMillionTokens(model: string, prices: TokenPriceProps): ModelPrice {
    checkModelName('ModelPrice.perMillionTokens', model);
    const { regions = [] } = prices;
    checkRegions('ModelPrice.perMillionTokens', regions);
    const kinds = { in: prices.input, out: prices.output, read: prices.cacheRead, write5m: prices.cacheWrite5Minutes, write1h: prices.cacheWrite1Hour };
    const words = Object.entries(kinds).flatMap(([key, usd]) => (usd === undefined ? [] : [`${key}=${priceText('ModelPrice.perMillionTokens', usd)}`]));
    return new ModelPrice([model, ...(regions.length > 0 ? [regions.join(',')] : []), ...words].join(' '));
  }

  /** The price of a model that is billed by another unit than the token, in US dollars for each. */
  public static perUnit(model: string, unit: BilledUnit, usd: number): ModelPrice {
    checkModelName('ModelPrice.perUnit', model);
    return new ModelPrice(`${model} ${unit}=${priceText('ModelPrice.perUnit', usd)}`);
  }

  /** A model, or what is behind an ARN, that costs what another model does. */
  public static likeModel(model: string, otherModel: string): ModelPrice {
    checkModelName('ModelPrice.likeModel', model);
    checkModelName('ModelPrice.likeModel', otherModel);
    return new ModelPrice(`${model} as=${otherModel}`);
  }

  /** The price of every model whose price is not known, instead of that of the dearest current text model of its provider, or of all. */
  public static unknownModels(prices: TokenPriceProps): ModelPrice {
    return ModelPrice.perMillionTokens('unknown', prices);
  }

  /** The price as it stands in the parameter `price-overrides`. */
  public readonly expression: string;

  private constructor(expression: string) {
    this.expression = expression;
  }
}
