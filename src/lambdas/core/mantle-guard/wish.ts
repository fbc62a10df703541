import { Budget, limitsInForce, Status } from '../budget';
import { DecisionContext, isExempt } from '../decision';
import { budgetsOnTarget, HolderPorts, restricts } from '../deny-holders';
import { CoreContext } from '../evaluator';
import { Attachable } from '../restriction-target';
import { Settings } from '../settings';

export type GuardContext = CoreContext & Pick<DecisionContext, 'settings'>;

/** What is to become of the policy at a user or role. */
export type Wish = 'denied' | 'free' | 'as-it-is';

/** Statuses in which the deny policy, which covers the mantle endpoint, is attached, or just being changed. */
const DENIED_ANYWAY: readonly Status[] = ['suspended', 'restoring'];

/**
 * Whether a budget keeps its principal from the mantle endpoint: it has a limit that is enforced. Whoever is exempt is not restricted, here as elsewhere;
 * and where enforcement is lifted for everybody, so is this.
 */
export function keepsFromMantle(budget: Budget, settings: Settings, now: number): boolean {
  return settings.enforcement !== 'lifted'
    && budget.enforcement === 'enforced'
    && budget.removedAt === undefined
    && !isExempt(budget, now)
    && limitsInForce(budget, settings).length > 0;
}

/**
 * Whether the deny policy is on its way to the principal, there, or on its way back. Nothing is attached meanwhile: that denies the endpoint as well, and
 * the place that this would take may be needed for policies that are to be put back.
 */
export function isDeniedAnyway({ status, graceDeadline }: Pick<Budget, 'status' | 'graceDeadline'>, now: number): boolean {
  return DENIED_ANYWAY.includes(status) || (status === 'grace_period' && (graceDeadline ?? 0) <= now);
}

/** By all budgets of a user or role, read anew: several may stand on one role. */
export async function wishFor(target: Attachable, now: number, ports: HolderPorts, context: GuardContext): Promise<Wish> {
  const budgets: Budget[] = [];
  for (const principalId of await budgetsOnTarget(target, ports, context)) {
    const budget = await ports.store.read(principalId);
    if (budget && restricts(budget, target, context.ownAccountId)) {
      budgets.push(budget);
    }
  }
  if (!budgets.some(budget => keepsFromMantle(budget, context.settings, now))) {
    return 'free';
  }
  const isPaused = context.settings.enforcement === 'paused';
  return isPaused || budgets.some(budget => isDeniedAnyway(budget, now)) ? 'as-it-is' : 'denied';
}
