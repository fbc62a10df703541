import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { spentIn } from '../../../src/lambdas/core/budget';
import { addDays, Day, dayOf, endOfWindow, isDay, Period, startOfDay, windowOf } from '../../../src/lambdas/core/calendar';
import { addUsd, Usd, ZERO_USD } from '../../../src/lambdas/core/money';
import { at, DAY, HOUR } from './builders';

jest.setTimeout(60_000);

/** With daylight saving of an hour, of half an hour and of two; at midnight, twice and skipped; none; far east and far west. */
const ZONES = [
  'UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Havana', 'America/Asuncion', 'America/Scoresbysund', 'America/St_Johns', 'Africa/Cairo', 'Africa/Casablanca',
  'Asia/Beirut', 'Asia/Kathmandu', 'Asia/Gaza', 'Australia/Lord_Howe', 'Antarctica/Troll', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Pacific/Chatham', 'Atlantic/Azores',
] as const;
const zones = fc.constantFrom(...ZONES);
const days = fc.integer({ min: 0, max: 16 * 366 }).map(number => addDays('2020-01-01', number));
/** The days of a year on which the clocks of a zone change. */
const CLOCK_CHANGES = ZONES.flatMap(zone => {
  const offsets = Array.from({ length: 366 }, (_, number) => DateTime.fromISO('2026-01-01T12:00', { zone }).plus({ days: number }));
  return offsets.filter((noon, index) => index > 0 && noon.offset !== offsets[index - 1].offset).map(noon => [zone, noon.toISODate()!] as const);
});

const zonesAndDays = fc.oneof(
  fc.tuple(zones, days),
  fc.tuple(fc.constantFrom(...CLOCK_CHANGES), fc.integer({ min: -1, max: 1 })).map(([[zone, day], by]) => [zone, addDays(day, by)] as const),
);
const periods: fc.Arbitrary<Period> = fc.oneof(
  fc.constantFrom<Period>({ unit: 'day' }, { unit: 'week' }, { unit: 'month' }),
  fc.integer({ min: 1, max: 366 }).map((number): Period => ({ unit: 'days', days: number })),
);

test('a day begins on that day, and a moment before is the day before', () => {
  fc.assert(fc.property(zonesAndDays, ([zone, day]) => {
    expect(dayOf(startOfDay(day, zone), zone)).toBe(day);
    expect(dayOf(startOfDay(day, zone) - 1, zone)).toBe(addDays(day, -1));
  }), { numRuns: 1000 });
});

test('every instant lies between the beginnings of its day and of the next', () => {
  fc.assert(fc.property(zones, fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2036-01-01T00:00:00Z') }), (zone, instant) => {
    const day = dayOf(instant, zone);
    expect(startOfDay(day, zone)).toBeLessThanOrEqual(instant);
    expect(startOfDay(addDays(day, 1), zone)).toBeGreaterThan(instant);
  }), { numRuns: 1000 });
});

test('windows tile the calendar: every day lies in one, and the next begins where it ends', () => {
  fc.assert(fc.property(periods, days, days, (period, day, anchor) => {
    const window = windowOf(period, day, anchor);
    expect(isDay(window.start) && isDay(window.end)).toBe(true);
    expect(window.start <= day && day <= window.end).toBe(true);
    expect(windowOf(period, window.start, anchor)).toEqual(window);
    expect(windowOf(period, window.end, anchor)).toEqual(window);
    expect(windowOf(period, addDays(window.end, 1), anchor).start).toBe(addDays(window.end, 1));
    expect(windowOf(period, addDays(window.start, -1), anchor).end).toBe(addDays(window.start, -1));
  }), { numRuns: 1000 });
});

test('a period of N days is N days long, and one begins at the anchor', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 366 }), days, days, (number, day, anchor) => {
    const period: Period = { unit: 'days', days: number };
    const { start, end } = windowOf(period, day, anchor);
    expect(addDays(start, number - 1)).toBe(end);
    expect(windowOf(period, anchor, anchor).start).toBe(anchor);
  }));
});

test('what a window counts is what was spent from its first instant to its last, in any time zone, over any change of the clocks', () => {
  // Calls around the day on which the clocks change, and around the ends of windows.
  const costs = fc.bigInt({ min: 1n, max: 10n ** 15n }).map(cost => cost as Usd);
  const calls = fc.array(fc.record({ offset: fc.integer({ min: -40 * DAY, max: 40 * DAY }), cost: costs }), { maxLength: 30 });
  const near = fc.array(fc.record({ offset: fc.integer({ min: -4 * HOUR, max: 4 * HOUR }), cost: fc.constant(1n as Usd) }), { maxLength: 10 });
  fc.assert(fc.property(zonesAndDays, periods, days, calls, near, ([zone, day], period, anchor, far, close) => {
    const window = windowOf(period, day, anchor);
    const [begin, end] = [startOfDay(window.start, zone), endOfWindow(window, zone)];
    const all = [
      ...far.map(({ offset, cost }) => ({ instant: startOfDay(day, zone) + offset, cost })),
      ...close.map(({ offset, cost }) => ({ instant: begin + offset, cost })),
      ...close.map(({ offset, cost }) => ({ instant: end + offset, cost })),
    ];
    const spend = new Map<Day, Usd>();
    for (const { instant, cost } of all) {
      const key = dayOf(instant, zone);
      spend.set(key, addUsd(spend.get(key) ?? ZERO_USD, cost));
    }
    const expected = addUsd(...all.filter(({ instant }) => instant >= begin && instant < end).map(({ cost }) => cost));
    expect(spentIn(window, spend)).toBe(expected);
  }), { numRuns: 500 });
});
