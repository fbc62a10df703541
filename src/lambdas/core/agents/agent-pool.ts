import { Budget, leadingWindow, windowStates } from '../budget';
import { dayOf } from '../calendar';
import { groupBy } from '../collections';
import { DecisionContext } from '../decision';
import { addUsd, Usd, ZERO_USD } from '../money';
import { RegisteredRuntime } from '../ports';
import { principalFromId } from '../principal';
import { chargedScope } from './charged-scope';

/** All agents' budgets taken together. */
export interface AgentPool {
  /** Registered runtimes, whether they share a budget or not. */
  readonly runtimes: number;
  /** Budgets whose limit is reached, restricted or not. */
  readonly exceeded: number;
  /** What the current periods of all limited budgets may spend together, and what of it is spent. */
  readonly limit: Usd;
  readonly spent: Usd;
}

/** The ids of the budgets that runtimes' calls are charged to: each its own, or the one that it shares. */
export function agentBudgets(runtimes: readonly RegisteredRuntime[], region: string): readonly string[] {
  return [...groupBy(runtimes, ({ roleId }) => roleId)].map(([roleId, members]) => {
    const role = principalFromId(roleId);
    return role ? chargedScope(role, members.map(({ principalId }) => principalId), region).id : members[0].principalId;
  });
}

/** What the budgets come to. Of several limits the one counts that is used up furthest. */
export function poolOf(budgets: readonly Budget[], runtimes: number, context: DecisionContext, now: number): AgentPool {
  let pool: AgentPool = { runtimes, exceeded: 0, limit: ZERO_USD, spent: ZERO_USD };
  for (const budget of budgets) {
    const leading = leadingWindow(windowStates(budget, context.settings, dayOf(now, context.timeZone), now));
    if (leading) {
      pool = {
        ...pool,
        exceeded: pool.exceeded + (leading.spent >= leading.limit ? 1 : 0),
        limit: addUsd(pool.limit, leading.limit),
        spent: addUsd(pool.spent, leading.spent),
      };
    }
  }
  return pool;
}

/** Share of the pool that is spent, in percent; 0 where no agent has a limit. */
export function poolUsedPercent({ limit, spent }: AgentPool): number {
  return limit === 0n ? 0 : Number((spent * 10_000n) / limit) / 100;
}

