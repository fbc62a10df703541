import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal, RefreshPeriod } from 'cdk-bedrock-budgeteer';

const app = new App();
const stack = new Stack(app, 'BudgeteerExample');

const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', {
  // `--context graceSeconds=5` shortens the time between reaching a limit and suspension.
  gracePeriod: Duration.seconds(Number(app.node.tryGetContext('graceSeconds') ?? 300)),
  // Users of Bedrock API keys get this budget without being named.
  defaultApiKeyBudgetUsd: 10,
  // So do AgentCore runtimes, 25 dollars each: they are found by themselves, and suspended through their execution roles.
  agentCore: true,
  // Others have one if they are named, here or at run time. They need not exist yet.
  budgets: [
    { principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12, refreshPeriod: RefreshPeriod.days(7), labels: { team: 'support' } },
    { principal: BudgetPrincipal.roleName('report-writer'), limitUsd: 3 },
    { principal: BudgetPrincipal.userName('indexer'), limitUsd: 6, labels: { team: 'search' } },
  ],
  // An example leaves nothing behind; without this the tables are retained.
  removalPolicy: RemovalPolicy.DESTROY,
});

const outputs = {
  BudgetsTable: budgeteer.budgetsTable.tableName,
  LedgerTable: budgeteer.ledgerTable.tableName,
  AuditTable: budgeteer.auditTable.tableName,
  InvocationLogGroup: budgeteer.invocationLogGroup.logGroupName,
  DenyPolicy: budgeteer.denyPolicy.managedPolicyArn,
  UsageMeter: budgeteer.usageMeter.functionName,
  BudgetMonitor: budgeteer.budgetMonitor.functionName,
};
for (const [name, value] of Object.entries(outputs)) {
  new CfnOutput(stack, name, { value });
}
