import { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { principalOf } from '../../../src/lambdas/adapters/budget-stream';
import { Timeline } from './clock';

/** As the construct sets the event source mapping. */
export const STREAM_MAPPING = { batchSize: 100, retryAttempts: 20, maxAgeMs: 23 * 3_600_000 } as const;

export interface MappingPorts {
  invoke(event: DynamoDBStreamEvent): Promise<unknown>;
  giveUp(batch: readonly DynamoDBRecord[]): void;
}

const SHARDS = 2;

interface Shard {
  readonly records: DynamoDBRecord[];
  /** How many records the next batch has at most: halved where a batch fails as a whole. */
  window: number;
  attempts: number;
  isScheduled: boolean;
}

/** Lambda's poller of a table's stream: each shard in order, a batch again from its first failed record on, halved where it fails as a whole. */
export class StreamMapping {
  private readonly shards: Shard[] = Array.from({ length: SHARDS }, () => ({ records: [], window: STREAM_MAPPING.batchSize, attempts: 0, isScheduled: false }));

  constructor(private readonly timeline: Timeline, private readonly ports: MappingPorts) {}

  public add(record: DynamoDBRecord): void {
    const key = principalOf(record);
    const shard = this.shards[[...key].reduce((sum, character) => sum + character.charCodeAt(0), 0) % SHARDS];
    shard.records.push(record);
    this.wake(shard, this.timeline.now);
  }

  private wake(shard: Shard, at: number): void {
    if (!shard.isScheduled) {
      shard.isScheduled = true;
      this.timeline.schedule(at, () => this.poll(shard));
    }
  }

  private async poll(shard: Shard): Promise<void> {
    shard.isScheduled = false;
    const batch = shard.records.slice(0, shard.window);
    let delay = 0;
    try {
      const { batchItemFailures: failures } = await this.ports.invoke({ Records: batch }) as DynamoDBBatchResponse;
      const failed = failures.map(({ itemIdentifier }) => batch.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === itemIdentifier));
      if (failed.length === 0) {
        this.advance(shard, batch.length);
      } else {
        this.advance(shard, Math.min(...failed));
        delay = this.again(shard);
      }
    } catch {
      if (batch.length > 1) {
        shard.window = Math.ceil(batch.length / 2);
        delay = 1_000;
      } else {
        delay = this.again(shard);
      }
    }
    if (shard.records.length > 0) {
      this.wake(shard, this.timeline.now + delay);
    }
  }

  private advance(shard: Shard, count: number): void {
    shard.records.splice(0, count);
    if (count > 0) {
      shard.attempts = 0;
      shard.window = STREAM_MAPPING.batchSize;
    }
  }

  /** @returns after how long */
  private again(shard: Shard): number {
    shard.attempts += 1;
    const [first] = shard.records;
    const isOld = this.timeline.now - first.dynamodb!.ApproximateCreationDateTime! * 1000 > STREAM_MAPPING.maxAgeMs;
    if (shard.attempts > STREAM_MAPPING.retryAttempts || isOld) {
      this.ports.giveUp([first]);
      this.advance(shard, 1);
      return 0;
    }
    return Math.min(60_000, 1_000 * 2 ** (shard.attempts - 1));
  }
}
