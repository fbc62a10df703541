/** Alarms that are there only where something is switched on, and what that is: so that whoever overrides one is told why it is not there. */
export const CONDITIONAL_ALARMS: Readonly<Record<string, string>> = {
  'administration-errors': 'administration',
  'budget-manager-failures': 'administration',
  'agent-registrar-failures': 'agentCore',
  'agent-registrar-silent': 'agentCore',
  'agent-compute-meter-failures': 'agentBudgets.computeCosts',
  'agent-compute-meter-silent': 'agentBudgets.computeCosts',
  'coverage-gap': 'coverage',
  'logging-off': 'coverage',
  'coverage-silent': 'coverage',
  'coverage-checker-failures': 'coverage',
  'mantle-use': 'coverage and MantleUse.ALARM',
  'cost-drift': 'reconciliation',
  'reconciliation-pending': 'reconciliation',
  'cost-reconciler-failures': 'reconciliation',
  'alert-webhooks-undelivered': 'a webhook among alertChannels',
  'alert-chat-failures': 'a Slack channel among alertChannels, in us-east-1',
  'daily-digest-failures': 'dailyDigest',
  'chargeback-report-failed': 'reports',
  'chargeback-report-timed-out': 'reports',
  'chargeback-reporter-failures': 'reports',
  'policies-not-restored': 'suspensionStrategy DETACH',
  'policy-detacher-failures': 'suspensionStrategy DETACH',
  'prices-stale': 'refreshPrices',
  'price-refresher-failures': 'refreshPrices',
  'undelivered-events': 'a bus of the construct\'s own (no eventBus)',
  'invocation-logging-failures': 'InvocationLogs.managed()',
  'budget-declaration-failures': 'a budget in code',
};

/** Made with the first `addBudget`, which may come after the construct was made. */
export const MADE_LATER: readonly string[] = ['budget-declaration-failures'];
