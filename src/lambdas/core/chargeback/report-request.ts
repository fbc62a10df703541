import * as z from 'zod/mini';
import { ReportAction } from '../../../contract';

/** Thrown for a request that no state machine of ours sends. */
export class ReportRequestError extends Error {
  public readonly name = 'ReportRequestError';
}

const Instant = z.pipe(z.iso.datetime({ offset: true }), z.transform((text: string) => Date.parse(text)));
const Period = z.object({ key: z.string(), from: z.string(), to: z.string() });

/** A part of the ledger to read, and how far that has come. Travels through the state machine. */
const Work = z.object({
  /** Name of the execution: tells what it keeps from what others keep. */
  run: z.string().check(z.minLength(1), z.maxLength(80)),
  period: Period,
  segment: z.object({ index: z.number(), of: z.number() }),
  /** Names of the sums that are kept. */
  parts: z.array(z.string()),
  /** Where to go on; empty: at the beginning. */
  after: z.string(),
  done: z.boolean(),
});
export type SegmentWork = z.output<typeof Work>;

/** What was asked for when the execution was started: nothing by the schedule, and by hand perhaps a month or days. */
const Asked = z.strictObject({ month: z.optional(z.string()), from: z.optional(z.string()), to: z.optional(z.string()) });

const Request = z.discriminatedUnion('action', [
  z.object({ action: z.literal(ReportAction.PLAN), asked: Asked, run: z.string().check(z.minLength(1)), startedAt: Instant }),
  z.object({ action: z.literal(ReportAction.READ), work: Work }),
  z.object({ action: z.literal(ReportAction.WRITE), run: z.string(), startedAt: Instant, period: Period, read: z.array(Work) }),
]);
export type ReportRequest = z.output<typeof Request>;

/** @throws ReportRequestError */
export function reportRequest(event: unknown): ReportRequest {
  const parsed = z.safeParse(Request, event);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new ReportRequestError(`the request of the state machine cannot be read at "${path.join('.')}": ${message}`);
  }
  return parsed.data;
}
