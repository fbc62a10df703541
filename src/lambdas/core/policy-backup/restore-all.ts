import { DetacherAction } from '../../../contract';
import { forEachConcurrently } from '../ordered-batch';
import { NotYetVisibleError, RetryableIamError } from '../ports';
import { principalFromId } from '../principal';
import { attachmentTarget, isAttachable } from '../restriction-target';
import { retireGone } from './former-owners';
import { underLease } from './lease';
import { PolicyOwner } from './policy-backup';
import { BackupContext, BackupPorts, ownerOf, workOn } from './policy-work';
import { restorePolicies } from './restore-policies';

export interface RestoreAllRequest {
  readonly action: typeof DetacherAction.RESTORE_ALL;
  /** ISO 8601 instant. */
  readonly now: string;
}

export interface RestoreAllPorts extends BackupPorts {
  /** Waits for some milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
  /** Milliseconds that are left for all of it. */
  remaining(): number;
}

/** Principal ids of users and roles. */
export interface RestoreAllAnswer {
  readonly restored: readonly string[];
  readonly failed: readonly { readonly target: string; readonly problem: string }[];
}

/** Thrown where somebody's policies would still be held when nothing is left that could give them back. */
export class PoliciesStillHeldError extends Error {
  public readonly name = 'PoliciesStillHeldError';
}

const CONCURRENCY = 3;
/** Nobody else tries again. Together two minutes: longer than somebody else may have a target to himself, and IAM is slow to show a change. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
/** A second look some time after the first has to confirm that nothing is held. */
const SETTLING_MS = 10_000;
/** Not spent on waiting: what comes after needs it, and the answer. */
const MARGIN_MS = 30_000;
const NAMES_TOLD = 20;

/**
 * Gives everybody back what is held, whatever the budgets say: the deployment, or the strategy, goes. From before the first look on no backup is
 * taken any more, so that no step which is still under way removes anything from anybody afterwards. Deny policies stay where they are: they are
 * lifted last, by whoever asked.
 */
export async function restoreAll({ now }: RestoreAllRequest, ports: RestoreAllPorts, context: BackupContext): Promise<RestoreAllAnswer> {
  await ports.backups.close(ports.clock());
  const { held } = await ports.backups.listHeld(ports.clock());
  const restored: string[] = [];
  const failed: { target: string; problem: string }[] = [];
  await forEachConcurrently(held, CONCURRENCY, async owner => {
    const outcome = await untilDone(() => restoreOne(owner, now, ports, context), ports);
    const { principalId: target } = owner;
    if (outcome === 'restored') {
      restored.push(target);
    } else if (outcome !== 'ended') {
      failed.push({ target, problem: outcome.problem });
      ports.log.error('policies could not be given back', { target, problem: outcome.problem });
    }
  });
  ports.log.info(DetacherAction.RESTORE_ALL, { held: held.length, restored: restored.length, failed: failed.length });
  return { restored: restored.sort(), failed };
}

/**
 * Gives everybody back what is held until two looks find nothing.
 *
 * @throws PoliciesStillHeldError naming whose policies are still held and what to do
 */
export async function restoreUntilNothingIsHeld(request: RestoreAllRequest, ports: RestoreAllPorts, context: BackupContext): Promise<void> {
  await ports.backups.close(ports.clock());
  for (let quietLooks = 0; ;) {
    const { held, busy } = await ports.backups.listHeld(ports.clock());
    quietLooks = held.length + busy.length === 0 ? quietLooks + 1 : 0;
    if (quietLooks === 2) {
      return;
    }
    const { failed } = held.length > 0 ? await restoreAll(request, ports, context) : { failed: [] };
    if (failed.length > 0) {
      throw stillHeld(failed);
    }
    if (!isTimeFor(SETTLING_MS, ports)) {
      throw new PoliciesStillHeldError('there was no time left to make sure that no policies are held: nothing else was removed. Try again');
    }
    await ports.pause(SETTLING_MS);
  }
}

type Outcome = 'restored' | 'ended' | { readonly problem: string };

/** A user may have been renamed meanwhile: it is given back what it had under its present name. */
async function restoreOne(owner: PolicyOwner, now: string, ports: RestoreAllPorts, context: BackupContext): Promise<Outcome> {
  const principal = principalFromId(owner.principalId);
  const formerly = principal && attachmentTarget(principal, context.ownAccountId);
  if (!formerly || !isAttachable(formerly)) {
    return { problem: formerly?.message ?? 'is not a user or role: somebody changed the table by hand' };
  }
  return underLease(owner, ports, async stillMine => {
    const present = await ports.policies.locate(formerly, owner.uniqueId);
    const target = present ?? formerly;
    const { uniqueId, principalId } = ownerOf(target, owner.uniqueId, context);
    const occasion = { id: `${DetacherAction.RESTORE_ALL}/${now}/${uniqueId}`, principalId, at: Date.parse(now), deployment: context };
    const work = workOn(target, { uniqueId, principalId }, stillMine, ports, context, occasion);
    if (!present) {
      await retireGone(work);
      return 'ended';
    }
    return (await restorePolicies(work)).result === 'done' ? 'restored' : 'ended';
  });
}

async function untilDone(work: () => Promise<Outcome>, ports: RestoreAllPorts): Promise<Outcome> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof RetryableIamError || error instanceof NotYetVisibleError;
      if (!mayPass || attempt >= WAITS_MS.length || !isTimeFor(WAITS_MS[attempt], ports)) {
        return { problem: `${(error as Error).name}: ${(error as Error).message}` };
      }
      await ports.pause(WAITS_MS[attempt]);
    }
  }
}

function isTimeFor(pause: number, { remaining }: RestoreAllPorts): boolean {
  return remaining() >= pause + MARGIN_MS;
}

function stillHeld(failed: RestoreAllAnswer['failed']): PoliciesStillHeldError {
  const told = failed.slice(0, NAMES_TOLD).map(({ target, problem }) => `${target} (${problem.slice(0, 120)})`);
  const more = failed.length > NAMES_TOLD ? ` and ${failed.length - NAMES_TOLD} more` : '';
  return new PoliciesStillHeldError(
    `policies of ${failed.length} users and roles are still held: nothing else was removed. Mend what is in the way, or put them back by hand from the backups table `
    + `and delete their rows of state "current" there; then try again. They are ${told.join(', ')}${more}`,
  );
}
