import { isoInstant } from '../../budget-item';
import { AdministrationError } from '../errors';
import { Change } from './orders';

/** Neither warned nor restricted for a while, or until it is ended. */
export const exempt: Change<'exempt'> = ({ until, reason }, { now }) => {
  if (until !== undefined && until <= now) {
    throw new AdministrationError('BadRequest', `until is ${isoInstant(until)}, allowed is an instant after now (${isoInstant(now)})`, 'until');
  }
  return { set: { exemption: exemptionToItem(reason, until) } };
};

export const endExemption: Change<'endExemption'> = (_, { budget: { exemption }, now }) => {
  if (!exemption || (exemption.until !== undefined && exemption.until <= now)) {
    throw new AdministrationError('Conflict', exemption ? `the exemption ended by itself at ${isoInstant(exemption.until!)}` : 'there is no exemption to end');
  }
  return { remove: ['exemption'] };
};

export function exemptionToItem(reason: string, until?: number) {
  return { reason, ...(until === undefined ? {} : { until: isoInstant(until) }) };
}
