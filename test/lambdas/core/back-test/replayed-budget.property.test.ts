import * as fc from 'fast-check';
import { Days } from '../../../../src/lambdas/core/back-test/days';
import { ReplayedBudget } from '../../../../src/lambdas/core/back-test/replayed-budget';
import { dayOf, parsePeriod } from '../../../../src/lambdas/core/calendar';
import { addUsd, usd, Usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ALICE, at, DAY, HOUR, MINUTE, settings } from '../builders';
import { replayNaively } from './naive-replay';

const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
/** Clocks change in the weeks after it in some of the zones. */
const START = at('2026-03-20T21:30:00Z');

const period = fc.constantFrom('calendar day', 'calendar week', 'calendar month', '1 days', '3 days', '30 days');
const aLimit = fc.record({ amount: fc.integer({ min: 1, max: 4_000 }), period, anchorDay: fc.constantFrom(undefined, '2026-03-01') })
  .map(({ amount, period: text, anchorDay }) => ({ amount: usd(`${amount / 100}`), period: parsePeriod(text), ...(anchorDay ? { anchorDay } : {}) }));
const gap = fc.oneof(
  fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 0, max: 8 * HOUR }), fc.integer({ min: 0, max: 2 * DAY }), fc.constantFrom(0, 1, MINUTE, HOUR),
);
const cost = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 1000 }).map(amount => amount / 1e6), fc.constantFrom(0, 1, 0.000000000001));
const someCalls = fc.array(fc.record({ gap, cost }), { maxLength: 60 }).map(drawn => {
  let time = START;
  return drawn.map(call => ({ at: time += call.gap, cost: usd((call.cost / 100).toFixed(12)) }));
});

const scenario = fc.record({
  limits: fc.array(aLimit, { maxLength: 3 }),
  calls: someCalls,
  timeZone: fc.constantFrom(...TIME_ZONES),
  graceSeconds: fc.constantFrom(0, 1, 300, 7200, 2 * 86_400),
  blockDelayMs: fc.constantFrom(0, 1, MINUTE, 10 * MINUTE),
  restoreDelayMs: fc.constantFrom(0, 1, 3 * MINUTE, 10 * MINUTE),
  enforcement: fc.constantFrom('enforced' as const, 'enforced' as const, 'observe' as const),
  thresholds: fc.constantFrom(undefined, { warningPercent: usd('0.000001'), criticalPercent: usd('99.5') }, { warningPercent: usd('50'), criticalPercent: usd('180') }),
  after: fc.integer({ min: 0, max: 40 * DAY }),
});

/** @param reached what came of the calls that were drawn */
function decidesTheSame(reached = new Set<string>()) {
  return fc.property(scenario, ({ limits, calls, timeZone, graceSeconds, blockDelayMs, restoreDelayMs, enforcement, thresholds, after }) => {
    const budget = aBudget({
      principalId: ALICE, limits, enforcement, registeredAt: START, statusSince: START, revision: 0, anchorDay: '2026-03-15', ...(thresholds ? { thresholds } : {}),
    });
    const context = aContext({ timeZone, settings: settings({ graceSeconds }) });
    const delays = { blockDelayMs, restoreDelayMs };
    const end = (calls.at(-1)?.at ?? START) + after;
    const naive = replayNaively(budget, context, delays, calls, end);

    const replayed = new ReplayedBudget(budget, context, delays, new Days(timeZone));
    const blocked = calls.flatMap((call, index) => {
      const charged = replayed.call(call.at, call.cost);
      // Whoever looks changes nothing.
      if (index % 3 === 0) {
        replayed.windowsAt(call.at);
      }
      return charged ? [] : [index];
    });
    replayed.advance(end);

    expect(replayed.transitions.map(({ at: instant, from, to, reason, crossed }) => ({
      at: instant, from, to, reason, crossed: crossed.map(({ window, level }) => `${window.key} ${level}`).sort(),
    }))).toEqual(naive.seen);
    expect(blocked).toEqual(naive.blocked);
    expect(replayed.status).toBe(naive.budget.status);
    expect(replayed.overspend).toBe(naive.overspend);
    const suspensions = replayed.allSuspensions();
    const expected = naive.suspensions.map(({ confirmedAt, overspend }) => [confirmedAt, overspend]);
    expect(suspensions.map(({ from, overspend }) => [from, overspend])).toEqual(expected);
    expect(addUsd(...suspensions.map(({ saved }) => saved))).toBe(addUsd(...blocked.map(index => calls[index].cost)));
    expect(suspensions.reduce((sum, { blockedCalls }) => sum + blockedCalls, 0)).toBe(blocked.length);
    naive.seen.forEach(({ to }) => reached.add(to));
    blocked.forEach(() => reached.add('blocked'));
  });
}

test('a replay decides what deciding at every call decides', () => {
  fc.assert(decidesTheSame(), { numRuns: 500 });
});

test('what is drawn has all of it in it', () => {
  const reached = new Set<string>();
  fc.assert(decidesTheSame(reached), { numRuns: 300, seed: 1 });
  expect([...reached].sort()).toEqual(['active', 'blocked', 'critical', 'exceeded', 'grace_period', 'restoring', 'suspended', 'warning']);
});

test('days are those of the calendar, also where clocks change', () => {
  fc.assert(fc.property(fc.constantFrom(...TIME_ZONES), fc.array(gap, { maxLength: 80 }), (timeZone, gaps) => {
    const days = new Days(timeZone);
    let time = at('2026-03-27T20:00:00Z');
    for (const each of gaps) {
      time += each;
      expect(days.of(time)).toBe(dayOf(time, timeZone));
    }
  }));
});

test('whatever is charged or blocked adds up to what was called', () => {
  fc.assert(fc.property(someCalls, calls => {
    const replayed = new ReplayedBudget(aBudget({ limits: [{ amount: usd('1'), period: parsePeriod('calendar day') }] }), aContext(), { blockDelayMs: 0, restoreDelayMs: 0 }, new Days('UTC'));
    const charged = calls.filter(call => replayed.call(call.at, call.cost));
    const saved = addUsd(...replayed.allSuspensions().map(suspension => suspension.saved));
    expect(addUsd(saved, ...charged.map(call => call.cost))).toBe(addUsd(...calls.map(call => call.cost as Usd)));
  }));
});
