import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  AlarmSeverity, AlertAudience, AlertChannel, BedrockBudgeteerProps, BudgetPrincipal, CacheWriteTtl, InvocationLogs, MantleUse, ModelPrice, PrincipalKind,
  RefreshPeriod, SuspensionStrategy,
} from '../src';

/** Given, and not switched off. */
type On<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> extends boolean ? true : NonNullable<T[K]> };

type Switch = { [K in keyof BedrockBudgeteerProps]-?: NonNullable<BedrockBudgeteerProps[K]> extends boolean ? K : never }[keyof BedrockBudgeteerProps];

/** Those that need no switching on. */
type OnByDefault = 'coverage' | 'dashboard' | 'refreshPrices';

/**
 * Switches on whatever is off by default, and has a budget, without which nothing declares budgets; the rest is as it is by default. Whoever adds a
 * switch is told by the compiler that it belongs here.
 */
export const SWITCHED_ON = {
  agentCore: true,
  agentBudgets: { computeCosts: true },
  suspensionStrategy: SuspensionStrategy.DETACH,
  administration: true,
  reports: {},
  reconciliation: true,
  reconciliationPrincipalTag: 'principal',
  dailyDigest: {},
  mantleUse: MantleUse.DENY,
  tracing: true,
  budgets: [{ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 }],
} satisfies BedrockBudgeteerProps & On<Pick<BedrockBudgeteerProps, Exclude<Switch, OnByDefault>>>;

/**
 * Every option that there is, with a channel of every kind and what a user can bring: every right that any deployment can have. Whoever adds an option is told
 * by the compiler that it belongs here.
 */
export function everyOption(scope: Stack): BedrockBudgeteerProps {
  return {
    ...SWITCHED_ON,
    warningThresholdPercent: 60,
    criticalThresholdPercent: 80,
    gracePeriod: Duration.minutes(10),
    refreshPeriod: RefreshPeriod.calendarMonth(),
    timeZone: 'Europe/Berlin',
    defaultApiKeyBudgetUsd: 20,
    otherTrackedPrincipals: Object.values(PrincipalKind),
    budgets: [{
      principal: BudgetPrincipal.roleName('chat-backend'),
      limitUsd: 12,
      additionalLimits: [{ limitUsd: 2, refreshPeriod: RefreshPeriod.calendarDay() }],
      labels: { team: 'search' },
    }],
    modelPrices: [ModelPrice.perMillionTokens('amazon.nova-pro-v1:0', { input: 0.7, output: 2.8 })],
    discountPercent: 5,
    providerDiscountPercents: { anthropic: 12.5 },
    assumedCacheWriteTtl: CacheWriteTtl.ONE_HOUR,
    refreshPrices: true,
    maxPriceChangeFactor: 5,
    policyBackupHistory: Duration.days(30),
    coverage: true,
    environmentName: 'staging',
    encryptionKey: new kms.Key(scope, 'OwnKey'),
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: logs.RetentionDays.ONE_MONTH,
    ledgerRetention: Duration.days(400),
    invocationLogs: InvocationLogs.managed({ adoptExisting: true }),
    reports: { prefix: 'finance/spend/', retention: Duration.days(800), hour: 5, groupBy: ['team'] },
    alertEmails: ['finops@example.com'],
    operationsEmails: ['platform@example.com'],
    dashboard: true,
    alarmActions: { critical: [new actions.SnsAction(new sns.Topic(scope, 'Pager'))], warning: [new actions.SnsAction(new sns.Topic(scope, 'Chat'))] },
    alarmOverrides: { 'metering-lag': { threshold: 900, severity: AlarmSeverity.CRITICAL } },
    runbookUrl: 'https://runbook.example.com/',
    alertChannels: [
      AlertChannel.email('team@example.com'),
      AlertChannel.sms('+4915112345678'),
      AlertChannel.topic(new sns.Topic(scope, 'OwnTopic', { masterKey: new kms.Key(scope, 'KeyOfTopic') })),
      AlertChannel.slack({ workspaceId: 'T012AB3CDE', channelId: 'C012AB3CDE' }),
      AlertChannel.microsoftTeams({
        teamId: '11111111-2222-3333-4444-555555555555', tenantId: '66666666-7777-8888-9999-000000000000', channelId: '19:ab6ef3@thread.tacv2',
      }),
      AlertChannel.webhook({
        url: 'https://alerts.example.com/bedrock', signingSecret: new secretsmanager.Secret(scope, 'OwnSecret', { encryptionKey: new kms.Key(scope, 'KeyOfSecret') }),
      }),
    ],
    dailyDigest: { hour: 6, topSpenders: 5, audience: AlertAudience.OPERATIONS },
    eventBus: new events.EventBus(scope, 'OwnBus'),
    tags: { Team: 'platform' },
  } satisfies On<BedrockBudgeteerProps>;
}
