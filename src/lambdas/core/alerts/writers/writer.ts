import { EventDetail } from '../../events';
import { AlertContext, Message, NextStep } from '../alert';

/** Puts an event into words, or finds that nobody needs any. */
export type Writer = (detail: EventDetail, context: AlertContext) => Message | undefined;

/** Steps that are words alone. */
export function steps(...texts: string[]): NextStep[] {
  return texts.map(text => ({ text }));
}
