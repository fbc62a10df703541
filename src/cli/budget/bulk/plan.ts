import { ChangeOperation, OperationArguments } from '../administration-client';
import { BudgetAnswer } from '../answers';
import { Difference, differencesBetween } from '../differences';
import { PlacedRow } from './ordered-rows';
import { hasOrders, NO_ORDERS, OrderedRow, sameLabels, sameLimits, sameThresholds, StandingOrders, standingOrdersOf } from './orders';

export interface Step {
  readonly operation: ChangeOperation;
  readonly args: OperationArguments;
}

/** What becomes of a principal. */
export interface PlannedChange {
  readonly place: string;
  readonly principalId: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly differences: readonly Difference[];
  /** In their order: each sees the version that the one before it made. */
  readonly steps: readonly Step[];
  /** The version that the plan was made for; `null` where nobody has seen the principal. */
  readonly version?: string | null;
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly unchanged: number;
  /** Rows that cannot be carried out on what is there. */
  readonly problems: readonly string[];
}

const LABELS_NEED_LIMITS = 'labels and enforcement are set with limits alone: give it a limit, or leave its labels and enforcement as they are';

/**
 * What is to be done so that everything is as the rows have it.
 *
 * @param prune whether limits and thresholds of principals that are in no row are taken away
 */
export function planOf(rows: readonly PlacedRow[], current: ReadonlyMap<string, BudgetAnswer>, prune: boolean): Plan {
  const changes: PlannedChange[] = [];
  const problems: string[] = [];
  for (const { place, row } of rows) {
    const budget = current.get(row.principalId);
    const before = budget ? standingOrdersOf(budget) : NO_ORDERS;
    const steps = stepsTo(row, before);
    if (steps === undefined) {
      problems.push(`${place}: ${row.principalId}: ${LABELS_NEED_LIMITS}`);
    } else if (steps.length > 0) {
      changes.push({ ...changeOf(row.principalId, before, { ...before, ...row }, budget), place, kind: budget && hasOrders(budget) ? 'changed' : 'added', steps });
    }
  }
  const named = new Set(rows.map(({ row }) => row.principalId));
  const surplus = prune ? [...current.values()].filter(budget => hasOrders(budget) && !named.has(budget.principalId)) : [];
  return { changes: [...changes, ...surplus.map(removalOf)], unchanged: rows.length - changes.length - problems.length, problems };
}

function stepsTo(row: OrderedRow, before: StandingOrders): readonly Step[] | undefined {
  const { limits, thresholds, enforcement, labels } = { ...before, ...row };
  const newLimits = !sameLimits(limits, before.limits);
  const newLabels = !sameLabels(labels, before.labels);
  const newEnforcement = enforcement !== before.enforcement;
  if (limits.length === 0 && (newLabels || newEnforcement)) {
    return undefined;
  }
  const removed = limits.length === 0 && before.limits.length > 0;
  const set = limits.length > 0 && (newLimits || newLabels || newEnforcement);
  // Taking the limits away takes the thresholds with it.
  const newThresholds = !sameThresholds(thresholds, removed ? null : before.thresholds);
  return [
    ...(removed ? [{ operation: 'removeBudget', args: {} } as const] : []),
    ...(set ? [{
      operation: 'setBudget',
      args: { limits: newLimits ? limits : before.limits, ...(newLabels && { labels }), ...(newEnforcement && { enforcement }) },
    } as const] : []),
    ...(newThresholds ? [{
      operation: 'setThresholds',
      args: { warningPercent: thresholds?.warningPercent ?? null, criticalPercent: thresholds?.criticalPercent ?? null },
    } as const] : []),
  ];
}

function removalOf(budget: BudgetAnswer): PlannedChange {
  const before = standingOrdersOf(budget);
  const after = { ...before, limits: [], thresholds: null };
  return { ...changeOf(budget.principalId, before, after, budget), place: 'not in the file', kind: 'removed', steps: [{ operation: 'removeBudget', args: {} }] };
}

function changeOf(principalId: string, before: StandingOrders, after: StandingOrders, budget: BudgetAnswer | undefined) {
  return {
    principalId,
    differences: differencesBetween(asAnswer(before), asAnswer(after)),
    version: budget ? budget.version : null,
  };
}

/** Only what was ordered: nothing else is planned. */
function asAnswer({ limits, thresholds, enforcement, labels }: StandingOrders): BudgetAnswer {
  return { principalId: '', kind: '', status: '', limits: [...limits], enforcement, labels, ...(thresholds && { thresholds: { ...thresholds, own: true } }) };
}
