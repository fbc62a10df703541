module example.com/budgeteer-example

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.258.0
	github.com/aws/constructs-go/constructs/v10 v10.6.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/bedrock-budgeteer/cdk-bedrock-budgeteer-go/cdkbedrockbudgeteer v0.1.0
)
