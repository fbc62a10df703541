import { BedrockBudgeteerProps } from './bedrock-budgeteer-props';
import { BudgetLimit, BudgetOptions } from './budgets/budget-options';

/** The names of options, for whoever is not told of a wrong one by a compiler. The types hold the lists complete. */

export const BUDGETEER_OPTIONS: readonly string[] = Object.keys({
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
} satisfies Record<keyof BedrockBudgeteerProps, true>);

export const BUDGET_OPTIONS: readonly string[] = Object.keys({
  principal: true,
  limitUsd: true,
  refreshPeriod: true,
  additionalLimits: true,
  labels: true,
  observeOnly: true,
} satisfies Record<keyof BudgetOptions, true>);

export const LIMIT_OPTIONS: readonly string[] = Object.keys({
  limitUsd: true,
  refreshPeriod: true,
} satisfies Record<keyof BudgetLimit, true>);
