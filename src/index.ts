// Each of these files exports what is public, and nothing else.
export * from './agent-core/agent-budget-props';
export * from './bedrock-budgeteer';
export * from './bedrock-budgeteer-props';
export * from './budgets/budget-principal';
export * from './budgets/budget-props';
export * from './budgets/refresh-period';
export * from './metering-coverage/mantle-use';
export * from './enforcement/suspension-strategy';
export * from './metering/invocation-logs';
export * from './metering/principal-kind';
export * from './monitoring/alarm-props';
export * from './pricing/billed-unit';
export * from './pricing/cache-write-ttl';
export * from './pricing/model-price';
export * from './reports/reports-props';
