import * as fc from 'fast-check';
import { EventType, PrincipalKindName } from '../../../src/contract';
import { announcements } from '../../../src/lambdas/core/announcements';
import { Budget, LEVELS, Level, limitsInForce, Status } from '../../../src/lambdas/core/budget';
import { applyDecision } from '../../../src/lambdas/core/budget-transition';
import { addDays, dayOf } from '../../../src/lambdas/core/calendar';
import { decide, Decision, DecisionContext, rank } from '../../../src/lambdas/core/decision';
import { addUsd, Usd, ZERO_USD } from '../../../src/lambdas/core/money';
import { amounts, budgets, contexts, periods, timesOf } from './arbitraries';
import { aBudget, aContext, HOUR, NOON, settings } from './builders';

jest.setTimeout(60_000);

/** A budget, a context and a time, often one at which something is due. */
const situations = fc.tuple(budgets, contexts).chain(([budget, context]) => (
  fc.record({ budget: fc.constant(budget), context: fc.constant(context), time: timesOf(budget) })));

const MANY = { numRuns: 1000 };

/** How near to being blocked. A principal that is being restored is on its way out. */
const NEARNESS: Readonly<Record<Status, number>> = { deleted: 0, restoring: 1, active: 1, warning: 2, critical: 3, exceeded: 4, grace_period: 4, suspended: 4 };

test('the more is spent, the nearer is the end: neither status nor level falls as spend rises', () => {
  fc.assert(fc.property(situations, amounts, fc.integer({ min: -30, max: 2 }), ({ budget, context, time }, more, ago) => {
    const day = addDays(dayOf(Math.max(time, budget.decidedAt), context.timeZone), ago);
    const dearer: Budget = { ...budget, spend: new Map(budget.spend).set(day, addUsd(budget.spend.get(day) ?? ZERO_USD, more)) };
    const [less, greater] = [decide(budget, context, time), decide(dearer, context, time)];
    expect(NEARNESS[greater.status]).toBeGreaterThanOrEqual(NEARNESS[less.status]);
    for (const key of Object.keys(less.levels)) {
      expect(rank(greater.levels[key])).toBeGreaterThanOrEqual(rank(less.levels[key]));
    }
  }), MANY);
});

test('the higher the limits, the farther is the end', () => {
  fc.assert(fc.property(situations, amounts, ({ budget, context, time }, more) => {
    const raised: Budget = { ...budget, limits: limitsInForce(budget, context.settings).map(limit => ({ ...limit, amount: addUsd(limit.amount, more) })) };
    expect(NEARNESS[decide(raised, context, time).status]).toBeLessThanOrEqual(NEARNESS[decide(budget, context, time).status]);
  }), MANY);
});

test('the same budget at the same time gives the same decision, and is not touched by it', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    const copy = structuredClone(budget);
    expect(decide(budget, context, time)).toEqual(decide(copy, context, time));
    expect(budget).toEqual(copy);
  }));
});

test('a decision that was taken and is taken again changes nothing', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    const { after, decision } = taken(budget, context, time);
    const again = decide(after, context, time);
    expect(again).toMatchObject({ changed: false, status: decision.status, crossed: [] });
    expect([again.workflow, again.nextCheckAt]).toEqual([undefined, decision.nextCheckAt]);
  }), MANY);
});

test('whoever must be looked at again, is so in the future; and only who is gone or has nothing to wait for is not', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    const { status, nextCheckAt } = decide(budget, context, time);
    if (nextCheckAt !== undefined) {
      expect(nextCheckAt).toBeGreaterThan(Math.max(time, budget.decidedAt));
    } else {
      expect(['active', 'deleted']).toContain(status);
    }
  }), MANY);
});

test('nobody without a budget is ever restricted', () => {
  const unbudgeted = situations.map(({ budget: { hold: _hold, ...budget }, ...situation }) => (
    { ...situation, budget: { ...budget, kind: PrincipalKindName.IAM_ROLE, limits: undefined } satisfies Budget }));
  fc.assert(fc.property(unbudgeted, ({ budget, context, time }) => {
    const { status, workflow } = decide(budget, context, time);
    expect(['active', 'restoring', 'deleted']).toContain(status);
    expect(workflow).not.toBe('suspension');
  }));
});

