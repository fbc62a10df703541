import { gzipSync } from 'node:zlib';
import { SendMessageBatchCommand, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { isoInstant } from '../core/budget-item';
import { UnreadableLine, UnreadableStore } from '../core/metering';
import { SubscriptionBatch } from '../core/subscription-batch';
import { packBySize } from './pack-by-size';
import { fullJitter, wait, Wait } from './waiting';

/** Thrown where the queue kept refusing messages. */
export class UnreadableNotKeptError extends Error {
  public readonly name = 'UnreadableNotKeptError';
}

const MAX_ENTRIES = 10;
/** The smallest limit that SQS ever had for a message and for a batch, with some air. */
const MAX_BYTES = 250 * 1024;
const MAX_PLAIN_BYTES = 60 * 1024;
/** What is left of a record that is too big for a message even when packed: enough to see what it is. */
const MAX_EXCERPT_CHARACTERS = 10_000;
const MAX_ATTEMPTS = 4;

/** Characters that JSON allows and SQS refuses, and with them the whole batch. */
const NOT_FOR_SQS = /[\uFFFE\uFFFF]/g;

/** The queue of lines that could not be charged: an operator finds there why, where the line stands, and the line itself. */
export class SqsUnreadableStore implements UnreadableStore {
  constructor(private readonly client: SQSClient, private readonly queueUrl: string, private readonly pause: Wait = wait) {}

  public async keep(origin: Pick<SubscriptionBatch, 'logGroup' | 'logStream'>, lines: readonly UnreadableLine[]): Promise<void> {
    const entries = lines.map((line, index) => ({ Id: String(index), MessageBody: messageOf(origin, line) }));
    for (const pack of packBySize(entries, ({ MessageBody: body }) => Buffer.byteLength(body), { maxItems: MAX_ENTRIES, maxBytes: MAX_BYTES })) {
      await this.send(pack);
    }
  }

  private async send(entries: readonly SendMessageBatchRequestEntry[]): Promise<void> {
    let pending = entries;
    for (let attempt = 1; ; attempt += 1) {
      const { Failed: failed = [] } = await this.client.send(new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries: [...pending] }));
      if (failed.length === 0) {
        return;
      }
      if (attempt >= MAX_ATTEMPTS) {
        const codes = [...new Set(failed.map(({ Code: code }) => code))].join(', ');
        throw new UnreadableNotKeptError(`${failed.length} unreadable records could not be kept after ${attempt} attempts: ${codes}`);
      }
      await this.pause(fullJitter(attempt, 100, 1_000));
      const ids = new Set(failed.map(({ Id: id }) => id));
      pending = pending.filter(({ Id: id }) => ids.has(id));
    }
  }
}

function messageOf(origin: Pick<SubscriptionBatch, 'logGroup' | 'logStream'>, { line, code, message }: UnreadableLine): string {
  const about = { code, message, logGroup: origin.logGroup, logStream: origin.logStream, eventId: line.id, loggedAt: isoInstant(line.loggedAt) };
  if (Buffer.byteLength(line.message) <= MAX_PLAIN_BYTES) {
    return jsonFor({ ...about, encoding: 'plain', record: line.message });
  }
  const packed = jsonFor({ ...about, encoding: 'gzip+base64', record: gzipSync(line.message).toString('base64') });
  return Buffer.byteLength(packed) <= MAX_BYTES ? packed : jsonFor({
    ...about,
    encoding: 'plain',
    record: line.message.slice(0, MAX_EXCERPT_CHARACTERS),
    truncated: `the record has ${line.message.length} characters; it stands whole in the log group under its eventId`,
  });
}

function jsonFor(message: Readonly<Record<string, string>>): string {
  return JSON.stringify(message).replace(NOT_FOR_SQS, character => `\\u${character.charCodeAt(0).toString(16)}`);
}
