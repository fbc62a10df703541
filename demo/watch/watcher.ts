import { setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../../src/lambdas/core/settings';
import { DeployedBudgeteer } from '../../test/deployed/deployed-budgeteer';
import { Standing, standingOf } from './standing';

/** A principal's standing as it was seen at an instant. */
export interface Observation extends Standing {
  /** Epoch milliseconds by the wall clock. */
  readonly seenAt: number;
}

const EVERY_MS = 400;

/** Looks at the budgets again and again, shows them, and remembers every change: the curves of the report. */
export class Watcher {
  /** One observation a change, in order of time. */
  public readonly history: Observation[] = [];
  private readonly latest = new Map<string, Observation>();
  private loop?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly budgeteer: Pick<DeployedBudgeteer, 'budgets'>,
    private readonly settings: Settings,
    private readonly timeZone: string,
    private readonly show: (standings: readonly Standing[], change?: Observation) => void,
  ) {}

  public start(): void {
    this.loop ??= this.run();
    // Told by `stop`; until then nobody waits for it.
    this.loop.catch(() => {});
  }

  /** @throws what made a look fail */
  public async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
  }

  public async look(): Promise<ReadonlyMap<string, Standing>> {
    const seenAt = Date.now();
    const changes: Observation[] = [];
    for (const budget of (await this.budgeteer.budgets()).values()) {
      const observation = { ...standingOf(budget, this.settings, this.timeZone, seenAt), seenAt };
      const before = this.latest.get(budget.principalId);
      if (!before || differs(before, observation)) {
        this.latest.set(budget.principalId, observation);
        this.history.push(observation);
        if (before?.status !== observation.status) {
          changes.push(observation);
        }
      }
    }
    const standings = [...this.latest.values()];
    changes.forEach(change => this.show(standings, change));
    this.show(standings);
    return this.latest;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.look();
      await sleep(EVERY_MS);
    }
  }
}

function differs(a: Standing, b: Standing): boolean {
  return a.spent !== b.spent || a.limit !== b.limit || a.status !== b.status || a.since !== b.since;
}
