import { RuntimeDirectory } from '../ports';

/** How long an answer holds, also the one that a role has no runtimes: a runtime is charged at the latest so long after it was registered. */
export const MEMORY_MS = 60_000;

/** Names of roles come from the log: their number has no bound of its own. */
const MAX_ROLES = 10_000;

interface Answer {
  readonly until: number;
  readonly runtimes: Promise<readonly string[]>;
}

/** Asks once a minute and role at most. A question that failed is asked again by whoever comes next. */
export class RememberedRuntimes implements Pick<RuntimeDirectory, 'runtimesOf'> {
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly directory: Pick<RuntimeDirectory, 'runtimesOf'>, private readonly clock: () => number) {}

  public runtimesOf(roleId: string): Promise<readonly string[]> {
    const now = this.clock();
    const known = this.answers.get(roleId);
    if (known && known.until > now) {
      return known.runtimes;
    }
    // Asked again, a role moves to the end: the first one is the one that was asked about longest ago.
    this.answers.delete(roleId);
    if (this.answers.size >= MAX_ROLES) {
      const [oldest] = this.answers.keys();
      this.answers.delete(oldest);
    }
    const runtimes = this.directory.runtimesOf(roleId);
    const answer: Answer = { until: now + MEMORY_MS, runtimes };
    this.answers.set(roleId, answer);
    runtimes.catch(() => {
      if (this.answers.get(roleId) === answer) {
        this.answers.delete(roleId);
      }
    });
    return runtimes;
  }
}
