import { CommandFailure } from '../../command-failure';
import { AdministrationClient, InterruptedError, UnreachableError } from '../administration-client';
import { readChange } from '../answers';
import { NotAdmittedError, RefusedError } from '../failures';
import { digestOf } from './digest';
import { PlannedChange } from './plan';

/** What became of a plan. */
export interface Applied {
  readonly done: readonly PlannedChange[];
  readonly failed: readonly { readonly change: PlannedChange; readonly message: string }[];
  /** Not tried. */
  readonly left: readonly PlannedChange[];
  /** Why the rest was not tried. */
  readonly stopped?: string;
}

/** So many in a row that did not get an answer, each after several attempts: nobody is there. */
const MAX_UNREACHABLE = 3;

/**
 * Carries changes out, one by one, and goes on after those that fail, unless the next ones would fail for the same reason.
 *
 * @param digest of the file: with the version that was seen it makes the idempotency keys, so that a repeated import makes no change twice
 */
export async function apply(changes: readonly PlannedChange[], digest: string, reason: string | undefined, client: AdministrationClient): Promise<Applied> {
  const done: PlannedChange[] = [];
  const failed: { readonly change: PlannedChange; readonly message: string }[] = [];
  let unreachable = 0;
  for (const [index, change] of changes.entries()) {
    try {
      await carryOut(change, digest, reason, client);
      done.push(change);
      unreachable = 0;
    } catch (error) {
      if (!(error instanceof CommandFailure)) {
        throw error;
      }
      const tried = !(error instanceof InterruptedError) || error.attempted;
      if (tried) {
        failed.push({ change, message: messageOf(error) });
      }
      unreachable = error instanceof UnreachableError ? unreachable + 1 : 0;
      if (error instanceof InterruptedError || endsAll(error) || unreachable === MAX_UNREACHABLE) {
        return { done, failed, left: changes.slice(tried ? index + 1 : index), stopped: error instanceof InterruptedError ? 'stopped' : 'the others would fare no better' };
      }
    }
  }
  return { done, failed, left: [] };
}

async function carryOut(change: PlannedChange, digest: string, reason: string | undefined, client: AdministrationClient): Promise<void> {
  const { principalId, steps, version } = change;
  let seen = version;
  for (const { operation, args } of steps) {
    const idempotencyKey = await digestOf(JSON.stringify([digest, principalId, operation, seen ?? null]));
    const answer = readChange(await client.change(operation, {
      principalId,
      ...args,
      ...(reason !== undefined ? { reason } : {}),
      ifVersion: seen,
      idempotencyKey,
    }));
    seen = answer.budget?.version ?? seen;
  }
}

/** Neither the credentials nor the leave to call change from row to row. */
function endsAll(error: CommandFailure): boolean {
  return error instanceof NotAdmittedError || !(error instanceof RefusedError || error instanceof UnreachableError);
}

function messageOf(error: CommandFailure): string {
  return error instanceof InterruptedError ? 'stopped while the request was under way: it is not known whether it was carried out' : error.message;
}
