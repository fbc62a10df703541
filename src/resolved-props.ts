import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { BedrockBudgeteerProps } from './bedrock-budgeteer-props';
import { RefreshPeriod } from './budgets/refresh-period';
import { SettingName } from './contract';
import { SettingTexts } from './lambdas/core/settings';
import { InvocationLogs } from './metering/invocation-logs';
import { PrincipalKind } from './metering/principal-kind';
import { CacheWriteTtl } from './pricing/cache-write-ttl';
import { hasPriceList } from './pricing/price-list-regions';
import { priceOverrides } from './pricing/price-overrides';
import { priceChangeFactor } from './pricing/price-validation';
import {
  checkAgentCore, checkEmailAddresses, checkEnvironmentName, checkRemovalPolicy, checkThresholds, checkTimeZone, graceSeconds, ledgerRetentionDays,
  numberText, usdText,
} from './validation';

export type ResolvedProps = ReturnType<typeof resolveProps>;

/**
 * The props, checked and with their defaults: the one place where defaults stand in code.
 */
export function resolveProps(scope: IConstruct, props: BedrockBudgeteerProps) {
  const warning = props.warningThresholdPercent ?? 70;
  const critical = props.criticalThresholdPercent ?? 90;
  checkThresholds(scope, warning, critical);

  const refreshPeriod = props.refreshPeriod ?? RefreshPeriod.days(30);
  const settings: SettingTexts = {
    [SettingName.WARNING_THRESHOLD_PERCENT]: numberText(warning),
    [SettingName.CRITICAL_THRESHOLD_PERCENT]: numberText(critical),
    [SettingName.GRACE_PERIOD_SECONDS]: numberText(graceSeconds(scope, props.gracePeriod ?? Duration.minutes(5))),
    [SettingName.REFRESH_PERIOD]: refreshPeriod.expression,
    [SettingName.DEFAULT_API_KEY_BUDGET_USD]: usdText(scope, 'defaultApiKeyBudgetUsd', props.defaultApiKeyBudgetUsd ?? 25),
    [SettingName.PRICE_OVERRIDES]: priceOverrides(scope, props),
    [SettingName.ASSUMED_CACHE_WRITE_TTL]: props.assumedCacheWriteTtl ?? CacheWriteTtl.FIVE_MINUTES,
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

  checkAgentCore(scope, props.agentCore ?? false);

  return {
    settings,
    refreshPeriod,
    timeZone,
    environmentName,
    removalPolicy,
    alertEmails,
    operationsEmails,
    ledgerRetentionDays: ledgerRetentionDays(scope, props.ledgerRetention ?? Duration.days(90)),
    refreshPrices: props.refreshPrices ?? hasPriceList(scope),
    maxPriceChangeFactor: priceChangeFactor(scope, props.maxPriceChangeFactor ?? 3),
    otherTrackedPrincipals: [...new Set(props.otherTrackedPrincipals ?? Object.values(PrincipalKind))],
    budgets: props.budgets ?? [],
    logRetention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    invocationLogs: props.invocationLogs ?? InvocationLogs.managed(),
    encryptionKey: props.encryptionKey,
    eventBus: props.eventBus,
    tags: props.tags ?? {},
  };
}
