import {
  BedrockClient, GetCustomModelDeploymentCommand, GetModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { BedrockAgentCoreControlClient, GetAgentRuntimeCommand, GetHarnessCommand, ListAgentRuntimesCommand, ListHarnessesCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, GetRoleCommand, GetUserCommand, IAMClient,
  ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand, ListEntitiesForPolicyCommand,
} from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, GetParameterHistoryCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DetacherAction, EnforcerAction, EVENT_SOURCE, EventType, Handler, ReportAction, SettingName } from '../../src/contract';
import { aFunctionUrlEvent } from '../lambdas/function-url';
import { billOf, meteredIn } from '../lambdas/reconciliation';
import { functionOf, invoke } from '../synthesized/deployed-handler';
import {
  agentCoreEvent, busEvent, customResourceEvent, invocationRecord, keyCreatedEvent, logDelivery, loggingChangedEvent, priceListItem,
  scheduledEvent, streamBatch,
} from '../synthesized/sample-events';
import { SynthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { changingPolicies } from './changing-policies';
import { AwsCall } from './needs';

const CLIENTS = [
  BedrockClient, DynamoDBClient, EventBridgeClient, IAMClient, SFNClient, SNSClient, SQSClient, SSMClient, PricingClient, LambdaClient, CloudWatchClient,
  BedrockAgentCoreControlClient, S3Client, CloudWatchLogsClient, CostExplorerClient, SecretsManagerClient,
] as const;

const USER = `iam-user/${ACCOUNT}/indexer`;
const ROLE = `iam-role/${ACCOUNT}/chat-backend`;
const RUNTIME = `agent-runtime/${ACCOUNT}/${REGION}/support-Ab12Cd34Ef`;

/**
 * Every kind of call to AWS that a handler makes: it is driven through all that it does, with the environment that the template gives it.
 * The test's own is to shorten the waits (`adapters/waiting.ts`).
 */
export async function callsOf(synthesized: SynthesizedBudgeteer, handler: Handler): Promise<readonly AwsCall[]> {
  const mocks = CLIENTS.map(client => mockClient(client as typeof DynamoDBClient));
  const [bedrock, dynamoDb, , iam, stepFunctions, , , ssm, pricing, lambda, cloudWatch, agentCore, s3, cloudWatchLogs, costExplorer, secretsManager] = mocks;
  const variables: Record<string, string> = functionOf(synthesized, handler).properties.Environment.Variables;
  const silenced = (['log', 'info', 'warn', 'error'] as const).map(method => jest.spyOn(console, method).mockImplementation(() => {}));
  const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response());
  const on = (mock: any, command: any, answer: object) => mock.on(command).resolves(answer);
  const made: AwsCall[] = [];
  const reset = () => {
    for (const mock of mocks) {
      made.push(...mock.calls().map(({ args: [command] }) => ({ command: command.constructor.name, input: command.input as never })));
      mock.reset();
      mock.onAnyCommand().resolves({});
    }
    // An invalid value has the settings' history read.
    ssm.on(GetParametersByPathCommand as never).callsFake(({ Path: path }: any) => ({ Parameters: [{ Name: `${path}/${SettingName.GRACE_PERIOD_SECONDS}`, Value: 'soon' }] }) as never);
    on(ssm, GetParameterHistoryCommand, { Parameters: [{ Value: '300' }, { Value: 'soon' }] });
  };
  const run = async (event: object) => {
    try {
      await invoke(synthesized, handler, event);
    } catch {
      // What it calls AWS for counts, not what comes of it.
    }
  };
  // No policies are held.
  const stored = (item: object) => dynamoDb.on(GetItemCommand as never).callsFake((({ TableName: table }: any) => (
    table === variables.BUDGETEER_POLICY_BACKUPS_TABLE ? {} : { Item: marshall(item) }
  )) as never);
  reset();

  const drives: Readonly<Record<Handler, () => Promise<void>>> = {
    [Handler.USAGE_METER]: async () => {
      on(bedrock, GetCustomModelDeploymentCommand, { modelArn: CUSTOM_MODEL });
      // of a role, as which an AgentCore runtime may run
      const ofRole = invocationRecord({ identity: { arn: `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/chat-backend/session` }, requestId: 'of-role' });
      await run(logDelivery(invocationRecord(), ofRole, 'garbage', ...ARNS.map((modelId, index) => invocationRecord({ modelId, requestId: `r-${index}` }))));
    },

    [Handler.BUDGET_EVALUATOR]: async () => {
      // a new user who may hold a key; a decision; both workflows, which stand in the stream already
      await run(streamBatch(budgetItem({ 'spend#2026-11-22': 1 })));
      stored(budgetItem({ status: 'critical' }));
      await run(streamBatch(budgetItem({ status: 'critical' }), budgetItem({ 'status': 'critical', 'spend#2026-11-22': 9 })));
      await run(streamBatch(budgetItem({ status: 'grace_period', workflowRevision: 3 }), budgetItem({ status: 'critical' })));
      await run(streamBatch(budgetItem({ status: 'restoring', workflowRevision: 3 }), budgetItem({ status: 'suspended' })));
    },

    [Handler.ENFORCER]: async () => {
      for (const principalId of [USER, ROLE]) {
        const denied = { AttachedPolicies: [{ PolicyArn: variables.BUDGETEER_DENY_POLICY_ARN }] };
        stored(budgetItem({ principalId, status: 'grace_period' }));
        await run(enforcerRequest(EnforcerAction.RESTRICT, principalId));
        on(iam, ListAttachedUserPoliciesCommand, denied);
        on(iam, ListAttachedRolePoliciesCommand, denied);
        await run(enforcerRequest(EnforcerAction.CONFIRM_SUSPENSION, principalId));
        await run(enforcerRequest(EnforcerAction.RECORD_FAILURE, principalId));
        stored(budgetItem({ principalId, 'status': 'restoring', 'spend#2026-11-22': 1 }));
        // The policies of whoever exists may be held.
        on(iam, GetUserCommand, { User: { UserId: 'AIDA1' } });
        on(iam, GetRoleCommand, { Role: { RoleId: 'AROA1' } });
        await run(enforcerRequest(EnforcerAction.LIFT, principalId));
        await run(enforcerRequest(EnforcerAction.CONFIRM_RESTORATION, principalId));
        // Is it the principal that does not exist, or the policy?
        for (const command of [AttachUserPolicyCommand, AttachRolePolicyCommand, DetachUserPolicyCommand, DetachRolePolicyCommand]) {
          iam.on(command as never).rejects(Object.assign(new Error('not found'), { name: 'NoSuchEntity' }));
        }
        await run(enforcerRequest(EnforcerAction.LIFT, principalId));
        stored(budgetItem({ principalId, status: 'grace_period' }));
        await run(enforcerRequest(EnforcerAction.RESTRICT, principalId));
        // Where the mantle endpoint is denied as well, that gives up its place.
        for (const command of [AttachUserPolicyCommand, AttachRolePolicyCommand]) {
          iam.on(command as never).rejects(Object.assign(new Error('full'), { name: 'LimitExceeded' }));
        }
        await run(enforcerRequest(EnforcerAction.RESTRICT, principalId));
        reset();
      }
    },

    [Handler.BUDGET_MONITOR]: async () => {
      const due = { Items: [{ principalId: { S: USER } }] };
      on(dynamoDb, QueryCommand, due);
      on(dynamoDb, ScanCommand, { Items: [{ principalId: { S: RUNTIME }, activeRole: { S: ROLE } }] });
      // a grace period begins; a deny is missing; a deny is where none should be
      stored(budgetItem({ status: 'critical' }));
      await run(scheduledEvent('2026-11-22T10:05:00Z'));
      stored(budgetItem({ status: 'suspended', watch: 'suspended', nextCheckAt: '2026-11-22T10:00:00.000Z' }));
      await run(scheduledEvent('2026-11-22T10:15:00Z'));
      on(iam, ListEntitiesForPolicyCommand, { PolicyUsers: [{ UserName: 'indexer' }], PolicyRoles: [{ RoleName: 'chat-backend' }] });
      stored(budgetItem({ 'status': 'active', 'spend#2026-11-22': 1 }));
      await run(scheduledEvent('2026-11-22T10:25:00Z'));
      // whoever is denied rightly: are their policies held?
      on(iam, GetUserCommand, { User: { UserId: 'AIDA1' } });
      on(iam, GetRoleCommand, { Role: { RoleId: 'AROA1' } });
      for (const principalId of [USER, ROLE]) {
        on(dynamoDb, QueryCommand, { Items: [{ principalId: { S: principalId } }] });
        stored(budgetItem({ principalId, status: 'suspended', watch: 'suspended' }));
        await run(scheduledEvent('2026-11-22T10:35:00Z'));
      }
      // nobody is due, but somebody is watched: once an hour it is told where they stand
      dynamoDb.on(QueryCommand as never).callsFake(({ KeyConditionExpression: condition, ExpressionAttributeValues: values }: any) => (
        { Items: condition.includes('<=') || JSON.stringify(values).includes('suspended') ? [] : [{ principalId: { S: USER } }] }
      ) as never);
      await run(scheduledEvent('2026-11-22T11:00:00Z'));
    },

    [Handler.PRINCIPAL_REGISTRAR]: async () => {
      await run(scheduledEvent('2026-11-22T10:05:00Z'));
      await run(keyCreatedEvent('indexer'));
    },

    [Handler.ALERT_NOTIFIER]: async () => {
      for (const type of Object.values(EventType)) {
        await run(busEvent({ Source: 'bedrock-budgeteer', DetailType: type, Detail: JSON.stringify(eventDetail()) }));
      }
      on(secretsManager, GetSecretValueCommand, { SecretString: 'a secret of sixteen characters' });
      for (const channel of channelsOf(synthesized)) {
        await run({ 'channel': channel, 'detail-type': EventType.PRINCIPAL_SUSPENDED, 'detail': eventDetail() });
      }
    },

    [Handler.AUDIT_RECORDER]: () => run(busEvent({ Source: 'bedrock-budgeteer', DetailType: EventType.PRINCIPAL_SUSPENDED, Detail: JSON.stringify(eventDetail()) })),

    [Handler.BUDGET_DECLARATION]: async () => {
      const properties = { principalId: ROLE, limits: [{ limitUsd: '12', period: '30 days' }], labels: {}, enforcement: 'enforced' };
      await run(customResourceEvent('Create', properties));
      // changed by an operator since it was declared
      stored({ principalId: ROLE, limits: [{ limitUsd: 99, period: '30 days' }], updatedBy: 'alice', declared: { limits: [{ limitUsd: 12, period: '30 days' }] } });
      await run(customResourceEvent('Update', { ...properties, limits: [{ limitUsd: '13', period: '30 days' }] }));
      await run({ ...customResourceEvent('Delete', properties), PhysicalResourceId: ROLE });
    },

    [Handler.INVOCATION_LOGGING]: async () => {
      const properties = loggingProperties(synthesized);
      const ours = { cloudWatchConfig: { logGroupName: properties.logGroupName, roleArn: properties.roleArn } };
      await run(customResourceEvent('Create', properties));
      on(bedrock, GetModelInvocationLoggingConfigurationCommand, { loggingConfig: FOREIGN });
      await run(customResourceEvent('Create', properties));
      on(bedrock, GetModelInvocationLoggingConfigurationCommand, { loggingConfig: ours });
      await run(customResourceEvent('Delete', properties));
      if (properties.adoptExisting === 'true') {
        on(ssm, GetParameterCommand, { Parameter: { Value: JSON.stringify(FOREIGN) } });
        await run(customResourceEvent('Delete', properties));
      }
    },

    [Handler.PRICE_REFRESHER]: async () => {
      // a price that cannot be right: it is held back, and told
      on(pricing, GetProductsCommand, { PriceList: [priceListItem('Input tokens', '5'), priceListItem('Output tokens', '5')] });
      await run(scheduledEvent('2026-11-22T10:05:00Z'));
    },

    [Handler.CALL_REPRICER]: async () => {
      on(bedrock, GetCustomModelDeploymentCommand, { modelArn: CUSTOM_MODEL });
      // one whose price is known now, one of which only Bedrock can tell, one that is still unknown
      on(dynamoDb, QueryCommand, { Items: ['amazon.nova-pro-v1:0', ...ARNS, 'acme.unheard-of'].map(modelId => marshall(estimateRow(modelId))) });
      await run(scheduledEvent('2026-11-22T10:15:00Z'));
    },

    [Handler.RESTORE_ON_REMOVAL]: async () => {
      stepFunctions.on(ListExecutionsCommand as never).callsFake(({ stateMachineArn: machine }: any) => ({
        executions: [{ executionArn: `${machine.replace(':stateMachine:', ':execution:')}:indexer-r3` }],
      }) as never);
      const denied = { PolicyUsers: [{ UserName: 'indexer' }], PolicyRoles: [{ RoleName: 'chat-backend' }] };
      (iam.on(ListEntitiesForPolicyCommand as never) as any).resolvesOnce(denied).resolves({});
      for (const command of [DetachUserPolicyCommand, DetachRolePolicyCommand]) {
        // Somebody has deleted the user, or detached the policy.
        iam.on(command as never).rejects(Object.assign(new Error('not found'), { name: 'NoSuchEntity' }));
      }
      on(lambda, InvokeCommand, { Payload: new TextEncoder().encode(JSON.stringify({ restored: [], failed: [] })) });
      await run(customResourceEvent('Delete', {}));
    },

    [Handler.AGENT_REGISTRAR]: async () => {
      const of = { roleArn: `arn:${PARTITION}:iam::${ACCOUNT}:role/chat-backend`, status: 'READY', updatedAt: new Date('2026-11-22T10:00:00Z') };
      const arnOf = (resource: string) => `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:${resource}`;
      agentCore.on(GetAgentRuntimeCommand as never).callsFake((({ agentRuntimeId: id }: any) => (
        { agentRuntimeId: id, agentRuntimeArn: arnOf(`runtime/${id}`), agentRuntimeName: 'support', roleArn: of.roleArn, status: of.status, lastUpdatedAt: of.updatedAt }
      )) as never);
      agentCore.on(GetHarnessCommand as never).callsFake((({ harnessId: id }: any) => (
        { harness: { harnessId: id, arn: arnOf(`harness/${id}`), harnessName: 'desk', executionRoleArn: of.roleArn, status: of.status, updatedAt: of.updatedAt } }
      )) as never);
      on(agentCore, ListAgentRuntimesCommand, { agentRuntimes: [{ agentRuntimeId: 'support-Ab12Cd34Ef' }] });
      on(agentCore, ListHarnessesCommand, { harnesses: [{ harnessId: 'desk-Ab12Cd34Ef' }] });
      await run(agentCoreEvent('CreateAgentRuntime', 'support-Ab12Cd34Ef'));
      // one that has no id of ours is refused, and told
      await run(agentCoreEvent('CreateAgentRuntime', '?'));
      await run(scheduledEvent('2026-11-22T11:00:00Z'));
    },

    [Handler.AGENT_COMPUTE_METER]: async () => {
      on(dynamoDb, ScanCommand, { Items: [{ principalId: { S: RUNTIME }, activeRole: { S: ROLE } }] });
      const dimensions = { Service: 'AgentCore.Runtime', Resource: `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12Cd34Ef`, Name: 'support::DEFAULT' };
      cloudWatch.on(ListMetricsCommand as never).callsFake((({ MetricName: name }: any) => (
        { Metrics: [{ MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }] }
      )) as never);
      const hour = { StatusCode: 'Complete', Timestamps: [new Date('2026-11-22T07:00:00Z')], Values: [0.1] };
      on(cloudWatch, GetMetricDataCommand, { MetricDataResults: [{ Id: 'q0', ...hour }, { Id: 'q1', ...hour }] });
      await run(scheduledEvent('2026-11-22T10:05:00Z'));
    },

    [Handler.COST_RECONCILER]: async () => {
      // a day on which a model is billed otherwise than it was metered, under an id that only Bedrock can tell
      on(dynamoDb, GetItemCommand, { Item: marshall({ priceKey: 'reconciliation', since: '2026-11-19', days: [] }) });
      on(costExplorer, GetCostAndUsageCommand, billOf({ day: '2026-11-19', usd: '1200' }));
      on(bedrock, GetCustomModelDeploymentCommand, { modelArn: CUSTOM_MODEL });
      on(cloudWatchLogs, StartQueryCommand, { queryId: 'q1' });
      on(cloudWatchLogs, GetQueryResultsCommand, meteredIn(['amazon.nova-pro-v1:0', ...ARNS].map(modelId => ({ day: '2026-11-19', modelId, usd: '2' }))));
      await run(scheduledEvent('2026-11-22T11:20:00Z'));
    },

    [Handler.POLICY_DETACHER]: async () => {
      for (const principalId of [USER, ROLE]) {
        const { BUDGETEER_DENY_POLICY_ARN: denyPolicyArn, BUDGETEER_POLICY_BACKUPS_TABLE: backupsTable } = variables;
        const world = changingPolicies({ iam, dynamoDb, principalId, denyPolicyArn, backupsTable });
        world.budget = budgetItem({ principalId, status: 'suspended' });
        await run(enforcerRequest(DetacherAction.REMOVE, principalId));
        world.budget = budgetItem({ principalId, 'status': 'restoring', 'spend#2026-11-22': 1 });
        await run(enforcerRequest(DetacherAction.RESTORE, principalId));
        expect(world.faults).toEqual([]);
        // and as the strategy goes, while a backup is left
        world.budget = budgetItem({ principalId, status: 'suspended' });
        await run(enforcerRequest(DetacherAction.REMOVE, principalId));
        await run(customResourceEvent('Delete', {}));
        // and as it comes back, for one who is deleted meanwhile
        await run(customResourceEvent('Create', {}));
        await run(enforcerRequest(DetacherAction.REMOVE, principalId));
        world.deleted = true;
        await run(enforcerRequest(DetacherAction.RESTORE, principalId));
        reset();
      }
    },

    [Handler.CHARGEBACK_REPORTER]: async () => {
      const of = { run: 'a-run', startedAt: '2026-12-02T06:00:00Z' };
      const period = { key: '2026-11', from: '2026-11-01', to: '2026-11-30' };
      const work = { run: of.run, period, segment: { index: 0, of: 8 }, parts: [], after: '', done: false };
      on(s3, GetObjectCommand, { Body: { transformToString: async () => '{"unreadable":0,"groups":[]}' } });
      await run({ action: ReportAction.PLAN, asked: {}, ...of });
      await run({ action: ReportAction.READ, work });
      await run({ action: ReportAction.WRITE, ...of, period, read: [{ ...work, parts: ['0-0-only'], done: true }] });
    },

    [Handler.BUDGET_MANAGER]: async () => {
      const ask = (body: object) => run(aFunctionUrlEvent(body, { as: `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/FinOps/maria` }));
      stored(budgetItem({ principalId: ROLE, kind: 'iam-role' }));
      await ask({ operation: 'getBudget', principalId: ROLE });
      await ask({ operation: 'listBudgets' });
      await ask({ operation: 'getHistory', principalId: ROLE });
      // AgentCore runtimes that run as the role would be suspended with it
      await ask({ operation: 'suspend', principalId: ROLE, reason: 'leaked key' });
    },

    [Handler.COVERAGE_CHECKER]: async () => {
      cloudWatch.on(ListMetricsCommand as never).callsFake((({ Namespace: namespace }: any) => ({
        Metrics: [namespace === 'AWS/Bedrock'
          ? { MetricName: 'InputTokenCount', Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }] }
          : { MetricName: 'Inferences', Dimensions: [{ Name: 'Model', Value: 'openai.gpt-oss-120b' }] }],
      })) as never);
      cloudWatch.on(GetMetricDataCommand as never).callsFake((({ StartTime: from }: any) => (
        { MetricDataResults: [{ Id: 'q0', StatusCode: 'Complete', Timestamps: [from], Values: [1_000_000] }] }
      )) as never);
      on(cloudWatchLogs, GetQueryResultsCommand, { status: 'Complete', results: [] });
      await run(scheduledEvent('2026-11-22T10:05:00Z'));
      await run(loggingChangedEvent('DeleteModelInvocationLoggingConfiguration'));
    },

    [Handler.MANTLE_GUARD]: async () => {
      for (const principalId of [USER, ROLE]) {
        const [user, role] = [principalId === USER ? ['indexer'] : [], principalId === ROLE ? ['chat-backend'] : []];
        const happened = { 'source': EVENT_SOURCE, 'detail-type': EventType.BUDGET_CHANGED, 'detail': { principalId }, 'time': '2026-11-22T10:05:00Z' };
        // attached to one who has a budget; detached from one who has none; told of one who cannot have it
        on(dynamoDb, ScanCommand, { Items: [marshall(budgetItem({ principalId, status: 'active' }))] });
        stored(budgetItem({ principalId, status: 'active' }));
        await run(scheduledEvent('2026-11-22T10:05:00Z'));
        await run(happened);
        for (const command of [AttachUserPolicyCommand, AttachRolePolicyCommand]) {
          iam.on(command as never).rejects(Object.assign(new Error('full'), { name: 'LimitExceeded' }));
        }
        await run(scheduledEvent('2026-11-22T10:05:00Z'));
        for (const command of [AttachUserPolicyCommand, AttachRolePolicyCommand]) {
          iam.on(command as never).rejects(Object.assign(new Error('not found'), { name: 'NoSuchEntity' }));
        }
        await run(scheduledEvent('2026-11-22T10:05:00Z'));
        reset();
        const attachedTo = { PolicyUsers: user.map(UserName => ({ UserName })), PolicyRoles: role.map(RoleName => ({ RoleName })) };
        on(iam, ListEntitiesForPolicyCommand, attachedTo);
        stored(budgetItem({ principalId, enforcement: 'observe' }));
        await run(scheduledEvent('2026-11-22T10:05:00Z'));
        (iam.on(ListEntitiesForPolicyCommand as never) as any).resolvesOnce(attachedTo).resolves({});
        await run(customResourceEvent('Delete', {}));
        reset();
      }
    },

    [Handler.DAILY_DIGEST]: async () => {
      await run({ time: '2026-11-22T08:00:00Z' });
      // another invocation has begun: who that was is read
      dynamoDb.on(PutItemCommand as never).rejects(Object.assign(new Error('the condition failed'), { name: 'ConditionalCheckFailedException' }));
      await run({ time: '2026-11-22T08:00:00Z' });
    },
  };
  try {
    await drives[handler]();
    reset();
    return made;
  } finally {
    [...silenced, fetched].forEach(spy => spy.mockRestore());
    mocks.forEach(mock => mock.restore());
  }
}

