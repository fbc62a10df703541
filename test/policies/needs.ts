import { ACCOUNT, PARTITION, REGION, SynthesizedStack } from '../synthesized/synthesized-stack';
import { functionPolicyOf, PolicyDocument, Request } from './simulation';

/** A call to AWS: the command that was sent, and its input. */
export interface AwsCall {
  readonly command: string;
  readonly input: Readonly<Record<string, any>>;
}

type Needs = (input: Readonly<Record<string, any>>, stack: SynthesizedStack) => readonly Request[];

const arn = (service: string, resource: string, region = REGION) => `arn:${PARTITION}:${service}:${region}:${ACCOUNT}:${resource}`;
const onTable = (action: string): Needs => ({ TableName: name, IndexName: index }) =>
  [{ action: `dynamodb:${action}`, resource: arn('dynamodb', index ? `table/${name}/index/${index}` : `table/${name}`) }, ...KEY_USE.dynamodb()];
const onUser = (action: string): Needs => ({ UserName: name, PolicyArn: policy }) => [onEntity(action, `user/${name}`, policy)];
const onRole = (action: string): Needs => ({ RoleName: name, PolicyArn: policy }) => [onEntity(action, `role/${name}`, policy)];
const onEntity = (action: string, entity: string, policy?: string): Request =>
  ({ action: `iam:${action}`, resource: arn('iam', entity, ''), ...(policy ? { context: { 'iam:PolicyARN': policy } } : {}) });
const onAgentCore = (action: string, resource: string) => [{ action: `bedrock-agentcore:${action}`, resource: arn('bedrock-agentcore', resource) }];
const onParameter = (action: string): Needs => ({ Name: name, Path: path }) => [{ action: `ssm:${action}`, resource: arn('ssm', `parameter${name ?? path}`) }];
const onObject = (action: string): Needs => ({ Bucket: bucket, Key: key }) => [{ action: `s3:${action}`, resource: `arn:${PARTITION}:s3:::${bucket}/${key}` }, ...KEY_USE.s3()];
const onEverything = (action: string): Needs => () => [{ action, resource: '*' }];

/** What a caller needs of the key behind a resource. Everything that the product stores has one key. */
export const KEY_USE = {
  // "Authorizing use of your customer managed key" in https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html:
  // Encrypt, Decrypt, ReEncrypt* (From and To), GenerateDataKey* (with and without plaintext), DescribeKey
  dynamodb: () => ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo']
    .map(action => keyUse(action, 'dynamodb')),
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
  s3: () => ['Decrypt', 'GenerateDataKey'].map(action => keyUse(action, 's3')),
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  sqs: () => ['Decrypt', 'GenerateDataKey'].map(action => keyUse(action, 'sqs')),
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  sns: () => ['Decrypt', 'GenerateDataKey'].map(action => keyUse(action, 'sns')),
} as const;

const toTrace = (...actions: readonly string[]) => actions.map(action => ({ action: `xray:${action}`, resource: '*' }));

/** What a service needs to send traces of what it runs, where that is switched on. */
export const TRACING = {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
  lambda: ({ TracingConfig: config }: Readonly<Record<string, any>>) => (config?.Mode === 'Active' ? toTrace('PutTraceSegments', 'PutTelemetryRecords') : []),
  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
  states: ({ TracingConfiguration: config }: Readonly<Record<string, any>>) => (config?.Enabled
    ? toTrace('PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets') : []),
} as const;

