import { EventType } from '../../../contract';
import { isoInstant } from '../budget-item';
import { eventOf } from '../events';
import { AttachResult, RetryableIamError } from '../ports';
import { Attachable, idOfTarget } from '../restriction-target';
import { SettlePorts } from './ports';
import { GuardContext, Wish, wishFor } from './wish';

/** Why a principal is not as it should be. */
export interface GuardFailure {
  /** As IAM or the target tells it: `quota`, `protected`, `gone`, `protected-role`, `root` and so on; `error` for what may pass. */
  readonly code: string;
  readonly message: string;
}

export type Settled = { readonly wish: Wish; readonly isAttached?: boolean } | GuardFailure;

const WAITS_MS = [500, 1_000, 2_000, 4_000];

/** A budget that is changed at every look is looked at again at the next run. */
const MAX_LOOKS = 4;

/**
 * Brings one user or role to what its budgets want, by level: they are read before the change, and again after it, so that of two that work on one
 * principal the later one leaves what is right.
 *
 * @param attached whether the policy is attached, where that is known
 */
export async function settle(target: Attachable, attached: boolean | undefined, now: number, ports: SettlePorts, context: GuardContext): Promise<Settled> {
  let isAttached = attached;
  let wish = await wishFor(target, now, ports, context);
  for (let look = 1; wish !== 'as-it-is' && look <= MAX_LOOKS; look += 1) {
    isAttached ??= await persistently(() => ports.attachments.isAttached(target), ports);
    if (isAttached === undefined) {
      return wish === 'free' ? { wish } : GONE;
    }
    if (isAttached === (wish === 'denied')) {
      break;
    }
    const changed = await change(target, wish, ports);
    if (changed) {
      return changed;
    }
    isAttached = wish === 'denied';
    await announce(target, wish, now, ports, context);
    wish = await wishFor(target, now, ports, context);
  }
  return { wish, ...(isAttached === undefined ? {} : { isAttached }) };
}

export function isFailure(settled: Settled): settled is GuardFailure {
  return 'code' in settled;
}

const GONE: GuardFailure = { code: 'gone', message: 'IAM does not know it' };

async function change(target: Attachable, wish: Wish, ports: SettlePorts): Promise<GuardFailure | undefined> {
  const { attachments } = ports;
  const result: AttachResult = await persistently(() => (wish === 'denied' ? attachments.attach(target) : attachments.detach(target)), ports);
  if (result.result === 'gone') {
    // Nobody is left who would have to be let go.
    return wish === 'denied' ? GONE : undefined;
  }
  return 'message' in result ? { code: result.result, message: result.message } : undefined;
}

async function persistently<T>(work: () => Promise<T>, { pause }: SettlePorts): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RetryableIamError) || attempt >= WAITS_MS.length) {
        throw error;
      }
      await pause(WAITS_MS[attempt]);
    }
  }
}

/** IAM is changed by then: an event that does not arrive undoes nothing. */
async function announce(target: Attachable, wish: Wish, now: number, { events, log }: SettlePorts, context: GuardContext): Promise<void> {
  const principalId = idOfTarget(target, context.ownAccountId);
  const isDenied = wish === 'denied';
  const at = isoInstant(now);
  log.info(isDenied ? 'kept from the mantle endpoint' : 'not kept from the mantle endpoint any more', { principalId });
  try {
    await events.publish([eventOf(isDenied ? EventType.MANTLE_DENY_ATTACHED : EventType.MANTLE_DENY_DETACHED, context, {
      eventId: `mantle-deny/${isDenied ? 'attached' : 'detached'}/${principalId}/${at}`,
      occurredAt: at,
      actor: 'mantle-guard',
      reason: isDenied ? 'has a budget that is enforced' : 'has no budget that is enforced any more',
      principalId,
    })]);
  } catch (error) {
    log.error('a change of IAM could not be announced', { principalId, isDenied, problem: (error as Error).name });
  }
}
