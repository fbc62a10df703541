import { PricingAssumption } from './assumptions';
import { ONE, Ratio } from './token-prices';

export interface ServiceTierFactor {
  readonly factor: Ratio;
  readonly assumptions: readonly PricingAssumption[];
}

const PRIORITY: Ratio = { numerator: 7n, denominator: 4n };
const FLEX: Ratio = { numerator: 1n, denominator: 2n };

/** Reserved capacity is paid by the month; its calls are charged like any, so that a budget sees them. */
const STANDARD_TIERS: ReadonlySet<string> = new Set(['default', 'standard', 'reserved']);

/**
 * What a service tier makes of the standard price. Few records name their tier (only bodies of Converse do), so a record without one
 * is charged as standard.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html
 */
export function serviceTierFactor(serviceTier: string | undefined): ServiceTierFactor {
  if (serviceTier === undefined || STANDARD_TIERS.has(serviceTier)) {
    return { factor: ONE, assumptions: [] };
  }
  switch (serviceTier) {
    case 'flex': return { factor: FLEX, assumptions: ['service-tier-priced-by-ratio'] };
    case 'priority': return { factor: PRIORITY, assumptions: ['service-tier-priced-by-ratio'] };
    default: return { factor: PRIORITY, assumptions: ['service-tier-unknown'] };
  }
}
