import { usd, Usd } from '../../money';
import { ChargedKind } from '../price-catalog';
import { PriceTable, PricingMode } from '../price-table';
import { modeOfCall } from '../pricing-mode';
import { regionalPrice } from '../regional-price';
import { ListPrice, multiply, ONE, Ratio } from '../token-prices';
import { UnitKey } from '../units';
import { isTokenKind, ListedPrice } from './listed-price';

/** What a price of long contexts is to the ordinary one, where no row says. */
const LONG_PROMPT: Ratio = { numerator: 2n, denominator: 1n };
const LONG_OUTPUT: Ratio = { numerator: 3n, denominator: 2n };

/** What the embedded catalog says of a price, by a row or by what follows from one: what a listed price has to fit to. */
export function embeddedPrice(table: PriceTable, region: string, { modelId, place, mode, kind }: Omit<ListedPrice, 'usd' | 'mantle'>): Usd | undefined {
  const model = table.models.get(modelId);
  const regional = model && regionalPrice(model, region, place === 'global' ? place : undefined);
  if (!model || !regional) {
    return undefined;
  }
  const row = mode === undefined ? undefined : model.modes.get(`${regional.place}@${mode}`);
  const listed = kindOf(row ?? regional.price, kind);
  if (listed === undefined) {
    return undefined;
  }
  const { numerator, denominator } = multiply(regional.factor, mode === undefined || row ? ONE : ratioOf(mode, kind));
  return (usd(listed) * numerator / denominator) as Usd;
}

function kindOf(price: ListPrice, kind: ChargedKind): string | undefined {
  return isTokenKind(kind) ? price[kind] : price.units?.[kind as UnitKey];
}

function ratioOf(mode: PricingMode, kind: ChargedKind): Ratio {
  if (mode === 'long') {
    return kind === 'output' ? LONG_OUTPUT : LONG_PROMPT;
  }
  return modeOfCall(mode === 'optimized' ? { latencyOptimized: true } : { serviceTier: mode }).ratio;
}
