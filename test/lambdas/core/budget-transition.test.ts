import { Budget } from '../../../src/lambdas/core/budget';
import { isoInstant } from '../../../src/lambdas/core/budget-item';
import { applyDecision } from '../../../src/lambdas/core/budget-transition';
import { decide } from '../../../src/lambdas/core/decision';
import { usd } from '../../../src/lambdas/core/money';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, aContext, aSuspendedBudget, at, DAY, HOUR, limit, MINUTE, NOON } from './builders';

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
  const spend = new Map(['2025-11-28', '2025-11-29', '2026-03-01'].map(day => [day, usd('1')]));

  test('are forgotten after three months', () => {
    expect(apply(aBudget({ spend }), NOON).forgottenDays).toEqual(['2025-11-28']);
  });

  test('stay as long as the window before the current one could need them', () => {
    const limits = [limit('100', 'calendar day'), limit('100', '180 days', '2026-03-01')];
    expect(apply(aBudget({ spend, limits }), NOON).forgottenDays).toEqual([]);
  });

  test('are forgotten a hundred at a time, the oldest first: an update has only so much room', () => {
    const days = Array.from({ length: 150 }, (_, index) => isoInstant(at('2024-01-01T00:00:00Z') + index * DAY).slice(0, 10));
    const forgotten = apply(aBudget({ spend: new Map([...days].reverse().map(day => [day, usd('1')])) }), NOON).forgottenDays;
    expect(forgotten).toEqual(days.slice(0, 100));
  });

  test('stay where there is no limit: one may come that asks for them', () => {
    expect(apply(aBudget({ spend, limits: undefined }), NOON).forgottenDays).toEqual([]);
  });

  test('are forgotten where there is no limit when no limit could ask for them', () => {
    const old = new Map([...spend, ['2025-02-27', usd('1')], ['2025-02-28', usd('1')]] as const);
    expect(apply(aBudget({ spend: old, limits: undefined }), NOON).forgottenDays).toEqual(['2025-02-27']);
  });

  describe('of somebody about whom there is nothing else to decide', () => {
    const until = (day: string) => at(`${day}T12:00:00Z`);
    const daily = (from: string, count: number) =>
      new Map(Array.from({ length: count }, (_, index) => [isoInstant(at(`${from}T00:00:00Z`) + index * DAY).slice(0, 10), usd('0.1')]));
    // In March, days since the 29th of November count.
    const quiet = (byDay: Budget['spend']) => aBudget({ spend: byDay, limits: [limit('100', 'calendar month')] });

    test('are forgotten a week at a time', () => {
      expect(decide(quiet(daily('2025-11-23', 107)), aContext(), until('2026-03-10')).changed).toBe(false);
      expect(decide(quiet(daily('2025-11-22', 107)), aContext(), until('2026-03-10')).changed).toBe(true);
    });

    test('are forgotten once: then there is nothing to write', () => {
      const budget = quiet(daily('2025-01-01', 430));
      let left: Budget = budget;
      let writes = 0;
      for (let decision = decide(left, aContext(), until('2026-03-10')); decision.changed; decision = decide(left, aContext(), until('2026-03-10'))) {
        const { forgottenDays = [], ...state } = applyDecision(left, decision, until('2026-03-10'));
        expect(forgottenDays.length).toBeGreaterThan(0);
        left = { ...left, ...state, spend: new Map([...left.spend].filter(([day]) => !forgottenDays.includes(day))) };
        writes += 1;
      }
      expect(writes).toBe(4);
      expect([...left.spend.keys()].sort()[0]).toBe('2025-11-29');
    });

    test('change nothing of what is decided', () => {
      const all = daily('2025-01-01', 430);
      const kept = new Map([...all].filter(([day]) => day >= '2025-11-29'));
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
