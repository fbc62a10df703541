import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as logs from 'aws-cdk-lib/aws-logs';
import { BedrockBudgeteer, BudgetPrincipal } from '../../src';
import { Env, Handler } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { readable } from './support/intrinsics';
import { actionsOf, statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, Resources, Synthesized, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** The handlers that are there only where something is switched on. */
const OPTIONAL: readonly Handler[] = [
  Handler.AGENT_COMPUTE_METER, Handler.AGENT_REGISTRAR, Handler.BUDGET_MANAGER, Handler.CHARGEBACK_REPORTER, Handler.COST_RECONCILER, Handler.DAILY_DIGEST,
  Handler.MANTLE_GUARD, Handler.POLICY_DETACHER,
];
const BY_DEFAULT = Object.values(Handler).filter(handler => !OPTIONAL.includes(handler));

/** Synthesized once each: nothing here depends on other props. */
let everything: Synthesized | undefined;
function withEveryHandler(): Synthesized {
  everything ??= synthesize({ ...SWITCHED_ON, logRetention: logs.RetentionDays.ONE_MONTH });
  return everything;
}
let byDefault: Synthesized | undefined;
function withDefaults(): Synthesized {
  byDefault ??= synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }] });
  return byDefault;
}

/** The function of a handler, with what belongs to it. */
function functionOf(handler: Handler, { resources } = withEveryHandler()) {
  const functions = Object.entries(ofType(resources, 'AWS::Lambda::Function'));
  const [id, { Properties: properties }] = functions.find(([, fn]) => fn.Properties.Code.S3Key.includes(`/${handler}/`))!;
  return { resources, id, properties };
}

