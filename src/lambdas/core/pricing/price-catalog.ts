import { UsageRecord } from '../invocation-record';
import { Usd } from '../money';
import { PricingAssumption } from './assumptions';
import { TokenKind } from './token-prices';
import { UnitKey } from './units';

/** The model behind an ARN that does not tell it by itself, as Bedrock was asked. */
export interface ModelBehind {
  /** An id as a caller could have given it, with `global.` before it where the profile routes worldwide. */
  readonly modelId: string;
  /** Models of a router that may have answered as well: whichever is dearest counts. */
  readonly others?: readonly string[];
  /** Why the price of that model may not be what AWS bills. */
  readonly assumption?: PricingAssumption;
}

/** What a price depends on. Nothing else of a record may change what a call costs. */
export interface PricedUsage extends Pick<UsageRecord,
  'modelId' | 'region' | 'inferenceRegion' | 'tokens' | 'cacheWriteSplit' | 'serviceTier' | 'latencyOptimized' | 'batch' | 'units' | 'errorCode' | 'calledAt'> {
  readonly modelBehind?: ModelBehind;
}

/** What a price was paid for: a kind of token, or a unit with or without its variant. */
export type ChargedKind = TokenKind | UnitKey;

const PRICE_SOURCES = ['override', 'price-list', 'catalog', 'conservative-default'] as const;

/** Where a price comes from: the user, the AWS Price List as it was last read, the package, or another model's price as a guess on the safe side. */
export type PriceSource = (typeof PRICE_SOURCES)[number];

/** What a call costs, and how that was found. */
export interface Charge {
  readonly cost: Usd;
  /** What each kind of usage costs; kinds that cost nothing are left out. Their sum is `cost`. */
  readonly costs: Readonly<Partial<Record<ChargedKind, Usd>>>;
  /** Price of one token or unit of each kind in `costs`. */
  readonly prices: Readonly<Partial<Record<ChargedKind, Usd>>>;
  /** Id of the model whose price was used, without geography or ARN: of another model where `known` is false. */
  readonly pricedAs: string;
  readonly source: PriceSource;
  /** Version of the source: the date of its newest price. */
  readonly version: string;
  /** Whether the price of the model that was called is known. Where it is not, `cost` is an estimate on the safe side. */
  readonly known: boolean;
  /** What had to be assumed, see `PRICING_ASSUMPTIONS`. Empty where the price follows from record and prices alone. */
  readonly assumptions: readonly PricingAssumption[];
}

/** Port: knows what a call costs. */
export interface PriceCatalog {
  /** Version of the newest of its sources. */
  readonly version: string;
  priceOf(usage: PricedUsage): Charge;
}
