import { AcknowledgedWildcard, policyOf } from './acknowledgement';

const EVERYTHING = ['*'];
const ANY_USER = 'arn:{}:iam::{}:user/*';
const ANY_ROLE = 'arn:{}:iam::{}:role/*';

const ENFORCER = policyOf('Enforcement/Enforcer');
const DETACHER = policyOf('Enforcement/PolicyBackups/PolicyDetacher');
const EVALUATOR = policyOf('Decisions/BudgetEvaluator');
const MONITOR = policyOf('Decisions/BudgetMonitor');
const METER = policyOf('Metering/UsageMeter');
const INVOCATION_LOGGING = policyOf('Metering/InvocationLogs/Handler');
const CHECKER = policyOf('Coverage/CoverageChecker');
const RECONCILER = policyOf('Reconciliation/CostReconciler');
const REPRICER = policyOf('Pricing/CallRepricer');
const REFRESHER = policyOf('Pricing/PriceRefresher');
const REGISTRAR = policyOf('Registration/PrincipalRegistrar');
const AGENT_REGISTRAR = policyOf('AgentCore/AgentRegistrar');
const COMPUTE_METER = policyOf('AgentCore/AgentComputeMeter');
const GUARD = policyOf('MantleGuard/MantleGuard');
const MANAGER = policyOf('Administration/BudgetManager');
const DIGEST = policyOf('Digest/DailyDigest');
const REPORTER = policyOf('Reports/ChargebackReporter');
const REMOVAL = policyOf('Removal/Handler');
const SUSPENSION = policyOf('Enforcement/Suspension/StateMachine');
const RESTORATION = policyOf('Enforcement/Restoration/StateMachine');
const CHARGEBACK = policyOf('Reports/Chargeback/StateMachine');

/**
 * Every asterisk in what a role of this construct is allowed, with the actions that are allowed on it, and why it is no narrower.
 *
 * No action has one. An action that is added to a statement, or to a wildcard elsewhere, is not acknowledged by what stands here.
 */
