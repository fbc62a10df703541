/**
 * How all AWS clients behave. A request that hangs is given up well before the function's own timeout; whoever called comes again,
 * since every call is safe to repeat.
 */
export const CLIENT_DEFAULTS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** IAM throttles by account: two attempts here, the patient ones are made by Step Functions. */
export const IAM_CLIENT_DEFAULTS = { ...CLIENT_DEFAULTS, maxAttempts: 2 } as const;

/** The price list allows few requests, and nobody waits for it. */
export const PRICE_LIST_CLIENT_DEFAULTS = { ...CLIENT_DEFAULTS, maxAttempts: 8 } as const;

/** Whole tables and reports: pages of a megabyte, a table that is throttled by so many readers at once, and nobody who waits. */
export const READING_CLIENT_DEFAULTS = {
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
} as const;

/** Cost Explorer takes its time, and each request has its price: it is waited for rather than asked again. */
export const COST_EXPLORER_CLIENT_DEFAULTS = { ...CLIENT_DEFAULTS, requestHandler: { ...CLIENT_DEFAULTS.requestHandler, requestTimeout: 60_000 } } as const;