describe.each(Object.values(Handler))('%s', handler => {
  test('runs on Node 22 on arm64, under no fixed name', () => {
    const { properties } = functionOf(handler);
    expect(properties).toMatchObject({ Runtime: 'nodejs22.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(properties).not.toHaveProperty('FunctionName');
  });

  test('has a role of its own, without managed policies', () => {
    const { resources, properties } = functionOf(handler);
    const role = properties.Role['Fn::GetAtt'][0];
    expect(resources[role].Properties).not.toHaveProperty('ManagedPolicyArns');
    const users = Object.values(ofType(resources, 'AWS::Lambda::Function')).filter(fn => fn.Properties.Role['Fn::GetAtt'][0] === role);
    expect(users).toHaveLength(1);
  });

  test('has a log group of its own with the retention that was asked for, and writes to no other', () => {
    const { resources, properties } = functionOf(handler);
    const logGroup = properties.LoggingConfig.LogGroup.Ref;
    expect(resources[logGroup]).toMatchObject({ Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
    expect(resources[logGroup].Properties).not.toHaveProperty('LogGroupName');
    const writing = statementsByRole(resources).get(properties.Role['Fn::GetAtt'][0])!.filter(statement => actionsOf([statement]).some(action => /^logs:(Create|Put|Delete)/.test(action)));
    expect(writing).toEqual([{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `\${${logGroup}.Arn}` }]);
  });

  test('has a queue of its own for what fails for good, and an alarm on it', () => {
    const { resources, id } = functionOf(handler);
    const configurations = Object.values(ofType(resources, 'AWS::Lambda::EventInvokeConfig')).filter(({ Properties }) => Properties.FunctionName.Ref === id);
    expect(configurations).toHaveLength(1);
    expect(configurations[0].Properties.MaximumRetryAttempts).toBe(2);
    const queue = configurations[0].Properties.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0];
    expect(resources[queue]).toMatchObject({ Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 14 * 86_400 } });
    const alarms = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).filter(({ Properties }) =>
      Properties.MetricName === 'ApproximateNumberOfMessagesVisible' && Properties.Dimensions[0].Value['Fn::GetAtt'][0] === queue);
    expect(alarms).toHaveLength(1);
  });

  test('knows its deployment', () => {
    const { properties } = functionOf(handler);
    expect(properties.Environment.Variables).toMatchObject({
      [Env.DEPLOYMENT_ID]: expect.stringMatching(/^Stack-Budgeteer-/),
      [Env.ENVIRONMENT_NAME]: 'production',
      [Env.TIME_ZONE]: 'UTC',
      [Env.ACCOUNT_ID]: { Ref: 'AWS::AccountId' },
      [Env.PARTITION]: { Ref: 'AWS::Partition' },
      POWERTOOLS_SERVICE_NAME: handler,
    });
  });
});

/** What each handler is told beside what all are told. */
const ENVIRONMENT: Record<Handler, (keyof typeof Env)[]> = {
  [Handler.USAGE_METER]: [
    'BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'LEDGER_RETENTION_DAYS', 'LEDGER_TABLE', 'PRICES_TABLE', 'SETTINGS_PATH', 'TRACKED_KINDS', 'UNREADABLE_QUEUE_URL',
  ],
  [Handler.BUDGET_EVALUATOR]: [
    'BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'RESTORATION_STATE_MACHINE_ARN', 'SETTINGS_PATH', 'SUSPENSION_STATE_MACHINE_ARN',
  ],
  [Handler.ENFORCER]: ['BUDGETS_TABLE', 'DENY_POLICY_ARN', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'SETTINGS_PATH'],
  [Handler.BUDGET_MONITOR]: [
    'BUDGETS_TABLE', 'DENY_POLICY_ARN', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'RESTORATION_STATE_MACHINE_ARN', 'SETTINGS_PATH', 'SUSPENSION_STATE_MACHINE_ARN',
  ],
  [Handler.PRINCIPAL_REGISTRAR]: ['BUDGETS_TABLE'],
  [Handler.ALERT_NOTIFIER]: ['ALERTS_TOPIC_ARN', 'BUDGETS_TABLE', 'DASHBOARD_NAME', 'OPERATIONS_TOPIC_ARN', 'SETTINGS_PATH'],
  [Handler.AUDIT_RECORDER]: ['AUDIT_TABLE'],
  [Handler.BUDGET_DECLARATION]: ['BUDGETS_TABLE', 'EVENT_BUS'],
  [Handler.INVOCATION_LOGGING]: ['PREVIOUS_LOGGING_PARAMETER'],
  [Handler.RESTORE_ON_REMOVAL]: ['AUDIT_TABLE', 'DENY_POLICY_ARN', 'RESTORATION_STATE_MACHINE_ARN', 'SUSPENSION_STATE_MACHINE_ARN'],
  [Handler.PRICE_REFRESHER]: ['EVENT_BUS', 'MAX_PRICE_CHANGE_FACTOR', 'PRICES_TABLE'],
  [Handler.CALL_REPRICER]: ['BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'LEDGER_TABLE', 'PRICES_TABLE', 'SETTINGS_PATH'],
  [Handler.AGENT_REGISTRAR]: ['BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'SETTINGS_PATH'],
  [Handler.AGENT_COMPUTE_METER]: ['BUDGETS_TABLE', 'LEDGER_RETENTION_DAYS', 'LEDGER_TABLE'],
  [Handler.POLICY_DETACHER]: [
    'AGENT_CORE', 'BACKUP_HISTORY_DAYS', 'BUDGETS_TABLE', 'DENY_POLICY_ARN', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'POLICY_BACKUPS_TABLE', 'SETTINGS_PATH',
  ],
  [Handler.COST_RECONCILER]: ['EVENT_BUS', 'PRICES_TABLE', 'USAGE_METER_LOG_GROUP'],
  [Handler.BUDGET_MANAGER]: ['AGENT_CORE', 'AUDIT_TABLE', 'BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'SETTINGS_PATH'],
  [Handler.CHARGEBACK_REPORTER]: ['BUDGETS_TABLE', 'EVENT_BUS', 'LEDGER_RETENTION_DAYS', 'LEDGER_TABLE', 'REPORTS_BUCKET', 'REPORTS_GROUP_BY'],
  [Handler.COVERAGE_CHECKER]: ['COVERAGE_LOG_GROUP', 'EVENT_BUS', 'INVOCATION_LOG_GROUP', 'MANTLE_USE', 'USAGE_METER_ARN', 'USAGE_METER_LOG_GROUP'],
  [Handler.DAILY_DIGEST]: ['BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'DIGEST_AUDIENCE', 'DIGEST_TOP_SPENDERS', 'EVENT_BUS', 'SETTINGS_PATH'],
  [Handler.MANTLE_GUARD]: ['AGENT_CORE', 'AUDIT_TABLE', 'BUDGETS_TABLE', 'DEPLOYED_SETTINGS', 'EVENT_BUS', 'MANTLE_POLICY_ARN', 'SETTINGS_PATH'],
};

/** What some are told beside that where something is switched on. */
const ENVIRONMENT_OF_EVERYTHING: Partial<Record<Handler, (keyof typeof Env)[]>> = {
  [Handler.USAGE_METER]: ['AGENT_CORE'],
  [Handler.ALERT_NOTIFIER]: ['ADMINISTRATION_URL'],
  [Handler.ENFORCER]: ['AGENT_CORE', 'MANTLE_POLICY_ARN', 'POLICY_BACKUPS_TABLE'],
  [Handler.POLICY_DETACHER]: ['MANTLE_POLICY_ARN'],
  [Handler.BUDGET_MONITOR]: ['AGENT_CORE', 'POLICY_BACKUPS_TABLE'],
  [Handler.RESTORE_ON_REMOVAL]: ['POLICY_DETACHER_ARN'],
  [Handler.COST_RECONCILER]: ['PRINCIPAL_TAG'],
};
const COMMON: (keyof typeof Env)[] = ['ACCOUNT_ID', 'DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'PARTITION', 'TIME_ZONE'];

const keysOf = (handler: Handler, synthesized: Synthesized) => Object.keys(functionOf(handler, synthesized).properties.Environment.Variables).sort();
const expectedKeys = (keys: (keyof typeof Env)[]) => ['POWERTOOLS_SERVICE_NAME', ...[...COMMON, ...keys].map(key => Env[key] as string)].sort();

test.each(BY_DEFAULT)('%s is told what it needs by default, and no more', handler => {
  expect(keysOf(handler, withDefaults())).toEqual(expectedKeys(ENVIRONMENT[handler]));
});

test.each(Object.values(Handler))('%s is told what it needs with everything switched on, and no more', handler => {
  expect(keysOf(handler, withEveryHandler())).toEqual(expectedKeys([...ENVIRONMENT[handler], ...ENVIRONMENT_OF_EVERYTHING[handler] ?? []]));
});

test.each(Object.values(Handler))('%s is told every key that its code asks for', handler => {
  // given: the keys are arguments of the functions that read them
  const source = readFileSync(path.resolve(__dirname, `../../src/lambdas/${handler}/${handler}.lambda.ts`), 'utf8');
  const asked = [...source.matchAll(/(?:readEnvironment|wholeNumber|principalKinds)\(([^)]*)/g)].flatMap(([, keys]) => [...keys.matchAll(/'([A-Z_]+)'/g)].map(([, key]) => key));

  // then
  expect(asked.length).toBeGreaterThan(0);
  const told = Object.keys(functionOf(handler).properties.Environment.Variables);
  expect(told).toEqual(expect.arrayContaining(asked.map(key => Env[key as keyof typeof Env])));
});

/** Questions about the models behind ARNs of this account. */
const ASKING_FOR_MODELS = [
  'bedrock:GetCustomModel', 'bedrock:GetCustomModelDeployment', 'bedrock:GetInferenceProfile', 'bedrock:GetPromptRouter', 'bedrock:GetProvisionedModelThroughput',
];

/** What each handler may do beside writing its log and its failures. */
const ACTIONS: Record<Handler, string[]> = {
  [Handler.USAGE_METER]: [
    ...ASKING_FOR_MODELS, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
  [Handler.BUDGET_EVALUATOR]: [
    'dynamodb:DescribeStream', 'dynamodb:GetItem', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams', 'dynamodb:UpdateItem',
    'events:PutEvents', 'iam:ListServiceSpecificCredentials', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath', 'states:StartExecution',
  ],
  [Handler.ENFORCER]: [
    'dynamodb:GetItem', 'dynamodb:UpdateItem', 'events:PutEvents', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:DetachRolePolicy',
    'iam:DetachUserPolicy', 'iam:GetRole', 'iam:GetUser', 'iam:ListAttachedRolePolicies', 'iam:ListAttachedUserPolicies', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
  [Handler.BUDGET_MONITOR]: [
    'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'events:PutEvents', 'iam:ListEntitiesForPolicy', 'ssm:GetParameterHistory',
    'ssm:GetParametersByPath', 'states:StartExecution',
  ],
  [Handler.PRINCIPAL_REGISTRAR]: ['dynamodb:UpdateItem', 'iam:ListServiceSpecificCredentials'],
  [Handler.ALERT_NOTIFIER]: ['sns:Publish'],
  [Handler.AUDIT_RECORDER]: ['dynamodb:PutItem'],
  [Handler.BUDGET_DECLARATION]: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'events:PutEvents'],
  [Handler.INVOCATION_LOGGING]: [
    'bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:PutModelInvocationLoggingConfiguration',
    'iam:PassRole', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter',
  ],
  [Handler.RESTORE_ON_REMOVAL]: [
    'dynamodb:PutItem', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy', 'iam:GetRole', 'iam:GetUser', 'iam:ListEntitiesForPolicy', 'states:ListExecutions',
    'states:StopExecution',
  ],
  [Handler.PRICE_REFRESHER]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'events:PutEvents', 'pricing:GetProducts'],
  [Handler.CALL_REPRICER]: [
    ...ASKING_FOR_MODELS, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'events:PutEvents', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
  [Handler.AGENT_REGISTRAR]: [
    'bedrock-agentcore:GetAgentRuntime', 'bedrock-agentcore:GetHarness', 'bedrock-agentcore:ListAgentRuntimes', 'bedrock-agentcore:ListHarnesses',
    'bedrock-agentcore:ListTagsForResource', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem', 'events:PutEvents',
    'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
  [Handler.COST_RECONCILER]: [
    ...ASKING_FOR_MODELS, 'ce:GetCostAndUsage', 'dynamodb:GetItem', 'dynamodb:PutItem', 'events:PutEvents', 'logs:GetQueryResults', 'logs:StartQuery',
  ],
  [Handler.AGENT_COMPUTE_METER]: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'dynamodb:PutItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
  [Handler.POLICY_DETACHER]: [
    'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'events:PutEvents',
    'iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:DeleteRolePolicy', 'iam:DeleteUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy', 'iam:GetPolicy', 'iam:GetRole',
    'iam:GetRolePolicy', 'iam:GetUser', 'iam:GetUserPolicy', 'iam:ListAttachedRolePolicies', 'iam:ListAttachedUserPolicies', 'iam:ListRolePolicies',
    'iam:ListUserPolicies', 'iam:ListUsers', 'iam:PutRolePolicy', 'iam:PutUserPolicy', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
  [Handler.BUDGET_MANAGER]: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath'],
  [Handler.CHARGEBACK_REPORTER]: ['dynamodb:Scan', 'events:PutEvents', 's3:GetObject', 's3:PutObject'],
  [Handler.COVERAGE_CHECKER]: [
    'bedrock:GetModelInvocationLoggingConfiguration', 'cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'events:PutEvents',
    'logs:DescribeLogGroups', 'logs:DescribeSubscriptionFilters', 'logs:GetQueryResults', 'logs:StartQuery',
  ],
  // PutItem: the note of the day alone
  [Handler.DAILY_DIGEST]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Scan', 'events:PutEvents', 'ssm:GetParameterHistory', 'ssm:GetParametersByPath'],
  // PutItem: its note, and the audit row of the release
  [Handler.MANTLE_GUARD]: [
    'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'events:PutEvents', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:DetachRolePolicy',
    'iam:DetachUserPolicy', 'iam:GetRole', 'iam:GetUser', 'iam:ListAttachedRolePolicies', 'iam:ListAttachedUserPolicies', 'iam:ListEntitiesForPolicy',
    'ssm:GetParameterHistory', 'ssm:GetParametersByPath',
  ],
};

const TRACING = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** What some may do beside that where something is switched on. */
const ACTIONS_OF_EVERYTHING: Partial<Record<Handler, string[]>> = {
  // whose budget pays for a role; Scan: all runtimes in every run of the monitor
  [Handler.USAGE_METER]: ['dynamodb:Query'],
  [Handler.ENFORCER]: ['dynamodb:Query'],
  [Handler.BUDGET_MONITOR]: ['dynamodb:Scan', 'iam:GetRole', 'iam:GetUser'],
};

const actionsGrantedTo = (handler: Handler, synthesized: Synthesized) => {
  const { resources, properties } = functionOf(handler, synthesized);
  return actionsOf(statementsByRole(resources).get(properties.Role['Fn::GetAtt'][0])!).filter(action => !/^(kms:|sqs:|logs:CreateLogStream|logs:PutLogEvents)/.test(action));
};

test.each(BY_DEFAULT)('%s may do what it has to by default, and no more', handler => {
  expect(actionsGrantedTo(handler, withDefaults())).toEqual(ACTIONS[handler]);
});

test.each(Object.values(Handler))('%s may do what it has to with everything switched on, and no more', handler => {
  expect(actionsGrantedTo(handler, withEveryHandler())).toEqual([...ACTIONS[handler], ...ACTIONS_OF_EVERYTHING[handler] ?? [], ...TRACING].sort());
});

test('by default there are no other functions', () => {
  const names = Object.values(ofType(withDefaults().resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
  expect(names.sort()).toEqual([...BY_DEFAULT].sort());
});

/** What knows no narrower resource. */
const ON_EVERYTHING = [
  'bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:PutModelInvocationLoggingConfiguration',
  'cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'dynamodb:ListStreams', 'iam:ListServiceSpecificCredentials', 'logs:DescribeLogGroups',
  'logs:GetQueryResults', 'pricing:GetProducts',
];

/** And of what can be switched on. */
const ON_EVERYTHING_TOO = [
  'bedrock-agentcore:ListAgentRuntimes', 'bedrock-agentcore:ListHarnesses', 'ce:GetCostAndUsage', 'iam:ListUsers',
];

test.each([
  ['by default', withDefaults, ON_EVERYTHING],
  ['with everything switched on', withEveryHandler, [...ON_EVERYTHING, ...ON_EVERYTHING_TOO, ...TRACING].sort()],
])('only what knows no narrower resource is allowed on everything, %s', (_, synthesizedOnce, onEverything) => {
  const { resources } = synthesizedOnce();
  const functionRoles = Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
  const broad = functionRoles.flatMap(role => statementsByRole(resources).get(role)!).filter(statement => statement.Effect === 'Allow' && [statement.Resource].flat().includes('*'));
  expect(actionsOf(broad)).toEqual(onEverything);
});

test.each([false, true])('what a function is allowed and denied is one policy, whatever flags the CDK is told; with tracing: %s', tracing => {
  const stack = newStack();
  stack.node.setContext('@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy', true);
  new BedrockBudgeteer(stack, 'Budgeteer', { ...SWITCHED_ON, tracing });
  const resources: Resources = Template.fromStack(stack).toJSON().Resources;
  const policiesOf = (role: string) => Object.values(ofType(resources, 'AWS::IAM::Policy')).filter(({ Properties }) => Properties.Roles.some((one: any) => one.Ref === role));
  const counts = Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => policiesOf(Properties.Role['Fn::GetAtt'][0]).length).sort();
  // The mantle-guard's right to attach is a policy by itself, which goes before everybody is let go.
  expect(counts).toEqual([...Array.from({ length: 20 }, () => 1), 2]);
});

test('no statement has a wildcard in its actions', () => {
  const { resources } = withEveryHandler();
  const wildcards = [...statementsByRole(resources).values()].flatMap(actionsOf).filter(action => action.includes('*'));
  expect(wildcards).toEqual([]);
});

test('by default the deny policy is the only one that a function may attach or detach', () => {
  // given
  const { resources, stack, budgeteer } = withDefaults();

  // when
  const changing = [...statementsByRole(resources).values()].flat().filter(statement => actionsOf([statement]).some(action => /^iam:(Attach|Detach|Put|Delete|Create|Update|Set|Add|Remove)/.test(action)));

  // then
  const denyPolicy = readable(stack.resolve(budgeteer.denyPolicy.managedPolicyArn));
  expect(changing).toHaveLength(2);
  for (const statement of changing) {
    expect(statement.Condition).toEqual({ ArnEquals: { 'iam:PolicyARN': denyPolicy } });
  }
});

test('with the strategy DETACH so it is for every function but one', () => {
  // given
  const { resources, stack, budgeteer } = withEveryHandler();
  const others = Object.values(Handler).filter(handler => handler !== Handler.POLICY_DETACHER);
  const changingOf = (handler: Handler) => statementsByRole(resources).get(functionOf(handler).properties.Role['Fn::GetAtt'][0])!
    .filter(statement => actionsOf([statement]).some(action => /^iam:(Attach|Detach|Put|Delete|Create|Update|Set|Add|Remove)/.test(action)));

  // then
  const [denyPolicy, mantlePolicy] = [budgeteer.denyPolicy, budgeteer.mantleDenyPolicy!].map(policy => readable(stack.resolve(policy.managedPolicyArn)));
  const only = (policy: unknown) => ({ ArnEquals: { 'iam:PolicyARN': policy } });
  const conditions = others.map(handler => [handler, changingOf(handler).map(({ Condition }) => Condition)] as const);
  expect(Object.fromEntries(conditions.filter(([, given]) => given.length > 0))).toEqual({
    [Handler.ENFORCER]: [only(denyPolicy), only(mantlePolicy)],
    [Handler.RESTORE_ON_REMOVAL]: [only(denyPolicy)],
    [Handler.MANTLE_GUARD]: [only(mantlePolicy), only(mantlePolicy)],
  });
  expect(changingOf(Handler.POLICY_DETACHER).map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
    ['Allow', undefined], ['Allow', undefined], ['Deny', undefined], ['Deny', { ArnEquals: { 'iam:PolicyARN': [denyPolicy, mantlePolicy] } }],
  ]);
});
