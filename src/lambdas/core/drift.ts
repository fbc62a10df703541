import { Budget } from './budget';
import { Attachable } from './restriction-target';

/**
 * IAM lists what it shows; the table says what should be. Both lag behind a change for a moment, so whoever changed within this time
 * is left alone: the workflow that changed it has verified it.
 */
export const PROPAGATION_MS = 60_000;

/** The deny policy is attached to somebody whom nothing suspends, or missing from somebody who is suspended. */
export interface Drift {
  readonly kind: 'missing' | 'orphaned';
  readonly principalId: string;
  readonly revision: number;
}

export function attachmentKey({ type, name }: Attachable): string {
  return `${type}/${name}`;
}

/** The role that a runtime has left a moment ago: its restriction is on the way to the new one. */
export function roleJustLeft({ formerRole }: Budget, now: number): string | undefined {
  return formerRole && formerRole.until + PROPAGATION_MS > now ? formerRole.id : undefined;
}

/** Whether a suspension is so old that every list would show it. */
export function isSuspendedForLong({ status, statusSince, formerRole }: Budget, now: number): boolean {
  return status === 'suspended' && Math.max(statusSince, formerRole?.until ?? 0) + PROPAGATION_MS <= now;
}

/** A suspended principal that IAM does not deny. */
export function missingDeny(budget: Budget, attached: boolean, now: number): Drift | undefined {
  return !attached && isSuspendedForLong(budget, now)
    ? { kind: 'missing', principalId: budget.principalId, revision: budget.revision }
    : undefined;
}

/**
 * A denied principal whom the table holds for free. Within a grace period that is over, and while restoring, a workflow is at
 * work: those are not drift.
 */
export function orphanedDeny(principalId: string, budget: Budget | undefined, now: number): Drift | undefined {
  if (!budget) {
    return { kind: 'orphaned', principalId, revision: 0 };
  }
  const inFlight = budget.status === 'restoring' || (budget.status === 'grace_period' && (budget.graceDeadline ?? 0) <= now);
  const settled = budget.statusSince + PROPAGATION_MS <= now;
  return budget.status === 'suspended' || inFlight || !settled ? undefined : { kind: 'orphaned', principalId, revision: budget.revision };
}
