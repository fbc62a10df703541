import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmSeverity } from '../alarm-props';

/** What an operator is told: what it means, what to do first, and where the background is explained. */
export interface Explanation {
  readonly meaning: string;
  readonly firstAction: string;
  /** Beyond the section of the runbook: a file of docs/ and a heading in it. */
  readonly read: Reading;
}

export interface Watch extends Explanation {
  readonly metric: cloudwatch.IMetric;
  /** @default AlarmSeverity.WARNING */
  readonly severity?: AlarmSeverity;
  /** Goes off above it; @default 0 */
  readonly above?: number;
  /** Goes off below it, in place of above. */
  readonly below?: number;
  /** Periods in a row; @default 1 */
  readonly periods?: number;
  /** What it means that there is no data point; @default Silence.NOTHING_HAPPENED */
  readonly silence?: Silence;
  /** Whether there may be more alarms of this name, since one cannot watch everything. */
  readonly several?: boolean;
}

/** What it means that there is no data point: each alarm says which of these it is. */
export const Silence = {
  /** It is counted when it happens and not otherwise, be it by us or by AWS. */
  NOTHING_HAPPENED: 'nothing happened',
  /** SQS reports every queue that has a message in it, and falls silent about one that has been empty and unused for six hours. */
  EMPTY_QUEUE: 'empty queue',
  /** It is measured at work that is done: without work nothing can be late. */
  NO_WORK: 'no work',
  /** Whoever should tell does so at every run: silence is what the alarm is for. */
  IS_THE_TROUBLE: 'is the trouble',
} as const;
export type Silence = (typeof Silence)[keyof typeof Silence];

/** That of most alarms. */
export const PERIOD = Duration.minutes(5);

/** The most that an alarm on an expression can watch. */
export const METRICS_PER_ALARM = 10;

/** The sections with the background. */
export const READ = {
  QUEUES: { file: 'operations.md', section: 'Queues to look into' },
  SETTINGS: { file: 'operations.md', section: 'Change settings for everybody' },
  METERING: { file: 'failures.md', section: 'Metering' },
  DECIDING: { file: 'failures.md', section: 'Deciding' },
  SUSPENDING: { file: 'failures.md', section: 'Suspending' },
  RESTORING: { file: 'failures.md', section: 'Restoring' },
  UNKNOWN_PRICES: { file: 'pricing.md', section: 'What is not known' },
  REFRESH: { file: 'pricing.md', section: 'The daily refresh' },
  REPRICING: { file: 'pricing.md', section: 'When the price becomes known' },
  DRIFT: { file: 'failures.md', section: 'Drift' },
  POLICIES: { file: 'security.md', section: 'How it ends' },
  ADMINISTRATION: { file: 'administration.md', section: 'Answers' },
  AGENTS: { file: 'agentcore.md', section: 'How runtimes are found' },
  COVERAGE: { file: 'coverage.md', section: 'What is compared' },
  LOGGING: { file: 'coverage.md', section: 'The way to the meter' },
  MANTLE: { file: 'coverage.md', section: 'The mantle endpoint' },
  RECONCILIATION: { file: 'reconciliation.md', section: 'When the bill differs' },
  BILL_PENDING: { file: 'reconciliation.md', section: 'When the bill is not there' },
  EMERGENCIES: { file: 'emergencies.md', section: 'Pause enforcement, or lift it' },
  ALERTS: { file: 'alerts.md', section: 'When a channel fails' },
  REPORTS: { file: 'chargeback.md', section: 'When a report is missing' },
  COMPUTE: { file: 'agentcore.md', section: 'Compute' },
} as const;
export type Reading = (typeof READ)[keyof typeof READ];

/** `SUM` passes over metrics without a data point; added up by `+`, one of them would leave no sum at all. */
export function sumOf(metrics: cloudwatch.IMetric[], label: string): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index + 1}`, metric])),
    label,
    period: PERIOD,
  });
}

/** What one alarm cannot watch, several do. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
