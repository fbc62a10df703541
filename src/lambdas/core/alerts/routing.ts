import { Alert, Audience, SEVERITIES, Severity } from './alert';

/** What a channel wants to hear. Each part that is absent narrows nothing. */
export interface Route {
  readonly audience?: Audience;
  readonly minimumSeverity?: Severity;
  /** Every key must stand on the principal with one of its values. What is about no principal has no labels, and is not heard then. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** Whether a channel hears an alert: the one rule of routing. */
export function hears(route: Route, { audience, severity, labels }: Pick<Alert, 'audience' | 'severity' | 'labels'>): boolean {
  return (route.audience === undefined || route.audience === audience)
    && (route.minimumSeverity === undefined || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(route.minimumSeverity))
    && Object.entries(route.labels ?? {}).every(([key, values]) => Object.hasOwn(labels, key) && values.includes(labels[key]));
}
