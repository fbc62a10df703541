import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { NOTHING } from '../lambdas/core/pricing/price-overrides';
import { checkObject } from '../validation/shapes';
import { ModelPrice } from './model-price';
import { checkModelPrices, checkPriceOverrides, discountText } from './price-validation';

export interface PriceOverridesProps {
  readonly modelPrices?: ModelPrice[];
  readonly discountPercent?: number;
  readonly providerDiscountPercents?: { readonly [provider: string]: number };
}

/** Prices and discounts as they stand in the parameter `price-overrides`, one a line. */
export function priceOverrides(scope: IConstruct, props: PriceOverridesProps): string {
  const { modelPrices = [], discountPercent, providerDiscountPercents = {} } = props;
  checkModelPrices(scope, modelPrices);
  checkObject(scope, 'providerDiscountPercents', providerDiscountPercents, 'write such as { anthropic: 12.5 }');
  const lines = [
    ...(discountPercent === undefined ? [] : [`discount ${discountText(scope, 'discountPercent', discountPercent)}%`]),
    ...Object.entries(providerDiscountPercents).map(([provider, percent]) => `discount ${provider} ${discountText(scope, 'providerDiscountPercents', percent, provider)}%`),
    ...modelPrices.map(({ expression }) => expression),
  ];
  const text = lines.join('\n');
  if (!Token.isUnresolved(text)) {
    checkPriceOverrides(scope, text);
  }
  return text || NOTHING;
}
