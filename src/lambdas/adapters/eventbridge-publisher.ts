import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../contract';
import { BudgetEvent } from '../core/events';
import { EventPublisher } from '../core/ports';
import { packBySize } from './pack-by-size';
import { fullJitter, wait, Wait } from './waiting';

/** Thrown where the bus kept refusing events. */
export class EventsRefusedError extends Error {
  public readonly name = 'EventsRefusedError';
}

const MAX_ENTRIES = 10;
/** EventBridge allows 256 KB a request; what it counts beside the texts themselves stays below 1 KB an entry. */
const MAX_BYTES = 240 * 1024;
const MAX_ATTEMPTS = 4;

/** Puts events on the bus. */
export class EventBridgePublisher implements EventPublisher {
  constructor(private readonly client: EventBridgeClient, private readonly busName: string, private readonly pause: Wait = wait) {}

  public async publish(events: readonly BudgetEvent[]): Promise<void> {
    const entries = events.map(event => this.entryOf(event));
    for (const pack of packBySize(entries, sizeOf, { maxItems: MAX_ENTRIES, maxBytes: MAX_BYTES })) {
      await this.put(pack);
    }
  }

  private async put(entries: readonly PutEventsRequestEntry[]): Promise<void> {
    let pending = entries;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.client.send(new PutEventsCommand({ Entries: [...pending] }));
      if (!answer.FailedEntryCount) {
        return;
      }
      // Results stand in the order of the entries.
      const failed = pending.filter((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined);
      if (attempt >= MAX_ATTEMPTS || failed.length === 0) {
        const codes = [...new Set(answer.Entries?.map(({ ErrorCode: code }) => code).filter(Boolean))].join(', ');
        throw new EventsRefusedError(`${answer.FailedEntryCount} events were not accepted after ${attempt} attempts: ${codes || 'no reason given'}`);
      }
      await this.pause(fullJitter(attempt, 100, 1_000));
      pending = failed;
    }
  }

  private entryOf({ type, detail }: BudgetEvent): PutEventsRequestEntry {
    const entry = {
      EventBusName: this.busName,
      Source: EVENT_SOURCE,
      DetailType: type,
      Time: new Date(detail.occurredAt),
      Detail: JSON.stringify(detail),
    };
    // Labels are free text: an event must not be refused for ever because somebody wrote a book into them.
    return sizeOf(entry) <= MAX_BYTES ? entry : { ...entry, Detail: JSON.stringify({ ...detail, labels: {}, before: {}, after: {} }) };
  }
}

function sizeOf({ Detail: detail = '', DetailType: type = '' }: PutEventsRequestEntry): number {
  return Buffer.byteLength(detail) + Buffer.byteLength(type);
}
