import { EventType, Metric } from '../../../contract';
import { Budget } from '../budget';
import { budgetFromItem, BudgetItemError, isoInstant, Item } from '../budget-item';
import { attachmentKey } from '../drift';
import { CoreContext } from '../evaluator';
import { BudgetEvent, eventOf } from '../events';
import { forEachConcurrently } from '../ordered-batch';
import { Attachable, idOfTarget, isAttachable, restrictionTarget } from '../restriction-target';
import { GuardPorts, ToldFailures } from './ports';
import { GuardFailure, isFailure, settle } from './settle';
import { GuardContext, isDeniedAnyway, keepsFromMantle } from './wish';

export interface GuardSummary {
  /** Users and roles that are kept from the endpoint. */
  readonly denied: number;
  readonly attached: number;
  readonly detached: number;
  /** Principals that could not be kept from it, or not be let go, without those that do not exist. */
  readonly failures: number;
  /** Failures that were told, since they are new. */
  readonly told: number;
}

/** Thrown at the end of a run that has to be repeated: everybody else was looked at. */
export class GuardIncompleteError extends Error {
  public readonly name = 'GuardIncompleteError';
}

/** What is remembered at most: a note has to fit into an item. */
export const MAX_TOLD = 2_000;

const CONCURRENCY = 5;
/** Kept for telling what was found. */
const MARGIN_MS = 30_000;
const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

/** What may pass, such as throttling, or is an error of ours: the run is repeated, and its failure told, not that of each principal. */
const ERROR = 'error';
/** The runtime's role is on its way. */
const NOT_YET = 'no-role';
const GONE = 'gone';

/**
 * Compares who is to be kept from the mantle endpoint with who is, and changes the difference. One that fails stops nobody else.
 *
 * @throws GuardIncompleteError where somebody could not be looked at
 */
export async function guardAll(now: number, ports: GuardPorts, context: CoreContext): Promise<GuardSummary> {
  const { settings } = await ports.settings.load();
  const run = new Run(now, await ports.memory.recall(), ports, { ...context, settings });
  await run.everybody();
  return run.conclude();
}

class Run {
  /** Attached, and not yet found to be wanted. */
  private readonly unexplained = new Map<string, Attachable>();
  private readonly attached = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly failures = new Map<string, GuardFailure>();
  private readonly changes = { attached: 0, detached: 0 };
  private unreadable = 0;
  private isOutOfTime = false;

  constructor(private readonly now: number, private readonly told: ToldFailures, private readonly ports: GuardPorts, private readonly context: GuardContext) {}

  public async everybody(): Promise<void> {
    for (const entity of await this.ports.inventory.list()) {
      if (entity.type === 'group') {
        this.ports.log.warn('the policy is attached to a group, which is not ours to change', { group: entity.name });
      } else {
        this.unexplained.set(attachmentKey(entity as Attachable), entity as Attachable);
        this.attached.add(attachmentKey(entity as Attachable));
      }
    }
    for await (const page of this.ports.pages()) {
      await forEachConcurrently(page, CONCURRENCY, item => this.look(item));
      if (this.isOutOfTime) {
        return;
      }
    }
    // Those come last: who holds them is known only when every budget was looked at.
    await forEachConcurrently([...this.unexplained.values()], CONCURRENCY, target => this.bring(target));
  }

  public async conclude(): Promise<GuardSummary> {
    const { metrics, log } = this.ports;
    const failing = [...this.failures.values()].filter(({ code }) => code !== GONE);
    const told = await this.tell();
    const summary: GuardSummary = { denied: this.attached.size, ...this.changes, failures: failing.length, told };
    metrics.add(Metric.MANTLE_DENIED, summary.denied);
    metrics.add(Metric.MANTLE_DENY_FAILURES, summary.failures);
    log.info('guarded the mantle endpoint', { ...summary });
    const errors = failing.filter(({ code }) => code === ERROR).length;
    if (this.isOutOfTime || errors + this.unreadable > 0) {
      throw new GuardIncompleteError(this.isOutOfTime
        ? 'there was no time left to look at everybody: the next run goes on'
        : `${errors + this.unreadable} principals could not be looked at; see the errors logged before`);
    }
    return summary;
  }

