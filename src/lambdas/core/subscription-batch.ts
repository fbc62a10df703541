import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { isObject } from './record-body';

/** One line of a log group, as a subscription delivers it. */
export interface LoggedLine {
  /** CloudWatch's id of the log event. */
  readonly id: string;
  /** When it was logged, epoch milliseconds. */
  readonly loggedAt: number;
  readonly message: string;
}

/** What a CloudWatch Logs subscription delivers in one invocation. */
export interface SubscriptionBatch {
  readonly logGroup: string;
  readonly logStream: string;
  readonly lines: readonly LoggedLine[];
}

/** Thrown where the delivery as a whole is not a subscription batch. */
export class BatchShapeError extends Error {
  public readonly name = 'BatchShapeError';
}

/**
 * The most that a delivery may unpack to. A delivery is at most 6 MB packed; real ones unpack to ten times their size, a
 * decompression bomb to a thousand times.
 */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

const EventShape = z.object({ awslogs: z.object({ data: z.string() }) });
const BatchShape = z.object({
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  logGroup: z.string(),
  logStream: z.string(),
  logEvents: z.array(z.unknown()),
});

/**
 * Unpacks the event of a CloudWatch Logs subscription. Control messages, with which CloudWatch tests the destination, carry no lines.
 *
 * @throws BatchShapeError
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function unpackSubscriptionBatch(event: unknown): SubscriptionBatch {
  const envelope = EventShape.safeParse(event);
  if (!envelope.success) {
    throw new BatchShapeError('not an event of a CloudWatch Logs subscription: awslogs.data is missing');
  }
  const batch = BatchShape.safeParse(unpack(envelope.data.awslogs.data));
  if (!batch.success) {
    throw new BatchShapeError(`not a CloudWatch Logs batch: ${batch.error.issues[0].path.map(String).join('.') || 'wrong shape'}`);
  }
  const { messageType, logGroup, logStream, logEvents } = batch.data;
  return {
    logGroup,
    logStream,
    lines: messageType === 'CONTROL_MESSAGE' ? [] : logEvents.map(lineOf),
  };
}

/** Written out, like the check of a record: there are thousands in a delivery. */
function lineOf(event: unknown, index: number): LoggedLine {
  const { id, timestamp, message } = isObject(event) ? event : {};
  if (typeof id === 'string' && typeof timestamp === 'number' && typeof message === 'string') {
    return { id, loggedAt: timestamp, message };
  }
  const wrong = !isObject(event) ? '' : typeof id !== 'string' ? '.id' : typeof timestamp !== 'number' ? '.timestamp' : '.message';
  throw new BatchShapeError(`not a CloudWatch Logs batch: logEvents.${index}${wrong}`);
}

function unpack(data: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8'));
  } catch (error) {
    // JSON.parse quotes what it stumbled over, which may be a prompt, and Lambda logs an error with its causes: only what kind of failure it was is told.
    const { name, code } = error as NodeJS.ErrnoException;
    throw new BatchShapeError(`awslogs.data is not gzipped JSON, or unpacks to more than 128 MiB (${code ?? name})`);
  }
}
