import { PrincipalKindName } from '../../contract';
import { Budget } from './budget';
import { decide, DecisionContext } from './decision';
import { CoreContext } from './evaluator';
import { BudgetStore, RuntimeDirectory } from './ports';
import { principalFromId, sharedRolePrincipalId } from './principal';
import { Attachable, idOfTarget } from './restriction-target';

/**
 * Several budgets may restrict one role: its own, those of the AgentCore runtimes that run as it, and the one that these share. The deny policy stays
 * on the role while any of them wants it.
 */
export interface HolderPorts {
  readonly store: Pick<BudgetStore, 'read'>;
  /** Absent where AgentCore runtimes have no budgets. */
  readonly runtimes?: Pick<RuntimeDirectory, 'runtimesOf'>;
}

/** Whether the deny policy belongs on the principal now. */
export function wantsDeny(budget: Budget, context: DecisionContext, now: number): boolean {
  const status = decide(budget, context, now).status;
  return budget.status === 'suspended'
    ? status === 'suspended'
    : budget.status === 'grace_period' && status === 'grace_period' && (budget.graceDeadline ?? 0) <= now;
}

/** Whether a budget that is to be restored would be suspended again by what was spent since. */
export function exceededAgain(budget: Budget, context: DecisionContext, now: number): boolean {
  return decide({ ...budget, status: 'suspended' }, context, now).status === 'suspended';
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

/** Another budget than this one that wants the user or role denied. */
export async function otherHolder(
  target: Attachable, exceptPrincipalId: string, now: number, ports: HolderPorts, context: DecisionContext & Pick<CoreContext, 'region'>,
): Promise<string | undefined> {
  for (const principalId of await budgetsOnTarget(target, ports, context)) {
    const budget = principalId === exceptPrincipalId ? undefined : await ports.store.read(principalId);
    if (budget && wantsDeny(budget, context, now)) {
      return principalId;
    }
  }
  return undefined;
}
