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
  /** Files or objects that are there and were not read, since they hold no records: what Bedrock delivers beside them. Whole once all is read. */
  readonly passedOver: number;
  /** @throws UsageError before the first part, CommandFailure */
  read(): AsyncIterable<LogPart>;
}

/**
 * Records are logged and delivered after the calls in them, and of an hour together: what was logged so long after a range may hold calls of its end. Whoever
 * reads by the time of the log reads so much more; which calls are of the range tells their own time.
 */
export const DELIVERY_MS = 60 * 60 * 1000;

/** A span of time: its end is no part of it. Instants are epoch milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}
