import { Days } from '../../../../src/lambdas/core/back-test/days';
import { ReplayedBudget } from '../../../../src/lambdas/core/back-test/replayed-budget';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, at, limit, MINUTE } from '../builders';

const START = at('2026-03-10T12:00:00Z');
const MIDNIGHT = at('2026-03-11T00:00:00Z');

/** 4 dollars a day, five minutes of grace, one until calls fail, three until they succeed again. */
function replayed(): ReplayedBudget {
  const budget = aBudget({ limits: [limit('4', 'calendar day')], registeredAt: START, statusSince: START, revision: 0 });
  return new ReplayedBudget(budget, aContext(), { blockDelayMs: MINUTE, restoreDelayMs: 3 * MINUTE }, new Days('UTC'));
}

test.each([
  ['a millisecond before the deny', START + 6 * MINUTE - 1, true],
  ['at the deny', START + 6 * MINUTE, false],
  ['at the turn of the window', MIDNIGHT, false],
  ['a millisecond before the restoration', MIDNIGHT + 3 * MINUTE - 1, false],
  ['at the restoration', MIDNIGHT + 3 * MINUTE, true],
])('a call %s', (_, instant, charged) => {
  const budget = replayed();
  budget.call(START, usd('4'));
  expect(budget.call(instant, usd('1'))).toBe(charged);
});

test('a window that turns during the grace period ends it', () => {
  const budget = replayed();
  budget.call(MIDNIGHT - 2 * MINUTE, usd('4'));
  budget.advance(MIDNIGHT + 60 * MINUTE);
  expect(budget.transitions.map(({ to, at: instant }) => `${to} ${new Date(instant).toISOString().slice(11, 19)}`)).toEqual(['grace_period 23:58:00', 'active 00:00:00']);
  expect(budget.allSuspensions()).toEqual([]);
});

test('what is charged during the grace period is beyond the limit, what is blocked is not', () => {
  const budget = replayed();
  budget.call(START, usd('5'));
  budget.call(START + MINUTE, usd('0.000000000001'));
  budget.call(START + 10 * MINUTE, usd('7'));
  expect(budget.allSuspensions()).toEqual([{ from: START + 6 * MINUTE, exceededAt: START, overspend: usd('1.000000000001'), blockedCalls: 1, saved: usd('7') }]);
});

test('each threshold is told of once, with what was spent', () => {
  const budget = replayed();
  [0, 1, 2, 3].forEach(hour => budget.call(START + hour * MINUTE, usd('0.95')));
  expect(budget.transitions.map(({ to, crossed, leading }) => [to, crossed.map(({ level }) => level), leading!.spent])).toEqual([
    ['warning', ['warning'], usd('2.85')], ['critical', ['critical'], usd('3.8')],
  ]);
});
