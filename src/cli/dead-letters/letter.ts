import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { plainText } from '../../lambdas/core/plain-text';

/** A message of one of the queues for what could not be processed, and how it is done again. */
export type Letter =
  /** An event that a function gave up on. */
  | { readonly kind: 'invocation'; readonly functionArn: string; readonly payload: unknown }
  /** A line of the invocation log that could not be charged. */
  | { readonly kind: 'record'; readonly eventId: string; readonly problem: string; readonly payload: unknown }
  /** An event that the bus could not deliver. */
  | { readonly kind: 'event'; readonly entry: EventEntry }
  /** Records of the Budgets table's stream that were never decided on: which, only the stream knows. */
  | { readonly kind: 'evaluation' }
  /** Cannot be done again, or must not be. */
  | { readonly kind: 'none'; readonly reason: string };

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

/** @param functionArns of the deployment: whatever a message says, nothing else is called */
export function letterOf(body: string, functionArns: ReadonlySet<string>): Letter {
  const message = jsonOf(body);
  const batch = FailedStreamBatch.safeParse(message);
  if (batch.success) {
    return known(batch.data.requestContext.functionArn, functionArns) ? { kind: 'evaluation' } : stranger(batch.data.requestContext.functionArn);
  }
  const invocation = FailedInvocation.safeParse(message);
  if (invocation.success && invocation.data.requestPayload !== undefined) {
    return invocationOf(invocation.data, functionArns);
  }
  const record = UnreadableRecord.safeParse(message);
  if (record.success) {
    return recordOf(record.data);
  }
  const event = BusEvent.safeParse(message);
  return event.success ? eventOf(event.data) : { kind: 'none', reason: 'the message is none of those that this program knows' };
}

function invocationOf(
  { requestContext: { functionArn }, requestPayload: payload }: z.infer<typeof FailedInvocation>, functionArns: ReadonlySet<string>,
): Letter {
  if (CustomResource.safeParse(payload).success) {
    // What a stack declared then may not be what it declares now, and CloudFormation waits for the answer no longer.
    return { kind: 'none', reason: 'it is an order of CloudFormation: deploy the stack again, and purge the queue' };
  }
  return known(functionArn, functionArns) ? { kind: 'invocation', functionArn: unqualified(functionArn), payload } : stranger(functionArn);
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

function eventOf({ source, 'detail-type': detailType, detail, time, resources = [] }: z.infer<typeof BusEvent>): Letter {
  if (source.startsWith('aws.')) {
    return { kind: 'none', reason: 'it is an event of AWS itself, which nobody else may put on a bus' };
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
