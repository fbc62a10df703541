import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { steps } from './writer';

export const WHILE_HELD = steps('Ask whoever gave the order. Access comes back when the attribute `hold` is removed from the principal\'s item, not before.');

/** Suspended by an order, whatever was spent: the reason begins as the decision writes it. */
export function isHeld({ reason }: EventDetail): boolean {
  return plainText(reason, 20).startsWith('held by ');
}
