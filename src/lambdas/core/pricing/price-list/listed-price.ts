import { ChargedKind } from '../price-catalog';
import { PricingMode } from '../price-table';
import { ServiceCode } from './service-codes';

/** One price as AWS lists it, in the terms of our price tables. */
export interface ListedPrice {
  /** The model's own id, such as `amazon.nova-pro-v1:0`; the price list knows names only. */
  readonly modelId: string;
  /** A region, or `global` for calls through a profile that routes worldwide. */
  readonly place: string;
  /** Absent for the standard price. */
  readonly mode?: PricingMode;
  readonly kind: ChargedKind;
  /** Exact decimal: of a million tokens, or of one unit. */
  readonly usd: string;
  /**
   * Listed for the endpoint `bedrock-mantle`, which has prices of its own. Its calls are not in the invocation log, so such a price
   * holds only where there is no other.
   */
  readonly mantle: boolean;
}

/** A listed price, and where it was found. */
export interface FoundPrice extends ListedPrice {
  readonly serviceCode: ServiceCode;
}

export const TOKEN_KINDS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

export function isTokenKind(kind: ChargedKind): kind is (typeof TOKEN_KINDS)[number] {
  return TOKEN_KINDS.some(known => known === kind);
}

/** Where a row of a price table holds. */
export function whereOf({ place, mode }: Pick<ListedPrice, 'place' | 'mode'>): string {
  return mode === undefined ? place : `${place}@${mode}`;
}
