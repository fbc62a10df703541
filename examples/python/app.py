from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from cdk_bedrock_budgeteer import BedrockBudgeteer, BudgetPrincipal, BudgetOptions, RefreshPeriod

app = App()
stack = Stack(app, "BudgeteerExample")
grace_seconds = app.node.try_get_context("graceSeconds")

budgeteer = BedrockBudgeteer(
    stack, "Budgeteer",
    # `--context graceSeconds=5` shortens the time between reaching a limit and suspension.
    grace_period=Duration.seconds(300 if grace_seconds is None else int(grace_seconds)),
    # Users of Bedrock API keys get this budget without being named.
    default_api_key_budget_usd=10,
    # So do AgentCore runtimes, 25 dollars each: they are found by themselves, and suspended through their execution roles.
    agent_core=True,
    # Others have one if they are named, here or at run time. They need not exist yet.
    budgets=[
        BudgetOptions(
            principal=BudgetPrincipal.role_name("chat-backend"), limit_usd=12,
            refresh_period=RefreshPeriod.days(7), labels={"team": "support"},
        ),
        BudgetOptions(principal=BudgetPrincipal.role_name("report-writer"), limit_usd=3),
        BudgetOptions(principal=BudgetPrincipal.user_name("indexer"), limit_usd=6, labels={"team": "search"}),
    ],
    # An example leaves nothing behind; without this the tables are retained.
    removal_policy=RemovalPolicy.DESTROY,
)

outputs = {
    "BudgetsTable": budgeteer.budgets_table.table_name,
    "LedgerTable": budgeteer.ledger_table.table_name,
    "AuditTable": budgeteer.audit_table.table_name,
    "InvocationLogGroup": budgeteer.invocation_log_group.log_group_name,
    "DenyPolicy": budgeteer.deny_policy.managed_policy_arn,
    "UsageMeter": budgeteer.usage_meter.function_name,
    "BudgetMonitor": budgeteer.budget_monitor.function_name,
}
for name, value in outputs.items():
    CfnOutput(stack, name, value=value)

app.synth()