export const ACKNOWLEDGED_WILDCARDS: readonly AcknowledgedWildcard[] = [
  // Users and roles: who may have a budget is not known when this is deployed
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:DetachUserPolicy', 'iam:DetachRolePolicy'],
    condition: 'iam:PolicyARN',
    policies: [ENFORCER],
    reason: 'Anybody in the account may have a budget and have to be suspended, also somebody who is created later. The condition allows this for the deny policy of the'
      + ' deployment alone, which can only take rights away, and detaching for the policy that denies the mantle endpoint. No other policy of anybody can be changed.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy'],
    condition: 'iam:PolicyARN',
    policies: [REMOVAL],
    reason: 'When the stack is removed everybody who is suspended is let go, whoever that is by then. The condition allows it for the deny policy of the deployment alone,'
      + ' and there is no right to attach.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy'],
    condition: 'iam:PolicyARN',
    policies: [GUARD],
    reason: 'Whoever has an enforced budget is kept from the mantle endpoint, and let go when that ends: who that is changes at run time. By its condition the right is'
      + ' one over the policy that denies that endpoint, and over no other.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:AttachUserPolicy', 'iam:AttachRolePolicy'],
    condition: 'iam:PolicyARN',
    policies: ['MantleGuard/MayAttach'],
    reason: 'The other half of what the mantle-guard does, apart so that it can be taken away first. By its condition it attaches the policy that denies the mantle'
      + ' endpoint and nothing else, which can give nobody a right.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:GetUser', 'iam:GetRole', 'iam:ListAttachedUserPolicies', 'iam:ListAttachedRolePolicies'],
    policies: [ENFORCER, GUARD],
    reason: 'Before and after a change, IAM is asked whether the principal exists and has the policy: a suspension counts only once it was seen. It reads names and ARNs'
      + ' of policies, never what is in them, and IAM has no narrower question.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:GetUser', 'iam:GetRole'],
    policies: [REMOVAL],
    reason: 'A detach that finds nothing has to tell a principal that was deleted from one that is free already. Which principals these are is known at run time alone;'
      + ' the answer is read and changes nothing.',
  },
  {
    resources: [ANY_USER, ANY_ROLE],
    actions: ['iam:GetUser', 'iam:GetRole'],
    policies: [MONITOR],
    reason: 'With the strategy DETACH, backups go by the id that IAM gives a user or role, so that nobody is given the policies of a namesake. The monitor asks IAM for the id'
      + ' of whoever it looks at, and changes nothing.',
  },
  {
    resources: [ANY_USER],
    actions: ['iam:ListServiceSpecificCredentials'],
    policies: [EVALUATOR],
    reason: 'Whether an IAM user that makes its first call holds a Bedrock API key, which gives it the default budget. Any user of the account may be the one; what is read'
      + ' is metadata without the key.',
  },
  {
    resources: [ANY_USER],
    actions: [
      'iam:GetUser', 'iam:ListAttachedUserPolicies', 'iam:ListUserPolicies', 'iam:GetUserPolicy', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy',
      'iam:PutUserPolicy', 'iam:DeleteUserPolicy',
    ],
    policies: [DETACHER],
    reason: 'Only with the strategy DETACH, whose purpose this is: the policies of any user who is over the limit are backed up, removed and put back. It is the power of an'
      + ' administrator, and chosen as such: docs/security.md says what limits it, and how to name users that it must never touch.',
  },
  {
    resources: [ANY_ROLE],
    actions: [
      'iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy',
      'iam:PutRolePolicy', 'iam:DeleteRolePolicy',
    ],
    policies: [DETACHER],
    reason: 'Only with the strategy DETACH, as for users. In the same document it is denied every role of the deployment, its own among them, and the roles by which the CDK'
      + ' deploys, so that it cannot widen its own rights.',
  },
  {
    resources: EVERYTHING,
    actions: ['iam:ListUsers'],
    policies: [DETACHER],
    reason: 'Only with the strategy DETACH: by what name a user of a known id goes now, so that one who was renamed gets its policies back. IAM finds nobody by the id, and'
      + ' the action knows no narrower resource.',
  },
  {
    resources: ['arn:{}:iam::*:policy/*'],
    actions: ['iam:GetPolicy'],
    policies: [DETACHER],
    reason: 'Only with the strategy DETACH: whether a managed policy is still the one that was attached, by its own id. Policies of AWS have no account in their ARN, and'
      + ' which ones a principal has is known at run time alone. It is a read.',
  },
  {
    resources: EVERYTHING,
    actions: ['iam:ListServiceSpecificCredentials'],
    policies: [REGISTRAR],
    reason: 'Lists the Bedrock API keys of all users at once, so that their owners have a budget before their first call: a question about no user in particular, which'
      + ' IAM authorizes on everything. Metadata alone is read.',
  },
  {
    resources: [ANY_ROLE],
    actions: ['iam:PassRole'],
    condition: 'iam:PassedToService',
    policies: [INVOCATION_LOGGING],
    reason: 'Only where an existing logging configuration is adopted: putting it back when the stack is removed is passing the role that it had, which is not known when this'
      + ' is deployed. The condition lets a role be passed to Bedrock and to no other service.',
  },

  // Bedrock and AgentCore
  {
    resources: EVERYTHING,
    actions: [
      'bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:PutModelInvocationLoggingConfiguration',
    ],
    policies: [INVOCATION_LOGGING],
    reason: 'The one configuration of model-invocation logging that an account has in a region: Bedrock defines no resource for it, so these actions can be allowed on'
      + ' everything or not at all.',
  },
  {
    resources: [
      'arn:{}:bedrock:{}:{}:application-inference-profile/*', 'arn:{}:bedrock:{}:{}:prompt-router/*', 'arn:{}:bedrock:{}:{}:default-prompt-router/*',
      'arn:{}:bedrock:{}:{}:provisioned-model/*', 'arn:{}:bedrock:{}:{}:custom-model/*', 'arn:{}:bedrock:{}:{}:custom-model-deployment/*',
    ],
    actions: [
      'bedrock:GetInferenceProfile', 'bedrock:GetPromptRouter', 'bedrock:GetProvisionedModelThroughput', 'bedrock:GetCustomModel',
      'bedrock:GetCustomModelDeployment',
    ],
    policies: [METER, REPRICER, RECONCILER],
    reason: 'A call is priced by the model behind the ARN that was called, and anything of this kind in this account and region may be called, also what is made later. Each'
      + ' action is allowed on its own kind of resource, and reads a description: nothing can be invoked by it.',
  },
  {
    resources: EVERYTHING,
    actions: ['bedrock-agentcore:ListAgentRuntimes', 'bedrock-agentcore:ListHarnesses'],
    policies: [AGENT_REGISTRAR],
    reason: 'Finds the AgentCore runtimes of the account and region, so that each has a budget without being named here. A list is about no runtime in particular.',
  },
  {
    resources: ['arn:{}:bedrock-agentcore:{}:{}:runtime/*', 'arn:{}:bedrock-agentcore:{}:{}:harness/*'],
    actions: ['bedrock-agentcore:GetAgentRuntime', 'bedrock-agentcore:GetHarness', 'bedrock-agentcore:ListTagsForResource'],
    policies: [AGENT_REGISTRAR],
    reason: 'Reads execution role and tags of every runtime of this account and region, whenever it was made: with `agentCore` all of them have budgets. No runtime can be'
      + ' invoked or changed by it.',
  },

  // What knows no resources
  {
    resources: EVERYTHING,
    actions: [
      'bedrock:GetModelInvocationLoggingConfiguration', 'cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'logs:DescribeLogGroups', 'logs:GetQueryResults',
    ],
    policies: [CHECKER],
    reason: 'Compares what was metered with what AWS counted: metrics, the logging configuration and the answers to its own queries have no ARNs to name, and log groups'
      + ' are looked for by their name. All of them are reads; queries can be started on the log of the meter alone.',
  },
  {
    resources: EVERYTHING,
    actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
    policies: [COMPUTE_METER],
    reason: 'Reads how much compute AgentCore runtimes have used, which AWS reports as CloudWatch metrics. CloudWatch defines no resource for metrics, so reading them cannot'
      + ' be narrowed.',
  },
  {
    resources: EVERYTHING,
    actions: ['dynamodb:ListStreams'],
    policies: [EVALUATOR],
    reason: 'Lambda needs it to poll the stream of the Budgets table for the function, and DynamoDB defines no resource for it. It tells the ARNs of streams; reading is'
      + ' allowed on that one stream alone.',
  },
  {
    resources: EVERYTHING,
    actions: ['pricing:GetProducts'],
    policies: [REFRESHER],
    reason: 'Reads the public AWS Price List, whose pages are the same for every customer: the service defines no resource, so that the action is allowed on everything or not'
      + ' at all. Nothing of the account is read by it.',
  },
  {
    resources: EVERYTHING,
    actions: ['ce:GetCostAndUsage', 'logs:GetQueryResults'],
    policies: [RECONCILER],
    reason: 'Only with `reconciliation`: reads the bill of the account from Cost Explorer, and the answers to its own queries of the log of the meter. Neither has a resource that'
      + ' could be named; queries can be started on that log alone.',
  },

  // Logs, parameters, objects: everything below one name
  {
    resources: ['arn:{}:logs:{}:{}:log-group:{}:*'],
    actions: ['logs:StartQuery'],
    policies: [CHECKER, RECONCILER],
    reason: 'One log group, that of the usage meter. CloudWatch Logs authorizes some actions on the ARN of a group with `:*` at its end, which stands for the streams in it.',
  },
  {
    resources: ['arn:{}:logs:{}:{}:log-group:{}:*'],
    actions: ['logs:DescribeSubscriptionFilters'],
    policies: [CHECKER],
    reason: 'Looks whether the invocation log is still handed to the meter: one log group, named with the `:*` that CloudWatch Logs puts behind the name of a group.',
  },
  {
    resources: ['arn:{}:ssm:{}:{}:parameter{}/*'],
    actions: ['ssm:GetParameterHistory', 'ssm:GetParametersByPath'],
    policies: [METER, ENFORCER, DETACHER, EVALUATOR, MONITOR, REPRICER, AGENT_REGISTRAR, GUARD, MANAGER, DIGEST],
    reason: 'The settings of this deployment, below a path that has its id: read together, and with earlier values where the present one is not allowed. Operators may create'
      + ' a setting that was not deployed, such as the one that pauses enforcement, so they cannot be listed one by one.',
  },
  {
    resources: ['{}/{}reports/*'],
    actions: ['s3:PutObject'],
    policies: [REPORTER],
    reason: 'Writes the reports of every month below one folder of the bucket of reports. What is there already it can neither read nor list nor delete, and a version that it'
      + ' replaces stays in the versioned bucket.',
  },
  {
    resources: ['{}/{}report-work/*'],
    actions: ['s3:GetObject', 's3:PutObject'],
    policies: [REPORTER],
    reason: 'Intermediate sums of a report that is being made, below a folder of their own in the bucket of reports, which deletes them after some days. Their names have the'
      + ' execution in them.',
  },

  // Workflows
  {
    resources: ['arn:{}:states:{}:{}:execution:{}:*'],
    actions: ['states:StopExecution'],
    policies: [REMOVAL],
    reason: 'When the stack is removed, whatever is still suspending somebody is stopped first. The asterisk stands for the executions of the two workflows of this'
      + ' deployment, whose names are made at run time.',
  },
  {
    resources: ['{}:*'],
    actions: ['lambda:InvokeFunction'],
    policies: [SUSPENSION, RESTORATION],
    reason: 'The workflow invokes the enforcer, and with the strategy DETACH the policy-detacher. The asterisk stands for versions and aliases of those functions, which the'
      + ' CDK allows along with the function; neither has any.',
  },
  {
    resources: ['{}:*'],
    actions: ['lambda:InvokeFunction'],
    policies: [CHARGEBACK],
    reason: 'The workflow of a report invokes the reporter, step by step. Versions and aliases of that one function, which it does not have, are allowed along with it by'
      + ' the CDK.',
  },
  {
    resources: EVERYTHING,
    actions: [
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
    ],
    policies: [SUSPENSION, RESTORATION, CHARGEBACK],
    reason: 'What Step Functions asks for to write the log of a workflow, in these words: deliveries of vended logs have no resources. The role can be assumed by Step'
      + ' Functions alone, and the definition of the workflow, which has no task of CloudWatch Logs, is all that it is used for.',
  },

  // Where `tracing` is true
  {
    resources: EVERYTHING,
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    policies: ['**/Role/DefaultPolicy'],
    reason: 'Only with `tracing`: X-Ray defines no resource for the segments of a trace that are sent to it. The right is one to write: traces of other applications cannot be'
      + ' read or changed.',
  },
  {
    resources: EVERYTHING,
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    policies: [SUSPENSION, RESTORATION, CHARGEBACK],
    reason: 'Only with `tracing`: Step Functions asks X-Ray which of its executions to trace, and the rules of sampling are those of the account as a whole.',
  },
];