function keyUse(action: string, service: string): Request {
  return { action: `kms:${action}`, resource: 'key', context: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` } };
}

/** The partition keys of what is written, by which DynamoDB can be told to refuse. */
function leadingKeys({ TableName: name, Item: item }: Readonly<Record<string, any>>, stack: SynthesizedStack): Record<string, string[]> {
  const table = stack.resources('AWS::DynamoDB::Table').find(resource => stack.attribute(resource, 'Ref') === name);
  const { AttributeName: key } = table?.properties.KeySchema.find(({ KeyType: type }: any) => type === 'HASH') ?? {};
  return key && item[key]?.S ? { 'dynamodb:LeadingKeys': [item[key].S] } : {};
}

/** What each command needs to be allowed. A command that is missing here fails the tests: somebody has to say what it needs. */
const NEEDS: Readonly<Record<string, Needs>> = {
  GetItemCommand: onTable('GetItem'),
  PutItemCommand: (input, stack) => onTable('PutItem')(input, stack).map(need => (need.action === 'dynamodb:PutItem' ? { ...need, context: leadingKeys(input, stack) } : need)),
  UpdateItemCommand: onTable('UpdateItem'),
  DeleteItemCommand: onTable('DeleteItem'),
  QueryCommand: onTable('Query'),
  ScanCommand: onTable('Scan'),
  BatchGetItemCommand: ({ RequestItems: tables }, stack) => Object.keys(tables).flatMap(table => onTable('BatchGetItem')({ TableName: table }, stack)),
  PutObjectCommand: onObject('PutObject'),
  GetObjectCommand: onObject('GetObject'),
  // authorised by the actions in it
  TransactWriteItemsCommand: ({ TransactItems: items }, stack) => items.flatMap(({ Put: put, Update: update, Delete: gone, ConditionCheck: check }: any) => [
    ...(put ? onTable('PutItem')(put, stack) : []), ...(update ? onTable('UpdateItem')(update, stack) : []), ...(gone ? onTable('DeleteItem')(gone, stack) : []),
    ...(check ? onTable('ConditionCheckItem')(check, stack) : []),
  ]),

  AttachUserPolicyCommand: onUser('AttachUserPolicy'),
  AttachRolePolicyCommand: onRole('AttachRolePolicy'),
  DetachUserPolicyCommand: onUser('DetachUserPolicy'),
  DetachRolePolicyCommand: onRole('DetachRolePolicy'),
  GetUserCommand: onUser('GetUser'),
  GetRoleCommand: onRole('GetRole'),
  ListAttachedUserPoliciesCommand: onUser('ListAttachedUserPolicies'),
  ListAttachedRolePoliciesCommand: onRole('ListAttachedRolePolicies'),
  ListUsersCommand: onEverything('iam:ListUsers'),
  ListUserPoliciesCommand: onUser('ListUserPolicies'),
  ListRolePoliciesCommand: onRole('ListRolePolicies'),
  GetUserPolicyCommand: onUser('GetUserPolicy'),
  GetRolePolicyCommand: onRole('GetRolePolicy'),
  PutUserPolicyCommand: onUser('PutUserPolicy'),
  PutRolePolicyCommand: onRole('PutRolePolicy'),
  DeleteUserPolicyCommand: onUser('DeleteUserPolicy'),
  DeleteRolePolicyCommand: onRole('DeleteRolePolicy'),
  GetPolicyCommand: ({ PolicyArn: policy }) => [{ action: 'iam:GetPolicy', resource: policy }],
  ListEntitiesForPolicyCommand: ({ PolicyArn: policy }) => [{ action: 'iam:ListEntitiesForPolicy', resource: policy }],
  // of all users it is a question about no user in particular
  ListServiceSpecificCredentialsCommand: ({ UserName: name, AllUsers: all }) => [{ action: 'iam:ListServiceSpecificCredentials', resource: all ? '*' : arn('iam', `user/${name}`, '') }],

  GetParametersByPathCommand: onParameter('GetParametersByPath'),
  GetParameterHistoryCommand: onParameter('GetParameterHistory'),
  GetParameterCommand: onParameter('GetParameter'),
  PutParameterCommand: onParameter('PutParameter'),
  DeleteParameterCommand: onParameter('DeleteParameter'),

  PutEventsCommand: ({ Entries: entries }) => entries.map(({ EventBusName: name, Source: source }: any) =>
    ({ action: 'events:PutEvents', resource: arn('events', `event-bus/${name}`), context: { 'events:source': [source] } })),

  StartExecutionCommand: ({ stateMachineArn }) => [{ action: 'states:StartExecution', resource: stateMachineArn }],
  ListExecutionsCommand: ({ stateMachineArn }) => [{ action: 'states:ListExecutions', resource: stateMachineArn }],
  StopExecutionCommand: ({ executionArn }) => [{ action: 'states:StopExecution', resource: executionArn }],

  InvokeCommand: ({ FunctionName: name }) => [{ action: 'lambda:InvokeFunction', resource: name }],

  PublishCommand: ({ TopicArn: topic }, stack) => [{ action: 'sns:Publish', resource: topic }, ...keyUseOf(stack, topic, 'KmsMasterKeyId', KEY_USE.sns())],
  SendMessageBatchCommand: ({ QueueUrl: url }, stack) => [{ action: 'sqs:SendMessage', resource: queueWithUrl(stack, url) }, ...KEY_USE.sqs()],

  GetSecretValueCommand: ({ SecretId: secret }, stack) => [
    { action: 'secretsmanager:GetSecretValue', resource: secret }, ...keyUseOf(stack, secret, 'KmsKeyId', [keyUse('Decrypt', 'secretsmanager')]),
  ],

  StartQueryCommand: ({ logGroupName: name }) => [{ action: 'logs:StartQuery', resource: arn('logs', `log-group:${name}`) }, { action: 'logs:StartQuery', resource: arn('logs', `log-group:${name}:log-stream:`) }],
  DescribeSubscriptionFiltersCommand: ({ logGroupName: name }) => [
    { action: 'logs:DescribeSubscriptionFilters', resource: arn('logs', `log-group:${name}`) },
    { action: 'logs:DescribeSubscriptionFilters', resource: arn('logs', `log-group:${name}:log-stream:`) },
  ],
  GetQueryResultsCommand: onEverything('logs:GetQueryResults'),
  DescribeLogGroupsCommand: onEverything('logs:DescribeLogGroups'),

  // metrics know no resources, and neither does a list of runtimes
  ListMetricsCommand: onEverything('cloudwatch:ListMetrics'),
  GetMetricDataCommand: onEverything('cloudwatch:GetMetricData'),
  ListAgentRuntimesCommand: onEverything('bedrock-agentcore:ListAgentRuntimes'),
  ListHarnessesCommand: onEverything('bedrock-agentcore:ListHarnesses'),
  GetAgentRuntimeCommand: ({ agentRuntimeId: id }) => onAgentCore('GetAgentRuntime', `runtime/${id}`),
  GetHarnessCommand: ({ harnessId: id }) => onAgentCore('GetHarness', `harness/${id}`),
  ListTagsForResourceCommand: ({ resourceArn: resource }) => [{ action: 'bedrock-agentcore:ListTagsForResource', resource }],

  // the bill has no name of its own
  GetCostAndUsageCommand: onEverything('ce:GetCostAndUsage'),

  GetProductsCommand: onEverything('pricing:GetProducts'),
  GetInferenceProfileCommand: ({ inferenceProfileIdentifier: id }) => [{ action: 'bedrock:GetInferenceProfile', resource: id }],
  GetPromptRouterCommand: ({ promptRouterArn: id }) => [{ action: 'bedrock:GetPromptRouter', resource: id }],
  GetProvisionedModelThroughputCommand: ({ provisionedModelId: id }) => [{ action: 'bedrock:GetProvisionedModelThroughput', resource: id }],
  GetCustomModelCommand: ({ modelIdentifier: id }) => [{ action: 'bedrock:GetCustomModel', resource: id }],
  GetCustomModelDeploymentCommand: ({ customModelDeploymentIdentifier: id }) => [{ action: 'bedrock:GetCustomModelDeployment', resource: id }],

  GetModelInvocationLoggingConfigurationCommand: onEverything('bedrock:GetModelInvocationLoggingConfiguration'),
  DeleteModelInvocationLoggingConfigurationCommand: onEverything('bedrock:DeleteModelInvocationLoggingConfiguration'),
  PutModelInvocationLoggingConfigurationCommand: ({ loggingConfig: { cloudWatchConfig: log } }) => [
    { action: 'bedrock:PutModelInvocationLoggingConfiguration', resource: '*' },
    ...(log ? [{ action: 'iam:PassRole', resource: log.roleArn, context: { 'iam:PassedToService': 'bedrock.amazonaws.com' } }] : []),
  ],
};

/** What must be allowed for a call to succeed. */
export function needsOf({ command, input }: AwsCall, stack: SynthesizedStack): readonly Request[] {
  const needs = NEEDS[command];
  if (!needs) {
    throw new Error(`say in NEEDS what ${command} needs to be allowed`);
  }
  return needs(input, stack).map(request => (request.resource === 'key' ? { ...request, resource: keyOf(stack) } : request));
}

/** ARN of the key with which the deployment encrypts what it stores. */
export function keyOf(stack: SynthesizedStack): string {
  const [table] = stack.resources('AWS::DynamoDB::Table');
  return table.properties.SSESpecification.KMSMasterKeyId;
}

/** What the resource that is asked for says itself about who may use it: keys, and functions that let somebody invoke them. */
export function policyOfResource(stack: SynthesizedStack, arnOfResource: string): PolicyDocument | undefined {
  const key = stack.resources('AWS::KMS::Key').find(candidate => stack.attribute(candidate, 'Arn') === arnOfResource);
  return key ? key.properties.KeyPolicy : functionPolicyOf(stack, arnOfResource);
}

/** The use of the key of a resource that may be somebody else's, with a key of its own. */
function keyUseOf(stack: SynthesizedStack, resource: string, property: string, uses: readonly Request[]): readonly Request[] {
  const key: string | undefined = stack.resourceWithArn(resource).properties[property];
  return key === undefined ? [] : uses.map(use => ({ ...use, resource: key }));
}

function queueWithUrl(stack: SynthesizedStack, url: string): string {
  const queue = stack.resources('AWS::SQS::Queue').find(candidate => stack.attribute(candidate, 'Ref') === url);
  if (!queue) {
    throw new Error(`the template has no queue ${url}`);
  }
  return stack.attribute(queue, 'Arn');
}
