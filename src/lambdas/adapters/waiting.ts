import { setTimeout } from 'node:timers/promises';

/** Waits for some milliseconds; tests put a shorter one in its place. */
export type Wait = (milliseconds: number) => Promise<unknown>;

export const wait: Wait = milliseconds => setTimeout(milliseconds);

/** A random delay up to a bound that doubles with every attempt (1, 2, …): full jitter keeps writers that collided from meeting again. */
export function fullJitter(attempt: number, firstMs: number, longestMs: number, random: () => number = Math.random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** (attempt - 1));
}
