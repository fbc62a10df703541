import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { AlertAudience } from './alerts/alert-routing';
import { checkChannels } from './alerts/channel-validation';
import { DailyDigestOptions } from './alerts/daily-digest-options';
import { BedrockBudgeteerProps } from './bedrock-budgeteer-props';
import { RefreshPeriod } from './budgets/refresh-period';
import { AgentSettingName, SettingName } from './contract';
import { SuspensionStrategy } from './enforcement/suspension-strategy';
import { SettingTexts } from './lambdas/core/settings';
import { InvocationLogs } from './metering/invocation-logs';
import { checkInvocationLogs } from './metering/log-source-validation';
import { PrincipalKind } from './metering/principal-kind';
import { MantleUse } from './metering-coverage/mantle-use';
import { AlarmSeverity } from './monitoring/alarm-props';
import { runbookOfThisVersion } from './monitoring/runbook';
import { checkOptions, requireOptions } from './options-validation';
import { CacheWriteTtl } from './pricing/cache-write-ttl';
import { hasPriceList } from './pricing/price-list-regions';
import { priceOverrides } from './pricing/price-overrides';
import { priceChangeFactor } from './pricing/price-validation';
import { checkPrincipalTag, checkReconciliation } from './reconciliation/reconciliation-validation';
import { resolveReports } from './reports/resolved-reports';
import { checkAlarmActions, checkAlarmOverride, checkRunbookUrl } from './validation/alarms';
import { backupHistoryDays, graceSeconds, ledgerRetentionDays } from './validation/durations';
import { checkEmailAddresses, checkEnvironmentName, checkTags, checkTimeZone } from './validation/names';
import { checkThresholds, checkWhole, doubtPercents, numberText, usdText } from './validation/numbers';
import { checkBoolean, checkList, checkObject, checkOneOf, checkOneOfOrToken, checkRefreshPeriod, checkRemovalPolicy, checkResourceIfAny, checkSwitchedOn } from './validation/shapes';

const DEFAULT_GRACE_PERIOD = Duration.minutes(5);

export type ResolvedProps = ReturnType<typeof resolveProps>;

/**
 * The props, checked and with their defaults: the one place where defaults stand in code.
 */
