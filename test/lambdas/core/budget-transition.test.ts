import { Budget } from '../../../src/lambdas/core/budget';
import { applyDecision } from '../../../src/lambdas/core/budget-transition';
import { addDays as dayAfter, parsePeriod, windowOf } from '../../../src/lambdas/core/calendar';
import { decide } from '../../../src/lambdas/core/decision';
import { usd } from '../../../src/lambdas/core/money';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, aContext, aSuspendedBudget, at, HOUR, limit, MINUTE, NOON } from './builders';

const APRIL = at('2026-04-01T00:00:00Z');

test('every decision is a new revision, at the time when it was taken', () => {
  expect(apply(aBudget({ spent: '75', revision: 7 }), NOON)).toMatchObject({ status: 'warning', statusSince: NOON, decidedAt: NOON, revision: 8 });
});

test('the time of a decision never goes back', () => {
  expect(apply(aBudget({ spent: '75', decidedAt: NOON }), NOON - HOUR)).toMatchObject({ decidedAt: NOON, statusSince: NOON });
});

test('a status that stays keeps the time since when', () => {
  const budget = aBudget({ spent: '75', status: 'warning', statusSince: NOON - HOUR });
  expect(apply(budget, NOON).statusSince).toBe(NOON - HOUR);
});

test('a decision that asks for a workflow is named by its revision; others keep the name', () => {
  expect(apply(aBudget({ spent: '100', revision: 7 }), NOON)).toMatchObject({ status: 'grace_period', workflowRevision: 8 });
  expect(apply(aBudgetInGrace({ revision: 9, workflowRevision: 8 }), NOON - MINUTE).workflowRevision).toBe(8);
});

describe('what is remembered', () => {
  const unenforceable = { code: 'attachment-quota', message: 'full', retryAt: NOON + HOUR };
  const failure = { workflow: 'suspension' as const, step: 'Restrict', message: 'x', at: NOON };
  const suspension = { confirmedAt: NOON, secondsToBlock: 1, overspend: usd('20') };

  test.each<[string, Budget, number, Partial<Record<'unenforceable' | 'failure' | 'suspension', unknown>>]>([
    ['that it could not be restricted, while it is over the limit', aBudget({ spent: '120', status: 'exceeded', unenforceable }), NOON, { unenforceable }],
    ['no more, once it is within the limit', aBudget({ spent: '120', status: 'exceeded', unenforceable }), APRIL, { unenforceable: undefined }],
    ['what failed, while the status stays', aBudgetInGrace({ failure }), NOON - 1, { failure }],
    ['no more, once the status changes', aBudgetInGrace({ failure }), APRIL, { failure: undefined }],
    ['the suspension, while it lasts', aSuspendedBudget({ suspension }), NOON, { suspension }],
    ['the suspension, until the restoration is done', aSuspendedBudget({ suspension }), APRIL, { suspension }],
    ['no suspension of the past', aBudget({ suspension }), NOON, { suspension: undefined }],
  ])('%s', (_, budget, time, expected) => {
    expect(apply(budget, time)).toMatchObject(expected);
  });
});

