import { AskedPeriod, daysOf, reportPeriod, ReportPeriodError } from '../../../../src/lambdas/core/chargeback/report-period';
import { at } from '../builders';

const NOW = at('2026-12-02T06:00:00Z');

test.each<[string, AskedPeriod, string, string, string]>([
  ['nothing: the last closed month', {}, '2026-11', '2026-11-01', '2026-11-30'],
  ['a month', { month: '2026-02' }, '2026-02', '2026-02-01', '2026-02-28'],
  ['the month that is not over', { month: '2026-12' }, '2026-12', '2026-12-01', '2026-12-31'],
  ['days', { from: '2026-11-03', to: '2026-11-09' }, '2026-11-03_2026-11-09', '2026-11-03', '2026-11-09'],
  ['one day', { from: '2026-11-03' }, '2026-11-03_2026-11-03', '2026-11-03', '2026-11-03'],
  ['today', { from: '2026-12-02' }, '2026-12-02_2026-12-02', '2026-12-02', '2026-12-02'],
  ['days from the first of a month that do not end with it', { from: '2026-11-01', to: '2026-11-29' }, '2026-11-01_2026-11-29', '2026-11-01', '2026-11-29'],
  ['days up to the end of a month that do not begin with it', { from: '2026-11-02', to: '2026-11-30' }, '2026-11-02_2026-11-30', '2026-11-02', '2026-11-30'],
  ['days that are a month', { from: '2026-11-01', to: '2026-11-30' }, '2026-11', '2026-11-01', '2026-11-30'],
  ['a year', { from: '2025-12-01', to: '2026-12-01' }, '2025-12-01_2026-12-01', '2025-12-01', '2026-12-01'],
])('%s', (_, asked, key, from, to) => {
  expect(reportPeriod(asked, NOW, 'UTC')).toEqual({ key, from, to });
});

test('the last closed month follows the time zone, and the turn of the year', () => {
  expect(reportPeriod({}, at('2026-11-30T20:00:00Z'), 'Pacific/Kiritimati').key).toBe('2026-11');
  expect(reportPeriod({}, at('2026-11-30T20:00:00Z'), 'UTC').key).toBe('2026-10');
  expect(reportPeriod({}, at('2027-01-02T00:00:00Z'), 'UTC').key).toBe('2026-12');
});

test.each<[AskedPeriod, RegExp]>([
  [{ month: '2026-11', to: '2026-11-01' }, /^a month and days were given: give one of them$/],
  [{ to: '2026-11-03' }, /^a last day was given without a first one: give both, or a month$/],
  [{ month: '9'.repeat(50) }, /^not a month: "9{40}"; write it like 2026-11$/],
  [{ from: '9'.repeat(50) }, /^the first day is no day: "9{40}"; write it like 2026-11-03$/],
  [{ from: '2026-11-03', to: '2026-11-31' }, /^the last day is no day: "2026-11-31"; write it like 2026-11-03$/],
  [{ from: '2026-11-09', to: '2026-11-08' }, /^the first day, 2026-11-09, lies behind the last one, 2026-11-08$/],
  [{ from: '2025-11-30', to: '2026-12-01' }, /^from 2025-11-30 to 2026-12-01 is longer than 366 days: ask for less$/],
  [{ from: '2026-12-03' }, /^2026-12-03_2026-12-03 has not begun: today is 2026-12-02$/],
  [{ month: '2026-13' }, /not a month: "2026-13"; write it like 2026-11/],
  [{ month: 'november' }, /not a month/],
  [{ month: '2026-11', from: '2026-11-01' }, /give one of them/],
  [{ to: '2026-11-03' }, /without a first one/],
  [{ from: '2026-11-31' }, /the first day is no day: "2026-11-31"/],
  [{ from: '2026-11-09', to: 'tomorrow' }, /the last day is no day/],
  [{ from: '2026-11-09', to: '2026-11-03' }, /lies behind/],
  [{ from: '2025-11-30', to: '2026-12-01' }, /longer than 366 days/],
  [{ month: '2027-01' }, /2027-01 has not begun: today is 2026-12-02/],
])('refuses %j', (asked, message) => {
  expect(() => reportPeriod(asked, NOW, 'UTC')).toThrow(ReportPeriodError);
  expect(() => reportPeriod(asked, NOW, 'UTC')).toThrow(message);
});

test('has all of its days, over a change of the clocks as well', () => {
  expect(daysOf({ key: '', from: '2026-10-24', to: '2026-10-27' })).toEqual(['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']);
});