/** The channels that the rules of the template name to the notifier. */
function channelsOf({ stack }: SynthesizedBudgeteer): readonly object[] {
  const inputs = stack.resources('AWS::Events::Rule').flatMap(({ properties }) => properties.Targets ?? [])
    .flatMap(({ InputTransformer: transformer }: any) => transformer?.InputTemplate ?? []);
  return inputs.flatMap(input => {
    const { channel } = JSON.parse(input.replaceAll(/<[^>]+>/g, 'null'));
    return channel ? [channel] : [];
  });
}

/** The configuration of somebody else. */
const FOREIGN = { cloudWatchConfig: { logGroupName: 'theirs', roleArn: `arn:${PARTITION}:iam::${ACCOUNT}:role/theirs` }, textDataDeliveryEnabled: true };

function loggingProperties({ stack }: SynthesizedBudgeteer): Record<string, string> {
  const { ServiceToken: _token, ServiceTimeout: _timeout, ...properties } = stack.resources('Custom::BedrockInvocationLogging')[0].properties;
  return properties;
}

function budgetItem(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    'principalId': USER,
    'kind': 'iam-user',
    'registeredAt': '2026-11-01T00:00:00.000Z',
    'limits': [{ limitUsd: 10, period: 'calendar month' }],
    'spend#2026-11-22': 12,
    'levels': { 'calendar month@2026-11-01': 'exceeded' },
    'statusSince': '2026-11-22T10:00:00.000Z',
    'reason': 'because',
    'graceDeadline': '2026-11-22T10:00:00.000Z',
    'decidedAt': '2026-11-22T10:00:00.000Z',
    'revision': 3,
    ...changes,
  };
}

