import { KindSpendMetric, Metric } from '../../src/contract';
import { Log, Metrics } from '../../src/lambdas/core/ports';
import { legibleEntry } from './texts';

export interface LoggedEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A log and metrics that remember what they were told. */
export class Observed {
  public readonly entries: LoggedEntry[] = [];
  public readonly added: (readonly [Metric | KindSpendMetric, number])[] = [];
  public readonly log: Log = { info: this.entry('info'), warn: this.entry('warn'), error: this.entry('error') };
  public readonly rows = this.log;
  public readonly metrics: Metrics = { add: (metric, value) => void this.added.push([metric, value]) };

  private entry(level: LoggedEntry['level']): Log['info'] {
    return (message, facts = {}) => {
      legibleEntry(level, message, facts);
      this.entries.push({ level, message, facts });
    };
  }

  public at(level: LoggedEntry['level']): LoggedEntry[] {
    return this.entries.filter(entry => entry.level === level);
  }
}

/** A wait that takes no time and remembers how long it should have taken. */
export function recordedWaits(): { readonly waits: number[]; pause(milliseconds: number): Promise<void> } {
  const waits: number[] = [];
  return {
    waits,
    pause: async milliseconds => {
      waits.push(milliseconds);
    },
  };
}

/** What an asynchronous iteration yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}
