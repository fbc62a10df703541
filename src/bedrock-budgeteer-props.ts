import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AgentBudgetOptions } from './agent-core/agent-budget-options';
import { AlertChannel } from './alerts/alert-channel';
import { DailyDigestOptions } from './alerts/daily-digest-options';
import { BudgetOptions } from './budgets/budget-options';
import { RefreshPeriod } from './budgets/refresh-period';
import { SuspensionStrategy } from './enforcement/suspension-strategy';
import { InvocationLogs } from './metering/invocation-logs';
import { PrincipalKind } from './metering/principal-kind';
import { MantleUse } from './metering-coverage/mantle-use';
import { AlarmActions, AlarmOverride } from './monitoring/alarm-props';
import { CacheWriteTtl } from './pricing/cache-write-ttl';
import { ModelPrice } from './pricing/model-price';
import { ReportsOptions } from './reports/reports-options';

/** Properties of a `BedrockBudgeteer`. None of them is required. */
export interface BedrockBudgeteerProps {
  /**
   * Percentage of a limit at which the first warning is given: above 0 and below `criticalThresholdPercent`, with at most 2 decimals.
   * Can be changed at run time in the parameter `warning-threshold-percent`.
   *
   * @default 70
   */
  readonly warningThresholdPercent?: number;

  /**
   * Percentage of a limit at which the second warning is given: above `warningThresholdPercent` and below 100, with at most 2 decimals.
   * Can be changed at run time in the parameter `critical-threshold-percent`.
   *
   * @default 90
   */
  readonly criticalThresholdPercent?: number;

  /**
   * Time between reaching a limit and suspension: whole seconds from 0, which suspends at once, to 30 days.
   * Can be changed at run time in the parameter `grace-period-seconds`.
   *
   * @default Duration.minutes(5)
   */
  readonly gracePeriod?: Duration;

  /**
   * How often budgets start anew, where they do not say so themselves.
   * Can be changed at run time, for default budgets, in the parameter `refresh-period`.
   *
   * @default RefreshPeriod.days(30)
   */
  readonly refreshPeriod?: RefreshPeriod;

  /**
   * IANA name of the time zone in which days, weeks and months begin. Changing it later leaves the days that are recorded as they are.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;

  /**
   * Budget of API-key users that have none of their own, in US dollars a refresh period: above 0 and at most 1,000,000,000, with at most 12
   * decimals. Other users and roles have no budget, and so are not suspended, until somebody gives them one.
   * Can be changed at run time in the parameter `default-api-key-budget-usd`.
   *
   * @default 25
   */
  readonly defaultApiKeyBudgetUsd?: number;

  /**
   * Principals that are metered beside IAM users. IAM users are always metered, since a log record does not tell an API key's user from
   * another. Calls of principals that are not tracked are counted, but charged to nobody.
   *
   * @default - all kinds
   */
  readonly otherTrackedPrincipals?: PrincipalKind[];

  /**
   * Budgets of named users and roles. They are created, changed and withdrawn with the stack; `addBudget` adds further ones.
   *
   * @default - none: only API-key users have a budget
   */
  readonly budgets?: BudgetOptions[];

  /**
   * Prices that hold in place of list prices, such as those of a private offer, of custom models, or of models that no list has yet.
   * Can be changed at run time in the parameter `price-overrides`. Together they may take up 2,000 characters there: a discount of a
   * provider covers all of its models in one line.
   *
   * @default - none: list prices
   */
  readonly modelPrices?: ModelPrice[];

  /**
   * Discount on all list prices, in percent: from 0 to below 100, with at most 2 decimals. It is not granted on `modelPrices`, on
   * estimates, and on models of a provider in `providerDiscountPercents`.
   * Can be changed at run time in the parameter `price-overrides`.
   *
   * @default 0
   */
  readonly discountPercent?: number;

  /**
   * Discounts on the list prices of a provider's models, by the first part of their ids, such as `anthropic`, in percent: from 0 to below 100, with at
   * most 2 decimals. They hold in place of `discountPercent`, not on top of it. Can be changed at run time in the parameter `price-overrides`.
   *
   * @default - none beside `discountPercent`
   */
  readonly providerDiscountPercents?: { readonly [provider: string]: number };

