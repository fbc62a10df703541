import { PricingAssumption } from './assumptions';
import { PricedUsage } from './price-catalog';
import { PricingMode } from './price-table';
import { ONE, Ratio } from './token-prices';

/** How a call was served, as far as that changes its price; no mode is the standard one. */
export interface ModeOfCall {
  readonly mode?: Exclude<PricingMode, 'long'>;
  /** What the mode makes of the standard price where no row says so. */
  readonly ratio: Ratio;
  /** What to say where the ratio was needed. */
  readonly byRatio: readonly PricingAssumption[];
}

const STANDARD: ModeOfCall = { ratio: ONE, byRatio: [] };
const BATCH: ModeOfCall = { mode: 'batch', ratio: { numerator: 1n, denominator: 2n }, byRatio: ['service-tier-priced-by-ratio'] };
const FLEX: ModeOfCall = { mode: 'flex', ratio: { numerator: 1n, denominator: 2n }, byRatio: ['service-tier-priced-by-ratio'] };
const PRIORITY: ModeOfCall = { mode: 'priority', ratio: { numerator: 7n, denominator: 4n }, byRatio: ['service-tier-priced-by-ratio'] };
/** Every model for which AWS lists latency-optimized inference costs a quarter more with it. */
const OPTIMIZED: ModeOfCall = { mode: 'optimized', ratio: { numerator: 5n, denominator: 4n }, byRatio: ['latency-optimized-priced-by-ratio'] };
/** The dearest tier that we know, for one that we do not. */
const UNKNOWN_TIER: ModeOfCall = { ...PRIORITY, byRatio: ['service-tier-unknown'] };

/** Reserved capacity is paid by the month; its calls are charged like any, so that a budget sees them. */
const STANDARD_TIERS: ReadonlySet<string> = new Set(['default', 'standard', 'reserved']);

/**
 * The mode in which a call was served. Few records name their tier (only bodies of Converse do), so a record without one is charged as
 * standard.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html
 */
export function modeOfCall({ batch, serviceTier, latencyOptimized }: Pick<PricedUsage, 'batch' | 'serviceTier' | 'latencyOptimized'>): ModeOfCall {
  if (batch || serviceTier === 'batch') {
    return BATCH;
  }
  if (serviceTier !== undefined && !STANDARD_TIERS.has(serviceTier)) {
    return serviceTier === 'flex' ? FLEX : serviceTier === 'priority' ? PRIORITY : UNKNOWN_TIER;
  }
  return latencyOptimized ? OPTIMIZED : STANDARD;
}
