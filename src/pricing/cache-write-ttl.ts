/** How long a prompt cache is written for. */
export enum CacheWriteTtl {
  /** Five minutes: what callers get who say nothing. */
  FIVE_MINUTES = '5m',
  /** An hour, at a higher price. */
  ONE_HOUR = '1h',
}