export function resolveProps(scope: IConstruct, props: BedrockBudgeteerProps) {
  const warning = props.warningThresholdPercent ?? 70;
  const critical = props.criticalThresholdPercent ?? 90;
  checkThresholds(scope, warning, critical);
  doubtPercents(scope, props);

  const refreshPeriod = props.refreshPeriod ?? RefreshPeriod.days(30);
  checkRefreshPeriod(scope, 'refreshPeriod', refreshPeriod);
  checkList(scope, 'budgets', props.budgets, 'put the budget into brackets, such as [{ principal: BudgetPrincipal.userName("alice"), limitUsd: 100 }]');
  const assumedCacheWriteTtl = props.assumedCacheWriteTtl ?? CacheWriteTtl.FIVE_MINUTES;
  checkOneOfOrToken(scope, 'assumedCacheWriteTtl', assumedCacheWriteTtl, Object.values(CacheWriteTtl));
  const otherTrackedPrincipals = props.otherTrackedPrincipals ?? Object.values(PrincipalKind);
  checkList(scope, 'otherTrackedPrincipals', otherTrackedPrincipals, 'put the kind into brackets, such as [PrincipalKind.IAM_ROLE]');
  otherTrackedPrincipals.forEach((kind, index) => checkOneOfOrToken(scope, `otherTrackedPrincipals[${index}]`, kind, Object.values(PrincipalKind)));
  const invocationLogs = props.invocationLogs ?? InvocationLogs.managed();
  checkInvocationLogs(scope, invocationLogs);
  checkTags(scope, props.tags);
  checkResourceIfAny(scope, 'encryptionKey', props.encryptionKey, {
    members: ['addToResourcePolicy'], allowed: 'a KMS key', remedy: 'give a construct such as kms.Key, or kms.Key.fromKeyArn(this, "Key", arn)',
  });
  checkResourceIfAny(scope, 'eventBus', props.eventBus, {
    members: ['eventBusName'], allowed: 'an event bus', remedy: 'give a construct such as events.EventBus, or events.EventBus.fromEventBusName(this, "Bus", "default")',
  });
  checkBoolean(scope, 'agentCore', props.agentCore);
  checkBoolean(scope, 'administration', props.administration);
  checkOptions(scope, 'agentBudgets', props.agentBudgets, 'AgentBudgetOptions', 'write such as { defaultBudgetUsd: 50 }');
  checkBoolean(scope, 'agentBudgets.computeCosts', props.agentBudgets?.computeCosts);
  checkBoolean(scope, 'reconciliation', props.reconciliation);
  checkBoolean(scope, 'refreshPrices', props.refreshPrices);
  checkBoolean(scope, 'tracing', props.tracing);
  const agentCore = props.agentCore ?? false;
  checkSwitchedOn(scope, 'agentBudgets', props.agentBudgets !== undefined, 'agentCore', agentCore);
  const settings: SettingTexts = {
    [SettingName.WARNING_THRESHOLD_PERCENT]: numberText(warning),
    [SettingName.CRITICAL_THRESHOLD_PERCENT]: numberText(critical),
    [SettingName.GRACE_PERIOD_SECONDS]: numberText(graceSeconds(scope, props.gracePeriod ?? DEFAULT_GRACE_PERIOD)),
    [SettingName.REFRESH_PERIOD]: refreshPeriod.expression,
    [SettingName.DEFAULT_API_KEY_BUDGET_USD]: usdText(scope, 'defaultApiKeyBudgetUsd', props.defaultApiKeyBudgetUsd ?? 25),
    [SettingName.PRICE_OVERRIDES]: priceOverrides(scope, props),
    [SettingName.ASSUMED_CACHE_WRITE_TTL]: assumedCacheWriteTtl,
    // No prop: a deployment that pauses enforcement would be forgotten, and a paused one must not be resumed by a deployment.
    [SettingName.ENFORCEMENT]: 'on',
    ...(agentCore ? agentSettings(scope, props, { warning, critical, refreshPeriod }) : {}),
  };

  const timeZone = props.timeZone ?? 'UTC';
  checkTimeZone(scope, timeZone);
  const environmentName = props.environmentName ?? 'production';
  checkEnvironmentName(scope, environmentName);
  const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
  checkRemovalPolicy(scope, removalPolicy);
  const alertEmails = props.alertEmails ?? [];
  checkEmailAddresses(scope, 'alertEmails', alertEmails);
  const operationsEmails = props.operationsEmails ?? [];
  checkEmailAddresses(scope, 'operationsEmails', operationsEmails);

  const alertChannels = props.alertChannels ?? [];
  checkChannels(scope, alertChannels);
  const dailyDigest = resolveDigest(scope, props.dailyDigest);

  const suspensionStrategy = props.suspensionStrategy ?? SuspensionStrategy.DENY;
  checkOneOf(scope, 'suspensionStrategy', suspensionStrategy, Object.values(SuspensionStrategy));
  checkSwitchedOn(
    scope, 'policyBackupHistory', props.policyBackupHistory !== undefined, 'suspensionStrategy DETACH', suspensionStrategy === SuspensionStrategy.DETACH,
  );

  checkBoolean(scope, 'dashboard', props.dashboard);
  const runbookUrl = props.runbookUrl ?? runbookOfThisVersion();
  checkRunbookUrl(scope, runbookUrl);
  checkOptions(scope, 'alarmActions', props.alarmActions, 'AlarmActions', 'write such as { critical: [new SnsAction(topic)] }');
  const alarmActions = props.alarmActions ?? {};
  Object.values(AlarmSeverity).forEach(severity => checkAlarmActions(scope, severity, alarmActions[severity]));
  checkBoolean(scope, 'alarmActions.tellOperationsTopic', alarmActions.tellOperationsTopic);
  checkObject(scope, 'alarmOverrides', props.alarmOverrides, 'write such as { drift: { enabled: false } }');
  const alarmOverrides = props.alarmOverrides ?? {};
  for (const [name, override] of Object.entries(alarmOverrides)) {
    requireOptions(scope, `alarmOverrides["${name}"]`, override, 'AlarmOverride', 'write { enabled: false } to leave the alarm out');
    checkBoolean(scope, `alarmOverrides["${name}"].enabled`, override.enabled);
    if (override.severity !== undefined) {
      checkOneOf(scope, `alarmOverrides["${name}"].severity`, override.severity, Object.values(AlarmSeverity));
    }
    checkAlarmOverride(scope, name, override);
  }

  checkBoolean(scope, 'coverage', props.coverage);
  const coverage = props.coverage ?? true;
  checkSwitchedOn(scope, 'mantleUse', props.mantleUse !== undefined, 'coverage', coverage);
  const mantleUse = props.mantleUse ?? MantleUse.ALARM;
  checkOneOf(scope, 'mantleUse', mantleUse, Object.values(MantleUse));

  const logRetention = props.logRetention ?? logs.RetentionDays.THREE_MONTHS;
  const reconciliation = props.reconciliation ?? false;
  if (reconciliation) {
    checkReconciliation(scope, logRetention);
  }
  checkSwitchedOn(scope, 'reconciliationPrincipalTag', props.reconciliationPrincipalTag !== undefined, 'reconciliation', reconciliation);
  checkPrincipalTag(scope, props.reconciliationPrincipalTag);

  const ledgerDays = ledgerRetentionDays(scope, props.ledgerRetention ?? Duration.days(62));
  return {
    dashboard: props.dashboard ?? true,
    runbookUrl,
    alarmActions,
    alarmOverrides,
    settings,
    refreshPeriod,
    timeZone,
    environmentName,
    removalPolicy,
    agentCore,
    computeCosts: props.agentBudgets?.computeCosts ?? false,
    suspensionStrategy,
    backupHistoryDays: backupHistoryDays(scope, props.policyBackupHistory ?? Duration.days(90)),
    administration: props.administration ?? false,
    reports: resolveReports(scope, props.reports, ledgerDays),
    coverage,
    mantleUse,
    reconciliation,
    reconciliationPrincipalTag: props.reconciliationPrincipalTag,
    alertEmails,
    operationsEmails,
    alertChannels,
    dailyDigest,
    ledgerRetentionDays: ledgerDays,
    refreshPrices: props.refreshPrices ?? hasPriceList(scope),
    maxPriceChangeFactor: priceChangeFactor(scope, props.maxPriceChangeFactor ?? 3),
    otherTrackedPrincipals: [...new Set(otherTrackedPrincipals)],
    budgets: props.budgets ?? [],
    logRetention,
    tracing: props.tracing ?? false,
    invocationLogs,
    encryptionKey: props.encryptionKey,
    eventBus: props.eventBus,
    tags: props.tags ?? {},
  };
}

