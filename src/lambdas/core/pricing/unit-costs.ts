import { Usd } from '../money';
import { PricingAssumption } from './assumptions';
import { PricedUsage } from './price-catalog';
import { Rate } from './rate';
import { BilledUnit, UnitCount, UnitKey, unitKey, unitOfKey } from './units';

/** What the units of a call cost, by the key of their price. */
export interface UnitCosts {
  readonly costs: readonly (readonly [key: UnitKey, price: Usd, cost: Usd])[];
  readonly assumptions: readonly PricingAssumption[];
}

const NONE: UnitCosts = { costs: [], assumptions: [] };

/** What to say where the record does not tell how many. */
const COUNT_ASSUMED: Partial<Record<BilledUnit, PricingAssumption>> = {
  'image': 'image-count-assumed',
  'second': 'video-length-assumed',
  'image-in': 'input-media-assumed',
  'second-in': 'input-media-assumed',
  'query': 'query-count-assumed',
};

/**
 * Charges the units that a model is billed by. A successful call that does not tell how many it took is charged for those that it is taken
 * to have; what was asked for in a size that the price depends on and the record does not tell, at the dearest of them.
 */
export function unitCosts({ units = [], tokens, errorCode }: PricedUsage, rate: Rate): UnitCosts {
  if (rate.units.size === 0) {
    return NONE;
  }
  const costs: UnitCosts['costs'][number][] = [];
  const assumptions = new Set<PricingAssumption>();
  for (const unit of new Set([...rate.units.keys()].map(key => unitOfKey(key)!))) {
    const told = units.find(each => each.unit === unit);
    const { count, assumed } = told ? { count: told.count, assumed: false } : { count: assumedCount(unit, rate, tokens.input, errorCode), assumed: true };
    // A call that failed took nothing; a call whose text was counted and whose pictures were not may have had some.
    if (assumed && errorCode === undefined && COUNT_ASSUMED[unit]) {
      assumptions.add(COUNT_ASSUMED[unit]);
    }
    if (count > 0) {
      const { key, guessed } = variantOf(unit, told, rate);
      const price = rate.units.get(key)!;
      costs.push([key, price, (price * BigInt(count)) as Usd]);
      if (guessed) {
        assumptions.add('size-assumed');
      }
    }
  }
  return { costs, assumptions: [...assumptions] };
}

function assumedCount(unit: BilledUnit, { assumedUnits }: Rate, inputTokens: number, errorCode: string | undefined): number {
  if (errorCode !== undefined || COUNT_ASSUMED[unit] === undefined) {
    return 0;
  }
  // Multimodal models count text in tokens: without any, it must have been a picture or a recording.
  const isInput = unit === 'image-in' || unit === 'second-in';
  return isInput && inputTokens > 0 ? 0 : assumedUnits.get(unit) ?? 1;
}

/** The key of the price that holds: the variant that the record tells, the only one there is, or the dearest. */
function variantOf(unit: BilledUnit, told: UnitCount | undefined, { units }: Rate): { readonly key: UnitKey; readonly guessed: boolean } {
  const exact = unitKey(unit, told?.variant);
  if (units.has(exact)) {
    return { key: exact, guessed: false };
  }
  if (units.has(unit)) {
    return { key: unit, guessed: false };
  }
  const variants = [...units].filter(([key]) => unitOfKey(key) === unit);
  const [key] = variants.reduce((dearest, each) => (each[1] > dearest[1] ? each : dearest));
  return { key, guessed: variants.length > 1 };
}
