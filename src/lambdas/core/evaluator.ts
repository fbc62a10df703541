import { EventType, LogMessage, Metric, NOTE_PREFIX, PrincipalKindName } from '../../contract';
import { announcements, ordersOf } from './announcements';
import { Budget } from './budget';
import { budgetFromItem, BudgetItemError, Item } from './budget-item';
import { dayOf } from './calendar';
import { decideAndSave } from './decide-and-save';
import { BudgetEvent, Deployment } from './events';
import { formatUsd } from './money';
import { ApiKeyDirectory, BudgetStore, EventPublisher, Log, Metrics, SettingsSource, Workflows } from './ports';
import { looksLikeApiKeyUser, principalFromId } from './principal';
import { standingOf } from './standing';
import { workflowFor, workflowsForNewRole } from './workflow-start';

/** What every use case knows of its deployment. */
export interface CoreContext extends Deployment {
  readonly timeZone: string;
  readonly ownAccountId: string;
  /** The region of the deployment, whose runtimes it knows. */
  readonly region: string;
}

/** One record of the Budgets table's stream. */
export interface BudgetChange {
  /** The same for every delivery of the record. */
  readonly changeId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before?: Item;
  readonly after: Item;
}

export interface EvaluatorPorts {
  readonly store: BudgetStore;
  readonly events: EventPublisher;
  readonly workflows: Workflows;
  readonly apiKeys: ApiKeyDirectory;
  readonly settings: SettingsSource;
  readonly metrics: Metrics;
  readonly log: Log;
}

/**
 * The Budgets table's stream is the outbox: a changed status is announced and its workflow started, a changed spend, limit or order
 * is decided upon. A decision that changes nothing writes nothing, so the table does not talk to itself.
 */
export async function evaluateChange(change: BudgetChange, ports: EvaluatorPorts, context: CoreContext): Promise<void> {
  if (String(change.after.principalId).startsWith(NOTE_PREFIX)) {
    return;
  }
  const images = readImages(change, ports);
  if (!images) {
    return;
  }
  const { before, after } = images;
  const statusChanged = before !== undefined && before.status !== after.status;
  // Whoever changed the status may know newer settings: by older ones the change would be undone.
  const { settings } = await ports.settings.load(statusChanged);
  const decisionContext = { ...context, settings };

  const events = announcements(before, after, change.changeId, change.at, decisionContext);
  await ports.events.publish(events);
  count(events, ports.metrics);
  if (statusChanged) {
    // Also of who is free again: its latest line is what takes it off the tables.
    ports.log.info(LogMessage.STANDING, { ...standingOf(after, decisionContext, change.at) });
  }

  const workflow = after.workflowRevision === before?.workflowRevision ? undefined : workflowFor(after);
  for (const start of [...(workflow ? [workflow] : []), ...workflowsForNewRole(before, after, change.changeId, change.at)]) {
    await ports.workflows.start(start.workflow, start.executionName, start.input);
  }

  if (!before && await isUnnamedApiKeyUser(after, ports)) {
    // The new kind comes back through the stream and is decided upon then.
    await ports.store.register(after.principalId, PrincipalKindName.API_KEY_USER, after.registeredAt, dayOf(after.registeredAt, context.timeZone));
  } else if (before === undefined || statusChanged || inputsDiffer(before, after)) {
    const saved = await decideAndSave(after.principalId, change.at, ports, decisionContext, after);
    if (saved?.decision) {
      ports.log.info('decided', { principalId: after.principalId, from: after.status, to: saved.decision.status, reason: saved.decision.reason });
    }
  }
}

/** An item that somebody broke by hand stays in the table; trying again would not mend it, so it is counted and alarmed instead. */
function readImages(change: BudgetChange, { log, metrics }: EvaluatorPorts): { readonly before?: Budget; readonly after: Budget } | undefined {
  try {
    const after = budgetFromItem(change.after);
    return change.before ? { before: budgetFromItem(change.before), after } : { after };
  } catch (error) {
    if (!(error instanceof BudgetItemError)) {
      throw error;
    }
    return afterRepair(change, error, { log, metrics });
  }
}

/** The change that mends a broken item has an unreadable old image: it is taken as if the principal were new. */
function afterRepair(change: BudgetChange, error: BudgetItemError, { log, metrics }: Pick<EvaluatorPorts, 'log' | 'metrics'>): { readonly after: Budget } | undefined {
  try {
    return { after: budgetFromItem(change.after) };
  } catch (stillBroken) {
    if (!(stillBroken instanceof BudgetItemError)) {
      throw stillBroken;
    }
    metrics.add(Metric.EVALUATION_FAILURES, 1);
    log.error('budget item cannot be read: mend the attribute by hand', { principalId: String(change.after.principalId).slice(0, 200), problem: error.message });
    return undefined;
  }
}

/**
 * Whether anything changed that a decision depends on. A changed status is looked at as well: whoever wrote it had read the budget a
 * moment before, and an order or a charge may have come in between.
 */
function inputsDiffer(before: Budget, after: Budget): boolean {
  const inputs = (budget: Budget) => JSON.stringify([
    ordersOf(budget), [...budget.spend].map(([day, amount]) => `${day}=${formatUsd(amount)}`).sort(),
  ]);
  return inputs(before) !== inputs(after);
}

/**
 * Keys that the console makes are known by the user's name; any other user has to be asked about. Where IAM does not answer, the
 * hourly sweep finds the key: the stream must not stand still for it.
 */
async function isUnnamedApiKeyUser(budget: Budget, { apiKeys, log }: EvaluatorPorts): Promise<boolean> {
  const principal = principalFromId(budget.principalId);
  if (principal?.kind !== PrincipalKindName.IAM_USER || budget.kind !== PrincipalKindName.IAM_USER) {
    return false;
  }
  if (looksLikeApiKeyUser(principal)) {
    return true;
  }
  try {
    return await apiKeys.holdsApiKey(principal.name!);
  } catch (error) {
    log.warn('could not ask IAM for API keys; left to the hourly sweep', { principalId: budget.principalId, problem: (error as Error).name });
    return false;
  }
}

const COUNTED: Partial<Record<EventType, Metric>> = {
  [EventType.THRESHOLD_CROSSED]: Metric.THRESHOLDS_CROSSED,
  [EventType.GRACE_PERIOD_STARTED]: Metric.GRACE_PERIODS_STARTED,
  [EventType.PRINCIPAL_UNENFORCEABLE]: Metric.UNENFORCEABLE_OVER_LIMIT,
};

function count(events: readonly BudgetEvent[], metrics: Metrics): void {
  for (const { type } of events) {
    const metric = COUNTED[type];
    if (metric) {
      metrics.add(metric, 1);
    }
  }
}
