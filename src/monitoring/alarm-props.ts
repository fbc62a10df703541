import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * How soon somebody has to look.
 */
export enum AlarmSeverity {
  /** Spend goes unmetered, a suspension is missed, or somebody is blocked wrongly, now. */
  CRITICAL = 'critical',
  /** It will come to that, or somebody has to know. */
  WARNING = 'warning',
}

/**
 * What is other about one alarm than it is by default.
 *
 * @example
 * import { AlarmSeverity, BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   alarmOverrides: {
 *     'metering-lag': { threshold: 300 },
 *     'drift': { severity: AlarmSeverity.CRITICAL },
 *     'prices-stale': { enabled: false },
 *   },
 * });
 */
export interface AlarmOverride {
  /**
   * Whether the alarm is made at all.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Decides which actions it has.
   *
   * @default - as docs/runbook.md lists it
   */
  readonly severity?: AlarmSeverity;

  /**
   * The value beyond which it goes off, from 0, in the unit of its metric. Whether it has to be passed or fallen short of stays as it is.
   *
   * @default - as docs/runbook.md lists it
   */
  readonly threshold?: number;

  /**
   * How many periods in a row are looked at: whole, at least 1. The periods together must not be longer than a day.
   *
   * @default - as docs/runbook.md lists it
   */
  readonly evaluationPeriods?: number;

  /**
   * How many of these periods have to be beyond the threshold: whole, from 1 to `evaluationPeriods`.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
}

/**
 * What happens when an alarm goes off, by severity: beside the `operationsTopic`, to which addresses, chats and text messages are subscribed.
 */
export interface AlarmActions {
  /**
   * Of critical alarms, beside the `operationsTopic`: up to 3.
   *
   * @default - none
   */
  readonly critical?: cloudwatch.IAlarmAction[];

  /**
   * Of warnings, beside the `operationsTopic`: up to 3.
   *
   * @default - none
   */
  readonly warning?: cloudwatch.IAlarmAction[];

  /**
   * Whether the `operationsTopic` is told of alarms. If it is not, those who hear alarms through it do not hear them: `operationsEmails`, and the channels of
   * `alertChannels`.
   *
   * @default true
   */
  readonly tellOperationsTopic?: boolean;
}