  /**
   * How long prompt caches are taken to be written for where a record does not tell, as it does not without bodies. An hour costs 1.6 times as
   * much: the safe side for whoever does use it.
   * Can be changed at run time in the parameter `assumed-cache-write-ttl`.
   *
   * @default CacheWriteTtl.FIVE_MINUTES
   */
  readonly assumedCacheWriteTtl?: CacheWriteTtl;

  /**
   * Whether prices are read from the AWS Price List every day. Without it, those that came with this version of the library hold.
   *
   * @default - true, unless the stack's region is known to have no Price List API in US dollars: GovCloud, isolated regions, China, the European
   * Sovereign Cloud
   */
  readonly refreshPrices?: boolean;

  /**
   * How many times dearer or cheaper a price may become at a refresh: above 1 and at most 100, with at most 2 decimals. What changes by more is not
   * used but reported. Without `refreshPrices` it does nothing.
   *
   * @default 3
   */
  readonly maxPriceChangeFactor?: number;

  /**
   * Budgets for Bedrock AgentCore runtimes: they are found by themselves, get a default budget, and are suspended through their execution roles.
   * Runtimes that share a role share a budget, since the log does not tell them apart.
   *
   * @default false - model calls of runtimes count towards the budgets of their execution roles, which have none by themselves
   */
  readonly agentCore?: boolean;

  /**
   * What holds for AgentCore runtimes in place of what holds for the rest. Only together with `agentCore`.
   *
   * @default - 25 US dollars a refresh period, with the thresholds and grace period of the rest
   */
  readonly agentBudgets?: AgentBudgetOptions;

  /**
   * How a suspension takes access away. Before the strategy changes, or the construct is removed, everybody has their own policies back.
   *
   * @default SuspensionStrategy.DENY
   */
  readonly suspensionStrategy?: SuspensionStrategy;

  /**
   * How long a policy backup is kept as history after its policies were put back: whole days from 1 to 3650. Only with
   * `SuspensionStrategy.DETACH`.
   *
   * @default Duration.days(90)
   */
  readonly policyBackupHistory?: Duration;

  /**
   * A function behind a URL that shows budgets and changes them, for people, scripts and the command `budgeteer budget`. It takes requests that are signed with
   * AWS credentials alone; `grantAdministration` lets somebody in.
   *
   * @default false - budgets are changed in code, and by hand in the table
   */
  readonly administration?: boolean;

  /**
   * Writes a chargeback report every month: what each principal, team, purpose and model cost, from the ledger, as CSV, JSON and a page.
   *
   * @default - no reports; `budgeteer report` makes them on demand
   */
  readonly reports?: ReportsOptions;

  /**
   * Whether what was metered is compared with what AWS counts, every hour, and the way from Bedrock's log to the meter is watched: what nobody meters
   * stops nobody, and nothing else would notice.
   *
   * @default true
   */
  readonly coverage?: boolean;

  /**
   * What is done about use of Bedrock's endpoint `bedrock-mantle`, which stands in no invocation log and so counts towards no budget: told, denied to whoever
   * has a budget, or ignored. Only together with `coverage`.
   *
   * @default MantleUse.ALARM
   */
  readonly mantleUse?: MantleUse;

  /**
   * Whether what was metered is compared, day by day, with what AWS bills in Cost Explorer: differences by model are told and alarmed. Cost Explorer must
   * be switched on, and be open to member accounts of an organization; it takes 0.01 US dollars a request, of which a day needs about two. Only in the
   * commercial regions, and with logs that are kept for at least a month.
   *
   * @default false - the bill is not looked at
   */
  readonly reconciliation?: boolean;

  /**
   * Key of a tag that users and roles carry with their own name as its value, and that is activated as a cost allocation tag of IAM principals: then
   * principals are compared with the bill as well, which knows them by such tags alone. 1 to 128 letters, digits, spaces and the characters `_.:/=+-@`.
   * A day needs one request more. Only together with `reconciliation`.
   *
   * @default - models alone are compared
   */
  readonly reconciliationPrincipalTag?: string;

