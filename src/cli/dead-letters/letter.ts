import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { EVENT_SOURCE, WEBHOOK_SOURCE } from '../../contract';
import { plainText } from '../../lambdas/core/plain-text';
import type { FailureQueue } from './deployment';

/** A message of one of the queues for what could not be processed, and how it is done again. */
export type Letter =
  /** An event that a function gave up on. */
  | { readonly kind: 'invocation'; readonly functionArn: string; readonly payload: unknown }
  /** An event that EventBridge could not hand to a function. Its rule may have added something to it: only the rule knows what. */
  | { readonly kind: 'delivery'; readonly functionArn: string; readonly ruleArn?: string; readonly event: unknown }
  /** A line of the invocation log that could not be charged. */
  | { readonly kind: 'record'; readonly eventId: string; readonly problem: string; readonly payload: unknown }
  /** An event that the bus could not deliver. */
  | { readonly kind: 'event'; readonly entry: EventEntry }
  /** Records of the Budgets table's stream that were never decided on: which, only the stream knows. */
  | { readonly kind: 'evaluation'; readonly sentAt: number }
  /** Cannot be done again, or must not be. */
  | { readonly kind: 'none'; readonly reason: string };

/** A message as SQS hands it out. */
export interface QueueMessage {
  readonly body: string;
  /** When it was put into the queue, epoch milliseconds. */
  readonly sentAt: number;
  /** What EventBridge tells of an event that it could not deliver. */
  readonly ruleArn?: string;
  readonly targetArn?: string;
}

/** Whose message it is. */
export interface Addressee {
  readonly deploymentId: string;
  /** ARNs of the deployment's functions: whatever a message says, nothing else is called. */
  readonly functionArns: ReadonlySet<string>;
  readonly queue: Pick<FailureQueue, 'functionArn' | 'isOfBus'>;
}

/** An event as it is put on a bus. */
export interface EventEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: Date;
  readonly Resources: string[];
}

/** The most that a record may unpack to: Bedrock logs none that is larger than a log line may be. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

const FailedInvocation = z.object({ requestContext: z.object({ functionArn: z.string() }), requestPayload: z.unknown() });
const FailedStreamBatch = z.object({ requestContext: z.object({ functionArn: z.string() }), DDBStreamBatchInfo: z.object({ shardId: z.string() }) });
const CustomResource = z.object({ RequestType: z.string(), ResponseURL: z.string() });
const UnreadableRecord = z.object({
  code: z.string(),
  message: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  eventId: z.string(),
  loggedAt: z.iso.datetime(),
  encoding: z.enum(['plain', 'gzip+base64']),
  record: z.string(),
  truncated: z.optional(z.string()),
});
const BusEvent = z.object({
  'source': z.string(),
  'detail-type': z.string(),
  'detail': z.record(z.string(), z.unknown()),
  'time': z.iso.datetime(),
  'resources': z.optional(z.array(z.string())),
});

export function letterOf(message: QueueMessage, addressee: Addressee): Letter {
  const { functionArns, queue } = addressee;
  const body = jsonOf(message.body);
  const batch = FailedStreamBatch.safeParse(body);
  if (batch.success) {
    const { functionArn } = batch.data.requestContext;
    return known(functionArn, functionArns) ? { kind: 'evaluation', sentAt: message.sentAt } : stranger(functionArn);
  }
  const invocation = FailedInvocation.safeParse(body);
  if (invocation.success && invocation.data.requestPayload !== undefined) {
    return invocationOf(invocation.data, functionArns);
  }
  if (queue.functionArn !== undefined) {
    return deliveryOf(body, message, queue.functionArn);
  }
  const record = UnreadableRecord.safeParse(body);
  if (record.success) {
    return recordOf(record.data);
  }
  const event = BusEvent.safeParse(body);
  return queue.isOfBus && event.success ? eventOf(event.data, addressee) : UNKNOWN;
}

const UNKNOWN: Letter = { kind: 'none', reason: 'the message is none of those that this program knows' };

function invocationOf(
  { requestContext: { functionArn }, requestPayload: payload }: z.infer<typeof FailedInvocation>, functionArns: ReadonlySet<string>,
): Letter {
  if (CustomResource.safeParse(payload).success) {
    // What a stack declared then may not be what it declares now, and CloudFormation waits for the answer no longer.
    return { kind: 'none', reason: 'it is an order of CloudFormation: deploy the stack again, and purge the queue' };
  }
  return known(functionArn, functionArns) ? { kind: 'invocation', functionArn: unqualified(functionArn), payload } : stranger(functionArn);
}

/** EventBridge leaves here what it could not hand to the function: the event itself, whoever sent it, or what a schedule says. */
function deliveryOf(event: unknown, { ruleArn, targetArn }: QueueMessage, functionArn: string): Letter {
  if (typeof event !== 'object' || event === null || targetArn === undefined) {
    return UNKNOWN;
  }
  if (unqualified(targetArn) !== functionArn) {
    return { kind: 'none', reason: `it is for ${plainText(targetArn, 200)}, which is not the function of this queue` };
  }
  return { kind: 'delivery', functionArn, event, ...(ruleArn === undefined ? {} : { ruleArn }) };
}

/** The record as a subscription would deliver it: under its own id and time, and so charged as what it is, and once. */
function recordOf({ code, message, logGroup, logStream, eventId, loggedAt, encoding, record, truncated }: z.infer<typeof UnreadableRecord>): Letter {
  if (truncated !== undefined) {
    return { kind: 'none', reason: `${plainText(truncated, 300)} (${plainText(logGroup, 200)}, ${plainText(eventId, 100)})` };
  }
  const line = encoding === 'plain' ? record : unpacked(record);
  if (line === undefined) {
    return { kind: 'none', reason: 'the record in the message cannot be unpacked' };
  }
  const batch = {
    messageType: 'DATA_MESSAGE', logGroup, logStream, subscriptionFilters: ['replay'], logEvents: [{ id: eventId, timestamp: Date.parse(loggedAt), message: line }],
  };
  const payload = { awslogs: { data: gzipSync(JSON.stringify(batch)).toString('base64') } };
  return { kind: 'record', eventId, problem: plainText(`${code}: ${message}`, 300), payload };
}

/** Sources under which the deployment's own events stand on a bus. */
const OWN_SOURCES: readonly string[] = [EVENT_SOURCE, WEBHOOK_SOURCE];

function eventOf({ source, 'detail-type': detailType, detail, time, resources = [] }: z.infer<typeof BusEvent>, { deploymentId }: Addressee): Letter {
  if (!OWN_SOURCES.includes(source) || detail.deploymentId !== deploymentId) {
    return { kind: 'none', reason: 'it is no event of this deployment: whoever sent it may send it again' };
  }
  return { kind: 'event', entry: { Source: source, DetailType: detailType, Detail: JSON.stringify(detail), Time: new Date(time), Resources: resources } };
}

function stranger(functionArn: string): Letter {
  return { kind: 'none', reason: `it is for ${plainText(functionArn, 200)}, which is no function of this deployment` };
}

function known(functionArn: string, functionArns: ReadonlySet<string>): boolean {
  return functionArns.has(unqualified(functionArn));
}

/** Lambda names the version as well: `…:function:name:$LATEST`. */
function unqualified(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function unpacked(record: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(record, 'base64'), { maxOutputLength: MAX_RECORD_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
