import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';

/** Suspended by an order, whatever was spent: the reason begins as the decision writes it. */
export function isHeld({ reason }: EventDetail): boolean {
  return plainText(reason, 20).startsWith('held by ');
}
