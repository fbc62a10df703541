import { addDays, Day, dayOf, isDay, windowOf } from '../calendar';

/** The days that a report is about, both ends inclusive, in the deployment's time zone. */
export interface ReportPeriod {
  /** Names the report: `2026-11` for a whole month, else `2026-11-03_2026-11-09`. */
  readonly key: string;
  readonly from: Day;
  readonly to: Day;
}

/** What somebody asked for; nothing: the last closed month. */
export interface AskedPeriod {
  /** `yyyy-mm`. */
  readonly month?: string;
  /** `yyyy-mm-dd`. */
  readonly from?: string;
  /** `yyyy-mm-dd`; absent: the same day as `from`. */
  readonly to?: string;
}

/** Thrown for a period that cannot be reported on. */
export class ReportPeriodError extends Error {
  public readonly name = 'ReportPeriodError';
}

const MAX_REPORT_DAYS = 366;

/**
 * The period that was asked for, as of an instant (epoch milliseconds).
 *
 * @throws ReportPeriodError
 */
export function reportPeriod({ month, from, to }: AskedPeriod, now: number, timeZone: string): ReportPeriod {
  const today = dayOf(now, timeZone);
  if (month !== undefined && (from !== undefined || to !== undefined)) {
    throw new ReportPeriodError('a month and days were given: give one of them');
  }
  if (to !== undefined && from === undefined) {
    throw new ReportPeriodError('a last day was given without a first one: give both, or a month');
  }
  if (from !== undefined) {
    return notAhead(periodOfDays(checkedDay('first', from), checkedDay('last', to ?? from)), today);
  }
  const firstDay = month === undefined ? windowOf({ unit: 'month' }, addDays(`${today.slice(0, 8)}01`, -1), today).start : `${month}-01`;
  if (!isDay(firstDay)) {
    throw new ReportPeriodError(`not a month: "${month!.slice(0, 40)}"; write it like 2026-11`);
  }
  const { start, end } = windowOf({ unit: 'month' }, firstDay, firstDay);
  return notAhead({ key: start.slice(0, 7), from: start, to: end }, today);
}

/** Every day of a period, in order. */
export function daysOf({ from, to }: ReportPeriod): readonly Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    days.push(day);
  }
  return days;
}

function periodOfDays(from: Day, to: Day): ReportPeriod {
  if (from > to) {
    throw new ReportPeriodError(`the first day, ${from}, lies behind the last one, ${to}`);
  }
  if (addDays(from, MAX_REPORT_DAYS - 1) < to) {
    throw new ReportPeriodError(`from ${from} to ${to} is longer than ${MAX_REPORT_DAYS} days: ask for less`);
  }
  const month = windowOf({ unit: 'month' }, from, from);
  return { key: month.start === from && month.end === to ? from.slice(0, 7) : `${from}_${to}`, from, to };
}

function checkedDay(which: string, day: string): Day {
  if (!isDay(day)) {
    throw new ReportPeriodError(`the ${which} day is no day: "${day.slice(0, 40)}"; write it like 2026-11-03`);
  }
  return day;
}

function notAhead(period: ReportPeriod, today: Day): ReportPeriod {
  if (period.from > today) {
    throw new ReportPeriodError(`${period.key} has not begun: today is ${today}`);
  }
  return period;
}
