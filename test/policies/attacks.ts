import { EVENT_SOURCE, Handler, WEBHOOK_SOURCE } from '../../src/contract';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { Request } from './simulation';

/** Who can carry an attack out, and why that has to be: a handler, or the service that has a role. */
export type Exceptions = Partial<Record<Handler | 'suspension' | 'restoration' | 'reports' | 'schedules' | 'webhooks' | 'bedrock', string>>;

/** Something that no role of the system may be able to do, but those that are named. */
export interface Attack {
  readonly name: string;
  readonly requests: readonly Request[];
  /** Those that there are only where something is switched on count where they are there. */
  readonly allowed?: Exceptions;
}

/** What there is to attack: ARNs of one instance, or of whatever else is in the account. */
export interface Targets {
  readonly denyPolicy: string;
  /** Absent where the mantle endpoint is not denied. */
  readonly mantlePolicy?: string;
  readonly roles: readonly string[];
  readonly functions: readonly string[];
  readonly stateMachines: readonly string[];
  readonly tables: readonly string[];
  readonly budgetsTable: string;
  readonly ledgerTable: string;
  readonly auditTable: string;
  readonly queues: readonly string[];
  readonly topics: readonly string[];
  readonly bus: string;
  readonly key: string;
  readonly logGroups: readonly string[];
  readonly invocationLogGroup: string;
  readonly settingsPath: string;
  readonly previousLogging: string;
  readonly secrets: readonly string[];
  readonly reports?: string;
}

