// Each of these files exports what is public, and nothing else.
export * from './agent-core/agent-budget-props';
export * from './alerts/alert-channel';
export * from './alerts/alert-format';
export * from './alerts/alert-routing';
export * from './alerts/daily-digest-props';
export * from './bedrock-budgeteer';
export * from './bedrock-budgeteer-props';
export * from './budgets/budget-principal';
export * from './budgets/budget-props';
export * from './budgets/refresh-period';
export * from './enforcement/suspension-strategy';
export * from './metering/invocation-logs';
export * from './metering/principal-kind';
export * from './pricing/billed-unit';
export * from './pricing/cache-write-ttl';
export * from './pricing/model-price';
