import { Log } from './ports';
import { NotReturned, PolicyReturn, toldOf } from './removal';

export interface StrategyChangePorts {
  /** Asks the policy-detacher that goes. */
  readonly policies: PolicyReturn;
  readonly log: Log;
  /** Waits for some milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
  /** Milliseconds that are left for all of it. */
  remaining(): number;
}

/** Thrown where somebody's policies would still be held when the policy-detacher is gone. */
export class PoliciesNotReturnedError extends Error {
  public readonly name = 'PoliciesNotReturnedError';
}

/** The policy-detacher itself has tried for two minutes by then: more tries than these would hardly help. */
const ATTEMPTS = 3;
const WAIT_MS = 30_000;
/** Before a second look is believed: a step that was under way at the first may have begun to remove. */
const SETTLING_MS = 10_000;
/** Not spent on waiting: the answer needs it. */
const MARGIN_MS = 30_000;

/**
 * Gives everybody their policies back while the strategy can still be kept: whoever is suspended stays so by the deny policy alone.
 *
 * @throws PoliciesNotReturnedError naming whose policies are missing, and what to do
 */
export async function returnBeforeDetacherGoes(ports: StrategyChangePorts): Promise<void> {
  await returnAll(ports);
  if (!isTimeFor(SETTLING_MS, ports)) {
    throw new PoliciesNotReturnedError('there was no time left to make sure that no policies are held: the strategy stays as it was. Update the stack again');
  }
  await ports.pause(SETTLING_MS);
  await returnAll(ports);
}

async function returnAll(ports: StrategyChangePorts): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const missing = await ask(ports);
    if (missing.length === 0) {
      return;
    }
    if (attempt >= ATTEMPTS || !isTimeFor(WAIT_MS, ports)) {
      throw notReturned(missing, ports.log);
    }
    await ports.pause(WAIT_MS);
  }
}

async function ask({ policies, remaining }: StrategyChangePorts): Promise<readonly NotReturned[]> {
  try {
    // Whoever still waits when the time is over reports nothing.
    return await policies.returnAll(remaining() - MARGIN_MS);
  } catch (error) {
    const { name, message } = error as Error;
    throw new PoliciesNotReturnedError(
      `it is not known whether everybody has their policies back: the strategy stays as it was. Mend what is told here, and update the stack again. ${name}: ${message}`,
      { cause: error },
    );
  }
}

function isTimeFor(pause: number, { remaining }: StrategyChangePorts): boolean {
  return remaining() >= pause + MARGIN_MS;
}

function notReturned(missing: readonly NotReturned[], log: Log): PoliciesNotReturnedError {
  log.error('policies could not be put back', { missing });
  return new PoliciesNotReturnedError(
    `policies of ${missing.length} users and roles could not be put back: the strategy stays as it was. Mend the cause, which is told in brackets, or put them back by hand `
    + `from the backups table and delete their rows of state "current" there; then update the stack again. They are ${toldOf(missing)}`,
  );
}
