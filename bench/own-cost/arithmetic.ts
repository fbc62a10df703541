import {
  distinct, EVALUATOR, EVENTS_A_PRINCIPAL, HOURS_A_MONTH, ITEM_OVERHEAD_BYTES, KEY_REQUESTS_AN_HOUR, LEDGER_DAYS, LOG_COMPRESSION, LOG_MONTHS, METER,
  MOST_READERS, PLATFORM_LOG_BYTES, recordsADelivery, SCHEDULED, SELDOM_SHARE, Traffic, TRANSITIONS_A_PRINCIPAL, Volume,
} from './assumptions';
import { Deployed } from './deployed';
import { costOf } from './list-prices';
import { Measured } from './measured';

/** Something that is paid for, in a month. */
export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

const GB = 2 ** 30;

/** What follows from how calls come. */
export interface Flow {
  readonly records: number;
  readonly deliveries: number;
  /** Principals in a delivery, of which each has its budget added to. */
  readonly additions: number;
  readonly transactions: number;
  readonly evaluations: number;
}

export function flowOf(volume: Volume, traffic: Traffic, { mostActions, recordBytes }: Pick<Measured, 'mostActions' | 'recordBytes'>): Flow {
  const records = recordsADelivery(volume, traffic, recordBytes);
  const additions = distinct(volume.principals, records);
  return {
    records,
    deliveries: volume.calls / records,
    additions,
    transactions: Math.max(1, (records + additions) / mostActions),
    evaluations: Math.min(additions, MOST_READERS),
  };
}

/** What a month's calls cost, whatever the deployment costs by itself. */
export function costOfCalls(volume: Volume, traffic: Traffic, measured: Measured, ledgerDays = LEDGER_DAYS): readonly CostLine[] {
  const { calls, principals, models } = volume;
  const { records, deliveries, additions, transactions, evaluations } = flowOf(volume, traffic, measured);
  const meterSeconds = deliveries * (METER.msADelivery + METER.msATransaction * transactions + METER.msARecord * records) / 1000;
  const evaluatorSeconds = deliveries * (evaluations * EVALUATOR.msAnInvocation + additions * EVALUATOR.msAChange) / 1000;
  const chargedLines = deliveries * distinct(principals * models, records) * measured.chargedLines;
  const ownLogBytes = deliveries * (measured.meterLogBytes + PLATFORM_LOG_BYTES) + chargedLines * measured.chargedLineBytes
    + deliveries * evaluations * (measured.evaluatorLogBytes + PLATFORM_LOG_BYTES);
  const ledgerGb = calls * (measured.rowBytes + ITEM_OVERHEAD_BYTES) / GB * ledgerDays * 24 / HOURS_A_MONTH;
  return [
    { what: 'ledger: a row a call, in a transaction', usd: costOf('writeUnit', calls * measured.rowWriteUnits) },
    { what: 'budgets: an addition for each principal of a delivery, in the same transaction', usd: costOf('writeUnit', deliveries * additions * measured.additionWriteUnits) },
    { what: `ledger: storage of ${ledgerDays} days`, usd: costOf('tableGbMonth', ledgerGb) },
    { what: `ledger: point-in-time recovery of ${ledgerDays} days`, usd: costOf('recoveryGbMonth', ledgerGb) },
    { what: 'invocation log, without prompts', usd: costOfLog(calls * measured.recordBytes) },
    { what: 'meter', usd: costOf('lambdaRequest', deliveries) + costOf('lambdaGbSecond', meterSeconds * METER.memoryGb) },
    { what: 'evaluator', usd: costOf('lambdaRequest', deliveries * evaluations) + costOf('lambdaGbSecond', evaluatorSeconds * EVALUATOR.memoryGb) },
    { what: 'logs of meter and evaluator', usd: costOfLog(ownLogBytes) },
    { what: 'events: audit, mails, workflows', usd: costOfEvents(principals, measured) },
  ];
}

/** Ingested once, and kept compressed. */
export function costOfLog(bytes: number): number {
  return costOf('logGb', bytes / GB) + costOf('logGbMonth', bytes / GB * LOG_COMPRESSION * LOG_MONTHS);
}

function costOfEvents(principals: number, { additionWriteUnits }: Measured): number {
  const events = principals * EVENTS_A_PRINCIPAL;
  // Told and kept in the audit table: two functions of 0.5 GB for a tenth of a second each, a row, a mail; and the decision that is written.
  return costOf('event', events) + costOf('lambdaRequest', 2 * events) + costOf('lambdaGbSecond', 2 * events * 0.1 * 0.5)
    + costOf('writeUnit', events * (2 + additionWriteUnits / 2)) + costOf('mail', events) + costOf('transition', principals * TRANSITIONS_A_PRINCIPAL);
}

/** What a deployment costs a month, whatever is called. */
export function costOfDeployment(
  { metrics, seldomMetrics, alarmMetrics, alarms, dashboards, keys, secrets, scheduledRuns, keyUses }: Deployed,
): readonly CostLine[] {
  return [
    { what: `${metrics} custom metrics that are sent hour by hour`, usd: costOf('metric', metrics) },
    { what: `${seldomMetrics} that are sent when something has happened: ${SELDOM_SHARE * 100} % of the hours`, usd: costOf('metric', seldomMetrics * SELDOM_SHARE) },
    { what: `${alarms} alarms, paid by the ${alarmMetrics} metrics in them`, usd: costOf('alarmMetric', alarmMetrics) },
    { what: `${dashboards} dashboards`, usd: costOf('dashboard', dashboards) },
    { what: `${keys} key`, usd: costOf('key', keys) },
    { what: 'its use, by every function that may use a table', usd: costOf('keyRequest', keyUses * KEY_REQUESTS_AN_HOUR * HOURS_A_MONTH) },
    { what: `${secrets} secrets`, usd: costOf('secret', secrets) },
    {
      what: `${Math.round(scheduledRuns).toLocaleString('en-US')} runs on schedule`,
      usd: costOf('lambdaRequest', scheduledRuns) + costOf('lambdaGbSecond', scheduledRuns * SCHEDULED.seconds * SCHEDULED.memoryGb)
        + costOf('readUnit', scheduledRuns * SCHEDULED.readUnits) + costOfLog(scheduledRuns * (SCHEDULED.logBytes + PLATFORM_LOG_BYTES)),
    },
  ].filter(({ usd }) => usd > 0);
}

export function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
