/** Whom an alert is for. */
export enum AlertAudience {
  /** Those who own budgets: thresholds, grace periods, suspensions, restorations. */
  ALERTS = 'alerts',
  /** Those who run the system: failures, drift, prices, settings. */
  OPERATIONS = 'operations',
}

/** How soon somebody should act on an alert, in rising order. */
export enum AlertSeverity {
  /** Never: it is good to know. */
  INFO = 'info',
  /** Within a day. */
  WARNING = 'warning',
  /** Now: somebody loses or has lost access, or spends without restraint. */
  CRITICAL = 'critical',
}

/** Which alerts a channel hears. Each option narrows by itself. */
export interface AlertRouting {
  /**
   * Hear only what is for these.
   *
   * @default - both audiences
   */
  readonly audience?: AlertAudience;

  /**
   * Hear only what is at least so severe: of alerts, and of alarms, which are warnings or critical.
   *
   * @default AlertSeverity.INFO - everything
   */
  readonly minimumSeverity?: AlertSeverity;

  /**
   * Hear only of principals that have these labels: every key with one of its values, such as `{ team: ['search', 'ads'] }`. Alerts that are about no
   * principal, and the daily digest, are not heard then. At least one label, each with 1 to 20 values, without the characters `< > " \`.
   *
   * @default - of all principals, and of the deployment
   */
  readonly labels?: { readonly [key: string]: string[] };
}
