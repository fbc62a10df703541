import { ordersOf } from '../announcements';
import { Budget } from '../budget';
import { digestOf } from '../value-digest';

/** Twelve hexadecimal characters that change with every order: whoever names them says which budget they have seen. */
export function versionOf(budget: Budget): string {
  return digestOf(ordersOf(budget), 12);
}

/** Whether anybody ordered anything. What was found out about the principal, such as its kind or the role of a runtime, is no order. */
export function hasOrders({ limits, thresholds, topUps, exemption, hold, enforcement, labels }: Budget): boolean {
  return [limits, thresholds, exemption, hold].some(order => order !== undefined)
    || topUps.length > 0 || enforcement !== 'enforced' || Object.keys(labels).length > 0;
}

/** What of a body makes it the same request: not the key under which it is sent, nor whether it is only tried out. */
export function fingerprintOf({ idempotencyKey: _key, dryRun: _dryRun, ...asked }: { readonly idempotencyKey?: unknown; readonly dryRun?: unknown }): string {
  return digestOf(asked, 32);
}