  /**
   * Name of the environment: part of parameter paths, tags and alerts. 1 to 64 letters, digits, dots, hyphens and underscores. A change of the name
   * later moves the run-time settings to another path, with the values of the code.
   *
   * @default 'production'
   */
  readonly environmentName?: string;

  /**
   * Key that encrypts tables, topics, queues, events and logs. Where it is imported, its policy must let CloudWatch Logs, CloudWatch alarms and
   * EventBridge of the account use it, and must leave access to the IAM policies of the account.
   *
   * @default - a new key with yearly rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What becomes of the tables, of a key and of an invocation log group that the construct made, when they are removed from the stack.
   * Everything else is always deleted. With `RETAIN` tables are protected from deletion as well.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long logs of functions and workflows, and the managed invocation log, are kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Whether functions and workflows send traces to AWS X-Ray, which some standards ask for. Traces have names of functions, times and results, and the names of
   * executions, in which principals stand. X-Ray bills them; of each function at most one a second and 5 % of the rest are recorded.
   *
   * @default false - every step is in logs, events and the audit table
   */
  readonly tracing?: boolean;

  /**
   * How long the ledger keeps a row for every call: whole days, at least 31, so that a call is still known when it is replayed from a failure
   * queue, which keeps it for 14 days, and for another 14 where the replay fails. With 62 the whole month before is there throughout every month, for
   * reports and for whoever asks what a call cost; reports by quarter need a hundred. Every day costs storage in the table and in its point-in-time recovery.
   * With `reports` at least 40, so that a month is still there when it is reported.
   *
   * @default Duration.days(62)
   */
  readonly ledgerRetention?: Duration;

  /**
   * Where the records of Bedrock invocations come from.
   *
   * @default InvocationLogs.managed() - Bedrock's model-invocation logging is switched on, without prompts and answers
   */
  readonly invocationLogs?: InvocationLogs;

  /**
   * E-mail addresses that are told about budgets: thresholds, grace periods, suspensions, restorations. Each has to confirm the subscription.
   *
   * @default - none; subscribe to `alertsTopic` by other means
   */
  readonly alertEmails?: string[];

  /**
   * E-mail addresses that are told about the system itself: alarms, failures, drift. Each has to confirm the subscription.
   *
   * @default - none; subscribe to `operationsTopic` by other means
   */
  readonly operationsEmails?: string[];

  /**
   * Whether there is a CloudWatch dashboard: what is spent, who is close to a limit or suspended, how fast spend is stopped, whether metering is healthy, and
   * what the system itself costs. Its tables are read from logs whenever somebody opens it.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * What happens when an alarm goes off, by its severity.
   *
   * @default - the `operationsTopic` is told, whatever the severity
   */
  readonly alarmActions?: AlarmActions;

  /**
   * Changes single alarms, or leaves them out, by the names that docs/runbook.md lists, such as `metering-lag`. A name that is none is refused.
   *
   * @default - alarms are as docs/runbook.md lists them
   */
  readonly alarmOverrides?: { readonly [name: string]: AlarmOverride };

  /**
   * Where the runbook is that alarms link to: a page with a section for each alarm, whose anchor is the name of the alarm. For a copy with the steps of
   * your own house.
   *
   * @default - docs/runbook.md of this version on GitHub
   */
  readonly runbookUrl?: string;

  /**
   * Where alerts are told beside the two topics: mail, text messages, topics, chat and webhooks, each with a rule of its own about what it hears. At most
   * 30. Trouble with one of them raises an alarm, and is no trouble for the others.
   *
   * @default - none: only the topics, and whoever has subscribed to them
   */
  readonly alertChannels?: AlertChannel[];

  /**
   * A message once a day that lists the top spenders and all who are above their warning threshold, through the same topics and channels as other alerts.
   * `{}` switches it on as it is by default.
   *
   * @default - none
   */
  readonly dailyDigest?: DailyDigestOptions;

  /**
   * Bus on which events are put, in the account and region of the stack.
   *
   * @default - a new bus
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Tags for every resource, beside `App`, `Component`, `Environment`, `CostAllocation` and `DataClassification`; a tag of the same name replaces
   * the construct's.
   *
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };
}
