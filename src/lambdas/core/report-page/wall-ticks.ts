import { instantsOf, wallClock } from './texts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps that clocks and calendars have. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map(minutes => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map(hours => hours * HOUR_MS),
  ...[1, 2, 7, 14].map(days => days * DAY_MS),
];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const MONTH_MS = 30.4 * DAY_MS;

/** Weeks begin on Mondays: the first day of the epoch is a Thursday. */
const MONDAY_MS = 4 * DAY_MS;

/**
 * Instants at which clocks on a wall show something round, at most about so many of them. An hour that clocks show twice has two; one that they leave out has
 * none.
 */
export function wallTicks(from: number, to: number, count: number, timeZone: string): readonly number[] {
  return roundTimes(wallClock(from, timeZone) - DAY_MS, wallClock(to, timeZone) + DAY_MS, (to - from) / count)
    .flatMap(wall => instantsOf(wall, timeZone))
    .filter(at => at >= from && at <= to);
}

function roundTimes(from: number, to: number, shortest: number): readonly number[] {
  const step = STEPS.find(candidate => candidate >= shortest);
  return step === undefined
    ? monthsBetween(from, to, MONTH_STEPS.find(months => months * MONTH_MS >= shortest) ?? MONTH_STEPS.at(-1)!)
    : multiples(from, to, step);
}

function multiples(from: number, to: number, step: number): readonly number[] {
  const origin = step > DAY_MS ? MONDAY_MS : 0;
  const first = Math.ceil((from - origin) / step);
  const last = Math.floor((to - origin) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => origin + (first + index) * step);
}

function monthsBetween(from: number, to: number, months: number): readonly number[] {
  const times: number[] = [];
  const year = new Date(from).getUTCFullYear();
  for (let month = 0; ; month += months) {
    const time = Date.UTC(year, month);
    if (time > to) {
      return times;
    }
    if (time >= from) {
      times.push(time);
    }
  }
}
