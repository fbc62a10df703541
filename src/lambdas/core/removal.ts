import { EventType } from '../../contract';
import { auditRow } from './audit-row';
import { isoInstant, Item } from './budget-item';
import { Deployment, eventOf } from './events';
import { forEachConcurrently } from './ordered-batch';
import { DenyAttachments, DenyInventory, Log, RetryableIamError } from './ports';
import { Attachable } from './restriction-target';

/** The running executions of both state machines. */
export interface RunningExecutions {
  list(): AsyncIterable<string>;
  /** Stopping what has ended meanwhile is a success. */
  stop(executionArn: string): Promise<void>;
}

/** A user or role whose policies could not be put back, and why. */
export interface NotReturned {
  readonly target: string;
  readonly problem: string;
}

/** Where the strategy is `DETACH`: puts back everything that was removed from anybody. */
export interface PolicyReturn {
  /**
   * @param milliseconds after which nobody waits for the answer any more
   * @returns what could not be put back
   */
  returnAll(milliseconds: number): Promise<readonly NotReturned[]>;
}

export interface RemovalPorts {
  readonly executions: RunningExecutions;
  readonly inventory: DenyInventory;
  readonly policies?: PolicyReturn;
  readonly attachments: Pick<DenyAttachments, 'detach'>;
  readonly audit: { append(row: Item): Promise<void> };
  readonly log: Log;
  /** Waits for some milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
  /** Milliseconds that are left for the removal. */
  remaining(): number;
}

