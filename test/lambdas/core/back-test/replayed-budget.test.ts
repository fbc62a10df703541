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

test('a change has all that was known of it', () => {
  const budget = replayed();
  budget.call(START, usd('5'));
  budget.advance(MIDNIGHT + 3 * MINUTE);
  const window = (day: string, spent: string) => ({
    key: `calendar day@${day}`, period: { unit: 'day' }, window: { start: day, end: day }, limit: usd('4'), spent: usd(spent), estimated: usd('0'),
  });
  const [first, second] = [window('2026-03-10', '5'), window('2026-03-11', '0')];
  const levels = (['warning', 'critical', 'exceeded'] as const).map(level => ({ level, window: first }));
  expect(budget.transitions).toEqual([
    { at: START, from: 'active', to: 'grace_period', reason: '125.0 % of $4.00 spent since 2026-03-10', crossed: levels, graceDeadline: START + 5 * MINUTE, leading: first, windows: [first] },
    { at: START + 6 * MINUTE, from: 'grace_period', to: 'suspended', reason: '125.0 % of $4.00 spent since 2026-03-10', crossed: [], leading: first, windows: [first] },
    { at: MIDNIGHT, from: 'suspended', to: 'restoring', reason: 'within budget: 0.0 % of $4.00 spent since 2026-03-11', crossed: [], leading: second, windows: [second] },
    { at: MIDNIGHT + 3 * MINUTE, from: 'restoring', to: 'active', reason: 'restored: within budget: 0.0 % of $4.00 spent since 2026-03-11', crossed: [], leading: second, windows: [second] },
  ]);
  expect([budget.status, budget.reason]).toEqual(['active', 'restored: within budget: 0.0 % of $4.00 spent since 2026-03-11']);
  expect(budget.allSuspensions()).toEqual([{ from: START + 6 * MINUTE, to: MIDNIGHT + 3 * MINUTE, exceededAt: START, overspend: usd('1'), blockedCalls: 0, saved: usd('0') }]);
});

test.each([['3.999999999999', '0'], ['4', '0'], ['4.000000000001', '0.000000000001']])('of %s dollars of four, %s are beyond the limit, told before anything else happens', (spent, beyond) => {
  const budget = replayed();
  budget.call(START, usd(spent));
  expect([budget.overspend, budget.windowsAt(START)[0].spent]).toEqual([usd(beyond), usd(spent)]);
});

test('what is beyond the limit on several days adds up', () => {
  const budget = replayed();
  budget.call(START, usd('5'));
  budget.call(MIDNIGHT + 3 * MINUTE, usd('3'));
  budget.call(MIDNIGHT + 4 * MINUTE, usd('3'));
  expect(budget.overspend).toBe(usd('3'));
});

test('suspensions that were told do not change with what comes', () => {
  const budget = replayed();
  budget.call(START, usd('4'));
  budget.advance(START + 10 * MINUTE);
  const told = budget.allSuspensions();
  budget.call(START + 11 * MINUTE, usd('1'));
  expect([told[0].blockedCalls, budget.allSuspensions()[0].blockedCalls]).toEqual([0, 1]);
});

test('without a limit nothing ever happens', () => {
  const budget = new ReplayedBudget(aBudget({ limits: undefined, status: 'active', revision: 0 }), aContext(), { blockDelayMs: MINUTE, restoreDelayMs: MINUTE }, new Days('UTC'));
  expect(budget.call(START, usd('1000000'))).toBe(true);
  budget.advance(MIDNIGHT + 60 * MINUTE);
  expect([budget.transitions, budget.overspend, budget.windowsAt(MIDNIGHT), budget.status]).toEqual([[], usd('0'), [], 'active']);
});

test('of several limits the one that is reached first is decided on, whichever stands first', () => {
  const budget = new ReplayedBudget(
    aBudget({ limits: [limit('100'), limit('4', 'calendar day')], registeredAt: START, statusSince: START, revision: 0 }), aContext(), { blockDelayMs: MINUTE, restoreDelayMs: MINUTE }, new Days('UTC'),
  );
  budget.call(START, usd('2.79'));
  budget.call(START + 1, usd('0.01'));
  expect(budget.transitions.map(({ at: instant, to }) => [instant, to])).toEqual([[START + 1, 'warning']]);
});
