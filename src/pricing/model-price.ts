import { requireOptions } from '../options-validation';
import { BudgeteerValidationError, quoted } from '../validation/problem';
import { BilledUnit } from './billed-unit';
import { checkModelName, checkRegionalPremium, checkRegions, priceText } from './price-validation';

const TOKEN_WORDS = { input: 'in', output: 'out', cacheRead: 'read', cacheWrite5Minutes: 'write5m', cacheWrite1Hour: 'write1h' } as const;

/** Prices of tokens in US dollars per million tokens: from 0 to 100,000, with at most 6 decimals. */
export interface TokenPriceOptions {
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
   * Whether calls cost 10 % more unless they go through a `global.` profile, as AWS charges for Claude since 4.5 and other current models.
   * Not together with `regions`.
   *
   * @see https://aws.amazon.com/bedrock/pricing/
   * @default false - the price holds as it is, wherever `regions` says
   */
  readonly regionalPremium?: boolean;

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
 *
 * @example
 * import { BedrockBudgeteer, BilledUnit, ModelPrice } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   modelPrices: [
 *     ModelPrice.perMillionTokens('amazon.nova-pro-v1:0', { input: 0.7, output: 2.8 }),
 *     ModelPrice.perUnit('amazon.nova-canvas-v1:0', BilledUnit.IMAGE, 0.03),
 *     ModelPrice.likeModel('arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ', 'anthropic.claude-sonnet-5'),
 *   ],
 * });
 */
export class ModelPrice {
  /**
   * The price of a model that is billed by the token.
   *
   * @param model what is called: an id, or an ARN
   * @param prices in US dollars per million tokens
   */
  public static perMillionTokens(model: string, prices: TokenPriceOptions): ModelPrice {
    return new ModelPrice(tokenPrices('ModelPrice.perMillionTokens', model, prices));
  }

  /**
   * The price of each unit other than a token by which a model is billed, in US dollars: of every size and quality, in every region. Its
   * tokens keep their price, which another `ModelPrice` can give.
   *
   * @param model what is called: an id, or an ARN
   * @param unit what is counted
   * @param usd the price of one, in US dollars: from 0 to 100,000, with at most 6 decimals
   */
  public static perUnit(model: string, unit: BilledUnit, usd: number): ModelPrice {
    checkModelName('ModelPrice.perUnit', model);
    return new ModelPrice(`${model} ${unit}=${priceText('ModelPrice.perUnit', `${unit} of ${quoted(model)}`, usd)}`);
  }

  /**
   * A model, or what is behind an ARN, that costs what another model does.
   *
   * @param model what is called: an id, or an ARN such as that of an application inference profile or a prompt
   * @param otherModel id of the model whose price holds; with `global.` before it, without the premium that calls outside of a `global.`
   * profile cost
   */
  public static likeModel(model: string, otherModel: string): ModelPrice {
    checkModelName('ModelPrice.likeModel', model);
    checkModelName('ModelPrice.likeModel', otherModel);
    return new ModelPrice(`${model} as=${otherModel}`);
  }

  /**
   * The price of every model whose price is not known, instead of that of the dearest current text model of its provider, or of all.
   *
   * @param prices in US dollars per million tokens
   */
  public static unknownModels(prices: TokenPriceOptions): ModelPrice {
    return new ModelPrice(tokenPrices('ModelPrice.unknownModels', 'unknown', prices));
  }

  /** The price as it stands in the parameter `price-overrides`. */
  public readonly expression: string;

  private constructor(expression: string) {
    this.expression = expression;
  }
}

/** @param prop the function that was given the prices, for messages */
function tokenPrices(prop: string, model: string, prices: TokenPriceOptions): string {
  checkModelName(prop, model);
  requireOptions(undefined, prop, prices, 'TokenPriceOptions', 'write such as { input: 3, output: 15 }');
  const missing = (['input', 'output'] as const).find(kind => prices[kind] === undefined || prices[kind] === null);
  if (missing !== undefined) {
    throw new BudgeteerValidationError(undefined, {
      prop, given: `no ${missing} for ${quoted(model)}`, allowed: 'input and output', remedy: 'write such as { input: 3, output: 15 }; output is 0 for embeddings',
    });
  }
  const { regions = [] } = prices;
  checkRegions(prop, model, regions);
  checkRegionalPremium(prop, model, regions, prices.regionalPremium);
  const words = Object.entries(TOKEN_WORDS).flatMap(([kind, word]) => {
    const usd = prices[kind as keyof typeof TOKEN_WORDS];
    return usd === undefined ? [] : [`${word}=${priceText(prop, `${kind} of ${quoted(model)}`, usd)}`];
  });
  return [model, ...(regions.length > 0 ? [regions.join(',')] : []), ...words, ...(prices.regionalPremium ? ['geo+10%'] : [])].join(' ');
}
