using Amazon.CDK;
using CdkBedrockBudgeteer;
using System;
using System.Collections.Generic;
using System.Globalization;

var app = new App();
var stack = new Stack(app, "BudgeteerExample");

var budgeteer = new BedrockBudgeteer(stack, "Budgeteer", new BedrockBudgeteerProps
{
    // `--context graceSeconds=5` shortens the time between reaching a limit and suspension.
    GracePeriod = Duration.Seconds(Convert.ToDouble(app.Node.TryGetContext("graceSeconds") ?? 300, CultureInfo.InvariantCulture)),
    // Users of Bedrock API keys get this budget without being named.
    DefaultApiKeyBudgetUsd = 10,
    // So do AgentCore runtimes, 25 dollars each: they are found by themselves, and suspended through their execution roles.
    AgentCore = true,
    // Others have one if they are named, here or at run time. They need not exist yet.
    Budgets = new[]
    {
        new BudgetOptions
        {
            Principal = BudgetPrincipal.RoleName("chat-backend"),
            LimitUsd = 12,
            RefreshPeriod = RefreshPeriod.Days(7),
            Labels = new Dictionary<string, string> { ["team"] = "support" },
        },
        new BudgetOptions { Principal = BudgetPrincipal.RoleName("report-writer"), LimitUsd = 3 },
        new BudgetOptions
        {
            Principal = BudgetPrincipal.UserName("indexer"),
            LimitUsd = 6,
            Labels = new Dictionary<string, string> { ["team"] = "search" },
        },
    },
    // An example leaves nothing behind; without this the tables are retained.
    RemovalPolicy = RemovalPolicy.DESTROY,
});

var outputs = new Dictionary<string, string>
{
    ["BudgetsTable"] = budgeteer.BudgetsTable.TableName,
    ["LedgerTable"] = budgeteer.LedgerTable.TableName,
    ["AuditTable"] = budgeteer.AuditTable.TableName,
    ["InvocationLogGroup"] = budgeteer.InvocationLogGroup.LogGroupName,
    ["DenyPolicy"] = budgeteer.DenyPolicy.ManagedPolicyArn,
    ["UsageMeter"] = budgeteer.UsageMeter.FunctionName,
    ["BudgetMonitor"] = budgeteer.BudgetMonitor.FunctionName,
};
foreach (var (name, value) in outputs)
{
    new CfnOutput(stack, name, new CfnOutputProps { Value = value });
}

app.Synth();
