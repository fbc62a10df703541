import { setTimeout as sleep } from 'node:timers/promises';

/** What was waited for did not come. */
export class NeverHappenedError extends Error {
  public readonly name = 'NeverHappenedError';
}

export interface Patience {
  /** @default 30 s */
  readonly timeoutMs?: number;
  /** @default 200 ms */
  readonly everyMs?: number;
}

/**
 * Asks again and again, until there is an answer.
 *
 * @param what is waited for; named where it does not come
 * @param ask answers, or tells in words what is still missing
 */
export async function until<T extends object>(what: string, ask: () => Promise<T | string>, patience: Patience = {}): Promise<T> {
  const { timeoutMs = 30_000, everyMs = 200 } = patience;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (typeof answer !== 'string') {
      return answer;
    }
    if (Date.now() >= deadline) {
      throw new NeverHappenedError(`${what}: not within ${timeoutMs / 1000} s; ${answer}`);
    }
    await sleep(everyMs);
  }
}
