import { Budget } from './budget';
import { addDays, Day } from './calendar';
import { Decision } from './decision';

/** The part of a budget that decisions write; spend, limits and orders of operators are others' to write. */
export type BudgetState = Pick<Budget,
'status' | 'statusSince' | 'reason' | 'levels' | 'graceDeadline' | 'exceededAt' | 'unenforceable' | 'failure' | 'toldFailure' | 'suspension' | 'nextCheckAt'
| 'decidedAt' | 'revision' | 'workflowRevision'> & {
  /** Days whose spend no window can ask for any more: they leave the item, which every charge pays for by its size. The ledger keeps them. */
  readonly forgottenDays?: readonly Day[];
};

/** The state after a decision. Written on condition that the revision is still the one that was decided on. */
export function applyDecision(budget: Budget, decision: Decision, time: number): BudgetState {
  const now = Math.max(time, budget.decidedAt);
  const revision = budget.revision + 1;
  const over = decision.exceededAt !== undefined;
  return {
    status: decision.status,
    statusSince: decision.status === budget.status ? budget.statusSince : now,
    reason: decision.reason,
    levels: decision.levels,
    graceDeadline: decision.graceDeadline,
    exceededAt: decision.exceededAt,
    // Whoever is within the limit again starts with a clean sheet: the next overrun is tried anew.
    unenforceable: over ? budget.unenforceable : undefined,
    failure: decision.status === budget.status ? budget.failure : undefined,
    toldFailure: decision.status === budget.status ? budget.toldFailure : undefined,
    suspension: decision.status === 'suspended' || decision.status === 'restoring' ? budget.suspension : undefined,
    nextCheckAt: decision.nextCheckAt,
    decidedAt: now,
    revision,
    workflowRevision: decision.workflow ? revision : budget.workflowRevision,
    forgottenDays: forgettable(budget, decision),
  };
}

/** At least the current and the last window of every limit stay, and three months in any case. */
function forgettable(budget: Budget, { windows }: Decision): readonly Day[] {
  if (windows.length === 0) {
    return [];
  }
  const keepFrom = windows
    .map(({ window }) => addDays(window.start, -Math.max(MIN_KEPT_DAYS, daysOf(window))))
    .reduce((earliest, day) => (day < earliest ? day : earliest));
  return [...budget.spend.keys()].filter(day => day < keepFrom).sort().slice(0, MAX_FORGOTTEN_DAYS);
}

const MIN_KEPT_DAYS = 92;

/** DynamoDB takes 4 KB of an update expression: who first gets a limit after years loses the oldest days decision by decision. */
const MAX_FORGOTTEN_DAYS = 100;

function daysOf({ start, end }: { readonly start: Day; readonly end: Day }): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000) + 1;
}
