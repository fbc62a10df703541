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
  /** What the current periods of all limited budgets that are charged may spend together. */
  readonly limit: Usd;
  /** What of it is spent: also by a runtime by itself, before it came to share. */
  readonly spent: Usd;
}

/** The budgets of the registered runtimes, by their ids. */
export interface AgentBudgetIds {
  /** Those that calls are charged to: a runtime's own, or the one that several share. */
  readonly charged: ReadonlySet<string>;
  /** Of runtimes that share: nothing is charged to them any more, but what was spent before, or an order, may restrict the role all the same. */
  readonly own: ReadonlySet<string>;
}

export function agentBudgetIds(runtimes: readonly RegisteredRuntime[], region: string): AgentBudgetIds {
  const charged = new Set<string>();
  const own = new Set<string>();
  for (const [roleId, members] of groupBy(runtimes, runtime => runtime.roleId)) {
    const role = principalFromId(roleId);
    const ids = members.map(({ principalId }) => principalId);
    // A broken role pays for nobody, and hides nobody.
    const payers = role ? [chargedScope(role, ids, region).id] : ids;
    payers.forEach(id => charged.add(id));
    ids.filter(id => !payers.includes(id)).forEach(id => own.add(id));
  }
  return { charged, own };
}

/** What the budgets come to. Of several limits of a budget the one counts that is used up furthest. */
export function poolOf(
  budgets: readonly Budget[], { charged }: Pick<AgentBudgetIds, 'charged'>, runtimes: number, context: DecisionContext, now: number,
): AgentPool {
  let pool: AgentPool = { runtimes, exceeded: 0, limit: ZERO_USD, spent: ZERO_USD };
  for (const budget of budgets) {
    const windows = windowStates(budget, context.settings, dayOf(now, context.timeZone), now);
    const leading = leadingWindow(windows);
    if (leading) {
      pool = {
        ...pool,
        exceeded: pool.exceeded + (windows.some(({ spent, limit }) => spent >= limit) ? 1 : 0),
        limit: charged.has(budget.principalId) ? addUsd(pool.limit, leading.limit) : pool.limit,
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
