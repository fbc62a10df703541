import { EventPublisher, Log, Metrics } from '../ports';
import { LoggingFacts } from './logging-check';
import { MantleUse } from './mantle';
import { CountsByModel } from './token-counts';

/** An hour of the clock in UTC, by its begin in epoch milliseconds. */
export type Hour = number;

/** What AWS counts of Bedrock's two endpoints, hour by hour. */
export interface BedrockMetrics {
  /** Tokens and calls of the runtime endpoint, by the model as the metrics name it. @throws where an answer is not complete */
  counted(from: Hour, until: Hour): Promise<ReadonlyMap<Hour, CountsByModel>>;
  /** Use of the mantle endpoint in one hour. */
  mantleUse(hour: Hour): Promise<MantleUse>;
  /** Calls that the meter has charged to nobody, since their principals are not tracked. */
  untrackedCalls(from: Hour, until: number): Promise<number>;
}

/** What the meter has written into its log. */
export interface MeteredLog {
  /** Tokens and calls by hour of the call and model as it was called; hours without a call are missing. */
  metered(hours: readonly Hour[], now: number): Promise<ReadonlyMap<Hour, CountsByModel>>;
}

/** The way from Bedrock to the meter. */
export interface LoggingInspector {
  inspect(): Promise<LoggingFacts>;
  /** When the checker was deployed, epoch milliseconds; undefined where AWS does not tell. */
  checkingSince(): Promise<number | undefined>;
}

export interface CoveragePorts {
  readonly bedrock: BedrockMetrics;
  readonly meterLog: MeteredLog;
  readonly logging: LoggingInspector;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}
