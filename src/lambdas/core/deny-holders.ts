import { PrincipalKindName } from '../../contract';
import { Budget } from './budget';
import { decide, DecisionContext, mayBeDenied } from './decision';
import { CoreContext } from './evaluator';
import { BudgetStore, RuntimeDirectory } from './ports';
import { principalFromId, sharedRolePrincipalId } from './principal';
import { Attachable, idOfTarget, isAttachable, restrictionTarget } from './restriction-target';

/**
 * Several budgets may restrict one role: its own, those of the AgentCore runtimes that run as it, and the one that these share. The deny policy stays
 * on the role while any of them holds it.
 */
export interface HolderPorts {
  readonly store: Pick<BudgetStore, 'read'>;
  /** Absent where AgentCore runtimes have no budgets. */
  readonly runtimes?: Pick<RuntimeDirectory, 'runtimesOf'>;
}

/** Whether the deny policy belongs on the principal now. */
export function wantsDeny(budget: Budget, context: DecisionContext, now: number): boolean {
  return holdsDeny(budget, context, now)
    || (budget.status === 'grace_period' && (budget.graceDeadline ?? 0) <= now && decide(budget, context, now).status === 'grace_period');
}

/**
 * Whether a budget keeps the deny policy where it is: it is suspended. One whose grace period is over wants the deny and does not hold it yet: it may
 * still recover without a restoration, and then nobody would take off what was left on for its sake.
 */
export function holdsDeny(budget: Budget, context: DecisionContext, now: number): boolean {
  return budget.status === 'suspended' && decide(budget, context, now).status === 'suspended';
}

/** Whether this is what the deny policy of a budget goes to: a runtime may have left the role in whose name the index still lists it. */
export function restricts(budget: Budget, target: Attachable, ownAccountId: string): boolean {
  const own = restrictionTarget(budget, ownAccountId);
  return isAttachable(own) && own.type === target.type && own.name === target.name;
}

/** Whether a budget that is to be restored would be suspended again by what was spent since: not while enforcement is paused. */
export function exceededAgain(budget: Budget, context: DecisionContext, now: number): boolean {
  return mayBeDenied(budget, context) && decide({ ...budget, status: 'suspended' }, context, now).status === 'suspended';
}

/** Ids of the budgets that may restrict a user or role; of most of them there is none. */
export async function budgetsOnTarget(
  target: Attachable, { runtimes }: Pick<HolderPorts, 'runtimes'>, { ownAccountId, region }: Pick<CoreContext, 'ownAccountId' | 'region'>,
): Promise<readonly string[]> {
  const ownId = idOfTarget(target, ownAccountId);
  const role = principalFromId(ownId);
  return runtimes && role?.kind === PrincipalKindName.IAM_ROLE
    ? [ownId, sharedRolePrincipalId(role, region), ...await runtimes.runtimesOf(ownId)]
    : [ownId];
}

/**
 * Another budget than this one that has the user or role denied.
 *
 * @param has `holdsDeny`, or `wantsDeny` where it is enough that the other one is about to
 */
export async function otherHolder(
  target: Attachable, exceptPrincipalId: string, now: number, ports: HolderPorts, context: DecisionContext & Pick<CoreContext, 'ownAccountId' | 'region'>,
  has: typeof wantsDeny = holdsDeny,
): Promise<string | undefined> {
  for (const principalId of await budgetsOnTarget(target, ports, context)) {
    const budget = principalId === exceptPrincipalId ? undefined : await ports.store.read(principalId);
    if (budget && restricts(budget, target, context.ownAccountId) && has(budget, context, now)) {
      return principalId;
    }
  }
  return undefined;
}
