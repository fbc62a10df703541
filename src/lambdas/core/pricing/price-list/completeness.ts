import { ServiceReading } from './read-service';
import { SERVICE_CODES, ServiceCode } from './service-codes';

/** What the readings of a run are worth. */
export interface Completeness {
  /** Services that were completely read: what they do not name is not listed. */
  readonly complete: ReadonlySet<ServiceCode>;
  /** Services that were read to their end and gave no price, though they did before: rather the list is broken than empty. */
  readonly silent: readonly ServiceCode[];
  /** Services that ever gave a price. */
  readonly gave: readonly ServiceCode[];
}

/**
 * A service is completely read that was read to its end and gave a price. One that never did may be empty where the stack is: it is
 * believed as long as another one speaks in the same run. So a list that says nothing at all never passes for a fresh one.
 */
export function completenessOf(readings: readonly ServiceReading[], gaveBefore: readonly ServiceCode[]): Completeness {
  const giving = new Set(readings.filter(({ prices }) => prices.length > 0).map(({ serviceCode }) => serviceCode));
  const gave = SERVICE_CODES.filter(code => giving.has(code) || gaveBefore.includes(code));
  const mute = readings.filter(({ toEnd, serviceCode }) => toEnd && !giving.has(serviceCode)).map(({ serviceCode }) => serviceCode);
  const silent = mute.filter(code => gave.includes(code));
  const empty = giving.size > 0 ? mute.filter(code => !gave.includes(code)) : [];
  const told = readings.filter(({ toEnd, serviceCode }) => toEnd && giving.has(serviceCode)).map(({ serviceCode }) => serviceCode);
  return { complete: new Set([...told, ...empty]), silent, gave };
}
