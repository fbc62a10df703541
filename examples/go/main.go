package main

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	budgeteer "github.com/bedrock-budgeteer/cdk-bedrock-budgeteer-go/cdkbedrockbudgeteer"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("BudgeteerExample"), nil)

	example := budgeteer.NewBedrockBudgeteer(stack, jsii.String("Budgeteer"), &budgeteer.BedrockBudgeteerProps{
		// `--context graceSeconds=5` shortens the time between reaching a limit and suspension.
		GracePeriod: awscdk.Duration_Seconds(jsii.Number(graceSeconds(app))),
		// Users of Bedrock API keys get this budget without being named.
		DefaultApiKeyBudgetUsd: jsii.Number(10),
		// So do AgentCore runtimes, 25 dollars each: they are found by themselves, and suspended through their execution roles.
		AgentCore: jsii.Bool(true),
		// Others have one if they are named, here or at run time. They need not exist yet.
		Budgets: &[]*budgeteer.BudgetOptions{
			{
				Principal:     budgeteer.BudgetPrincipal_RoleName(jsii.String("chat-backend")),
				LimitUsd:      jsii.Number(12),
				RefreshPeriod: budgeteer.RefreshPeriod_Days(jsii.Number(7)),
				Labels:        &map[string]*string{"team": jsii.String("support")},
			},
			{Principal: budgeteer.BudgetPrincipal_RoleName(jsii.String("report-writer")), LimitUsd: jsii.Number(3)},
			{
				Principal: budgeteer.BudgetPrincipal_UserName(jsii.String("indexer")),
				LimitUsd:  jsii.Number(6),
				Labels:    &map[string]*string{"team": jsii.String("search")},
			},
		},
		// An example leaves nothing behind; without this the tables are retained.
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})

	// Not a map: its order differs from run to run, and so would the template's.
	for _, output := range []struct {
		name  string
		value *string
	}{
		{"BudgetsTable", example.BudgetsTable().TableName()},
		{"LedgerTable", example.LedgerTable().TableName()},
		{"AuditTable", example.AuditTable().TableName()},
		{"InvocationLogGroup", example.InvocationLogGroup().LogGroupName()},
		{"DenyPolicy", example.DenyPolicy().ManagedPolicyArn()},
		{"UsageMeter", example.UsageMeter().FunctionName()},
		{"BudgetMonitor", example.BudgetMonitor().FunctionName()},
	} {
		awscdk.NewCfnOutput(stack, jsii.String(output.name), &awscdk.CfnOutputProps{Value: output.value})
	}

	app.Synth(nil)
}

func graceSeconds(app awscdk.App) float64 {
	given := app.Node().TryGetContext(jsii.String("graceSeconds"))
	if given == nil {
		return 300
	}
	// A number in cdk.json, text from the command line.
	seconds, err := strconv.ParseFloat(fmt.Sprint(given), 64)
	if err != nil {
		panic(err)
	}
	return seconds
}
