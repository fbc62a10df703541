import { AgentBudgetOptions } from './agent-core/agent-budget-options';
import { MicrosoftTeamsChannelOptions, SlackChannelOptions, TopicChannelOptions, WebhookChannelOptions } from './alerts/alert-channel';
import { AlertRouting } from './alerts/alert-routing';
import { DailyDigestOptions } from './alerts/daily-digest-options';
import { BedrockBudgeteerProps } from './bedrock-budgeteer-props';
import { BudgetLimit, BudgetOptions } from './budgets/budget-options';
import { ManagedInvocationLogsOptions } from './metering/invocation-logs';
import { AlarmActions, AlarmOverride } from './monitoring/alarm-props';
import { TokenPriceOptions } from './pricing/model-price';
import { ReportsOptions } from './reports/reports-options';

/** The structs of the public API, by the names that API.md has them under. */
interface Structs {
  AgentBudgetOptions: AgentBudgetOptions;
  AlarmActions: AlarmActions;
  AlarmOverride: AlarmOverride;
  AlertRouting: AlertRouting;
  BedrockBudgeteerProps: BedrockBudgeteerProps;
  BudgetLimit: BudgetLimit;
  BudgetOptions: BudgetOptions;
  DailyDigestOptions: DailyDigestOptions;
  ManagedInvocationLogsOptions: ManagedInvocationLogsOptions;
  MicrosoftTeamsChannelOptions: MicrosoftTeamsChannelOptions;
  ReportsOptions: ReportsOptions;
  SlackChannelOptions: SlackChannelOptions;
  TokenPriceOptions: TokenPriceOptions;
  TopicChannelOptions: TopicChannelOptions;
  WebhookChannelOptions: WebhookChannelOptions;
}

export type StructName = keyof Structs;

const ROUTING = { audience: true, minimumSeverity: true, labels: true } satisfies Record<keyof AlertRouting, true>;

/** Types are gone at run time, where JavaScript may have misspelt a name; they hold these lists complete, and a test holds the structs so. */
const OPTIONS = {
  AgentBudgetOptions: {
    defaultBudgetUsd: true,
    warningThresholdPercent: true,
    criticalThresholdPercent: true,
    gracePeriod: true,
    refreshPeriod: true,
    computeCosts: true,
  },
  AlarmActions: { critical: true, warning: true, tellOperationsTopic: true },
  AlarmOverride: { enabled: true, severity: true, threshold: true, evaluationPeriods: true, datapointsToAlarm: true },
  AlertRouting: ROUTING,
  BedrockBudgeteerProps: {
    warningThresholdPercent: true,
    criticalThresholdPercent: true,
    gracePeriod: true,
    refreshPeriod: true,
    timeZone: true,
    defaultApiKeyBudgetUsd: true,
    otherTrackedPrincipals: true,
    budgets: true,
    modelPrices: true,
    discountPercent: true,
    providerDiscountPercents: true,
    assumedCacheWriteTtl: true,
    refreshPrices: true,
    maxPriceChangeFactor: true,
    agentCore: true,
    agentBudgets: true,
    suspensionStrategy: true,
    policyBackupHistory: true,
    administration: true,
    reports: true,
    coverage: true,
    mantleUse: true,
    reconciliation: true,
    reconciliationPrincipalTag: true,
    environmentName: true,
    encryptionKey: true,
    removalPolicy: true,
    logRetention: true,
    tracing: true,
    ledgerRetention: true,
    invocationLogs: true,
    alertEmails: true,
    operationsEmails: true,
    dashboard: true,
    alarmActions: true,
    alarmOverrides: true,
    runbookUrl: true,
    alertChannels: true,
    dailyDigest: true,
    eventBus: true,
    tags: true,
  },
  BudgetLimit: { limitUsd: true, refreshPeriod: true },
  BudgetOptions: { principal: true, limitUsd: true, refreshPeriod: true, additionalLimits: true, labels: true, observeOnly: true },
  DailyDigestOptions: { hour: true, topSpenders: true, audience: true },
  ManagedInvocationLogsOptions: { adoptExisting: true },
  MicrosoftTeamsChannelOptions: { teamId: true, tenantId: true, channelId: true, ...ROUTING },
  ReportsOptions: { bucket: true, prefix: true, retention: true, hour: true, groupBy: true },
  SlackChannelOptions: { workspaceId: true, channelId: true, ...ROUTING },
  TokenPriceOptions: { input: true, output: true, cacheRead: true, cacheWrite5Minutes: true, cacheWrite1Hour: true, regionalPremium: true, regions: true },
  TopicChannelOptions: { format: true, ...ROUTING },
  WebhookChannelOptions: { url: true, signingSecret: true, authorization: true, rateLimitPerSecond: true, retryFor: true, ...ROUTING },
} satisfies { readonly [S in StructName]: Record<keyof Structs[S], true> };

/** Structs whose names are known here. */
export const KNOWN_STRUCTS = Object.keys(OPTIONS) as readonly StructName[];

/** The names that a struct may have. */
export function optionsOf(struct: StructName): readonly string[] {
  return Object.keys(OPTIONS[struct]);
}
