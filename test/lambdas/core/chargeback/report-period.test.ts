import { AskedPeriod, daysOf, reportPeriod, ReportPeriodError } from '../../../../src/lambdas/core/chargeback/report-period';
import { at } from '../builders';

const NOW = at('2026-12-02T06:00:00Z');

test.each<[string, AskedPeriod, string, string, string]>([
  ['nothing: the last closed month', {}, '2026-11', '2026-11-01', '2026-11-30'],
  ['a month', { month: '2026-02' }, '2026-02', '2026-02-01', '2026-02-28'],
  ['the month that is not over', { month: '2026-12' }, '2026-12', '2026-12-01', '2026-12-31'],
  ['days', { from: '2026-11-03', to: '2026-11-09' }, '2026-11-03_2026-11-09', '2026-11-03', '2026-11-09'],
  ['one day', { from: '2026-11-03' }, '2026-11-03_2026-11-03', '2026-11-03', '2026-11-03'],
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
