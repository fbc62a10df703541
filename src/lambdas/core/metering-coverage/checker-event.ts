import * as z from 'zod/mini';
import { plainText } from '../plain-text';
import { principalFromArn } from '../principal';

/** A change of the way to the meter, as CloudTrail tells of it: a hint, never the truth. */
export interface LoggingHint {
  readonly eventId: string;
  readonly eventName: string;
  /** ARN of who called, where CloudTrail tells. */
  readonly by: string;
  /** When, epoch milliseconds. */
  readonly at: number;
}

/** A call of the bedrock-mantle endpoint, as a trail with data events tells of it. */
export interface MantleCall {
  /** Id of the principal, or what CloudTrail says of it where it is none of the known forms. */
  readonly principal: string;
  readonly modelId: string;
}

export type CheckerEvent =
  | { readonly kind: 'schedule' }
  | { readonly kind: 'logging'; readonly hint: LoggingHint }
  | { readonly kind: 'mantle'; readonly call: MantleCall };

const MANTLE_SOURCE = 'bedrock-mantle.amazonaws.com';

const Text = z.nullish(z.string());
const Call = z.object({
  id: Text,
  time: z.string(),
  detail: z.object({
    eventSource: z.string(),
    eventName: z.string(),
    eventID: Text,
    eventTime: Text,
    userIdentity: z.nullish(z.object({ arn: Text, type: Text, invokedBy: Text })),
    requestParameters: z.nullish(z.object({ model: Text })),
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
  if (detail.eventSource === MANTLE_SOURCE) {
    return { kind: 'mantle', call: { principal: principalOf(who?.arn), modelId: plainText(detail.requestParameters?.model, 200) || 'not told' } };
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

function principalOf(arn: string | null | undefined): string {
  try {
    return principalFromArn(arn ?? '').id;
  } catch {
    return plainText(arn, 200) || 'not told';
  }
}
