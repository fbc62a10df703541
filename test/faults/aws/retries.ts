/** How long Lambda waits before it repeats an event for which nobody waits: once and again, then it is given up. */
export const RETRY_WAITS_MS: readonly number[] = [60_000, 120_000];
