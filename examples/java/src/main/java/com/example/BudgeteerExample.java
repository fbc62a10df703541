package com.example;

import io.github.bedrockbudgeteer.cdk.BedrockBudgeteer;
import io.github.bedrockbudgeteer.cdk.BudgetPrincipal;
import io.github.bedrockbudgeteer.cdk.BudgetOptions;
import io.github.bedrockbudgeteer.cdk.RefreshPeriod;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;

public final class BudgeteerExample {
    public static void main(final String[] args) {
        final App app = new App();
        final Stack stack = new Stack(app, "BudgeteerExample");
        final Object graceSeconds = app.getNode().tryGetContext("graceSeconds");

        final BedrockBudgeteer budgeteer = BedrockBudgeteer.Builder.create(stack, "Budgeteer")
            // `--context graceSeconds=5` shortens the time between reaching a limit and suspension.
            .gracePeriod(Duration.seconds(graceSeconds == null ? 300 : Integer.parseInt(graceSeconds.toString())))
            // Users of Bedrock API keys get this budget without being named.
            .defaultApiKeyBudgetUsd(10)
            // So do AgentCore runtimes, 25 dollars each: they are found by themselves, and suspended through their execution roles.
            .agentCore(true)
            // Others have one if they are named, here or at run time. They need not exist yet.
            .budgets(List.of(
                BudgetOptions.builder().principal(BudgetPrincipal.roleName("chat-backend")).limitUsd(12)
                    .refreshPeriod(RefreshPeriod.days(7)).labels(Map.of("team", "support")).build(),
                BudgetOptions.builder().principal(BudgetPrincipal.roleName("report-writer")).limitUsd(3).build(),
                BudgetOptions.builder().principal(BudgetPrincipal.userName("indexer")).limitUsd(6).labels(Map.of("team", "search")).build()))
            // An example leaves nothing behind; without this the tables are retained.
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();

        output(stack, "BudgetsTable", budgeteer.getBudgetsTable().getTableName());
        output(stack, "LedgerTable", budgeteer.getLedgerTable().getTableName());
        output(stack, "AuditTable", budgeteer.getAuditTable().getTableName());
        output(stack, "InvocationLogGroup", budgeteer.getInvocationLogGroup().getLogGroupName());
        output(stack, "DenyPolicy", budgeteer.getDenyPolicy().getManagedPolicyArn());
        output(stack, "UsageMeter", budgeteer.getUsageMeter().getFunctionName());
        output(stack, "BudgetMonitor", budgeteer.getBudgetMonitor().getFunctionName());

        app.synth();
    }

    private static void output(final Stack stack, final String name, final String value) {
        CfnOutput.Builder.create(stack, name).value(value).build();
    }

    private BudgeteerExample() {}
}
