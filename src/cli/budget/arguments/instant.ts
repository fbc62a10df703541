import { isDay } from '../../../lambdas/core/calendar';
import { UsageError } from '../../usage-error';

const FROM_NOW = /^(\d{1,5})(m|h|d|w)$/;
const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** ISO 8601 with a time zone. */
export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * An instant ahead: `7d` or `12h` from now, a day (its beginning, UTC), or ISO 8601 with a time zone.
 *
 * @returns ISO 8601, UTC
 * @throws UsageError
 */
export function instantOf(option: string, text: string, now: number): string {
  const instant = read(text, now);
  if (instant === undefined) {
    throw new UsageError(`--${option} cannot be "${text.slice(0, 60)}": write a time from now (30m, 12h, 7d, 2w), a day (2026-04-01, where it begins in UTC) `
      + 'or an instant with its time zone (2026-04-01T09:00:00+02:00)');
  }
  const iso = new Date(instant).toISOString();
  if (instant <= now) {
    throw new UsageError(`--${option} is "${text}" (${iso}), which is over: give a time that is still to come`);
  }
  return iso;
}

function read(text: string, now: number): number | undefined {
  const [, count, unit] = FROM_NOW.exec(text) ?? [];
  if (count !== undefined) {
    return now + Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  }
  if (isDay(text)) {
    return Date.parse(`${text}T00:00:00Z`);
  }
  const instant = INSTANT.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