/** ARNs that Bedrock has to be asked about. */
const ARNS = ['application-inference-profile/p1', 'prompt-router/r1', 'default-prompt-router/d1', 'provisioned-model/t1', 'custom-model-deployment/c1']
  .map(resource => `arn:${PARTITION}:bedrock:${REGION}:${ACCOUNT}:${resource}`);
const CUSTOM_MODEL = `arn:${PARTITION}:bedrock:${REGION}:${ACCOUNT}:custom-model/c1`;

/** A row of the ledger whose price was not known. */
function estimateRow(modelId: string): object {
  return {
    callId: `${ACCOUNT}/${REGION}/${modelId}`,
    estimate: '3',
    principalId: USER,
    calledAt: '2026-11-22T10:00:00.000Z',
    loggedAt: '2026-11-22T10:00:05.000Z',
    day: '2026-11-22',
    operation: 'Converse',
    modelId,
    region: REGION,
    inputTokens: 1000,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    cacheWriteSplit: 'none',
    costUsd: 0.01,
    pricedAs: 'anthropic.claude-fable-5',
    priceSource: 'conservative-default',
    priceVersion: '2026-10',
    assumptions: ['unknown-model'],
  };
}

function enforcerRequest(action: EnforcerAction | DetacherAction, principalId: string): object {
  const instant = '2026-11-22T10:00:00.000Z';
  return { action, workflow: { principalId, revision: 3, notBefore: instant, asOf: instant }, now: instant, executionName: 'x', failedStep: 'Lift', error: '{}' };
}

function eventDetail(): object {
  return {
    schemaVersion: '1',
    eventId: 'a/b',
    deploymentId: 'd',
    environmentName: 'production',
    occurredAt: '2026-11-22T10:00:00.000Z',
    actor: 'enforcer',
    reason: 'because',
    principalId: USER,
    principalKind: 'iam-user',
    labels: {},
    status: 'suspended',
    level: 'warning',
    budget: { spentUsd: '12', limitUsd: '10', sharePercent: '120.0', period: 'calendar month', periodStart: '2026-11-01', periodEndsAt: '2026-12-01T00:00:00.000Z' },
    graceDeadline: '2026-11-22T10:05:00.000Z',
    region: REGION,
  };
}
