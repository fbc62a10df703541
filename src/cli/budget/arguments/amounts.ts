import { formatPeriod, isDay, MAX_PERIOD_DAYS } from '../../../lambdas/core/calendar';
import { formatUsd, usd, ZERO_USD } from '../../../lambdas/core/money';
import { UsageError } from '../../usage-error';

/** A limit as requests carry it. */
export interface LimitArgument {
  readonly limitUsd: string;
  readonly period: string;
  readonly anchorDay?: string;
}

/** How a limit is written, for helps and messages. */
const LIMIT_FORM = '<amount>/<period>';

const PERIODS = '"month", "week", "day" (those of the calendar) or "<number> days"';

/** With as many decimals as amounts carry. */
const AMOUNT = /^\d{1,15}(?:\.\d{1,12})?$/;
const PERCENT = /^(\d{1,6}(?:\.\d{1,6})?)\s*%?$/;
const CALENDAR_PERIOD = /^(?:calendar )?(day|week|month)$/;
const DAYS_PERIOD = /^(\d{1,3}) ?d(?:ays?)?$/;
/** Anchors are there for periods of N days alone. */
const ANCHORED = /^(.*\S)\s+from\s+(\S+)$/;

/**
 * An amount of dollars above zero, as a plain decimal.
 *
 * @throws UsageError naming what it is
 */
export function amountOf(what: string, text: string): string {
  const amount = AMOUNT.test(text) ? usd(text) : ZERO_USD;
  if (amount <= 0n) {
    throw new UsageError(`${what} "${text.slice(0, 60)}" is no amount of US dollars above 0: write it like 25 or 12.50`);
  }
  return formatUsd(amount);
}

/**
 * A limit written as `<amount>/<period>`: `100/month`, `50/30 days`, `50/30 days from 2026-03-01`. A space may stand in place of the slash.
 *
 * @throws UsageError
 */
export function limitOf(text: string): LimitArgument {
  const [, amount, rest] = /^\s*([^\s/]+)\s*(?:\/|\s)\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new UsageError(`the limit "${text.slice(0, 60)}" has no period: write it as ${LIMIT_FORM}, like 100/month; periods are ${PERIODS}`);
  }
  const limitUsd = amountOf('the limit', amount);
  const [, periodText, anchorDay] = ANCHORED.exec(rest) ?? [undefined, rest, undefined];
  const period = periodOf(periodText);
  if (anchorDay === undefined) {
    return { limitUsd, period };
  }
  if (period.startsWith('calendar') || !isDay(anchorDay)) {
    throw new UsageError(`the limit "${text.slice(0, 60)}" cannot begin "from ${anchorDay.slice(0, 40)}": that is for periods of days, with a day like 2026-03-01`);
  }
  return { limitUsd, period, anchorDay };
}

/**
 * A period in the words of the API, from those or short ones.
 *
 * @throws UsageError
 */
export function periodOf(text: string): string {
  const unit = CALENDAR_PERIOD.exec(text)?.[1];
  if (unit !== undefined) {
    return formatPeriod({ unit: unit as 'day' | 'week' | 'month' });
  }
  const days = Number(DAYS_PERIOD.exec(text)?.[1] ?? 0);
  if (days < 1 || days > MAX_PERIOD_DAYS) {
    throw new UsageError(`"${text.slice(0, 60)}" is no period: write ${PERIODS}, of 1 to ${MAX_PERIOD_DAYS} days`);
  }
  return formatPeriod({ unit: 'days', days });
}

/**
 * A percentage, with or without its sign, as a plain decimal.
 *
 * @throws UsageError
 */
export function percentOf(what: string, text: string): string {
  const [, number] = PERCENT.exec(text) ?? [];
  if (number === undefined) {
    throw new UsageError(`${what} "${text.slice(0, 60)}" is no percentage: write it like 80 or 72.5`);
  }
  return formatUsd(usd(number));
}
