import { Duration } from 'aws-cdk-lib';
import { RefreshPeriod } from '../budgets/refresh-period';

/** What holds for AgentCore runtimes in place of what holds for the rest. */
export interface AgentBudgetOptions {
  /**
   * Budget of runtimes that have none of their own, in US dollars a refresh period: above 0 and at most 1,000,000,000, with at most 12
   * decimals. Runtimes that share an execution role may spend together what they may spend one by one.
   * Can be changed at run time in the parameter `default-agent-budget-usd`.
   *
   * @default 25
   */
  readonly defaultBudgetUsd?: number;

  /**
   * Percentage of a limit at which the first warning is given. Can be changed at run time in the parameter `agent-warning-threshold-percent`.
   *
   * @default - the `warningThresholdPercent` of the construct
   */
  readonly warningThresholdPercent?: number;

  /**
   * Percentage of a limit at which the second warning is given. Can be changed at run time in the parameter `agent-critical-threshold-percent`.
   *
   * @default - the `criticalThresholdPercent` of the construct
   */
  readonly criticalThresholdPercent?: number;

  /**
   * Time between reaching a limit and suspension: whole seconds from 0, which suspends at once, to 30 days.
   * Can be changed at run time in the parameter `agent-grace-period-seconds`.
   *
   * @default - the `gracePeriod` of the construct
   */
  readonly gracePeriod?: Duration;

  /**
   * How often default budgets of runtimes start anew. Can be changed at run time in the parameter `agent-refresh-period`.
   *
   * @default - the `refreshPeriod` of the construct
   */
  readonly refreshPeriod?: RefreshPeriod;

  /**
   * Whether AgentCore's own compute, which is billed by vCPU-hours and GB-hours, counts towards the budgets of the runtimes: read every hour from the
   * usage metrics in CloudWatch, at list price. A suspension stops model calls, not compute that runs already.
   *
   * @default false - model calls alone
   */
  readonly computeCosts?: boolean;
}
