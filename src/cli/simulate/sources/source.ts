import { Outcome } from '../../invocation-logs/explainer';

/** What was read of a log at a time, and how far that is. */
export interface LogPart {
  /** The file or log that it comes from, for messages. */
  readonly origin: string;
  readonly outcomes: readonly Outcome[];
  /** From 0 to 1, where it is known how much there is. */
  readonly share?: number;
}

/** Where records come from. */
export interface LogSource {
  /** @throws UsageError before the first part, CommandFailure */
  read(): AsyncIterable<LogPart>;
}

/** A span of time: its end is no part of it. Instants are epoch milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}
