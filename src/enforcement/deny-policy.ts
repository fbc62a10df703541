import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Everything that spends on Bedrock, as an explicit deny, which wins over every allow.
 *
 * `Invoke*` covers the Converse API, streams, agents, flows and asynchronous calls, which have no actions of their own. The Mantle
 * endpoint has a service prefix of its own, and its calls are in no invocation log: whoever is over the limit must not go on there. Jobs,
 * custom models, endpoints and reserved capacity cost money for as long as they last, and stand in no invocation log either.
 */
const SPENDING_ACTIONS = [
  'bedrock:AgenticRetrieveStream',
  'bedrock:ApplyGuardrail',
  'bedrock:CallWithBearerToken',
  'bedrock:CreateAdvancedPromptOptimizationJob',
  'bedrock:CreateCustomModel',
  'bedrock:CreateCustomModelDeployment',
  'bedrock:CreateEvaluationJob',
  'bedrock:CreateMarketplaceModelEndpoint',
  'bedrock:CreateModelCopyJob',
  'bedrock:CreateModelCustomizationJob',
  'bedrock:CreateModelEvaluationJob',
  'bedrock:CreateModelImportJob',
  'bedrock:CreateModelInvocationJob',
  'bedrock:CreateProvisionedModelThroughput',
  'bedrock:GenerateQuery',
  'bedrock:IngestKnowledgeBaseDocuments',
  'bedrock:Invoke*',
  'bedrock:OptimizePrompt',
  'bedrock:Rerank',
  'bedrock:Retrieve*',
  'bedrock:StartAutomatedReasoningPolicyBuildWorkflow',
  'bedrock:StartAutomatedReasoningPolicyTestWorkflow',
  'bedrock:StartFlowExecution',
  'bedrock:StartIngestionJob',
  'bedrock:UpdateMarketplaceModelEndpoint',
  'bedrock:UpdateProvisionedModelThroughput',
  'bedrock-mantle:CallWithBearerToken',
  'bedrock-mantle:CreateCustomizedModel',
  'bedrock-mantle:CreateFineTuningJob',
  'bedrock-mantle:CreateInference',
  'bedrock-mantle:CreateReservation',
  'bedrock-mantle:UpdateReservation',
  'bedrock-websearch:*',
];

/**
 * The policy that suspends: attached to a principal, it denies all spending on Bedrock. It can only take rights away, so whoever may
 * attach this policy and no other can give nobody anything.
 *
 * Nothing here but the document may ever change: a new name, path or description would have CloudFormation replace the policy, and
 * everyone who is suspended would be free.
 */
export class DenyPolicy extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Denies spending on Amazon Bedrock. Attached and detached by BedrockBudgeteer; not for use by hand.',
      statements: [new iam.PolicyStatement({
        sid: 'DenySpendingOnBedrock',
        effect: iam.Effect.DENY,
        actions: SPENDING_ACTIONS,
        resources: ['*'],
      })],
    });
  }
}