export interface RemovalRequest {
  /** CloudFormation's id of the request. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What it takes to detach a policy from everybody. */
export type LiftPorts = Pick<RemovalPorts, 'inventory' | 'attachments' | 'log' | 'pause' | 'remaining'>;

/** Which policy is detached, and what to do where it cannot be: words for people. */
export interface LiftWords {
  readonly policy: string;
  readonly remedy: string;
}

/** Thrown where somebody would stay denied when the stack is gone. */
export class RemovalIncompleteError extends Error {
  public readonly name = 'RemovalIncompleteError';
}

const CONCURRENCY = 5;
/** IAM lists what was detached for a while yet: looked at again after these waits, a minute in all. */
const LOOKS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/**
 * Before a second look is believed. Stopping an execution does not stop the enforcer that it has invoked, which may still deny somebody
 * until its own timeout of 60 seconds. Where none was stopped, only what is in flight elsewhere has to arrive: IAM's list, which lags,
 * and an execution that the last decision starts.
 */
const ENFORCER_MS = 65_000;
const SETTLING_MS = 10_000;
/** Not spent on waiting: the next round needs it, and the answer. */
const MARGIN_MS = 30_000;
const DETACH_WAITS_MS = [500, 1_000, 2_000, 4_000];
const THE_DENY_POLICY: LiftWords = { policy: 'the deny policy', remedy: 'nothing else was removed. Detach it there by hand, and delete the stack again' };
/** How many names a message carries; all of them stand in the log. */
const NAMES_TOLD = 20;

/**
 * Lifts every deny before the stack goes: afterwards nothing would be left that could. Executions are stopped first, so that none
 * denies anybody anew. One look at which all is quiet proves little, so that a second one has to confirm it some time later.
 *
 * @returns who was lifted
 * @throws RemovalIncompleteError naming who is still denied and what to do
 */
export async function liftAllDenies(request: RemovalRequest, ports: RemovalPorts, deployment: Deployment): Promise<readonly string[]> {
  const lifted = new Set<string>();
  try {
    await liftUntilQuiet(lifted, ports);
  } finally {
    await record(request, [...lifted], ports, deployment);
  }
  return [...lifted];
}

async function liftUntilQuiet(lifted: Set<string>, ports: RemovalPorts): Promise<void> {
  const known = new Set<string>();
  for (let round = 1; ; round += 1) {
    const stopped = await stopExecutions(known, ports);
    await returnPolicies(ports);
    const looks = await liftUntilNoneIsListed(lifted, ports);
    if (round > 1 && stopped === 0 && looks === 1) {
      return;
    }
    const pause = stopped > 0 ? ENFORCER_MS : SETTLING_MS;
    if (!isTimeFor(pause, ports)) {
      throw new RemovalIncompleteError(
        'there was no time left to make sure that nobody is denied anew: nothing else was removed. Delete the stack again',
      );
    }
    await ports.pause(pause);
  }
}

/** @returns how many were stopped that were not `known`: one that was stopped is listed as running for a while yet */
async function stopExecutions(known: Set<string>, { executions, log }: RemovalPorts): Promise<number> {
  const before = known.size;
  for await (const execution of executions.list()) {
    await executions.stop(execution);
    known.add(execution);
  }
  const stopped = known.size - before;
  log.info('stopped running executions', { stopped });
  return stopped;
}

/** Before the denies go: who had neither a deny nor their own policies would be locked out, and nobody would notice. */
async function returnPolicies({ policies, log, remaining }: RemovalPorts): Promise<void> {
  // Whoever still waits when the time is over reports nothing.
  const missing = await policies?.returnAll(remaining() - MARGIN_MS) ?? [];
  if (missing.length > 0) {
    log.error('policies could not be put back', { missing });
    throw new RemovalIncompleteError(
      `policies of ${toldOf(missing)} could not be put back: nothing else was removed. Mend the cause, which is told in brackets, and delete the stack again`,
    );
  }
}

/** Whose policies are missing and why, within the bounds of a message. */
export function toldOf(missing: readonly NotReturned[]): string {
  const told = missing.slice(0, NAMES_TOLD).map(({ target, problem }) => `${target} (${problem.slice(0, 100)})`).join(', ');
  return missing.length > NAMES_TOLD ? `${told} and ${missing.length - NAMES_TOLD} more` : told;
}

function isTimeFor(pause: number, { remaining }: Pick<RemovalPorts, 'remaining'>): boolean {
  return remaining() >= pause + MARGIN_MS;
}

/**
 * Detaches a policy from everybody who is listed, until nobody is.
 *
 * @param lifted gets the names of those whom it was detached from
 * @returns after how many looks nobody was listed: 1 if nobody was to begin with
 * @throws RemovalIncompleteError naming who is left
 */
export async function liftUntilNoneIsListed(lifted: Set<string>, ports: LiftPorts, words: LiftWords = THE_DENY_POLICY): Promise<number> {
  for (let look = 0; ; look += 1) {
    const entities = await ports.inventory.list();
    const refusals = new Map<string, string>();
    await forEachConcurrently(entities, CONCURRENCY, async entity => {
      const refusal = entity.type === 'group' ? 'groups are not ours to change' : await detach(entity, ports);
      if (refusal) {
        refusals.set(nameOf(entity), refusal);
      } else {
        lifted.add(nameOf(entity));
      }
    });
    if (entities.length === 0) {
      return look + 1;
    }
    if (look >= LOOKS_MS.length || refusals.size === entities.length || !isTimeFor(LOOKS_MS[look], ports)) {
      throw incomplete(entities.map(nameOf), refusals, words, ports.log);
    }
    await ports.pause(LOOKS_MS[look]);
  }
}

/** @returns why it could not be detached, if it could not */
async function detach(target: Attachable, { attachments, pause }: LiftPorts): Promise<string | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const detached = await attachments.detach(target);
      return 'message' in detached ? detached.message : undefined;
    } catch (error) {
      if (!(error instanceof RetryableIamError) || attempt >= DETACH_WAITS_MS.length) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
      await pause(DETACH_WAITS_MS[attempt]);
    }
  }
}

function incomplete(names: readonly string[], refusals: ReadonlyMap<string, string>, { policy, remedy }: LiftWords, log: Log): RemovalIncompleteError {
  log.error(`${policy} is still attached`, { names, refusals: Object.fromEntries(refusals) });
  const told = names.slice(0, NAMES_TOLD).map(name => (refusals.has(name) ? `${name} (${refusals.get(name)!.slice(0, 100)})` : name));
  const more = names.length > NAMES_TOLD ? ` and ${names.length - NAMES_TOLD} more` : '';
  return new RemovalIncompleteError(
    `${policy} is still attached to ${told.join(', ')}${more}: ${remedy}`,
  );
}

/** The bus and its rules may be gone already, so the row is written at once. What was lifted stays lifted if that fails. */
async function record({ requestId, at }: RemovalRequest, names: readonly string[], { audit, log }: RemovalPorts, deployment: Deployment): Promise<void> {
  const { type, detail } = eventOf(EventType.DEPLOYMENT_REMOVED, deployment, {
    eventId: `removal/${requestId}`,
    occurredAt: isoInstant(at),
    actor: 'restore-on-removal',
    reason: `the deployment is removed: ${names.length} denies lifted`,
    before: { denied: names },
  });
  try {
    await audit.append(auditRow(type, { ...detail }));
  } catch (error) {
    log.error('the removal could not be written to the audit table', { problem: (error as Error).name, lifted: names });
  }
}

function nameOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name}`;
}
