import { DateTime } from 'luxon';
import { addDays, Day } from '../calendar';
import { NotedDay, ReconciliationNote } from './ports';

/** Cost Explorer has a day within a day or two; after three it is as whole as it becomes before the month is closed. */
const SETTLED_AFTER_DAYS = 3;

/** Until then a model of which the bill has nothing is waited for. */
const COMPLETE_AFTER_DAYS = 7;

/** A day that the bill does not have by then is given up. */
const GIVEN_UP_AFTER_DAYS = 21;

/** AWS closes the bill of a month in the first days of the next. */
const CLOSED_ON_DAY_OF_MONTH = 6;

/** Compared days are remembered until the bill of their month is closed for certain. */
const REMEMBERED_DAYS = 70;

const date = (day: Day) => DateTime.fromISO(day, { zone: 'utc' });

/** @returns the day in UTC, by which AWS bills */
export function billingDay(instant: number): Day {
  return DateTime.fromMillis(instant, { zone: 'utc' }).toISODate()!;
}

/** Epoch milliseconds at which a day of the bill begins. */
export function beginOf(day: Day): number {
  return date(day).toMillis();
}

/** Days that were never compared and are settled, in order. */
export function waitingDays({ since, days }: ReconciliationNote, today: Day): readonly Day[] {
  const compared = new Set(days.map(({ day }) => day));
  const last = addDays(today, -SETTLED_AFTER_DAYS);
  const waiting: Day[] = [];
  for (let day = later(since, addDays(today, -GIVEN_UP_AFTER_DAYS)); day <= last; day = addDays(day, 1)) {
    if (!compared.has(day)) {
      waiting.push(day);
    }
  }
  return waiting;
}

/** Days of a month that is over, that were compared before its bill was closed. */
export function closingDays({ days }: ReconciliationNote, today: Day): readonly NotedDay[] {
  return date(today).day < CLOSED_ON_DAY_OF_MONTH ? [] : days.filter(({ day, final }) => !final && day.slice(0, 7) < today.slice(0, 7));
}

/** The day that nobody will ask for any more, if it was never compared. */
export function givenUpDay({ since, days }: ReconciliationNote, today: Day): Day | undefined {
  const day = addDays(today, -GIVEN_UP_AFTER_DAYS - 1);
  return day >= since && !days.some(noted => noted.day === day) ? day : undefined;
}

export function isComplete(day: Day, today: Day): boolean {
  return day <= addDays(today, -COMPLETE_AFTER_DAYS);
}

/** What is worth remembering. */
export function rememberedDays(days: readonly NotedDay[], today: Day): readonly NotedDay[] {
  return days.filter(({ day }) => day >= addDays(today, -REMEMBERED_DAYS)).sort((one, another) => (one.day < another.day ? -1 : 1));
}

function later(one: Day, another: Day): Day {
  return one > another ? one : another;
}
