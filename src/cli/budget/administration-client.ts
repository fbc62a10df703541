import { CommandFailure } from '../command-failure';
import { failureOf } from './failures';
import { Signer } from './signing';

/** The operations of budget-manager, see docs/administration.md. */
export type ReadOperation = 'getBudget' | 'listBudgets' | 'getHistory';
export type ChangeOperation = 'setBudget' | 'removeBudget' | 'topUp' | 'exempt' | 'endExemption' | 'suspend' | 'restore' | 'setThresholds';

/** Arguments of an operation; those that are `undefined` are not sent. */
export type OperationArguments = Readonly<Record<string, unknown>>;

/** What the client needs of the world. */
export interface Surroundings {
  readonly now: () => number;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly interrupted: AbortSignal;
}

/** Thrown where the request may have arrived, but its answer did not. */
export class UnreachableError extends CommandFailure {
  public readonly name: string = 'UnreachableError';
}

/** Thrown where no request can have arrived: there is no such host, or nobody listens. */
export class NotReachedError extends UnreachableError {
  public readonly name = 'NotReachedError';
}

/** Thrown where somebody pressed Ctrl-C. */
export class InterruptedError extends CommandFailure {
  public readonly name = 'InterruptedError';

  /** @param attempted whether the request was sent: it may have been carried out */
  constructor(public readonly attempted: boolean) {
    super('stopped');
  }
}

export const MAX_ATTEMPTS = 5;
/** The first wait is half to one of these, each further one twice as long: all of them together at most seven and a half seconds. */
const FIRST_PAUSE_MS = 500;
const TIMEOUT_MS = 30_000;

/** What was under way when a connection was never made; a broken one fails at reading or writing. */
const CONNECTING: readonly (string | undefined)[] = ['getaddrinfo', 'connect'];
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

/** What came of an attempt: an answer, or a failure that may be gone with the next one. */
type Outcome = { readonly answer: unknown } | { readonly failure: CommandFailure };

/**
 * Asks budget-manager. What fails in passing (the network, throttling, errors of the server) is tried again with the same request, and so
 * with the same idempotency key: a change whose answer was lost is answered again, and not made twice.
 */
export class AdministrationClient {
  constructor(private readonly url: URL, private readonly sign: Signer, private readonly surroundings: Surroundings) {}

  /** @throws CommandFailure */
  public async read(operation: ReadOperation, args: OperationArguments): Promise<unknown> {
    return this.send(JSON.stringify({ operation, ...args }), this.surroundings.interrupted);
  }

  /**
   * A change that is under way is not broken off: nobody would know whether it was made.
   *
   * @throws CommandFailure
   */
  public async change(operation: ChangeOperation, args: OperationArguments): Promise<unknown> {
    return this.send(JSON.stringify({ operation, ...args }));
  }

  private async send(body: string, brokenOffBy?: AbortSignal): Promise<unknown> {
    let hasConnected = false;
    for (let attempt = 1; ; attempt += 1) {
      this.checkInterruption(attempt > 1);
      const outcome = await this.attempt(body, brokenOffBy);
      if ('answer' in outcome) {
        return outcome.answer;
      }
      const { failure } = outcome;
      hasConnected ||= !(failure instanceof NotReachedError);
      if (attempt === MAX_ATTEMPTS) {
        throw hasConnected && failure instanceof NotReachedError ? new UnreachableError(failure.message, { cause: failure }) : failure;
      }
      await this.pauseAfter(attempt);
    }
  }

  private async attempt(body: string, brokenOffBy?: AbortSignal): Promise<Outcome> {
    const headers = await this.sign(body, new Date(this.surroundings.now()));
    let response: Response;
    let text: string;
    try {
      const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(brokenOffBy ? [brokenOffBy] : [])];
      // A signed request is for this URL alone: redirections are not followed.
      response = await fetch(this.url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.any(signals) });
      text = await response.text();
    } catch (error) {
      this.checkInterruption(true);
      const message = `${this.url.host} did not answer (${reasonOf(error)}), ${MAX_ATTEMPTS} times: are the URL and the network right?`;
      const Failure = neverConnected(error as Error) ? NotReachedError : UnreachableError;
      return { failure: new Failure(message, { cause: error }) };
    }
    if (response.ok) {
      return { answer: jsonOf(text) ?? fail(`${this.url.host} answered, but not as budget-manager does: is the URL right?`) };
    }
    const failure = failureOf(response.status, text);
    if (response.status === 429 || response.status >= 500) {
      return { failure: new UnreachableError(failure.message, { cause: failure }) };
    }
    throw failure;
  }

  private async pauseAfter(attempt: number): Promise<void> {
    const longest = FIRST_PAUSE_MS * 2 ** (attempt - 1);
    try {
      await this.surroundings.pause(longest * (0.5 + Math.random() / 2), this.surroundings.interrupted);
    } catch (error) {
      this.checkInterruption(true);
      throw error;
    }
  }

  private checkInterruption(attempted: boolean): void {
    if (this.surroundings.interrupted.aborted) {
      throw new InterruptedError(attempted);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fail(message: string): never {
  throw new CommandFailure(message);
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') {
    return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  }
  return (codeOf(error) ?? (cause as Error | undefined)?.message ?? message).slice(0, 200);
}

function neverConnected({ cause }: { readonly cause?: unknown }): boolean {
  // Of a name with several addresses each attempt is an error.
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  return causes.every((each?: { readonly code?: string; readonly syscall?: string }) => CONNECTING.includes(each?.syscall) || each?.code === CONNECT_TIMEOUT);
}

function codeOf(error: unknown): string | undefined {
  return ((error as Error).cause as { readonly code?: string } | undefined)?.code;
}