describe('days that no window asks for any more', () => {
  const days = (...these: readonly string[]): Budget['spend'] => new Map(these.map(day => [day, usd('1')]));

  test('are forgotten after two months of 31 days, and a day for a clock that is ahead', () => {
    expect(apply(aBudget({ spend: days('2026-01-05', '2026-01-06', '2026-03-10') }), NOON).forgottenDays).toEqual(['2026-01-05']);
  });

  test('stay as long as the window before the current one could need them', () => {
    const limits = [limit('100', 'calendar day'), limit('100', '180 days', '2026-03-01')];
    expect(apply(aBudget({ spend: days('2025-09-01', '2025-09-02', '2026-03-10'), limits }), NOON).forgottenDays).toEqual(['2025-09-01']);
  });

  test.each(['30 days', '31 days', 'calendar month', 'calendar week', '90 days', '366 days'])('are none of the current and the last window of a limit for %s, whatever the day', period => {
    for (let index = 0; index < 400; index += 13) {
      const today = dayAfter('2026-01-01', index);
      const budget = aBudget({ spend: new Map(Array.from({ length: 1100 }, (_, back) => [dayAfter(today, -back), usd('0.01')])), limits: [limit('1000000', period)] });
      const [{ window }] = decide(budget, aContext(), at(`${today}T12:00:00Z`)).windows;
      const last = windowOf(parsePeriod(period), dayAfter(window.start, -1), budget.anchorDay);
      let left = budget;
      for (let { forgottenDays: forgotten = [] } = apply(left, at(`${today}T12:00:00Z`)); forgotten.length > 0; { forgottenDays: forgotten = [] } = apply(left, at(`${today}T12:00:00Z`))) {
        left = { ...left, spend: new Map([...left.spend].filter(([day]) => !forgotten.includes(day))) };
      }
      const [first] = [...left.spend.keys()].sort();
      expect(first <= last.start).toBe(true);
      // The whole month before, however long this one and that one are.
      expect(first <= `${dayAfter(`${today.slice(0, 8)}01`, -1).slice(0, 8)}01`).toBe(true);
    }
  });

  test('are forgotten a hundred at a time, the oldest first: an update has only so much room', () => {
    const many = Array.from({ length: 250 }, (_, index) => dayAfter('2024-01-01', index));
    const forgotten = apply(aBudget({ spend: new Map([...many].reverse().map(day => [day, usd('1')])) }), NOON).forgottenDays;
    expect(forgotten).toEqual(many.slice(0, 100));
  });

  test('are those before two months where there is no limit: a limit that comes finds as much as one that is changed', () => {
    expect(apply(aBudget({ spend: days('2026-01-05', '2026-01-06', '2026-03-10'), limits: undefined }), NOON).forgottenDays).toEqual(['2026-01-05']);
    expect(apply(aBudget({ spend: days(), limits: undefined }), NOON).forgottenDays).toEqual([]);
  });

  describe('of somebody about whom there is nothing else to decide', () => {
    const until = (day: string) => at(`${day}T12:00:00Z`);
    const daily = (from: string, count: number) =>
      new Map(Array.from({ length: count }, (_, index) => [dayAfter(from, index), usd('0.1')]));
    // On the 10th of March, days since the 6th of January stay.
    const quiet = (byDay: Budget['spend']) => aBudget({ spend: byDay, limits: [limit('100', 'calendar month')] });

    test('are forgotten a week at a time', () => {
      expect(decide(quiet(daily('2025-12-31', 70)), aContext(), until('2026-03-10')).changed).toBe(false);
      expect(decide(quiet(daily('2025-12-30', 71)), aContext(), until('2026-03-10')).changed).toBe(true);
    });

    test('are forgotten once: then there is nothing to write', () => {
      const budget = quiet(daily('2025-01-01', 434));
      let left: Budget = budget;
      let writes = 0;
      for (let decision = decide(left, aContext(), until('2026-03-10')); decision.changed; decision = decide(left, aContext(), until('2026-03-10'))) {
        const { forgottenDays = [], ...state } = applyDecision(left, decision, until('2026-03-10'));
        expect(forgottenDays.length).toBeGreaterThan(0);
        left = { ...left, ...state, spend: new Map([...left.spend].filter(([day]) => !forgottenDays.includes(day))) };
        writes += 1;
      }
      expect(writes).toBe(4);
      expect([...left.spend.keys()].sort()[0]).toBe('2026-01-06');
    });

    test('change nothing of what is decided', () => {
      const all = daily('2025-01-01', 434);
      const kept = new Map([...all].filter(([day]) => day >= '2026-01-06'));
      const withAll = decide(quiet(all), aContext(), until('2026-03-10'));
      expect({ ...withAll, changed: false }).toEqual(decide(quiet(kept), aContext(), until('2026-03-10')));
    });
  });
});

test('a restoration under way stays one', () => {
  expect(apply(aBudgetBeingRestored(), NOON)).toMatchObject({ status: 'restoring', statusSince: NOON - 5 * MINUTE });
});

function apply(budget: Budget, time: number) {
  return applyDecision(budget, decide(budget, aContext(), time), time);
}
