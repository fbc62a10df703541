import { isDay } from '../../lambdas/core/calendar';
import { INSTANT } from '../budget/arguments/instant';
import { UsageError } from '../usage-error';
import { TimeRange } from './sources/source';

/** Named by no clock: the same command has the same answer tomorrow. */
const FORM = 'a day (2026-03-01, where it begins in UTC) or an instant with its time zone (2026-03-01T09:00:00+01:00)';

/** @throws UsageError */
export function rangeOf(from: string | undefined, to: string | undefined): Partial<TimeRange> {
  const range = { ...(from === undefined ? {} : { from: instantOf('from', from) }), ...(to === undefined ? {} : { to: instantOf('to', to) }) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw new UsageError(`--from ${from} is not before --to ${to}: exchange them, or give a later end; the end is no part of the range`);
  }
  return range;
}

/** @throws UsageError where one of the ends is missing */
export function wholeRange({ from, to }: Partial<TimeRange>, source: string): TimeRange {
  if (from === undefined || to === undefined) {
    throw new UsageError(`${source} needs --from and --to: give ${FORM}`);
  }
  return { from, to };
}

function instantOf(option: string, text: string): number {
  const instant = isDay(text) ? Date.parse(`${text}T00:00:00Z`) : INSTANT.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new UsageError(`--${option} cannot be "${text.slice(0, 60)}": write ${FORM}`);
  }
  return instant;
}
