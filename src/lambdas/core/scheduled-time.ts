import * as z from 'zod/mini';

/** Thrown for a scheduled event whose time cannot be believed. */
export class ScheduledTimeError extends Error {
  public readonly name = 'ScheduledTimeError';
}

/** Beyond a month no test and no replay of ours looks ahead. */
const MAX_AHEAD_DAYS = 35;
const MILLISECONDS_PER_DAY = 86_400_000;

const EventShape = z.object({ time: z.iso.datetime({ offset: true }) });

/**
 * The instant of a scheduled event, epoch milliseconds. A principal's clock never runs backwards, so one wild time would freeze
 * every decision until it comes: it must not get in.
 *
 * @throws ScheduledTimeError
 */
export function scheduledTime(event: unknown, wallClock: number): number {
  const parsed = EventShape.safeParse(event);
  if (!parsed.success) {
    throw new ScheduledTimeError('the event has no time as ISO 8601 instant with a zone, such as 2026-11-22T10:00:00Z');
  }
  const time = Date.parse(parsed.data.time);
  if (time > wallClock + MAX_AHEAD_DAYS * MILLISECONDS_PER_DAY) {
    throw new ScheduledTimeError(`time ${parsed.data.time} lies more than ${MAX_AHEAD_DAYS} days ahead: decisions taken then could not be undone before`);
  }
  return time;
}