test('nobody is restricted without being over a limit or held, nor while exempt or only observed', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    const { status, levels } = decide(budget, context, time);
    if (status === 'grace_period' || status === 'suspended') {
      const over = Object.values<Level>(levels).includes('exceeded') && budget.enforcement === 'enforced';
      expect(over || budget.hold !== undefined).toBe(true);
    }
  }), MANY);
});

test('everybody over a limit is restricted, on the way there, or reported', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    const { status, levels, reason } = decide(budget, context, time);
    if (Object.values<Level>(levels).includes('exceeded') && budget.status !== 'deleted') {
      expect(['grace_period', 'suspended', 'restoring', 'exceeded']).toContain(status);
      if (status === 'exceeded') {
        expect(reason).toMatch(/^over the limit(; observed only| but unenforceable: .)/);
      }
    }
  }), MANY);
});

test('a status of suspended is never decided, only confirmed', () => {
  fc.assert(fc.property(situations, ({ budget, context, time }) => {
    if (decide(budget, context, time).status === 'suspended') {
      expect(budget.status).toBe('suspended');
    }
  }), MANY);
});

test('each threshold is announced once a window while the limit stands, whatever is spent, and however often the records come', () => {
  const limits = fc.array(fc.record({ amount: amounts, period: periods }), { minLength: 1, maxLength: 3 });
  const steps = fc.array(fc.record({ after: fc.integer({ min: 0, max: 30 * HOUR }), cost: amounts, late: fc.integer({ min: 0, max: 2 }) }), { maxLength: 40 });
  fc.assert(fc.property(limits, steps, fc.integer({ min: 0, max: 2 }), (own, spending, repeats) => {
    // Observed only, so that nothing but spend moves it.
    let budget: Budget = aBudget({ limits: own, enforcement: 'observe' });
    let now = NOON;
    const announced: string[] = [];
    const reached = new Set<string>();
    for (const { after, cost, late } of spending) {
      now += after;
      const day = addDays(dayOf(now, 'UTC'), -late);
      budget = { ...budget, spend: new Map(budget.spend).set(day, addUsd(budget.spend.get(day) ?? ZERO_USD, cost)) };
      for (let time = 0; time <= repeats; time += 1) {
        const { after: next, decision } = taken(budget, aContext(), now);
        if (decision.changed) {
          const events = announcements(budget, next, `change-${next.revision}`, now, aContext());
          announced.push(...events.filter(({ type }) => type === EventType.THRESHOLD_CROSSED).map(({ detail }) => `${detail.budget?.period}@${detail.budget?.periodStart} ${detail.level}`));
          budget = next;
        }
        LEVELS.slice(1).forEach(level => Object.entries(decision.levels).forEach(([key, is]) => rank(is) >= rank(level) && reached.add(`${key} ${level}`)));
      }
    }
    expect(announced.slice().sort()).toEqual([...reached].sort());
  }), { numRuns: 300 });
});

test('nothing but time and orders recovers a suspended principal: spending never does', () => {
  fc.assert(fc.property(situations, amounts, ({ budget, context, time }, cost) => {
    const suspended: Budget = { ...budget, status: 'suspended' };
    const before = decide(suspended, context, time);
    const day = dayOf(Math.max(time, budget.decidedAt), context.timeZone);
    const spent: Budget = { ...suspended, spend: new Map(suspended.spend).set(day, addUsd(suspended.spend.get(day) ?? ZERO_USD, cost)) };
    if (before.status === 'suspended') {
      expect(decide(spent, context, time).status).toBe('suspended');
    }
  }));
});

test('an amount a picodollar below the limit is no overrun, and the limit itself is one', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 24n }), limit => {
    const levelAt = (spent: bigint) => decide(
      aBudget({ limits: [{ amount: limit as Usd, period: { unit: 'month' } }], spend: new Map([['2026-03-10', spent as Usd]]) }), aContext({ settings: settings() }), NOON,
    ).levels['calendar month@2026-03-01'];
    expect(levelAt(limit)).toBe('exceeded');
    expect(levelAt(limit - 1n)).not.toBe('exceeded');
  }));
});

function taken(budget: Budget, context: DecisionContext, time: number): { readonly after: Budget; readonly decision: Decision } {
  const decision = decide(budget, context, time);
  return { after: { ...budget, ...applyDecision(budget, decision, time) }, decision };
}
