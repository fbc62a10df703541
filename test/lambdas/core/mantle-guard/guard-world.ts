import { Budget } from '../../../../src/lambdas/core/budget';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { guardAll, GuardSummary } from '../../../../src/lambdas/core/mantle-guard/guard-all';
import { guardOne } from '../../../../src/lambdas/core/mantle-guard/guard-one';
import { GuardPorts, ToldFailures } from '../../../../src/lambdas/core/mantle-guard/ports';
import { releaseEverybody } from '../../../../src/lambdas/core/mantle-guard/release';
import { Settings } from '../../../../src/lambdas/core/settings';
import { recordedWaits } from '../../observed';
import { aContext, agentSettingTexts, itemOf, NOON, settings } from '../builders';
import { Faults } from '../in-memory/faults';
import { InMemoryIam } from '../in-memory/iam';
import { InMemoryEvents, InMemoryLog, InMemoryMetrics } from '../in-memory/surroundings';

const PAGE = 2;

/** The guard with budgets and an IAM in memory; IAM's attachments are those of the policy that denies the mantle endpoint. */
export class GuardWorld {
  public readonly faults = new Faults();
  public readonly iam = new InMemoryIam(this.faults);
  public readonly events = new InMemoryEvents(this.faults);
  public readonly metrics = new InMemoryMetrics();
  public readonly log = new InMemoryLog();
  public readonly waits = recordedWaits();
  public readonly budgets = new Map<string, Budget>();
  /** What is in the table and is no budget. */
  public readonly broken: Item[] = [];
  public readonly rows: Item[] = [];
  public told: ToldFailures = new Map();
  public remembered = 0;
  public reads = 0;
  public enforcement: Settings['enforcement'] = 'on';
  /** What the index of runtimes shows while it lags behind. */
  public staleRuntimes?: readonly string[];
  public pagesRead = 0;
  public remaining: () => number = () => 600_000;
  /** Happens when a budget is read. */
  public onRead: (principalId: string) => void = () => undefined;

  public put(...budgets: readonly Budget[]): void {
    budgets.forEach(budget => this.budgets.set(budget.principalId, budget));
  }

  public all(now = NOON): Promise<GuardSummary> {
    return guardAll(now, this.ports(), aContext());
  }

  public one(principalId: string, now = NOON): Promise<void> {
    return guardOne(principalId, now, this.ports(), aContext());
  }

  public release(): Promise<readonly string[]> {
    return releaseEverybody({ requestId: 'request-1', at: NOON }, {
      inventory: this.iam.inventory,
      attachments: this.iam,
      audit: { append: row => this.faults.around('audit.append', () => void this.rows.push(row)) },
      log: this.log,
      pause: this.waits.pause,
      remaining: this.remaining,
    }, aContext());
  }

  /** Ids of those who are kept from the endpoint, of these. */
  public denied(...principalIds: readonly string[]): string[] {
    return principalIds.filter(id => this.iam.denies(id));
  }

  private ports(): GuardPorts {
    return {
      pages: () => this.pages(),
      store: {
        read: principalId => this.faults.around('budgets.read', () => {
          this.reads += 1;
          this.onRead(principalId);
          return this.budgets.get(principalId);
        }),
      },
      runtimes: {
        runtimesOf: async role => this.staleRuntimes ?? [...this.budgets.values()].filter(budget => budget.role === role && budget.removedAt === undefined)
          .map(({ principalId }) => principalId),
      },
      inventory: this.iam.inventory,
      attachments: this.iam,
      settings: { load: async () => ({ settings: settings({ enforcement: this.enforcement }), texts: agentSettingTexts(), refused: [] }) },
      memory: {
        recall: async () => this.told,
        remember: async told => {
          this.told = told;
          this.remembered += 1;
        },
      },
      events: this.events,
      metrics: this.metrics,
      log: this.log,
      pause: this.waits.pause,
      remaining: () => this.remaining(),
    };
  }

  private async* pages(): AsyncIterable<readonly Item[]> {
    const items = [...[...this.budgets.values()].map(itemOf), ...this.broken];
    for (let start = 0; start < items.length; start += PAGE) {
      this.pagesRead += 1;
      yield items.slice(start, start + PAGE);
    }
  }
}
