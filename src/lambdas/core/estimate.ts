import { ESTIMATE_SHARDS } from '../../contract';
import { UsageRecord } from './invocation-record';
import { Charge } from './pricing/price-catalog';

/**
 * Whether the charge of a call is an estimate, to be corrected when the price of its model is known. A failed call that used nothing costs
 * nothing at any price: a caller with a mistyped model must fill no index and page nobody.
 */
export function isEstimate({ usage, charge }: { readonly usage: Pick<UsageRecord, 'tokens' | 'units' | 'errorCode'>; readonly charge: Charge }): boolean {
  return !charge.known && (usage.errorCode === undefined || usedAnything(usage));
}

function usedAnything({ tokens, units = [] }: Pick<UsageRecord, 'tokens' | 'units'>): boolean {
  return Object.values(tokens).some(count => count > 0) || units.some(({ count }) => count > 0);
}

/** Two ids that begin alike share a key of the index, which is no harm: what is read from it is the rows. */
const MAX_KEY_LENGTH = 512;

/** By which the estimates in a partition are sorted: calls of one model stand together. */
export function estimatedModel(modelId: string): string {
  return modelId.slice(0, MAX_KEY_LENGTH);
}

/** Thirty-one times it is exact as a JavaScript number. */
const LARGE_PRIME = 2_147_483_647;

/** The partition of the index of estimates in which a call stands: the same for every delivery of the call. */
export function estimateShard(callId: string): string {
  let hash = 0;
  for (const character of callId) {
    hash = (hash * 31 + character.charCodeAt(0)) % LARGE_PRIME;
  }
  return String(hash % ESTIMATE_SHARDS);
}
