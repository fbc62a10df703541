import { Log, RetryableIamError } from '../ports';
import { PolicyOwner } from './policy-backup';
import { TargetLeases } from './ports';

/** How long a user or role is a worker's own. A worker that dies leaves its lease behind: it ends well before the state machines stop trying. */
export const LEASE_MS = 120_000;

/** Before the end nothing is begun any more: a request to IAM, repeated once and given up, takes less than this. */
const MARGIN_MS = 30_000;

export interface LeasePorts {
  readonly leases: TargetLeases;
  /** Unique to this invocation: whoever tries a step again may meet the first try still running. */
  readonly worker: string;
  readonly log: Log;
  /** The wall clock: leases are between workers, and no matter of any budget's time. */
  clock(): number;
}

/** @throws RetryableIamError where the lease is about to end */
export type StillMine = () => void;

/**
 * Works on a user or role while nobody else does.
 *
 * @throws RetryableIamError where somebody else is at work on it
 */
export async function underLease<T>(owner: PolicyOwner, { leases, worker, clock, log }: LeasePorts, work: (stillMine: StillMine) => Promise<T>): Promise<T> {
  const { uniqueId, principalId } = owner;
  const now = clock();
  const until = now + LEASE_MS;
  // Where the answer is lost the lease may be ours nevertheless.
  let mine = true;
  try {
    mine = await leases.acquire(uniqueId, worker, { now, until });
    if (!mine) {
      throw new RetryableIamError(`the policies of ${principalId} are being worked on by another invocation`);
    }
    return await work(() => {
      if (clock() >= until - MARGIN_MS) {
        throw new RetryableIamError(`the work on the policies of ${principalId} takes too long: it is gone on with at the next try`);
      }
    });
  } finally {
    if (mine) {
      await leases.release(uniqueId, worker).catch((error: Error) => {
        log.warn('a lease could not be given up: it ends by itself', { target: principalId, problem: error.name });
      });
    }
  }
}
