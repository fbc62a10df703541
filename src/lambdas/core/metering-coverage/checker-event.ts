import * as z from 'zod/mini';
import { plainText } from '../plain-text';

/** A change of the way to the meter, as CloudTrail tells of it: a hint, never the truth. */
export interface LoggingHint {
  readonly eventId: string;
  readonly eventName: string;
  /** ARN of who called, where CloudTrail tells. */
  readonly by: string;
  /** When, epoch milliseconds. */
  readonly at: number;
}

export type CheckerEvent =
  | { readonly kind: 'schedule' }
  /** Without a hint where the call was refused: whoever tried has changed nothing. */
  | { readonly kind: 'logging'; readonly hint?: LoggingHint };

const Text = z.nullish(z.string());
const Call = z.object({
  id: Text,
  time: z.string(),
  detail: z.object({
    eventSource: z.string(),
    eventName: z.string(),
    eventID: Text,
    eventTime: Text,
    errorCode: Text,
    userIdentity: z.nullish(z.object({ arn: Text, type: Text, invokedBy: Text })),
  }),
});

/** What an event is an occasion for: whatever is none of CloudTrail's is the schedule. */
export function readCheckerEvent(event: unknown, deliveredAt: number): CheckerEvent {
  const parsed = Call.safeParse(event);
  if (!parsed.success) {
    return { kind: 'schedule' };
  }
  const { id, detail } = parsed.data;
  const { userIdentity: who } = detail;
  if (detail.errorCode) {
    return { kind: 'logging' };
  }
  const at = Date.parse(detail.eventTime ?? '');
  return {
    kind: 'logging',
    hint: {
      eventId: plainText(detail.eventID ?? id, 80) || 'unknown',
      eventName: plainText(detail.eventName, 80),
      by: plainText(who?.arn ?? who?.invokedBy ?? who?.type, 300) || 'unknown',
      at: Number.isNaN(at) ? deliveredAt : at,
    },
  };
}
