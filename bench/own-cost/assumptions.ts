import { Metric } from '../../src/contract';

/** What cannot be measured here. Whoever knows better puts it in, and runs `npm run bench -- own-cost --write`. */

export const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

/**
 * Metrics that are sent when something has happened alone, which is seldom, as a rule; the code of the product does not send them otherwise. A custom
 * metric is billed by the hour in which it is sent. What a deployment may well have day by day, such as estimates, is counted in full.
 */
export const SELDOM_SENT: ReadonlySet<Metric> = new Set<Metric>([
  Metric.RECORDS_DUPLICATE, Metric.RECORDS_UNREADABLE, Metric.RECORDS_UNKNOWN_MODEL, Metric.MODELS_UNRESOLVED,
  Metric.THRESHOLDS_CROSSED, Metric.GRACE_PERIODS_STARTED, Metric.UNENFORCEABLE_OVER_LIMIT, Metric.EVALUATION_FAILURES,
  Metric.SUSPENSIONS, Metric.RESTORATIONS, Metric.SUSPENSION_FAILURES, Metric.RESTORATION_FAILURES, Metric.SECONDS_TO_BLOCK, Metric.OVERSPEND_USD,
  Metric.UNAUDITED_CHANGES, Metric.DRIFT_DETECTED, Metric.PRICES_HELD_BACK, Metric.PRICE_LIST_FAILURES,
  Metric.MANTLE_INFERENCES, Metric.SETTINGS_INVALID,
  Metric.RUNTIMES_REGISTERED, Metric.RUNTIMES_REFUSED, Metric.POLICIES_REMOVED, Metric.POLICIES_RESTORED, Metric.POLICIES_NOT_RESTORED,
  Metric.ADMINISTRATION_REQUESTS, Metric.ADMINISTRATION_REFUSED,
]);

/** The part of the hours of a month in which each of them is sent: 36 hours. */
export const SELDOM_SHARE = 0.05;

/** Sent by a handler that is always there, but only where runtimes of AgentCore have budgets. */
export const SENT_WITH_AGENTS: ReadonlySet<Metric> = new Set<Metric>([Metric.AGENTS_MONITORED, Metric.AGENTS_EXCEEDED, Metric.AGENT_POOL_USED_PERCENT]);

/** How calls come: by this the same number of calls costs more or less. */
export interface Traffic {
  readonly name: string;
  /** How long calls are collected before they are delivered, in seconds; `undefined`: each by itself. AWS gives no figure. */
  readonly collectedSeconds?: number;
  /** The part of the month in which calls are made. */
  readonly busyShare: number;
}

export const TRAFFIC: readonly Traffic[] = [
  { name: 'best', collectedSeconds: 60, busyShare: 0.25 },
  { name: 'typical', collectedSeconds: 10, busyShare: 0.25 },
  { name: 'worst', busyShare: 1 },
];

/** A month's calls, and how many principals and models make them. */
export interface Volume {
  readonly calls: number;
  readonly principals: number;
  readonly models: number;
}

export const VOLUMES: readonly Volume[] = [
  { calls: 10_000, principals: 5, models: 2 },
  { calls: 1_000_000, principals: 20, models: 3 },
  { calls: 100_000_000, principals: 200, models: 5 },
];

/** A delivery is of what was put into the log together, of which PutLogEvents takes no more. */
const MOST_BYTES = 1_048_576;

/** Records in a delivery that is not empty, where calls come at random. */
export function recordsADelivery({ calls }: Volume, { collectedSeconds, busyShare }: Traffic, recordBytes: number): number {
  if (collectedSeconds === undefined) {
    return 1;
  }
  const expected = calls / (SECONDS_A_MONTH * busyShare) * collectedSeconds;
  return Math.min(Math.floor(MOST_BYTES / recordBytes), expected / -Math.expm1(-expected));
}

/** How many of so many are met at least once in so many draws, all of them being as likely. */
export function distinct(of: number, draws: number): number {
  return draws <= 1 ? draws : of * (1 - (1 - 1 / of) ** draws);
}

/**
 * Lambda's own time cannot be measured here. A transaction of DynamoDB takes some ten milliseconds and mostly waits; what the meter computes for a record
 * is 0.03 ms on the machine of docs/performance.md, and taken three times as long on the half of a processor that 1 GB of memory comes with.
 */
export const METER = { memoryGb: 1, msADelivery: 10, msATransaction: 30, msARecord: 0.1 };
export const EVALUATOR = { memoryGb: 0.5, msAnInvocation: 5, msAChange: 2 };

/** Shards of a stream, of which each has two readers: what is written at once is read by so many invocations at most. */
export const MOST_READERS = 8;

/** A function on schedule: reads a few items, and writes a log line or two. */
export const SCHEDULED = { seconds: 1, memoryGb: 0.5, readUnits: 20, logBytes: 1_500 };

/** What Lambda writes of an invocation itself: START, END and REPORT. */
export const PLATFORM_LOG_BYTES = 330;

/** CloudWatch Logs counts so much beside the text of every event. */
export const EVENT_OVERHEAD_BYTES = 26;

/** What logs are compressed to where they are kept. */
export const LOG_COMPRESSION = 0.15;

/** DynamoDB counts so much beside the attributes of every item that it keeps. */
export const ITEM_OVERHEAD_BYTES = 100;

/** Registered, warned, suspended, restored: each is an event, an audit row, two invocations and a mail; and a decision that is written. */
export const EVENTS_A_PRINCIPAL = 10;

/** Each suspension and restoration takes some ten transitions. */
export const TRANSITIONS_A_PRINCIPAL = 20;

/** DynamoDB asks for the key of a table again after five minutes, for everybody who uses it. */
export const KEY_REQUESTS_AN_HOUR = 12;

/** Defaults of the product: `ledgerRetention` and `logRetention`. */
export const LEDGER_DAYS = 62;
export const LOG_MONTHS = 3;