  private async look(item: Item): Promise<void> {
    const budget = this.read(item);
    if (!budget || !keepsFromMantle(budget, this.context.settings, this.now)) {
      return;
    }
    const target = restrictionTarget(budget, this.context.ownAccountId);
    if (!isAttachable(target)) {
      if (target.code !== NOT_YET) {
        this.fail(budget.principalId, target);
      }
      return;
    }
    const key = attachmentKey(target);
    this.unexplained.delete(key);
    const isWaiting = this.context.settings.enforcement === 'paused' || isDeniedAnyway(budget, this.now);
    if (this.attached.has(key) || this.seen.has(key) || isWaiting) {
      return;
    }
    this.seen.add(key);
    const id = idOfTarget(target, this.context.ownAccountId);
    const known = this.told.get(id);
    if (known === GONE && !this.isFirstHour()) {
      // Users come and go, and their budgets stay: IAM is not asked every hour about everybody who ever was.
      this.fail(id, { code: GONE, message: 'IAM did not know it' });
      return;
    }
    await this.bring(target);
  }

  private async bring(target: Attachable): Promise<void> {
    const id = idOfTarget(target, this.context.ownAccountId);
    if (this.isOutOfTime || this.ports.remaining() < MARGIN_MS) {
      this.isOutOfTime = true;
      return;
    }
    const key = attachmentKey(target);
    const before = this.attached.has(key);
    try {
      const settled = await settle(target, before, this.now, this.ports, this.context);
      if (isFailure(settled)) {
        this.fail(id, settled);
        return;
      }
      const after = settled.isAttached ?? before;
      this.changes.attached += after && !before ? 1 : 0;
      this.changes.detached += before && !after ? 1 : 0;
      this.attached[after ? 'add' : 'delete'](key);
    } catch (error) {
      const { name, message } = error as Error;
      this.ports.log.error('could not be brought to what its budgets want', { principalId: id, problem: name, message });
      this.fail(id, { code: ERROR, message: `${name}: ${message}` });
    }
  }

  private read(item: Item): Budget | undefined {
    try {
      return budgetFromItem(item);
    } catch (error) {
      if (!(error instanceof BudgetItemError)) {
        throw error;
      }
      this.unreadable += 1;
      this.ports.log.error('a budget cannot be read', { principalId: String(item.principalId).slice(0, 200), problem: error.message });
      return undefined;
    }
  }

  private fail(principalId: string, { code, message }: GuardFailure): void {
    this.failures.set(principalId, { code, message });
  }

  private isFirstHour(): boolean {
    return Math.floor(this.now / HOUR_MS) % HOURS_A_DAY === 0;
  }

  /** Tells each principal and reason once, for as long as it lasts; where it has passed and comes again, anew. */
  private async tell(): Promise<number> {
    const lasting = [...this.failures].filter(([, { code }]) => code !== ERROR);
    const news = lasting.filter(([principalId, { code }]) => this.told.get(principalId) !== code);
    if (news.length > MAX_TOLD) {
      this.ports.log.warn('too many principals fail to tell them all', { told: MAX_TOLD, leftOut: news.length - MAX_TOLD });
    }
    const events = news.slice(0, MAX_TOLD).map(([principalId, failure]) => this.failed(principalId, failure));
    if (events.length > 0) {
      await this.ports.events.publish(events);
    }
    // Whoever was not looked at is as it was.
    const all = new Map([...(this.isOutOfTime ? this.told : []), ...lasting.map(([principalId, { code }]) => [principalId, code] as const)]);
    const remembered = new Map([...all].slice(0, MAX_TOLD));
    if (!isSame(remembered, this.told)) {
      await this.ports.memory.remember(remembered);
    }
    return events.length;
  }

  private failed(principalId: string, { code, message }: GuardFailure): BudgetEvent {
    const at = isoInstant(this.now);
    return eventOf(EventType.MANTLE_DENY_FAILED, this.context, {
      eventId: `mantle-deny/failed/${principalId}/${code}/${at}`,
      occurredAt: at,
      actor: 'mantle-guard',
      reason: message,
      principalId,
      after: { code },
    });
  }
}

function isSame(a: ToldFailures, b: ToldFailures): boolean {
  return a.size === b.size && [...a].every(([principalId, code]) => b.get(principalId) === code);
}
