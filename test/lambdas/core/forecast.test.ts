import * as fc from 'fast-check';
import { WindowState } from '../../../src/lambdas/core/budget';
import { endOfWindow, parsePeriod, windowOf } from '../../../src/lambdas/core/calendar';
import { forecastOf } from '../../../src/lambdas/core/forecast';
import { usd, Usd } from '../../../src/lambdas/core/money';
import { at, DAY, HOUR } from './builders';

const MONTH = parsePeriod('calendar month');

/** The month of March with this spend by day. */
function march(spend: Record<string, string>, limit: string, registeredAt = '2026-01-01T00:00:00Z') {
  const days = new Map(Object.entries(spend).map(([day, amount]) => [day, usd(amount)]));
  const window = windowOf(MONTH, '2026-03-10', '2026-01-01');
  const spent = [...days].filter(([day]) => day >= window.start && day <= window.end).reduce((sum, [, amount]) => sum + amount, 0n) as Usd;
  const state: WindowState = { key: 'x', period: MONTH, window, limit: usd(limit), spent, estimated: 0n as Usd };
  return (now: string, timeZone = 'UTC') => forecastOf(state, { spend: days, registeredAt: at(registeredAt) }, at(now), timeZone);
}

test('goes on as the days of the window went', () => {
  // $10 a day for nine days
  const spent = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`2026-03-0${index + 1}`, '10']));
  expect(march(spent, '200')('2026-03-10T00:00:00Z')).toEqual({ outcome: 'exhausts', at: at('2026-03-21T00:00:00Z'), projected: usd('310') });
  expect(march(spent, '310')('2026-03-10T00:00:00Z')).toEqual({ outcome: 'lasts', projected: usd('310') });
  expect(march(spent, '309.99')('2026-03-10T00:00:00Z')).toMatchObject({ outcome: 'exhausts' });
});

test('begins with the first day on which anything was spent, not with the window', () => {
  expect(march({ '2026-02-01': '500', '2026-03-05': '0', '2026-03-09': '50' }, '100')('2026-03-10T00:00:00Z')).toMatchObject({ at: at('2026-03-11T00:00:00Z') });
});

test('begins when the principal was first seen, where that was later', () => {
  expect(march({ '2026-03-09': '50' }, '100', '2026-03-09T22:00:00Z')('2026-03-10T00:00:00Z')).toMatchObject({ at: at('2026-03-10T02:00:00Z') });
});

test('days begin in the time zone of the deployment', () => {
  // 23 hours after midnight of Berlin
  expect(march({ '2026-03-09': '50' }, '100')('2026-03-09T22:00:00Z', 'Europe/Berlin')).toMatchObject({ at: at('2026-03-10T21:00:00Z') });
});

test.each([
  ['nothing was spent', march({ '2026-02-01': '5' }, '100'), '2026-03-10T00:00:00Z', { outcome: 'unknown', why: 'nothing was spent in this period' }],
  ['it has only begun', march({ '2026-03-09': '5' }, '100', '2026-03-09T12:00:00Z'), '2026-03-09T12:59:59Z', { outcome: 'unknown', why: 'less than an hour of spending is known' }],
  ['a day is dated ahead', march({ '2026-03-09': '5' }, '100'), '2026-03-08T12:00:00Z', { outcome: 'unknown', why: 'less than an hour of spending is known' }],
  ['the limit is reached', march({ '2026-03-09': '100' }, '100', '2026-03-09T12:00:00Z'), '2026-03-09T12:00:01Z', { outcome: 'exhausted' }],
  ['an hour is known', march({ '2026-03-09': '5' }, '100', '2026-03-09T12:00:00Z'), '2026-03-09T13:00:00Z', { outcome: 'exhausts', at: at('2026-03-10T08:00:00Z'), projected: usd('2700') }],
])('where %s', (_, forecast, now, expected) => {
  expect(forecast(now)).toEqual(expected);
});

test('is consistent whatever was spent: after now, before the end exactly where the projection goes beyond the limit, and the sooner the more was spent', () => {
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 16n });
  fc.assert(fc.property(
    fc.dictionary(fc.integer({ min: 1, max: 31 }).map(day => `2026-03-${String(day).padStart(2, '0')}`), amounts.map(String)),
    fc.bigInt({ min: 1n, max: 10n ** 16n }),
    fc.integer({ min: 0, max: 31 * DAY - 1 }),
    fc.bigInt({ min: 0n, max: 10n ** 12n }),
    (spend, limit, since, more) => {
      const days = new Map(Object.entries(spend).map(([day, amount]) => [day, BigInt(amount) as Usd]));
      const window = windowOf(MONTH, '2026-03-10', '2026-01-01');
      const spent = [...days.values()].reduce<bigint>((sum, amount) => sum + amount, 0n) as Usd;
      const state: WindowState = { key: 'x', period: MONTH, window, limit: limit as Usd, spent, estimated: 0n as Usd };
      const now = at('2026-03-01T00:00:00Z') + since;
      const end = endOfWindow(window, 'UTC');
      const budget = { spend: days, registeredAt: at('2026-01-01T00:00:00Z') };
      const forecast = forecastOf(state, budget, now, 'UTC');
      expect(forecast.outcome === 'exhausted').toBe(spent >= limit);
      if (forecast.outcome === 'exhausts') {
        expect(forecast.at).toBeGreaterThan(now);
        expect(forecast.at).toBeLessThan(end);
        // The picodollars that rounding drops are worth less than a millisecond of spending.
        expect(forecast.projected + 1n).toBeGreaterThanOrEqual(limit);
        const faster = forecastOf({ ...state, spent: spent + more as Usd }, budget, now, 'UTC');
        expect(faster.outcome === 'exhausted' || (faster.outcome === 'exhausts' && faster.at <= forecast.at)).toBe(true);
      }
      if (forecast.outcome === 'lasts') {
        expect(forecast.projected).toBeLessThanOrEqual(limit);
        expect(forecast.projected).toBeGreaterThanOrEqual(spent);
      }
      expect(forecastOf(state, budget, now, 'UTC')).toEqual(forecast);
      expect(since >= HOUR || forecast.outcome === 'unknown' || forecast.outcome === 'exhausted').toBe(true);
    },
  ));
});