/** Undefined where there is none. */
function resolveDigest(scope: IConstruct, props: DailyDigestOptions | undefined): Required<DailyDigestOptions> | undefined {
  checkOptions(scope, 'dailyDigest', props, 'DailyDigestOptions', 'write {} to switch it on, and leave it out to have none');
  if (props === undefined) {
    return undefined;
  }
  const { hour = 8, topSpenders = 10, audience = AlertAudience.ALERTS } = props;
  checkWhole(scope, 'dailyDigest.hour', hour, 0, 23);
  checkWhole(scope, 'dailyDigest.topSpenders', topSpenders, 1, 25);
  checkOneOf(scope, 'dailyDigest.audience', audience, Object.values(AlertAudience));
  return { hour, topSpenders, audience };
}

/** What runtimes do not have of their own is as it is for the rest. */
function agentSettings(
  scope: IConstruct, props: BedrockBudgeteerProps, rest: { readonly warning: number; readonly critical: number; readonly refreshPeriod: RefreshPeriod },
): Record<AgentSettingName, string> {
  const agents = props.agentBudgets ?? {};
  const warning = agents.warningThresholdPercent ?? rest.warning;
  const critical = agents.criticalThresholdPercent ?? rest.critical;
  checkThresholds(scope, warning, critical, 'agentBudgets.');
  doubtPercents(scope, agents, 'agentBudgets.');
  const refreshPeriod = agents.refreshPeriod ?? rest.refreshPeriod;
  checkRefreshPeriod(scope, 'agentBudgets.refreshPeriod', refreshPeriod);
  const gracePeriod = agents.gracePeriod ?? props.gracePeriod ?? DEFAULT_GRACE_PERIOD;
  return {
    [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: numberText(warning),
    [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: numberText(critical),
    [SettingName.AGENT_GRACE_PERIOD_SECONDS]: numberText(graceSeconds(scope, gracePeriod, 'agentBudgets.gracePeriod')),
    [SettingName.AGENT_REFRESH_PERIOD]: refreshPeriod.expression,
    [SettingName.DEFAULT_AGENT_BUDGET_USD]: usdText(scope, 'agentBudgets.defaultBudgetUsd', agents.defaultBudgetUsd ?? 25),
  };
}
