import { AlertAudience } from './alert-routing';

/** A message once a day: the top spenders, and all who are above their warning threshold. */
export interface DailyDigestOptions {
  /**
   * Hour at which it is sent, in the time zone of the construct: whole, from 0 to 23. On a day whose daylight saving skips
   * that hour there is none.
   *
   * @default 8
   */
  readonly hour?: number;

  /**
   * How many spenders it lists, at most, of each of its two rankings: whole, from 1 to 25.
   *
   * @default 10
   */
  readonly topSpenders?: number;

  /**
   * Whom it is for. Its severity is `INFO`: channels that hear only what is more severe, or only of some labels, do not get it.
   *
   * @default AlertAudience.ALERTS
   */
  readonly audience?: AlertAudience;
}
