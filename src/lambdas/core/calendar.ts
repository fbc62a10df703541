/**
 * Days and budget windows. A window is a set of whole days in the deployment's time zone, so everything about windows is
 * arithmetic on dates; the time zone matters in two places only: which day an instant belongs to, and when a day begins.
 */

/** A calendar day, `yyyy-mm-dd`. Days compare as text. */
export type Day = string;

/** How often a limit starts anew. */
export type Period =
  | { readonly unit: 'days'; readonly days: number }
  | { readonly unit: 'day' | 'week' | 'month' };

/** The days of one period, both ends inclusive. */
export interface Window {
  readonly start: Day;
  readonly end: Day;
}

export const MAX_PERIOD_DAYS = 366;

const MILLISECONDS_PER_DAY = 86_400_000;

/** In this century clocks differ from UTC by quarters of an hour, and change at one. */
const QUARTER_HOUR_MS = 15 * 60 * 1000;

/** More than any change of the clocks: at the Troll station it is two hours. */
const LARGEST_CLOCK_CHANGE_MS = 3 * 60 * 60 * 1000;

/** Thrown where text is no period. */
export class PeriodError extends Error {
  public readonly name = 'PeriodError';
}

/**
 * Reads `30 days`, `calendar day`, `calendar week` (weeks begin on Monday) or `calendar month`.
 *
 * @throws PeriodError
 */
export function parsePeriod(text: string): Period {
  const days = /^(\d{1,3}) days?$/.exec(text);
  if (days && Number(days[1]) >= 1 && Number(days[1]) <= MAX_PERIOD_DAYS) {
    return { unit: 'days', days: Number(days[1]) };
  }
  const calendar = /^calendar (day|week|month)$/.exec(text);
  if (calendar) {
    return { unit: calendar[1] as 'day' | 'week' | 'month' };
  }
  throw new PeriodError(`not a period: "${text.slice(0, 40)}"; write "<1 to ${MAX_PERIOD_DAYS}> days", "calendar day", "calendar week" or "calendar month"`);
}

export function formatPeriod(period: Period): string {
  return period.unit === 'days' ? `${period.days} days` : `calendar ${period.unit}`;
}

/** The day to which an instant (epoch milliseconds) belongs in a time zone. */
export function dayOf(instant: number, timeZone: string): Day {
  const clock = clockOf(timeZone);
  const number = Math.floor((instant + offsetAt(instant, clock)) / MILLISECONDS_PER_DAY);
  // As with quarters of an hour: the call before was mostly on the same day.
  if (clock.dayNumber !== number) {
    clock.day = fromDayNumber(number);
    clock.dayNumber = number;
  }
  return clock.day;
}

/**
 * The instant (epoch milliseconds) at which a day begins: later than midnight where daylight saving skips it, and the first midnight
 * where daylight saving ends with a second one.
 */
export function startOfDay(day: Day, timeZone: string): number {
  const midnightUtc = dayNumber(day) * MILLISECONDS_PER_DAY;
  let start = midnightUtc - offsetAt(midnightUtc, clockOf(timeZone)) - LARGEST_CLOCK_CHANGE_MS;
  while (dayOf(start, timeZone) < day) {
    start += QUARTER_HOUR_MS;
  }
  return start;
}

/** How far clocks are ahead of UTC, in milliseconds. The platform knows time zones: a library beside it would be half as large as all rules. */
function offsetAt(instant: number, clock: Clock): number {
  const quarter = Math.floor(instant / QUARTER_HOUR_MS);
  // Calls come in order, more or less: many ask for the same quarter of an hour.
  if (clock.quarter !== quarter) {
    clock.offset = shownAt(quarter * QUARTER_HOUR_MS, clock.format) - quarter * QUARTER_HOUR_MS;
    clock.quarter = quarter;
  }
  return clock.offset;
}

/** What a clock shows, as if it were UTC. */
function shownAt(instant: number, format: Intl.DateTimeFormat): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(instant)) {
    parts[type] = value;
  }
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** The clock of a time zone, with the quarter of an hour and the day that it was last asked for. */
interface Clock {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  offset: number;
  dayNumber: number;
  day: Day;
}

/** Making one takes longer than asking it a thousand times. */
const CLOCKS = new Map<string, Clock>();

function clockOf(timeZone: string): Clock {
  let clock = CLOCKS.get(timeZone);
  if (!clock) {
    const digits = 'numeric';
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone, hourCycle: 'h23', year: digits, month: digits, day: digits, hour: digits, minute: digits, second: digits,
    });
    clock = { format, quarter: Number.NaN, offset: 0, dayNumber: Number.NaN, day: '' };
    CLOCKS.set(timeZone, clock);
  }
  return clock;
}

export function addDays(day: Day, days: number): Day {
  return fromDayNumber(dayNumber(day) + days);
}

/**
 * The window of a period that contains a day.
 *
 * @param anchor the day from which periods of N days are counted, forwards and backwards
 */
export function windowOf(period: Period, day: Day, anchor: Day): Window {
  switch (period.unit) {
    case 'day':
      return { start: day, end: day };
    case 'week': {
      // Day 0 of the epoch was a Thursday.
      const sinceMonday = (((dayNumber(day) + 3) % 7) + 7) % 7;
      const start = addDays(day, -sinceMonday);
      return { start, end: addDays(start, 6) };
    }
    case 'month': {
      const start = `${day.slice(0, 8)}01`;
      const next = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 1));
      return { start, end: addDays(next.toISOString().slice(0, 10), -1) };
    }
    case 'days': {
      const since = dayNumber(day) - dayNumber(anchor);
      const start = addDays(anchor, Math.floor(since / period.days) * period.days);
      return { start, end: addDays(start, period.days - 1) };
    }
  }
}

/** The first instant after a window. */
export function endOfWindow(window: Window, timeZone: string): number {
  return startOfDay(addDays(window.end, 1), timeZone);
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && fromDayNumber(dayNumber(text)) === text;
}

function dayNumber(day: Day): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / MILLISECONDS_PER_DAY);
}

function fromDayNumber(number: number): Day {
  return new Date(number * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}
