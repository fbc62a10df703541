import { Budget } from './budget';
import { Day } from './calendar';
import { Decision } from './decision';
import { forgottenDays } from './forgotten-days';

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
    forgottenDays: forgottenDays(budget, decision.windows),
  };
}
