import {
  addDays, dayOf, endOfWindow, formatPeriod, isDay, parsePeriod, PeriodError, startOfDay, windowOf,
} from '../../../src/lambdas/core/calendar';
import { at } from './builders';

describe('reading a period', () => {
  test.each([
    ['30 days', { unit: 'days', days: 30 }],
    ['1 day', { unit: 'days', days: 1 }],
    ['366 days', { unit: 'days', days: 366 }],
    ['calendar day', { unit: 'day' }],
    ['calendar week', { unit: 'week' }],
    ['calendar month', { unit: 'month' }],
  ])('%s', (text, period) => {
    expect(parsePeriod(text)).toEqual(period);
  });

  test.each(['', '0 days', '367 days', '1000 days', '-1 days', '1.5 days', 'month', 'calendar year', '30', ' 30 days', '30 days '])('refuses %p', text => {
    expect(() => parsePeriod(text)).toThrow(PeriodError);
  });

  test.each(['30 days', '1 days', 'calendar day', 'calendar week', 'calendar month'])('%s is written as it is read', text => {
    expect(formatPeriod(parsePeriod(text))).toBe(text);
  });
});

describe('the day of an instant', () => {
  test.each([
    ['2026-03-10T23:59:59.999Z', 'UTC', '2026-03-10'],
    ['2026-03-11T00:00:00Z', 'UTC', '2026-03-11'],
    ['2026-03-10T23:30:00Z', 'Europe/Berlin', '2026-03-11'],
    ['2026-03-10T03:30:00Z', 'America/New_York', '2026-03-09'],
    ['2026-03-10T10:30:00Z', 'Pacific/Kiritimati', '2026-03-11'],
    ['2026-03-10T10:30:00Z', 'Pacific/Pago_Pago', '2026-03-09'],
    ['2026-03-10T18:20:00Z', 'Asia/Kathmandu', '2026-03-11'],
    ['2026-12-31T23:30:00Z', 'Europe/Berlin', '2027-01-01'],
  ])('%s in %s is %s', (instant, zone, day) => {
    expect(dayOf(at(instant), zone)).toBe(day);
  });
});

describe('when a day begins', () => {
  test.each([
    ['2026-03-10', 'UTC', '2026-03-10T00:00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    // Midnight is skipped: the day begins at one o'clock.
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00Z'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    // Midnight comes twice: the day begins with the first.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00Z'],
    // Half an hour of daylight saving.
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z'],
    ['2026-04-06', 'Australia/Lord_Howe', '2026-04-05T13:30:00Z'],
  ])('%s in %s', (day, zone, instant) => {
    expect(new Date(startOfDay(day, zone)).toISOString()).toBe(new Date(instant).toISOString());
  });
});

describe('adding days', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-29', 366, '2029-03-01'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-10', 0, '2026-03-10'],
    ['1970-01-01', -1, '1969-12-31'],
  ])('%s and %i days is %s', (day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });
});

describe('the window of a day', () => {
  test.each([
    ['calendar day', '2026-03-10', '2026-03-10', '2026-03-10'],
    ['calendar week', '2026-03-09', '2026-03-09', '2026-03-15'],
    ['calendar week', '2026-03-15', '2026-03-09', '2026-03-15'],
    ['calendar week', '2026-01-01', '2025-12-29', '2026-01-04'],
    ['calendar week', '1969-12-30', '1969-12-29', '1970-01-04'],
    ['calendar month', '2026-02-10', '2026-02-01', '2026-02-28'],
    ['calendar month', '2028-02-29', '2028-02-01', '2028-02-29'],
    ['calendar month', '2026-12-31', '2026-12-01', '2026-12-31'],
    ['calendar month', '2026-04-30', '2026-04-01', '2026-04-30'],
    ['30 days', '2026-01-09', '2026-01-09', '2026-02-07'],
    ['30 days', '2026-02-07', '2026-01-09', '2026-02-07'],
    ['30 days', '2026-02-08', '2026-02-08', '2026-03-09'],
    // before the anchor
    ['30 days', '2026-01-08', '2025-12-10', '2026-01-08'],
    ['30 days', '2025-12-09', '2025-11-10', '2025-12-09'],
    ['1 days', '2026-01-08', '2026-01-08', '2026-01-08'],
    ['366 days', '2028-02-29', '2028-01-11', '2029-01-10'],
  ])('%s with %s is %s to %s', (period, day, start, end) => {
    expect(windowOf(parsePeriod(period), day, '2026-01-09')).toEqual({ start, end });
  });

  test.each([
    ['calendar day', '2026-03-29', 'Europe/Berlin', 23],
    ['calendar day', '2026-10-25', 'Europe/Berlin', 25],
    ['calendar day', '2026-03-28', 'Europe/Berlin', 24],
    ['calendar week', '2026-03-08', 'America/New_York', 7 * 24 - 1],
    ['calendar month', '2026-03-15', 'Europe/London', 31 * 24 - 1],
    ['calendar month', '2026-10-15', 'Europe/London', 31 * 24 + 1],
    ['calendar day', '2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['calendar day', '2026-10-04', 'Australia/Lord_Howe', 23.5],
  ])('%s with %s in %s is %s hours long', (period, day, zone, hours) => {
    const window = windowOf(parsePeriod(period), day, '2026-01-09');
    expect((endOfWindow(window, zone) - startOfDay(window.start, zone)) / 3_600_000).toBe(hours);
  });
});

describe('what a day is', () => {
  test.each(['2026-03-10', '2028-02-29', '1999-12-31'])('%s', text => {
    expect(isDay(text)).toBe(true);
  });

  test.each(['', '2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '26-03-10', '2026-3-1', '2026-03-10T00:00:00Z', ' 2026-03-10'])('%p is none', text => {
    expect(isDay(text)).toBe(false);
  });
});
