import { usd, Usd } from '../../money';
import { ChargedKind } from '../price-catalog';
import { PriceTable, PricingMode } from '../price-table';
import { modeOfCall } from '../pricing-mode';
import { LONG_CONTEXT_OUTPUT, LONG_CONTEXT_PROMPT } from '../rate';
import { regionalPrices } from '../regional-price';
import { ListPrice, multiply, ONE, Ratio } from '../token-prices';
import { UnitKey } from '../units';
import { isTokenKind, ListedPrice } from './listed-price';

/** What the embedded catalog says of a price, by a row or by what follows from one: what a listed price has to fit to. */
export function embeddedPrice(table: PriceTable, region: string, { modelId, place, mode, kind }: Omit<ListedPrice, 'usd' | 'mantle'>): Usd | undefined {
  const model = table.models.get(modelId);
  if (!model) {
    return undefined;
  }
  const at = { region, ...(place === 'global' ? { geography: place } : {}) };
  const ofMode = mode === undefined || mode === 'long' ? [] : regionalPrices(model, { ...at, mode });
  for (const regional of [...ofMode, ...regionalPrices(model, at)]) {
    const long = mode === 'long' ? model.modes.get(`${regional.place}@long`) : undefined;
    const listed = (long && kindOf(long, kind)) ?? kindOf(regional.price, kind);
    if (listed !== undefined) {
      const isOfMode = mode === undefined || regional.isOfMode || (long !== undefined && kindOf(long, kind) !== undefined);
      const { numerator, denominator } = multiply(regional.factor, isOfMode ? ONE : ratioOf(mode, kind));
      return (usd(listed) * numerator / denominator) as Usd;
    }
  }
  return undefined;
}

function kindOf(price: ListPrice, kind: ChargedKind): string | undefined {
  if (isTokenKind(kind)) {
    return price.byUnitAlone ? undefined : price[kind];
  }
  return price.units?.[kind as UnitKey];
}

function ratioOf(mode: PricingMode, kind: ChargedKind): Ratio {
  if (mode === 'long') {
    return kind === 'output' ? LONG_CONTEXT_OUTPUT : LONG_CONTEXT_PROMPT;
  }
  return modeOfCall(mode === 'optimized' ? { latencyOptimized: true } : { serviceTier: mode }).ratio;
}
