import { UsageRecord } from '../invocation-record';
import { Usd } from '../money';
import { PricingAssumption } from './assumptions';

/** What a price depends on. Nothing else of a record may change what a call costs. */
export type PricedUsage = Pick<UsageRecord,
  'modelId' | 'region' | 'inferenceRegion' | 'tokens' | 'cacheWriteSplit' | 'serviceTier' | 'latencyOptimized' | 'calledAt'>;

/** What a call costs, and how that was found. */
export interface Charge {
  readonly cost: Usd;
  /** Id of the model whose list price was used, without geography or ARN: of another model where `known` is false. */
  readonly pricedAs: string;
  readonly source: 'catalog' | 'conservative-default';
  /** Version of the catalog: the date of its newest source. */
  readonly version: string;
  /** Whether the catalog has the model that was called. Where it has not, `cost` is an estimate on the safe side. */
  readonly known: boolean;
  /** What had to be assumed, see `PRICING_ASSUMPTIONS`. Empty where the price follows from record and catalog alone. */
  readonly assumptions: readonly PricingAssumption[];
}

/** Port: knows what a call costs. */
export interface PriceCatalog {
  readonly version: string;
  priceOf(usage: PricedUsage): Charge;
}
