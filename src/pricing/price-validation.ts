import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { EMBEDDED_PRICES } from '../lambdas/core/pricing/embedded-catalog';
import { overrideDoubts } from '../lambdas/core/pricing/override-doubts';
import { parsePriceOverrides } from '../lambdas/core/pricing/price-overrides';
import { checkText } from '../validation/names';
import { decimalsOf, numberText } from '../validation/numbers';
import { BudgeteerValidationError, quoted } from '../validation/problem';
import { checkList } from '../validation/shapes';

/** A price by the million tokens that is finer is no whole number of picodollars a token. */
const MAX_PRICE_DECIMALS = 6;

const MAX_PRICE_USD = 100_000;

/**
 * A price in US dollars as plain decimal text.
 *
 * @param what which of the prices it is
 */
export function priceText(prop: string, what: string, usd: number): string {
  if (!Token.isUnresolved(usd) && !(usd >= 0 && usd <= MAX_PRICE_USD && decimalsOf(usd) <= MAX_PRICE_DECIMALS)) {
    throw new BudgeteerValidationError(undefined, {
      prop,
      given: `${usd} for ${what}`,
      allowed: 'from 0 to 100,000, with at most 6 decimals',
      remedy: 'give US dollars per million tokens, or for each unit, such as 3 or 0.04',
    });
  }
  return numberText(usd);
}

/** A discount in percent as plain decimal text. */
export function discountText(scope: IConstruct, prop: string, percent: number, provider?: string): string {
  if (provider !== undefined && !Token.isUnresolved(provider) && !/^[a-z][a-z0-9]{0,29}$/.test(provider)) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `a discount of ${quoted(provider)}`,
      allowed: 'the first part of the ids of a provider\'s models',
      remedy: 'write it as it stands in the ids, such as "anthropic" or "amazon"',
    });
  }
  if (!Token.isUnresolved(percent) && !(percent >= 0 && percent < 100 && decimalsOf(percent) <= 2)) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: provider === undefined ? percent : `${percent} for ${quoted(provider)}`,
      allowed: 'from 0 to below 100, with at most 2 decimals',
      remedy: 'give the percentage by which you pay less than the list price, such as 12.5',
    });
  }
  return numberText(percent);
}

/** How far a price may move at a refresh, as plain decimal text. */
export function priceChangeFactor(scope: IConstruct, factor: number): string {
  if (!Token.isUnresolved(factor) && !(factor > 1 && factor <= 100 && decimalsOf(factor) <= 2)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'maxPriceChangeFactor',
      given: factor,
      allowed: 'above 1 and at most 100, with at most 2 decimals',
      remedy: 'give how many times dearer or cheaper a price may become at once, such as 3',
    });
  }
  return numberText(factor);
}

/** An id, a profile's id or an ARN: what stands in a line of its own must have no spaces in it. */
export function checkModelName(prop: string, model: string): void {
  checkText(undefined, prop, model, {
    form: /^[\w.:\/+-]{2,512}$/,
    allowed: 'the id of a model or profile, or an ARN',
    remedy: 'write it as calls do, such as "anthropic.claude-opus-5"',
  });
}

export function checkRegions(prop: string, model: string, regions: string[]): void {
  checkList(undefined, `${prop}.regions`, regions, 'put the region into brackets, such as ["eu-central-1"]');
  for (const region of regions) {
    if (!Token.isUnresolved(region) && !/^[a-z][a-z0-9-]{1,29}$/.test(region)) {
      throw new BudgeteerValidationError(undefined, {
        prop,
        given: `regions with ${quoted(region)} for ${quoted(model)}`,
        allowed: 'regions and geographies',
        remedy: 'write them as in "eu-central-1", "eu" or "global"',
      });
    }
  }
}

/** A premium on everything but `global.` is none where a price holds in some regions alone. */
export function checkRegionalPremium(prop: string, model: string, regions: string[], regionalPremium: boolean | undefined): void {
  if (regionalPremium && regions.length > 0) {
    throw new BudgeteerValidationError(undefined, {
      prop,
      given: `regionalPremium together with regions for ${quoted(model)}`,
      allowed: 'one of them',
      remedy: 'give the price of the global profile with regionalPremium, or the prices of regions as they are',
    });
  }
}

/** Types tell as much, but not to JavaScript. */
export function checkModelPrices(scope: IConstruct, prices: unknown): void {
  if (!Array.isArray(prices) || prices.some(price => typeof price?.expression !== 'string')) {
    throw new BudgeteerValidationError(scope, {
      prop: 'modelPrices',
      given: 'something other than a list of ModelPrice',
      allowed: 'a list of what the functions of ModelPrice return',
      remedy: 'write [ModelPrice.perMillionTokens(…), ModelPrice.perUnit(…)]',
    });
  }
}

/** What fits into the environment of a function beside everything else; the parameter itself takes 4 KB. */
const MAX_OVERRIDES_LENGTH = 2_000;

/** The text as a whole, read as the handlers will read it. What is allowed and looks like a slip is a warning. */
export function checkPriceOverrides(scope: IConstruct, text: string): void {
  if (text.length > MAX_OVERRIDES_LENGTH) {
    throw new BudgeteerValidationError(scope, {
      prop: 'modelPrices',
      given: `${text.length} characters long as text`,
      allowed: `at most ${MAX_OVERRIDES_LENGTH} characters`,
      remedy: 'use providerDiscountPercents where a provider\'s models have the same discount, or put further prices into the parameter "price-overrides" at run time',
    });
  }
  try {
    for (const doubt of overrideDoubts(parsePriceOverrides(text), EMBEDDED_PRICES)) {
      Annotations.of(scope).addWarningV2('cdk-bedrock-budgeteer:priceInDoubt', `A price or discount is most likely a slip: ${doubt}${doubt.endsWith('?') ? '' : '.'}`);
    }
  } catch (error) {
    throw new BudgeteerValidationError(scope, {
      prop: 'modelPrices',
      given: (error as Error).message,
      allowed: 'one price for each model, region and kind',
      remedy: 'give a price once, under the name of a model or the ARN that is called',
    });
  }
}
