import { CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { errorMessage, isError } from './aws-errors';

/** Why nothing of a transaction was written. */
export type NotWritten =
  /** The conditions of these actions did not hold, by their place in the transaction. Others may have met a conflict. */
  | { readonly result: 'conditions'; readonly failed: readonly number[]; readonly conflict?: string }
  /** Trying again may help. `inConflict`: places of the items that another transaction had, where that alone was in the way. */
  | { readonly result: 'conflict'; readonly message: string; readonly inConflict?: readonly number[] }
  /** Trying the same again never helps: the table refuses one of the items. */
  | { readonly result: 'refused'; readonly message: string };

/** Reasons for which a transaction, or one item of it, may pass the next time. */
const CONFLICTS = ['TransactionConflict', 'ThrottlingError', 'Throttling', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'InternalServerError', 'TransactionInProgress'];

/** Reasons for which an item never passes. */
const REFUSALS = ['ValidationError', 'Validation', 'ItemCollectionSizeLimitExceeded'];

/** @throws the error itself where it is unknown whether the transaction was written */
export function whyNotWritten(error: unknown): NotWritten {
  if (isError(error, 'TransactionCanceled')) {
    return whyCancelled((error as TransactionCanceledException).CancellationReasons ?? [], error);
  }
  if (isError(error, ...CONFLICTS)) {
    return { result: 'conflict', message: errorMessage(error) };
  }
  if (isError(error, ...REFUSALS)) {
    return { result: 'refused', message: errorMessage(error) };
  }
  throw error;
}

/** Reasons stand in the order of the actions. */
function whyCancelled(reasons: readonly CancellationReason[], error: unknown): NotWritten {
  const conflict = reasons.find(({ Code: code }) => code !== undefined && CONFLICTS.includes(code));
  const failed = placesOf('ConditionalCheckFailed', reasons);
  if (failed.length > 0) {
    return { result: 'conditions', failed, ...(conflict ? { conflict: describe(conflict) } : {}) };
  }
  const refusal = reasons.find(({ Code: code }) => code !== undefined && REFUSALS.includes(code));
  if (refusal) {
    return { result: 'refused', message: describe(refusal) };
  }
  if (conflict) {
    // Where a table is throttled everybody is to wait: whoever went on at once would make it worse.
    const inConflict = placesOf('TransactionConflict', reasons);
    const alone = inConflict.length === reasons.filter(({ Code: code }) => code !== undefined && code !== 'None').length;
    return { result: 'conflict', message: describe(conflict), ...(alone ? { inConflict } : {}) };
  }
  throw error;
}

function placesOf(wanted: string, reasons: readonly CancellationReason[]): readonly number[] {
  return reasons.flatMap(({ Code: code }, index) => (code === wanted ? [index] : []));
}

function describe({ Code: code, Message: message }: CancellationReason): string {
  return message ? `${code}: ${message.slice(0, 500)}` : code!;
}
