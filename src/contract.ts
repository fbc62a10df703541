/**
 * Names that the construct and the handlers must agree on. Free of imports, so that both sides can read it
 * and neither can drift from the other.
 */

/** The `source` of every event that the product puts on the bus. */
export const EVENT_SOURCE = 'bedrock-budgeteer';

/** The `source` of signed messages on their way to a webhook: rules for events of the product do not hear them. */
export const WEBHOOK_SOURCE = 'bedrock-budgeteer.webhooks';

/** `detail-type` of these. */
export const WEBHOOK_MESSAGE = 'Webhook Message';

/** The header of a webhook's request that carries the signature. */
export const WEBHOOK_SIGNATURE_HEADER = 'Budgeteer-Signature';

/** Version of the event detail schemas; documented in docs/events.md. */
export const EVENT_SCHEMA_VERSION = '1';

/** `detail-type` of the events on the bus; each is documented in docs/events.md. */
export const EventType = {
  PRINCIPAL_REGISTERED: 'Principal Registered',
  BUDGET_CHANGED: 'Budget Changed',
  THRESHOLD_CROSSED: 'Budget Threshold Crossed',
  GRACE_PERIOD_STARTED: 'Grace Period Started',
  GRACE_PERIOD_CANCELLED: 'Grace Period Cancelled',
  PRINCIPAL_SUSPENDED: 'Principal Suspended',
  SUSPENSION_FAILED: 'Suspension Failed',
  PRINCIPAL_UNENFORCEABLE: 'Principal Unenforceable',
  RESTORATION_STARTED: 'Restoration Started',
  PRINCIPAL_RESTORED: 'Principal Restored',
  RESTORATION_FAILED: 'Restoration Failed',
  PRINCIPAL_GONE: 'Principal Gone',
  /** Every other change of status, for the audit trail. */
  STATUS_CHANGED: 'Budget Status Changed',
  DENY_ATTACHED: 'Deny Policy Attached',
  DENY_DETACHED: 'Deny Policy Detached',
  DRIFT_DETECTED: 'Enforcement Drift Detected',
  CONFIGURATION_CHANGED: 'Configuration Changed',
  CONFIGURATION_INVALID: 'Configuration Invalid',
  DECLARATION_KEPT_OUT: 'Budget Declaration Kept Out',
  DEPLOYMENT_REMOVED: 'Deployment Removed',
  /** Whatever named a principal was replaced by a pseudonym. */
  PRINCIPAL_ERASED: 'Principal Erased',
  /** A model whose price nobody knows was called: its calls are charged by an estimate. */
  MODEL_PRICE_UNKNOWN: 'Model Price Unknown',
  /** Calls that were charged by an estimate were charged anew at a price that is known now. */
  CALLS_REPRICED: 'Calls Repriced',
  PRICES_REFRESHED: 'Prices Refreshed',
  /** Prices in the AWS Price List that contradict the known ones are not used. */
  PRICES_HELD_BACK: 'Prices Held Back',
  GRACE_PERIOD_EXPIRED: 'Grace Period Expired',
  /** An AgentCore runtime that cannot have a budget: told with its reason. */
  RUNTIME_REFUSED: 'Agent Runtime Refused',
  /** Runtimes have one execution role, by which the log cannot tell them apart: they share a budget. */
  RUNTIMES_SHARE_ROLE: 'Agent Runtimes Share Role',
  /** The policies of a suspended principal were backed up and removed. */
  POLICIES_REMOVED: 'Policies Removed',
  /** The policies of a principal were put back as its backup has them. */
  POLICIES_RESTORED: 'Policies Restored',
  CHARGEBACK_REPORT_WRITTEN: 'Chargeback Report Written',
  /** AWS counted tokens that nobody metered. */
  COVERAGE_GAP_FOUND: 'Coverage Gap Found',
  /** More tokens were metered than AWS counted. */
  COVERAGE_SURPLUS_FOUND: 'Coverage Surplus Found',
  /** The way from Bedrock's log to the meter was changed, or is interrupted. */
  INVOCATION_LOGGING_CHANGED: 'Invocation Logging Changed',
  /** Bedrock was used through an endpoint that no log shows. */
  MANTLE_USE_FOUND: 'Mantle Use Found',
  /** A principal with a budget is kept from that endpoint, and is not any more. */
  MANTLE_DENY_ATTACHED: 'Mantle Deny Attached',
  MANTLE_DENY_DETACHED: 'Mantle Deny Detached',
  /** A principal with a budget cannot be kept from that endpoint, or not be let go. */
  MANTLE_DENY_FAILED: 'Mantle Deny Failed',
  /** AWS bills a day of model calls otherwise than it was metered. */
  COST_DRIFT_FOUND: 'Cost Drift Found',
  /** The bill cannot be read until somebody grants it. */
  RECONCILIATION_UNAVAILABLE: 'Reconciliation Unavailable',
  /** Once a day: the top spenders, and all who are above their warning threshold. */
  DAILY_DIGEST: 'Daily Digest',
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

/** Environment keys of the handlers. Every handler gets those of `common`; the others only where they are named. */
export const Env = {
  /** Unique id of this deployment of the construct; isolates instances that share an account or a bus. */
  DEPLOYMENT_ID: 'BUDGETEER_DEPLOYMENT_ID',
  ENVIRONMENT_NAME: 'BUDGETEER_ENVIRONMENT_NAME',
  /** IANA time zone in which days begin. */
  TIME_ZONE: 'BUDGETEER_TIME_ZONE',
  /** The account whose principals can be restricted. */
  ACCOUNT_ID: 'BUDGETEER_ACCOUNT_ID',
  PARTITION: 'BUDGETEER_PARTITION',
  BUDGETS_TABLE: 'BUDGETEER_BUDGETS_TABLE',
  LEDGER_TABLE: 'BUDGETEER_LEDGER_TABLE',
  AUDIT_TABLE: 'BUDGETEER_AUDIT_TABLE',
  PRICES_TABLE: 'BUDGETEER_PRICES_TABLE',
  /** How many times dearer or cheaper a price may become at a refresh. */
  MAX_PRICE_CHANGE_FACTOR: 'BUDGETEER_MAX_PRICE_CHANGE_FACTOR',
  EVENT_BUS: 'BUDGETEER_EVENT_BUS',
  /** Days after which a ledger row expires. */
  LEDGER_RETENTION_DAYS: 'BUDGETEER_LEDGER_RETENTION_DAYS',
  /** Queue that keeps records which cannot be read, with the reason. */
  UNREADABLE_QUEUE_URL: 'BUDGETEER_UNREADABLE_QUEUE_URL',
  /** Comma-separated principal kinds beside IAM users that are metered. */
  TRACKED_KINDS: 'BUDGETEER_TRACKED_KINDS',
  /** SSM path under which the run-time settings stand, without a trailing slash. */
  SETTINGS_PATH: 'BUDGETEER_SETTINGS_PATH',
  /** JSON of the settings given at deployment: the last resort where a parameter is missing or was never valid. */
  DEPLOYED_SETTINGS: 'BUDGETEER_DEPLOYED_SETTINGS',
  DENY_POLICY_ARN: 'BUDGETEER_DENY_POLICY_ARN',
  SUSPENSION_STATE_MACHINE_ARN: 'BUDGETEER_SUSPENSION_STATE_MACHINE_ARN',
  RESTORATION_STATE_MACHINE_ARN: 'BUDGETEER_RESTORATION_STATE_MACHINE_ARN',
  ALERTS_TOPIC_ARN: 'BUDGETEER_ALERTS_TOPIC_ARN',
  OPERATIONS_TOPIC_ARN: 'BUDGETEER_OPERATIONS_TOPIC_ARN',
  /** Of the CloudWatch dashboard that messages link; absent where there is none. */
  DASHBOARD_NAME: 'BUDGETEER_DASHBOARD_NAME',
  /** The URL that the commands in messages name; absent where administration is off. */
  ADMINISTRATION_URL: 'BUDGETEER_ADMINISTRATION_URL',
  /** How many spenders each ranking of the daily digest lists. */
  DIGEST_TOP_SPENDERS: 'BUDGETEER_DIGEST_TOP_SPENDERS',
  /** Whom the daily digest is for: `alerts` or `operations`. */
  DIGEST_AUDIENCE: 'BUDGETEER_DIGEST_AUDIENCE',
  /** SSM parameter that remembers the invocation-logging configuration which was there before ours. */
  PREVIOUS_LOGGING_PARAMETER: 'BUDGETEER_PREVIOUS_LOGGING_PARAMETER',
  /** `on` where AgentCore runtimes have budgets. */
  AGENT_CORE: 'BUDGETEER_AGENT_CORE',
  /** Where the policies that the strategy `DETACH` removes are kept. */
  POLICY_BACKUPS_TABLE: 'BUDGETEER_POLICY_BACKUPS_TABLE',
  /** Days for which a backup is kept as history after a verified restore. */
  BACKUP_HISTORY_DAYS: 'BUDGETEER_BACKUP_HISTORY_DAYS',
  /** The function that gives policies back, for the handler of the removal. */
  POLICY_DETACHER_ARN: 'BUDGETEER_POLICY_DETACHER_ARN',
  /** Where chargeback reports are kept. */
  REPORTS_BUCKET: 'BUDGETEER_REPORTS_BUCKET',
  /** Prefix of their keys, with a slash at its end; absent where there is none. */
  REPORTS_PREFIX: 'BUDGETEER_REPORTS_PREFIX',
  /** JSON list of the labels by which chargeback reports share the cost out. */
  REPORTS_GROUP_BY: 'BUDGETEER_REPORTS_GROUP_BY',
  /** The log group to which Bedrock is to write, and which the meter is to read. */
  INVOCATION_LOG_GROUP: 'BUDGETEER_INVOCATION_LOG_GROUP',
  USAGE_METER_ARN: 'BUDGETEER_USAGE_METER_ARN',
  /** Where the usage meter writes what it has charged. */
  USAGE_METER_LOG_GROUP: 'BUDGETEER_USAGE_METER_LOG_GROUP',
  /** Where the coverage checker itself writes: the log group is as old as the check. */
  COVERAGE_LOG_GROUP: 'BUDGETEER_COVERAGE_LOG_GROUP',
  /** One of `MantleUseName`. */
  MANTLE_USE: 'BUDGETEER_MANTLE_USE',
  /** The policy that keeps principals with a budget from the mantle endpoint; absent where nobody is kept from it. */
  MANTLE_POLICY_ARN: 'BUDGETEER_MANTLE_POLICY_ARN',
  /** Key of the tag by which the bill tells principals; absent where it does not. */
  PRINCIPAL_TAG: 'BUDGETEER_PRINCIPAL_TAG',
} as const;

/** Messages of log lines that queries of Logs Insights read: dashboard, coverage and reconciliation add them up. */
export const LogMessage = {
  /** Of the usage meter: what a delivery charged, a line for each principal, model and UTC hour of the calls. */
  CHARGED: 'charged',
  /** Of the evaluator and the monitor: where a principal stands. */
  STANDING: 'standing',
} as const;
export type LogMessage = (typeof LogMessage)[keyof typeof LogMessage];

/** Names of the SSM parameters below the settings path. */
export const SettingName = {
  WARNING_THRESHOLD_PERCENT: 'warning-threshold-percent',
  CRITICAL_THRESHOLD_PERCENT: 'critical-threshold-percent',
  GRACE_PERIOD_SECONDS: 'grace-period-seconds',
  REFRESH_PERIOD: 'refresh-period',
  DEFAULT_API_KEY_BUDGET_USD: 'default-api-key-budget-usd',
  PRICE_OVERRIDES: 'price-overrides',
  ASSUMED_CACHE_WRITE_TTL: 'assumed-cache-write-ttl',
  /** Whether budgets suspend: `on`, `paused` or `lifted`. Not for every day: see docs/emergencies.md. */
  ENFORCEMENT: 'enforcement',
  AGENT_WARNING_THRESHOLD_PERCENT: 'agent-warning-threshold-percent',
  AGENT_CRITICAL_THRESHOLD_PERCENT: 'agent-critical-threshold-percent',
  AGENT_GRACE_PERIOD_SECONDS: 'agent-grace-period-seconds',
  AGENT_REFRESH_PERIOD: 'agent-refresh-period',
  DEFAULT_AGENT_BUDGET_USD: 'default-agent-budget-usd',
} as const;
export type SettingName = (typeof SettingName)[keyof typeof SettingName];

/** Settings of AgentCore runtimes: there only where these have budgets, and then all of them. */
export const AGENT_SETTINGS = [
  SettingName.AGENT_WARNING_THRESHOLD_PERCENT,
  SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT,
  SettingName.AGENT_GRACE_PERIOD_SECONDS,
  SettingName.AGENT_REFRESH_PERIOD,
  SettingName.DEFAULT_AGENT_BUDGET_USD,
] as const;
export type AgentSettingName = (typeof AGENT_SETTINGS)[number];

/** Attributes of the Budgets table. `spend#<yyyy-mm-dd>` numbers stand beside them, one a day. */
export const BudgetAttribute = {
  PRINCIPAL_ID: 'principalId',
  /** Partition of the sparse index: which watch list the principal is on, absent while nothing is due. */
  WATCH: 'watch',
  /** Sort key of the sparse index: ISO 8601 instant at which the monitor looks at the principal. */
  NEXT_CHECK_AT: 'nextCheckAt',
  /** Partition of the sparse index of AgentCore runtimes: principal id of the execution role while the runtime exists. */
  ACTIVE_ROLE: 'activeRole',
} as const;

/** Keys of the deployment's own notes in the Budgets table begin so, and no principal's id. */
export const NOTE_PREFIX = 'deployment/';

/** A note: which day's digest was sent last. */
export const DIGEST_NOTE = `${NOTE_PREFIX}daily-digest`;

/** A note: who could not be kept from the mantle endpoint, and has been told of. */
export const MANTLE_GUARD_NOTE = `${NOTE_PREFIX}mantle-guard`;

/** Sparse index of the Budgets table over `watch` and `nextCheckAt`. */
export const WATCH_INDEX = 'watch-by-next-check';

/** Sparse index of the Budgets table over `activeRole` and the principal id: the registered AgentCore runtimes. There only where these have budgets. */
export const RUNTIMES_INDEX = 'runtimes-by-role';

/** Prefix of the attributes that carry a day's spend. */
export const SPEND_ATTRIBUTE_PREFIX = 'spend#';

/** Prefix of the attributes that tell how much of a day's spend is an estimate, since the price of a model was not known. */
export const ESTIMATED_ATTRIBUTE_PREFIX = 'estimated#';

/** Ledger: one row a call, keyed by call, so that a call can be charged once whoever it is charged to. */
export const LedgerAttribute = {
  CALL_ID: 'callId',
  EXPIRES_AT: 'expiresAt',
  /** Partition of the sparse index of estimates: one of `ESTIMATE_SHARDS` numbers as text, absent where the price was known. */
  ESTIMATE: 'estimate',
  /** Sort key of that index: the beginning of the model's id, since a key takes 1,024 bytes and an id may have more. Absent like the partition. */
  ESTIMATED_MODEL: 'estimatedModel',
} as const;

/** Sparse index of the ledger over `estimate` and `estimatedModel`: the calls whose price was not known. */
export const ESTIMATE_INDEX = 'estimates-by-model';

/** Partitions of that index: a model that everybody calls and nobody knows must not slow the ledger down. */
export const ESTIMATE_SHARDS = 8;

/** Prices: what was read from the AWS Price List, which unknown models were announced, and what was compared with the bill, each an item of its own. */
export const PriceAttribute = {
  /** One of `PriceItem`. */
  KEY: 'priceKey',
} as const;

export const PriceItem = {
  PRICE_LIST: 'price-list',
  ANNOUNCED_MODELS: 'announced-models',
  RECONCILIATION: 'reconciliation',
} as const;

/** Audit: rows of a subject (a principal or `deployment`) in order of time. */
export const AuditAttribute = {
  SUBJECT: 'subject',
  /** `<ISO instant>#<event id>`: writing one event twice writes one row. */
  EVENT_KEY: 'eventKey',
} as const;

/** Policy backups: what the strategy `DETACH` removed from a user or role. */
export const BackupAttribute = {
  /** IAM's unique id of the user or role, which stays when it is renamed. */
  TARGET: 'target',
  /** `current` while the policies are removed; `history#<ISO instant>` after a verified restore. */
  STATE: 'state',
  /** Principal id of the user or role when the backup was taken. */
  PRINCIPAL_ID: 'principalId',
  /** Epoch seconds; history alone has it. */
  EXPIRES_AT: 'expiresAt',
} as const;

/** CloudWatch namespace of all metrics. */
export const METRIC_NAMESPACE = 'BedrockBudgeteer';

/** The one dimension of every metric: the deployment id. Principals and models never become dimensions. */
export const METRIC_DIMENSION = 'Deployment';

export const Metric = {
  // usage-meter
  RECORDS_METERED: 'RecordsMetered',
  RECORDS_DUPLICATE: 'RecordsDuplicate',
  RECORDS_UNREADABLE: 'RecordsUnreadable',
  RECORDS_UNTRACKED: 'RecordsUntracked',
  RECORDS_UNKNOWN_MODEL: 'RecordsUnknownModel',
  SPEND_USD: 'SpendUsd',
  METERING_LAG_SECONDS: 'MeteringLagSeconds',
  /** The part of `SpendUsd` that was charged by an estimate. */
  ESTIMATED_USD: 'EstimatedUsd',
  /** ARNs whose model Bedrock did not tell. */
  MODELS_UNRESOLVED: 'ModelsUnresolved',
  // budget-evaluator
  THRESHOLDS_CROSSED: 'ThresholdsCrossed',
  GRACE_PERIODS_STARTED: 'GracePeriodsStarted',
  UNENFORCEABLE_OVER_LIMIT: 'UnenforceableOverLimit',
  EVALUATION_FAILURES: 'EvaluationFailures',
  // enforcer
  SUSPENSIONS: 'Suspensions',
  RESTORATIONS: 'Restorations',
  SUSPENSION_FAILURES: 'SuspensionFailures',
  RESTORATION_FAILURES: 'RestorationFailures',
  SECONDS_TO_BLOCK: 'SecondsToBlock',
  OVERSPEND_USD: 'OverspendUsd',
  /** Changes of IAM that could not be announced, and so are missing from the audit trail. */
  UNAUDITED_CHANGES: 'UnauditedChanges',
  // budget-monitor
  MONITOR_RUNS: 'MonitorRuns',
  PRINCIPALS_SUSPENDED: 'PrincipalsSuspended',
  DRIFT_DETECTED: 'DriftDetected',
  UNEVALUATED_FOUND: 'UnevaluatedFound',
  /** 1 while the setting `enforcement` is not `on`, else 0. */
  ENFORCEMENT_PAUSED: 'EnforcementPaused',
  /** AgentCore runtimes with a budget. */
  AGENTS_MONITORED: 'AgentsMonitored',
  /** Budgets of agents whose limit is reached, restricted or not. */
  AGENTS_EXCEEDED: 'AgentsExceeded',
  /** Share of the pool of all agents' budgets together that is spent, in percent. */
  AGENT_POOL_USED_PERCENT: 'AgentPoolUsedPercent',
  // agent-registrar
  RUNTIMES_REGISTERED: 'RuntimesRegistered',
  RUNTIMES_REFUSED: 'RuntimesRefused',
  // agent-compute-meter
  AGENT_COMPUTE_USD: 'AgentComputeUsd',
  // policy-detacher
  POLICIES_REMOVED: 'PoliciesRemoved',
  POLICIES_RESTORED: 'PoliciesRestored',
  /** Policies that could not be put back, since they do not exist any more or somebody put others of the same name there. */
  POLICIES_NOT_RESTORED: 'PoliciesNotRestored',
  // budget-manager
  ADMINISTRATION_REQUESTS: 'AdministrationRequests',
  ADMINISTRATION_REFUSED: 'AdministrationRefused',
  // price-refresher
  /** Since the AWS Price List was last read completely. */
  PRICE_AGE_HOURS: 'PriceAgeHours',
  PRICES_HELD_BACK: 'PricesHeldBack',
  /** Services, pages and items of the price list that could not be read. */
  PRICE_LIST_FAILURES: 'PriceListFailures',
  // call-repricer
  CALLS_REPRICED: 'CallsRepriced',
  CALLS_ESTIMATED: 'CallsEstimated',
  // coverage-checker
  COVERAGE_CHECKS: 'CoverageChecks',
  /** Hours in which AWS counted more tokens than were metered, beyond the tolerance. */
  COVERAGE_GAPS: 'CoverageGaps',
  /** Share of the tokens that AWS counted in an hour and nobody metered, in percent. */
  COVERAGE_GAP_PERCENT: 'CoverageGapPercent',
  TOKENS_UNMETERED: 'TokensUnmetered',
  /** Tokens that were metered and AWS did not count. */
  TOKENS_OVERMETERED: 'TokensOvermetered',
  /** 1 where the records of Bedrock's calls do not reach the meter, else 0. */
  LOGGING_MISDIRECTED: 'LoggingMisdirected',
  /** Calls of the mantle endpoint, which no log shows. */
  MANTLE_INFERENCES: 'MantleInferences',
  // mantle-guard
  /** Users and roles that are kept from the mantle endpoint. */
  MANTLE_DENIED: 'MantleDenied',
  /** Principals that could not be kept from it, or not be let go. */
  MANTLE_DENY_FAILURES: 'MantleDenyFailures',
  // cost-reconciler
  /** Days that were compared with the bill. */
  RECONCILED_DAYS: 'ReconciledDays',
  /** Days that are due for comparison, and of which the bill is not there yet. */
  RECONCILIATION_PENDING: 'ReconciliationPending',
  /** The largest difference of a model between what was metered and what AWS bills, in percent of the bill. */
  COST_DRIFT_PERCENT: 'CostDriftPercent',
  /** What all models that differ come to. */
  COST_DRIFT_USD: 'CostDriftUsd',
  // settings, wherever they are read
  SETTINGS_INVALID: 'SettingsInvalid',
} as const;
export type Metric = (typeof Metric)[keyof typeof Metric];

/**
 * Counts of which none is not told: CloudWatch bills a custom metric for every hour in which it is sent, and their alarms take silence for nothing to
 * tell.
 */
export const COUNTS_OF_SOMETHING: ReadonlySet<Metric | KindSpendMetric> = new Set<Metric>([
  Metric.RECORDS_DUPLICATE, Metric.RECORDS_UNREADABLE, Metric.RECORDS_UNKNOWN_MODEL, Metric.ESTIMATED_USD, Metric.PRICES_HELD_BACK, Metric.PRICE_LIST_FAILURES,
  Metric.DRIFT_DETECTED, Metric.MANTLE_INFERENCES,
]);

/** The action that a state machine asks the enforcer for. */
export const EnforcerAction = {
  /** Re-read and re-decide, then attach the deny policy if the decision still stands. */
  RESTRICT: 'restrict',
  /** Read IAM back, then record the suspension. */
  CONFIRM_SUSPENSION: 'confirm-suspension',
  /** Re-read and re-decide, then detach the deny policy if nothing holds it. */
  LIFT: 'lift',
  /** Read IAM back, then record the restoration. */
  CONFIRM_RESTORATION: 'confirm-restoration',
  /** Keep what went wrong on the budget, so that it is announced and tried again. */
  RECORD_FAILURE: 'record-failure',
} as const;
export type EnforcerAction = (typeof EnforcerAction)[keyof typeof EnforcerAction];

/** The action that is asked of the policy-detacher where the strategy is `DETACH`. */
export const DetacherAction = {
  /** Re-read and re-decide, then back up the policies of the principal and remove them. */
  REMOVE: 'remove-policies',
  /** Re-read and re-decide, then put everything back as the backup has it, and verify. */
  RESTORE: 'restore-policies',
  /** Put back everything that is held, of everybody: the deployment, or the strategy, goes. */
  RESTORE_ALL: 'restore-all-policies',
} as const;
export type DetacherAction = (typeof DetacherAction)[keyof typeof DetacherAction];

/** The action that the state machine of chargeback reports asks the reporter for. */
export const ReportAction = {
  /** Find out which days the report is about, and into which parts the ledger is split. */
  PLAN: 'plan-report',
  /** Add up a part of the ledger, as far as time allows. */
  READ: 'read-ledger',
  /** Add the parts up, write the report and announce it. */
  WRITE: 'write-report',
} as const;
export type ReportAction = (typeof ReportAction)[keyof typeof ReportAction];

/** Folder of the bucket in which chargeback reports are kept, each in a folder named after its period. */
export const REPORTS_FOLDER = 'reports';

/** Folder of what is needed until a report is written. */
export const REPORT_WORK_FOLDER = 'report-work';

/** What the enforcer answers; the state machines branch on `outcome`. */
export const EnforcerOutcome = {
  /** IAM was changed, or already was as wanted: go on and confirm. */
  APPLIED: 'applied',
  /** The budget recovered or the state moved on: nothing to do any more. */
  SUPERSEDED: 'superseded',
  /** The principal cannot be restricted; recorded and announced. */
  UNENFORCEABLE: 'unenforceable',
  /** The principal no longer exists; recorded. */
  GONE: 'gone',
  /** IAM and the table agree. */
  CONFIRMED: 'confirmed',
  /** The budget recovered between the deny and its confirmation: lift it. */
  LIFT: 'lift',
  /** The failure was recorded. */
  RECORDED: 'recorded',
} as const;
export type EnforcerOutcome = (typeof EnforcerOutcome)[keyof typeof EnforcerOutcome];

/** Names of the errors by which the enforcer asks a state machine to try again. */
export const EnforcerError = {
  /** IAM throttled, was unavailable or reported a concurrent change. */
  RETRYABLE: 'RetryableIamError',
  /** IAM does not show the change yet (it is eventually consistent). */
  NOT_YET_VISIBLE: 'NotYetVisibleError',
} as const;

/** Input of both state machines, made by the evaluator and the monitor. */
export interface WorkflowInput {
  readonly principalId: string;
  /** Revision of the budget that asked for the workflow. */
  readonly revision: number;
  /** ISO 8601 instant until which the suspension workflow waits. Always present, in the past where nothing is to wait for. */
  readonly notBefore: string;
  /** ISO 8601 instant of the decision: the workflow's clock never runs behind it. */
  readonly asOf: string;
}

/** The handlers: folder under src/lambdas and under assets/lambdas. */
export const Handler = {
  USAGE_METER: 'usage-meter',
  BUDGET_EVALUATOR: 'budget-evaluator',
  ENFORCER: 'enforcer',
  BUDGET_MONITOR: 'budget-monitor',
  PRINCIPAL_REGISTRAR: 'principal-registrar',
  ALERT_NOTIFIER: 'alert-notifier',
  AUDIT_RECORDER: 'audit-recorder',
  BUDGET_DECLARATION: 'budget-declaration',
  INVOCATION_LOGGING: 'invocation-logging',
  RESTORE_ON_REMOVAL: 'restore-on-removal',
  PRICE_REFRESHER: 'price-refresher',
  CALL_REPRICER: 'call-repricer',
  AGENT_REGISTRAR: 'agent-registrar',
  AGENT_COMPUTE_METER: 'agent-compute-meter',
  POLICY_DETACHER: 'policy-detacher',
  BUDGET_MANAGER: 'budget-manager',
  CHARGEBACK_REPORTER: 'chargeback-reporter',
  COVERAGE_CHECKER: 'coverage-checker',
  COST_RECONCILER: 'cost-reconciler',
  DAILY_DIGEST: 'daily-digest',
  MANTLE_GUARD: 'mantle-guard',
} as const;
export type Handler = (typeof Handler)[keyof typeof Handler];

/** What is done about use of the mantle endpoint. */
export const MantleUseName = {
  ALARM: 'alarm',
  DENY: 'deny',
  IGNORE: 'ignore',
} as const;
export type MantleUseName = (typeof MantleUseName)[keyof typeof MantleUseName];

/** Kinds of principal, as they stand in the Budgets table. */
export const PrincipalKindName = {
  API_KEY_USER: 'api-key-user',
  IAM_USER: 'iam-user',
  IAM_ROLE: 'iam-role',
  /** An AgentCore runtime, or a harness that is none. */
  AGENT_RUNTIME: 'agent-runtime',
  /** AgentCore runtimes that share an execution role: the log cannot tell them apart. */
  AGENT_ROLE: 'agent-role',
  FEDERATED_USER: 'federated-user',
  ROOT: 'root',
} as const;
export type PrincipalKindName = (typeof PrincipalKindName)[keyof typeof PrincipalKindName];

/** Spend by kind of principal: kinds are few and known, so each has a metric of its own name, and principals stay out of the dimensions. */
export const KIND_SPEND_METRIC = {
  'api-key-user': 'ApiKeyUserSpendUsd',
  'iam-user': 'IamUserSpendUsd',
  'iam-role': 'IamRoleSpendUsd',
  'agent-runtime': 'AgentRuntimeSpendUsd',
  'agent-role': 'AgentRoleSpendUsd',
  'federated-user': 'FederatedUserSpendUsd',
  'root': 'RootSpendUsd',
} as const satisfies Record<PrincipalKindName, string>;
export type KindSpendMetric = (typeof KIND_SPEND_METRIC)[PrincipalKindName];

/** Properties of the custom resource that declares a budget. Strings, since CloudFormation turns everything into them. */
export interface BudgetDeclarationProperties {
  readonly principalId: string;
  /** `[{ period, limitUsd }]`, at least one. */
  readonly limits: { readonly period: string; readonly limitUsd: string }[];
  readonly labels: Record<string, string>;
  /** `enforced` or `observe`. */
  readonly enforcement: string;
}

/** Properties of the custom resource that switches model-invocation logging on. */
export interface InvocationLoggingProperties {
  readonly logGroupName: string;
  readonly roleArn: string;
  /** `true`: take over a configuration that somebody else owns, and put it back on removal. */
  readonly adoptExisting: string;
}