const OTHER_ACCOUNT = '444455556666';
const iam = (resource: string, account = ACCOUNT) => `arn:${PARTITION}:iam::${account}:${resource}`;
const arn = (service: string, resource: string) => `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;

const ADMINISTRATOR = iam('policy/AdministratorAccess', 'aws');
const POLICIES = [ADMINISTRATOR, iam('policy/team/anything')];
const USERS = [iam('user/indexer'), iam('user/division/team/BedrockAPIKey-a1b2')];
const ROLES = [iam('role/chat-backend'), iam('role/service-role/division/backend'), iam('role/Admin')];
const CDK_ROLES = ['cfn-exec', 'deploy', 'file-publishing', 'lookup'].map(name => iam(`role/cdk-hnb659fds-${name}-role-${ACCOUNT}-${REGION}`));

const each = (actions: readonly string[], resources: readonly string[], context?: Request['context']): Request[] =>
  actions.flatMap(action => resources.map(resource => ({ action, resource, ...(context ? { context } : {}) })));
const of = (service: string, ...names: readonly string[]) => names.map(name => `${service}:${name}`);

/** The change of an attachment on users and roles. */
const attachments = (verb: 'Attach' | 'Detach', policies: readonly string[], users: readonly string[] = USERS, roles: readonly string[] = ROLES): Request[] => policies.flatMap(policy => [
  ...each([`iam:${verb}UserPolicy`], users, { 'iam:PolicyARN': policy }), ...each([`iam:${verb}RolePolicy`], roles, { 'iam:PolicyARN': policy }),
]);
const inline = (verb: 'Put' | 'Delete', users: readonly string[] = USERS, roles: readonly string[] = ROLES): Request[] => [...each([`iam:${verb}UserPolicy`], users), ...each([`iam:${verb}RolePolicy`], roles)];

/** Conditions that some statement asks for: an attacker fulfils whatever can be fulfilled. */
const ANY_CONDITION = { 'iam:PassedToService': 'bedrock.amazonaws.com', 'iam:PolicyARN': ADMINISTRATOR, 'events:source': [EVENT_SOURCE] };

const DETACH = 'the strategy DETACH puts policies back (docs/security.md): never on roles of the system or of the CDK, never the deny policies';

/** @param own the instance whose roles attack @param other another instance in the same account */
export function attacksOn(own: Targets, other: Targets): readonly Attack[] {
  const { denyPolicy: deny } = own;
  const system = [...own.roles, ...other.roles];
  return [
    // policies
    { name: 'attach AdministratorAccess or a policy of one\'s own to a user or role', requests: attachments('Attach', POLICIES), allowed: { [Handler.POLICY_DETACHER]: DETACH } },
    {
      name: 'attach any policy to a role of this deployment, its own among them',
      requests: attachments('Attach', [...POLICIES, deny], [], own.roles),
      allowed: {
        [Handler.ENFORCER]: 'the deny policy alone, which takes rights away',
      },
    },
    { name: 'attach any policy but a deny to a role of any deployment', requests: attachments('Attach', POLICIES, [], own.roles) },
    { name: 'attach any policy to a role by which the CDK deploys', requests: attachments('Attach', POLICIES, [], CDK_ROLES) },
    {
      name: 'attach or detach policies in another account',
      requests: [
        ...attachments('Attach', [...POLICIES, deny], [iam('user/indexer', OTHER_ACCOUNT)], [iam('role/backend', OTHER_ACCOUNT)]),
        ...attachments('Detach', [...POLICIES, deny], [iam('user/indexer', OTHER_ACCOUNT)], [iam('role/backend', OTHER_ACCOUNT)]),
      ],
    },
    {
      name: 'attach or detach without naming a policy',
      requests: [...each(of('iam', 'AttachUserPolicy', 'DetachUserPolicy'), USERS), ...each(of('iam', 'AttachRolePolicy', 'DetachRolePolicy'), ROLES)],
      allowed: {
        [Handler.POLICY_DETACHER]: 'the key is always there in a request to IAM; its deny is of two policies by name',
      },
    },
    { name: 'attach a policy whose name begins like the deny policy\'s', requests: attachments('Attach', [`${deny}2`, deny.replace(ACCOUNT, OTHER_ACCOUNT)]), allowed: { [Handler.POLICY_DETACHER]: DETACH } },
    { name: 'write an inline policy on a user or role', requests: inline('Put'), allowed: { [Handler.POLICY_DETACHER]: DETACH } },
    { name: 'write or delete an inline policy on a role of the deployment or of the CDK', requests: [...inline('Put', [], [...own.roles, ...CDK_ROLES]), ...inline('Delete', [], [...own.roles, ...CDK_ROLES])] },
    {
      name: 'detach a user\'s or role\'s own policies, or delete inline ones',
      requests: [...attachments('Detach', POLICIES), ...inline('Delete')],
      allowed: {
        [Handler.POLICY_DETACHER]: 'the strategy DETACH removes them once they are in a backup',
      },
    },
    { name: 'detach policies of roles of the deployment or of the CDK', requests: attachments('Detach', POLICIES, [], [...own.roles, ...CDK_ROLES]) },
    { name: 'attach the deny policy: suspend somebody', requests: attachments('Attach', [deny]), allowed: { [Handler.ENFORCER]: 'suspends' } },
    {
      name: 'detach the deny policy: free somebody',
      requests: attachments('Detach', [deny]),
      allowed: {
        [Handler.ENFORCER]: 'restores', [Handler.RESTORE_ON_REMOVAL]: 'frees everybody before the stack goes',
      },
    },
    ...(own.mantlePolicy ? [
      { name: 'keep somebody from the mantle endpoint', requests: attachments('Attach', [own.mantlePolicy]), allowed: { [Handler.MANTLE_GUARD]: 'that is its work' } },
      {
        name: 'let somebody use the mantle endpoint',
        requests: attachments('Detach', [own.mantlePolicy]),
        allowed: {
          [Handler.MANTLE_GUARD]: 'that is its work', [Handler.ENFORCER]: 'makes room for the deny policy, which denies the endpoint as well',
        },
      },
    ] : []),
    {
      name: 'attach or detach another deployment\'s deny policies',
      requests: [
        ...attachments('Attach', [other.denyPolicy, ...(other.mantlePolicy ? [other.mantlePolicy] : [])]), ...attachments('Detach', [other.denyPolicy, ...(other.mantlePolicy ? [other.mantlePolicy] : [])]),
      ],
      allowed: { [Handler.POLICY_DETACHER]: 'by right it could, its code leaves them: docs/security.md says how a service control policy denies it' },
    },
    {
      name: 'change what the deny policy says: new version, default version, deletion',
      requests: each(
        of('iam', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion', 'DeletePolicy', 'TagPolicy', 'UntagPolicy'),
        [deny, other.denyPolicy, ...(own.mantlePolicy ? [own.mantlePolicy] : []), iam('policy/anything')], ANY_CONDITION,
      ),
    },
    {
      name: 'make policies, roles, users or groups, or delete them',
      requests: [
        ...each(of('iam', 'CreatePolicy'), [iam('policy/mine')], ANY_CONDITION),
        ...each(of('iam', 'CreateRole', 'DeleteRole', 'CreateServiceLinkedRole'), [iam('role/mine'), ...own.roles], ANY_CONDITION),
        ...each(of('iam', 'CreateUser', 'DeleteUser', 'UpdateUser'), [...USERS, iam('user/mine')], ANY_CONDITION),
        ...each(of('iam', 'CreateGroup', 'AddUserToGroup', 'RemoveUserFromGroup', 'AttachGroupPolicy', 'PutGroupPolicy', 'DetachGroupPolicy', 'DeleteGroupPolicy'), [iam('group/team')], ANY_CONDITION),
      ],
    },

    // identities
    { name: 'change who may assume a role, its own among them', requests: each(of('iam', 'UpdateAssumeRolePolicy'), [...system, ...ROLES, ...CDK_ROLES], ANY_CONDITION) },
    {
      name: 'set or take away a permissions boundary',
      requests: [
        ...each(of('iam', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'), [...system, ...ROLES], { ...ANY_CONDITION, 'iam:PermissionsBoundary': ADMINISTRATOR }),
        ...each(of('iam', 'PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary'), USERS, { ...ANY_CONDITION, 'iam:PermissionsBoundary': ADMINISTRATOR }),
      ],
    },
    {
      name: 'make keys, passwords or credentials for somebody',
      requests: each(
        of('iam', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateServiceSpecificCredential', 'ResetServiceSpecificCredential',
          'UpdateServiceSpecificCredential', 'DeleteServiceSpecificCredential', 'UploadSSHPublicKey', 'UploadSigningCertificate', 'DeactivateMFADevice', 'EnableMFADevice'), USERS, ANY_CONDITION,
      ),
    },
    {
      name: 'assume a role, or take a session of somebody',
      requests: [
        ...each(of('sts', 'AssumeRole', 'TagSession'), [...system, ...ROLES, ...CDK_ROLES, iam('role/backend', OTHER_ACCOUNT)]), ...each(of('sts', 'GetFederationToken'), [arn('sts', 'federated-user/me').replace(REGION, '')]),
      ],
    },
    {
      name: 'pass a role to a service that would run as it',
      requests: ['lambda', 'ec2', 'cloudformation', 'states', 'events', 'scheduler', 'ecs-tasks', 'glue', 'sagemaker', 'codebuild'].flatMap(service => (
        each(of('iam', 'PassRole'), [...system, ...ROLES, ...CDK_ROLES], { 'iam:PassedToService': `${service}.amazonaws.com` })
      )),
    },
    {
      name: 'pass a role to Bedrock',
      requests: each(of('iam', 'PassRole'), [...system, ...ROLES, ...CDK_ROLES], { 'iam:PassedToService': 'bedrock.amazonaws.com' }),
      allowed: {
        [Handler.INVOCATION_LOGGING]: 'its log\'s role; any role with adoptExisting, whose former configuration is put back (SECURITY.md)',
      },
    },
    {
      name: 'change settings of the account or leave the organization',
      requests: [
        ...each(of('iam', 'CreateAccountAlias', 'UpdateAccountPasswordPolicy', 'DeleteAccountPasswordPolicy'), ['*']), ...each(of('organizations', 'LeaveOrganization'), ['*']),
      ],
    },

    // code and workflows
    {
      name: 'change the code, configuration or rights of a function, its own among them',
      requests: each(
        of('lambda', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission', 'RemovePermission', 'PublishVersion', 'CreateAlias', 'DeleteFunction', 'PutFunctionConcurrency',
          'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig', 'DeleteFunctionUrlConfig', 'PutFunctionEventInvokeConfig', 'CreateFunction', 'TagResource'), [...own.functions, ...other.functions, arn('lambda', 'function:any')],
      ),
    },
    { name: 'call a function\'s URL', requests: each(of('lambda', 'InvokeFunctionUrl'), own.functions, { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' }) },
    {
      name: 'invoke a function of this deployment',
      requests: each(of('lambda', 'InvokeFunction'), own.functions),
      allowed: {
        suspension: 'asks the enforcer and the policy-detacher',
        restoration: 'asks the enforcer and the policy-detacher',
        reports: 'asks the reporter',
        schedules: 'starts the digest',
        ...(own.functions.some(fn => fn.includes('PolicyDetacher')) ? { [Handler.RESTORE_ON_REMOVAL]: 'has the policy-detacher give everything back, by that function\'s own policy' } : {}),
      },
    },
    { name: 'invoke a function of another deployment or of somebody else', requests: each(of('lambda', 'InvokeFunction'), [...other.functions, arn('lambda', 'function:any')]) },
    { name: 'change a workflow, or make one', requests: each(of('states', 'UpdateStateMachine', 'CreateStateMachine', 'DeleteStateMachine', 'PublishStateMachineVersion', 'TagResource'), [...own.stateMachines, ...other.stateMachines]) },
    {
      name: 'start a workflow of this deployment',
      requests: each(of('states', 'StartExecution', 'StartSyncExecution'), own.stateMachines),
      allowed: {
        [Handler.BUDGET_EVALUATOR]: 'starts what a decision asks for', [Handler.BUDGET_MONITOR]: 'starts what was lost', schedules: 'start the report',
      },
    },
    {
      name: 'stop a workflow of this deployment',
      requests: each(of('states', 'StopExecution'), own.stateMachines.map(machine => `${machine.replace(':stateMachine:', ':execution:')}:x`)),
      allowed: {
        [Handler.RESTORE_ON_REMOVAL]: 'so that nobody is suspended while the stack goes',
      },
    },
    {
      name: 'start or stop a workflow of another deployment',
      requests: [
        ...each(of('states', 'StartExecution'), other.stateMachines), ...each(of('states', 'StopExecution'), other.stateMachines.map(machine => `${machine.replace(':stateMachine:', ':execution:')}:x`)),
      ],
    },
    { name: 'change, delete or bypass the stack', requests: each(of('cloudformation', 'UpdateStack', 'DeleteStack', 'CreateStack', 'CreateChangeSet', 'ExecuteChangeSet', 'SetStackPolicy'), [arn('cloudformation', 'stack/Synthesized/1')]) },
    {
      name: 'run something that has rights of its own',
      requests: [
        ...each(of('ec2', 'RunInstances'), [arn('ec2', 'instance/*')]), ...each(of('ecs', 'RunTask'), [arn('ecs', 'task-definition/any:1')]), ...each(of('ssm', 'SendCommand'), [arn('ec2', 'instance/i-1')]),
        ...each(of('codebuild', 'StartBuild'), [arn('codebuild', 'project/any')]), ...each(of('glue', 'StartJobRun'), [arn('glue', 'job/any')]),
      ],
    },

    // data
    {
      name: 'read the data of another deployment',
      requests: [
        ...each(of('dynamodb', 'GetItem', 'BatchGetItem', 'Query', 'Scan', 'ConditionCheckItem', 'ExportTableToPointInTime', 'PartiQLSelect'), other.tables),
        ...each(of('sqs', 'ReceiveMessage'), other.queues), ...each(of('ssm', 'GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory'), [other.settingsPath, `${other.settingsPath}/x`, other.previousLogging]),
        ...(other.reports ? each(of('s3', 'GetObject'), [`${other.reports}/reports/2026-11/chargeback.csv`]) : []),
        ...each(of('states', 'DescribeExecution', 'GetExecutionHistory'), other.stateMachines.map(machine => `${machine.replace(':stateMachine:', ':execution:')}:x`)),
      ],
    },
    {
      name: 'write the data of another deployment',
      requests: [
        ...each(of('dynamodb', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'), other.tables, { 'dynamodb:LeadingKeys': ['deployment/mantle-guard'] }),
        ...each(of('sqs', 'SendMessage', 'DeleteMessage', 'PurgeQueue'), other.queues), ...each(of('ssm', 'PutParameter', 'DeleteParameter'), [other.settingsPath, `${other.settingsPath}/x`, other.previousLogging]),
        ...each(of('sns', 'Publish'), other.topics), ...(other.reports ? each(of('s3', 'PutObject', 'DeleteObject'), [`${other.reports}/reports/2026-11/chargeback.csv`]) : []),
      ],
    },
    {
      name: 'use another deployment\'s key, whatever service asks',
      requests: ['dynamodb', 's3', 'sqs', 'sns', 'events', 'secretsmanager'].flatMap(service => (
        each(of('kms', 'Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom'), [other.key], { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` })
      )),
    },
    { name: 'use the key by itself, past the services', requests: each(of('kms', 'Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'), [own.key, other.key]) },
    {
      name: 'change, disable or delete a key, its policy or its grants',
      requests: ['', 'dynamodb', 'sqs'].flatMap(service => each(
        of('kms', 'PutKeyPolicy', 'CreateGrant', 'RetireGrant', 'RevokeGrant', 'ScheduleKeyDeletion', 'DisableKey', 'DisableKeyRotation', 'UpdateKeyDescription', 'TagResource'), [own.key, other.key],
        service ? { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` } : undefined,
      )),
    },
    {
      name: 'delete a table, its backups, its protection, or open it to others',
      requests: each(
        of('dynamodb', 'DeleteTable', 'UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive', 'PutResourcePolicy', 'DeleteResourcePolicy', 'CreateBackup', 'RestoreTableToPointInTime', 'ExportTableToPointInTime', 'EnableKinesisStreamingDestination'),
        [...own.tables, ...other.tables],
      ),
    },
    { name: 'delete or rewrite the audit trail', requests: each(of('dynamodb', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete'), [own.auditTable]) },
    { name: 'delete calls from the ledger', requests: each(of('dynamodb', 'DeleteItem', 'BatchWriteItem', 'PartiQLDelete'), [own.ledgerTable]) },
    { name: 'delete a budget', requests: each(of('dynamodb', 'DeleteItem', 'BatchWriteItem', 'PartiQLDelete'), [own.budgetsTable]) },
    { name: 'read, empty or change a queue of failures', requests: each(of('sqs', 'ReceiveMessage', 'DeleteMessage', 'PurgeQueue', 'DeleteQueue', 'SetQueueAttributes', 'AddPermission'), own.queues) },
    { name: 'change a setting of the deployment', requests: each(of('ssm', 'PutParameter', 'DeleteParameter', 'DeleteParameters', 'LabelParameterVersion'), [own.settingsPath, `${own.settingsPath}/enforcement`, `${own.settingsPath}/grace-period-seconds`]) },
    {
      name: 'change the memory of the former logging configuration',
      requests: each(of('ssm', 'PutParameter', 'DeleteParameter'), [own.previousLogging]),
      allowed: {
        [Handler.INVOCATION_LOGGING]: 'remembers what it replaces, to put it back',
      },
    },
    { name: 'read parameters and secrets of others', requests: [...each(of('ssm', 'GetParameter', 'GetParametersByPath'), [arn('ssm', 'parameter/payroll')]), ...each(of('secretsmanager', 'GetSecretValue'), [arn('secretsmanager', 'secret:payroll-a1B2c3')]), ...each(of('secretsmanager', 'BatchGetSecretValue'), ['*'])] },
    ...(own.secrets.length > 0 ? [
      { name: 'read the secret of a webhook', requests: each(of('secretsmanager', 'GetSecretValue'), own.secrets), allowed: { [Handler.ALERT_NOTIFIER]: 'signs messages with it' } },
      { name: 'change the secret of a webhook', requests: each(of('secretsmanager', 'PutSecretValue', 'UpdateSecret', 'DeleteSecret', 'PutResourcePolicy', 'RotateSecret'), own.secrets) },
    ] : []),
    {
      name: 'read or change objects of others, or the buckets themselves',
      requests: [
        ...each(of('s3', 'GetObject', 'PutObject', 'DeleteObject'), [`arn:${PARTITION}:s3:::payroll/key`, ...(own.reports ? [`${own.reports}/payroll.csv`] : [])]),
        ...each(of('s3', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutLifecycleConfiguration', 'PutBucketPublicAccessBlock', 'DeleteBucket', 'ListBucket'), [`arn:${PARTITION}:s3:::payroll`, ...(own.reports ? [own.reports] : [])]),
      ],
    },
    ...(own.reports ? [
      { name: 'read or delete a report', requests: each(of('s3', 'GetObject', 'DeleteObject', 'PutObjectAcl'), [`${own.reports}/finance/spend/reports/2026-11/chargeback.csv`]) },
    ] : []),

    // what others are told
    { name: 'put events on a bus of others, the default bus among them', requests: each(of('events', 'PutEvents'), [other.bus, arn('events', 'event-bus/default'), arn('events', 'event-bus/any')], { 'events:source': [EVENT_SOURCE] }) },
    { name: 'put events on the bus in another name than the product\'s', requests: ['aws.iam', 'com.example', `${EVENT_SOURCE}.other`].flatMap(source => each(of('events', 'PutEvents'), [own.bus], { 'events:source': [source] })) },
    {
      name: 'have a webhook told something',
      requests: each(of('events', 'PutEvents'), [own.bus], { 'events:source': [WEBHOOK_SOURCE] }),
      allowed: own.secrets.length > 0 ? {
        [Handler.ALERT_NOTIFIER]: 'puts signed messages on the bus, under a source of their own',
      } : {},
    },
    { name: 'put events on the bus without telling in whose name', requests: each(of('events', 'PutEvents'), [own.bus]) },
    {
      name: 'change rules, targets or the bus',
      requests: [
        ...each(of('events', 'PutRule', 'PutTargets', 'RemoveTargets', 'DisableRule', 'DeleteRule'), [arn('events', 'rule/any'), `${own.bus.replace(':event-bus/', ':rule/')}/any`]),
        ...each(of('events', 'PutPermission', 'RemovePermission'), ['*']), ...each(of('events', 'DeleteEventBus', 'UpdateEventBus'), [own.bus, other.bus, arn('events', 'event-bus/default')]),
      ],
    },
    {
      name: 'change an endpoint or its authorization, or call one of others',
      requests: [
        ...each(of('events', 'UpdateApiDestination', 'InvokeApiDestination'), [arn('events', 'api-destination/any/1')]), ...each(of('events', 'UpdateConnection'), [arn('events', 'connection/any/1')]),
      ],
    },
    {
      name: 'publish to topics of others, subscribe to one, or change one',
      requests: [
        ...each(of('sns', 'Publish'), [...other.topics, arn('sns', 'any')]), ...each(of('sns', 'Subscribe', 'SetTopicAttributes', 'DeleteTopic', 'AddPermission'), [...own.topics, ...other.topics]),
      ],
    },
    {
      name: 'silence alarms, fake their state, or write metrics past the log',
      requests: [
        ...each(of('cloudwatch', 'DeleteAlarms', 'DisableAlarmActions', 'SetAlarmState', 'PutMetricAlarm'), [arn('cloudwatch', 'alarm:any')]), ...each(of('cloudwatch', 'PutMetricData'), ['*']),
        ...each(of('cloudwatch', 'DeleteDashboards', 'PutDashboard'), [`arn:${PARTITION}:cloudwatch::${ACCOUNT}:dashboard/any`]),
      ],
    },

    // what sees
    { name: 'stop or blind CloudTrail', requests: each(of('cloudtrail', 'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors'), [arn('cloudtrail', 'trail/all')]) },
    {
      name: 'delete or shorten a log, or lead it elsewhere',
      requests: each(
        of('logs', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'PutSubscriptionFilter', 'DeleteSubscriptionFilter', 'AssociateKmsKey', 'DisassociateKmsKey', 'PutDataProtectionPolicy', 'PutMetricFilter'),
        [...own.logGroups, ...other.logGroups].map(group => group.replace(/:\*$/, '')),
      ),
    },
    {
      name: 'open logs of the account to a service',
      requests: each(of('logs', 'PutResourcePolicy'), ['*']),
      allowed: {
        suspension: 'AWS documents it for the log of executions; the role can be used by Step Functions alone, to set up that log',
        restoration: 'as for the suspension',
        reports: 'as for the suspension',
      },
    },
    {
      name: 'forge calls: write to the invocation log',
      requests: each(of('logs', 'PutLogEvents', 'CreateLogStream'), [`${own.invocationLogGroup.replace(/\*$/, '')}log-stream:aws/bedrock/modelinvocations`]),
      allowed: {
        bedrock: 'writes the log',
      },
    },
    { name: 'write to the log of somebody else', requests: each(of('logs', 'PutLogEvents'), [arn('logs', 'log-group:any:log-stream:1'), ...other.logGroups.map(group => `${group.replace(/\*$/, '')}log-stream:1`)]) },
    {
      name: 'switch the invocation log off or elsewhere',
      requests: each(of('bedrock', 'PutModelInvocationLoggingConfiguration', 'DeleteModelInvocationLoggingConfiguration'), ['*']),
      allowed: {
        [Handler.INVOCATION_LOGGING]: 'the one manager of it',
      },
    },

    // spending
    {
      name: 'call a model, or have one called',
      requests: [
        ...each(of('bedrock', 'InvokeModel', 'InvokeModelWithResponseStream'), [`arn:${PARTITION}:bedrock:${REGION}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`]),
        ...each(of('bedrock', 'CreateModelInvocationJob'), [arn('bedrock', 'model-invocation-job/any')]), ...each(of('bedrock', 'CallWithBearerToken'), ['*']),
      ],
    },
    {
      name: 'call, change or take over an agent',
      requests: [
        ...each(of('bedrock-agentcore', 'InvokeAgentRuntime', 'UpdateAgentRuntime', 'DeleteAgentRuntime'), [arn('bedrock-agentcore', 'runtime/any')]),
        ...each(of('bedrock-agentcore', 'GetResourceApiKey'), [arn('bedrock-agentcore', 'token-vault/any')]),
      ],
    },
  ];
}
