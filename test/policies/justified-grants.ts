/** What is granted although no handler asks for it by itself, and why it has to be. */
export interface JustifiedGrant {
  /** The action as the policy writes it. */
  readonly action: string;
  /** What the resource is, in the template's words. */
  readonly resource: RegExp;
  readonly reason: string;
}

const ARN = 'arn:aws:';

/** Grants of functions. What matches none of these has to be used by a call that a handler was seen to make. */
export const JUSTIFIED_OF_FUNCTIONS: readonly JustifiedGrant[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => ({
    action, resource: /^arn:aws:logs:.*:log-group:/, reason: 'Lambda writes the function\'s log with the function\'s role, to the group of that function alone',
  })),
  { action: 'sqs:SendMessage', resource: /Failures\w*$/, reason: 'Lambda puts events that failed to the end into the function\'s queue with the function\'s role' },
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'].map(action => ({
    action, resource: /\/stream\//, reason: 'Lambda reads the stream of the Budgets table for the evaluator, with the evaluator\'s role',
  })),
  { action: 'dynamodb:ListStreams', resource: /^\*$/, reason: 'the event source mapping needs it, and IAM knows no narrower resource for it' },
  ...[
    'kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
  ].map(action => ({
    action, resource: /:key\//, reason: 'DynamoDB, SQS, SNS, S3 and EventBridge use the key for the caller, each through itself alone (kms:ViaService)',
  })),
  {
    action: 'ssm:GetParametersByPath',
    resource: /^arn:aws:ssm:.*:parameter\/bedrock-budgeteer\/.*\/\*$/,
    reason: 'reading a path is authorized by AWS on the path, and documented with what is below it as well; both are the settings of this deployment',
  },
  {
    action: 'ssm:GetParameterHistory',
    resource: /^arn:aws:ssm:.*:parameter\/bedrock-budgeteer\/[^*]*$/,
    reason: 'in one statement with the reading of the path; a parameter of the very name of the path there is none',
  },
  ...['Attach', 'Detach'].flatMap(verb => [['User', 'role'], ['Role', 'user']].map(([type, other]) => ({
    action: `iam:${verb}${type}Policy`,
    resource: new RegExp(`^${ARN}iam::\\d{12}:${other}/\\*$`),
    reason: `in one statement for users and roles; for IAM there is no ${verb}${type}Policy on a ${other}`,
  }))),
  ...[['GetAgentRuntime', 'harness'], ['GetHarness', 'runtime']].map(([action, other]) => ({
    action: `bedrock-agentcore:${action}`,
    resource: new RegExp(`:${other}/\\*$`),
    reason: `in one statement for runtimes and harnesses; AgentCore knows no ${action} of a ${other}`,
  })),
];

/** Grants of the roles of state machines, schedules, chats and Bedrock. */
export const JUSTIFIED_OF_SERVICES: readonly JustifiedGrant[] = [
  {
    action: 'lambda:InvokeFunction',
    resource: /:function:\w+:\*$/,
    reason: 'versions of the same function, of which there are none: the CDK grants them along with it',
  },
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'].map(name => ({
    action: `logs:${name}`,
    resource: /^\*$/,
    reason: 'Step Functions sets up the log of its executions with the machine\'s role; AWS documents these actions for it, on every resource',
  })),
];
