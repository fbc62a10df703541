import { gunzipSync } from 'node:zlib';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { PersonText } from '../../lambdas/core/erasure/person-text';
import { FailureQueue } from '../dead-letters/deployment';
import { giveBack } from '../dead-letters/give-back';

/** A queue with messages that name the person. */
export interface NamingQueue {
  readonly queue: FailureQueue;
  readonly messages: number;
  /** When the last of them was put in, epoch milliseconds. */
  readonly lastSentAt: number;
}

/** Every queue of the system keeps its messages for so long. */
export const QUEUE_DAYS = 14;

/** Seconds for which the messages of a page are out of sight while they are looked at. */
const OUT_OF_SIGHT_SECONDS = 60;
const PER_REQUEST = 10;
/** What was given back may come again before what was not seen yet: so many answers without anything new are the end. */
const STALE_ANSWERS = 10;
/** SQS asks but some of its servers: only several empty answers mean an empty queue. */
const EMPTY_ANSWERS = 3;
/** More than that say the same: replay them. */
const MAX_MESSAGES = 1000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Looks into a queue and puts every page back at once: messages hold what others have called, or will have to be done again, so none can be changed or
 * deleted.
 */
export async function naming(queue: FailureQueue, names: PersonText, sqs: SQSClient, now: number): Promise<NamingQueue> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const seen = new Set<string>();
  let messages = 0;
  let lastSentAt = 0;
  for (let [empty, stale] = [0, 0]; empty < EMPTY_ANSWERS && stale < STALE_ANSWERS && seen.size < MAX_MESSAGES;) {
    const { Messages: received = [] } = await sqs.send(new ReceiveMessageCommand({
      QueueUrl: queue.url, MaxNumberOfMessages: PER_REQUEST, VisibilityTimeout: OUT_OF_SIGHT_SECONDS, MessageSystemAttributeNames: ['SentTimestamp'],
    }));
    const fresh = received.filter(({ MessageId: id }) => !seen.has(id!));
    empty = received.length === 0 ? empty + 1 : 0;
    stale = fresh.length === 0 ? stale + 1 : 0;
    for (const { MessageId: id, Body: body = '', Attributes: attributes } of fresh) {
      seen.add(id!);
      if (unpacked(body).some(text => names.text(text) !== text)) {
        messages += 1;
        lastSentAt = Math.max(lastSentAt, Number(attributes?.SentTimestamp ?? now));
      }
    }
    await giveBack(queue.url, received.map(({ ReceiptHandle: receipt }) => receipt!), sqs);
  }
  return { queue, messages, lastSentAt };
}

/** A message, and what is packed in it: records of the invocation log, and batches of them. */
function unpacked(body: string): readonly string[] {
  const packed = [...body.matchAll(/"(?:data|record)":"((?:H4sI)[A-Za-z0-9+/=]+)"/g)].map(([, base64]) => base64);
  return [body.replaceAll('\\"', '"'), ...packed.flatMap(base64 => {
    try {
      return [gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8').replaceAll('\\"', '"')];
    } catch {
      // Not packed after all, or cut off: what can be read of it has been looked at.
      return [];
    }
  })];
}
