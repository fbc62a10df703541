import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockAgentCoreControlClient, GetAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AttachUserPolicyCommand, GetPolicyCommand, IAMClient, ListAttachedUserPoliciesCommand, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterHistoryCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DetacherAction, EnforcerAction, Handler, SettingName } from '../../src/contract';
import { aFunctionUrlEvent } from '../lambdas/function-url';
import { billOf, meteredIn } from '../lambdas/reconciliation';
import { changingPolicies } from '../policies/changing-policies';
import { functionOf, invoke } from '../synthesized/deployed-handler';
import { agentCoreEvent, invocationRecord, logDelivery, priceListItem, scheduledEvent, streamBatch } from '../synthesized/sample-events';
import { SynthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, REGION } from '../synthesized/synthesized-stack';

/** A metric that a handler wrote into its log, as CloudWatch would take it out of there. */
export interface EmittedMetric {
  readonly handler: Handler;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A structured line of a handler's log. */
export interface LoggedLine {
  readonly handler: Handler;
  readonly line: Readonly<Record<string, unknown>>;
}

export async function emittedMetrics(synthesized: SynthesizedBudgeteer): Promise<readonly EmittedMetric[]> {
  return (await handlersAtWork(synthesized)).emitted;
}

/** Has every handler that counts something meet what it counts, and reads its log. */
export async function handlersAtWork(
  synthesized: SynthesizedBudgeteer,
): Promise<{ readonly emitted: readonly EmittedMetric[]; readonly logged: readonly LoggedLine[] }> {
  const emitted: EmittedMetric[] = [];
  const logged: LoggedLine[] = [];
  const listen = async (handler: Handler, event: unknown): Promise<void> => {
    const lines: string[] = [];
    const spies = (['log', 'info', 'warn', 'error'] as const).map(method => jest.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
      lines.push(String(parts[0]));
    }));
    try {
      await invoke(synthesized, handler, event);
    } finally {
      spies.forEach(spy => spy.mockRestore());
    }
    emitted.push(...lines.flatMap(line => metricsIn(line, handler)));
    logged.push(...lines.filter(line => line.startsWith('{') && !line.includes('"_aws"')).map(line => ({ handler, line: JSON.parse(line) })));
  };
  const variables = (handler: Handler) => functionOf(synthesized, handler).properties.Environment.Variables;

  const dynamoDb = mockClient(DynamoDBClient);
  dynamoDb.onAnyCommand().resolves({});
  const bedrock = mockClient(BedrockClient);
  const pricing = mockClient(PricingClient);
  const iam = mockClient(IAMClient);
  iam.onAnyCommand().resolves({});
  const ssm = mockClient(SSMClient);
  mockClient(SFNClient);
  const eventBridge = mockClient(EventBridgeClient);
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  mockClient(SQSClient).on(SendMessageBatchCommand).resolves({ Failed: [] });
  ssm.on(GetParametersByPathCommand).callsFake(({ Path: path }) => ({
    Parameters: [{ Name: `${path}/${SettingName.GRACE_PERIOD_SECONDS}`, Value: 'soon' }],
  }));
  ssm.on(GetParameterHistoryCommand).resolves({ Parameters: [{ Value: '300' }, { Value: 'soon' }] });

  // charged, twice the same, of an unknown model, garbage
  await listen(Handler.USAGE_METER, logDelivery(
    invocationRecord(), invocationRecord(), invocationRecord({ requestId: 'a', modelId: 'acme.unheard-of-v1:0' }), 'garbage',
  ));

  // one of every other kind: users of API keys, roles, sessions, root, a runtime, and two runtimes that share a role
  dynamoDb.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({
    Items: runtimesOf(JSON.stringify(values)).map(name => ({ principalId: { S: `agent-runtime/${ACCOUNT}/${REGION}/${name}-Ab12Cd34Ef` } })),
  }));
  await listen(Handler.USAGE_METER, logDelivery(...[
    'iam::111122223333:user/BedrockAPIKey-k3v9', 'sts::111122223333:assumed-role/chat-backend/x', 'sts::111122223333:federated-user/bob', 'iam::111122223333:root',
    'sts::111122223333:assumed-role/one-runtime/x', 'sts::111122223333:assumed-role/two-runtimes/x',
  ].map((identity, index) => invocationRecord({ requestId: `kind-${index}`, identity: { arn: `arn:aws:${identity}` } }))));
  dynamoDb.on(QueryCommand).resolves({});

  // of a model behind an ARN that Bedrock does not tell
  bedrock.onAnyCommand().rejects('no');
  await listen(Handler.USAGE_METER, logDelivery(invocationRecord({ modelId: `arn:aws:bedrock:eu-central-1:${ACCOUNT}:application-inference-profile/p1` })));

  // a page with a price that cannot be right, and a service that does not answer
  pricing.on(GetProductsCommand).rejects('out of order').on(GetProductsCommand, { ServiceCode: 'AmazonBedrock' })
    .resolves({ PriceList: [priceListItem('Input tokens', '5'), priceListItem('Output tokens', '5')] as never });
  await listen(Handler.PRICE_REFRESHER, scheduledEvent('2026-11-22T10:05:00Z'));
  await listen(Handler.CALL_REPRICER, scheduledEvent('2026-11-22T10:15:00Z'));

  // over the limit and in its grace period; over the limit and out of IAM's reach; an item that somebody broke
  await listen(Handler.BUDGET_EVALUATOR, streamBatch(budgetItem({ status: 'grace_period', levels: EXCEEDED }), budgetItem({ status: 'active' })));
  await listen(Handler.BUDGET_EVALUATOR, streamBatch(budgetItem({ status: 'exceeded', levels: EXCEEDED }), budgetItem({ status: 'critical', levels: EXCEEDED })));
  await listen(Handler.BUDGET_EVALUATOR, streamBatch(budgetItem({ limits: 'broken' })));

  // attached while the bus did not answer, confirmed, failed; confirmed and failed of a restoration
  dynamoDb.on(GetItemCommand).resolves({ Item: marshall(budgetItem({ status: 'grace_period', levels: EXCEEDED })) });
  eventBridge.on(PutEventsCommand).rejects('the bus does not answer');
  await listen(Handler.ENFORCER, enforcerRequest(EnforcerAction.RESTRICT));
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  iam.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn: variables(Handler.ENFORCER).BUDGETEER_DENY_POLICY_ARN }] });
  await listen(Handler.ENFORCER, enforcerRequest(EnforcerAction.CONFIRM_SUSPENSION));
  await listen(Handler.ENFORCER, enforcerRequest(EnforcerAction.RECORD_FAILURE));
  dynamoDb.on(GetItemCommand).resolves({ Item: marshall(budgetItem({ 'status': 'restoring', 'spend#2026-11-22': 1 })) });
  iam.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [] });
  await listen(Handler.ENFORCER, enforcerRequest(EnforcerAction.CONFIRM_RESTORATION));
  await listen(Handler.ENFORCER, enforcerRequest(EnforcerAction.RECORD_FAILURE));

  // a run that finds nothing has to tell that it ran
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({ Items: [] });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  await listen(Handler.BUDGET_MONITOR, scheduledEvent('2026-11-22T10:05:00Z'));

  // somebody who is suspended and not denied
  dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':v0': { S: 'suspended' } } }).resolves({ Items: [{ principalId: { S: PRINCIPAL } }] });
  dynamoDb.on(GetItemCommand, { Key: { principalId: { S: PRINCIPAL } } }).resolves({ Item: marshall(budgetItem({ status: 'suspended', levels: EXCEEDED })) });
  await listen(Handler.BUDGET_MONITOR, scheduledEvent('2026-11-22T10:35:00Z'));
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({ Items: [] });

  // a runtime that has used up its budget, which is the pool of all
  const runtime = marshall(budgetItem({ principalId: RUNTIME, kind: 'agent-runtime', role: ROLE, status: 'suspended', levels: EXCEEDED }));
  dynamoDb.on(ScanCommand).resolves({ Items: [{ principalId: { S: RUNTIME }, activeRole: { S: ROLE } }] });
  const everywhere = (tables: object) => Object.fromEntries(Object.keys(tables).map(table => [table, [runtime]]));
  dynamoDb.on(BatchGetItemCommand).callsFake(({ RequestItems: tables }) => ({ Responses: everywhere(tables) }));
  dynamoDb.on(GetItemCommand).callsFake(({ Key: key }) => (key.principalId.S === RUNTIME ? { Item: runtime } : {}));
  await listen(Handler.BUDGET_MONITOR, scheduledEvent('2026-11-22T11:00:00Z'));

  // a runtime that is registered, and one that cannot be
  const agentCore = mockClient(BedrockAgentCoreControlClient);
  agentCore.onAnyCommand().resolves({});
  agentCore.on(GetAgentRuntimeCommand).resolves({
    agentRuntimeId: 'support-Ab12Cd34Ef', agentRuntimeArn: 'arn', agentRuntimeName: 'support', roleArn: `arn:aws:iam::${ACCOUNT}:role/agents`, status: 'READY',
  });
  await listen(Handler.AGENT_REGISTRAR, agentCoreEvent('CreateAgentRuntime', 'support-Ab12Cd34Ef'));
  await listen(Handler.AGENT_REGISTRAR, agentCoreEvent('CreateAgentRuntime', '?'));

  // an hour of it
  const cloudWatch = mockClient(CloudWatchClient);
  cloudWatch.on(ListMetricsCommand).callsFake(({ MetricName: name }) => ({
    Metrics: [{
      MetricName: name,
      Dimensions: [
        { Name: 'Service', Value: 'AgentCore.Runtime' },
        { Name: 'Resource', Value: `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12Cd34Ef` },
        { Name: 'Name', Value: 'support::DEFAULT' },
      ],
    }],
  }));
  const hour = { StatusCode: 'Complete' as const, Timestamps: [new Date('2026-11-22T07:00:00Z')], Values: [0.1] };
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'q0', ...hour }, { Id: 'q1', ...hour }] });
  await listen(Handler.AGENT_COMPUTE_METER, scheduledEvent('2026-11-22T10:05:00Z'));

  // an hour of which nothing was metered, a log that is switched off, and the other endpoint
  cloudWatch.on(ListMetricsCommand).callsFake(({ Namespace: namespace }) => ({
    Metrics: [namespace === 'AWS/Bedrock'
      ? { MetricName: 'InputTokenCount', Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }] }
      : { MetricName: 'Inferences', Dimensions: [{ Name: 'Model', Value: 'openai.gpt-oss-120b' }] }],
  }));
  cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries: [{ MetricStat: { Metric: { Namespace: namespace } } }] }) => (
    { MetricDataResults: [{ Id: 'q0', StatusCode: 'Complete', Timestamps: [new Date('2026-11-22T08:00:00Z')], Values: [namespace.startsWith('AWS/') ? 50_000 : 0] }] }
  ));
  const cloudWatchLogs = mockClient(CloudWatchLogsClient);
  cloudWatchLogs.onAnyCommand().resolves({});
  cloudWatchLogs.on(GetQueryResultsCommand).resolves({ status: 'Complete', results: [] });
  bedrock.onAnyCommand().resolves({});
  await listen(Handler.COVERAGE_CHECKER, scheduledEvent('2026-11-22T10:05:00Z'));

  // a day that is billed at twelve dollars and was metered at ten
  dynamoDb.on(GetItemCommand).resolves({ Item: marshall({ priceKey: 'reconciliation', since: '2026-11-18', days: [] }) });
  mockClient(CostExplorerClient).on(GetCostAndUsageCommand).resolves(billOf({ day: '2026-11-19', usd: '12' }));
  const log = mockClient(CloudWatchLogsClient);
  log.on(StartQueryCommand).resolves({ queryId: 'q1' });
  log.on(GetQueryResultsCommand).resolves(meteredIn([{ day: '2026-11-19', modelId: 'amazon.nova-pro-v1:0', usd: '10' }]));
  await listen(Handler.COST_RECONCILER, scheduledEvent('2026-11-22T11:20:00Z'));

  // two managed policies and one inline; of the managed ones, one does not exist any more when they are put back
  const { BUDGETEER_DENY_POLICY_ARN: denyPolicyArn, BUDGETEER_POLICY_BACKUPS_TABLE: backupsTable } = variables(Handler.POLICY_DETACHER);
  const world = changingPolicies({ iam, dynamoDb, principalId: PRINCIPAL, denyPolicyArn, backupsTable });
  world.budget = budgetItem({ status: 'suspended', levels: EXCEEDED });
  await listen(Handler.POLICY_DETACHER, enforcerRequest(DetacherAction.REMOVE));
  const missing = Object.assign(new Error('not found'), { name: 'NoSuchEntity' });
  const [own] = iam.commandCalls(GetPolicyCommand).map(({ args: [{ input }] }) => input.PolicyArn).filter(arn => arn?.includes(ACCOUNT));
  iam.on(AttachUserPolicyCommand, { PolicyArn: own }).rejects(missing).on(GetPolicyCommand, { PolicyArn: own }).rejects(missing);
  world.budget = budgetItem({ 'status': 'restoring', 'spend#2026-11-22': 1 });
  await listen(Handler.POLICY_DETACHER, enforcerRequest(DetacherAction.RESTORE));

  // somebody with a budget is kept from the mantle endpoint
  dynamoDb.on(ScanCommand).resolves({ Items: [marshall(budgetItem({ status: 'active' }))] });
  dynamoDb.on(GetItemCommand).resolves({ Item: marshall(budgetItem({ status: 'active' })) });
  await listen(Handler.MANTLE_GUARD, scheduledEvent('2026-11-22T10:05:00Z'));

  // a question, and a change that is refused
  await listen(Handler.BUDGET_MANAGER, aFunctionUrlEvent({ operation: 'getBudget', principalId: PRINCIPAL }));
  await listen(Handler.BUDGET_MANAGER, aFunctionUrlEvent({ operation: 'exempt', principalId: PRINCIPAL }));
  return { emitted, logged };
}

/** By the values of a query. */
function runtimesOf(values: string): readonly string[] {
  return values.includes('one-runtime') ? ['single'] : values.includes('two-runtimes') ? ['first', 'second'] : [];
}

const PRINCIPAL = `iam-user/${ACCOUNT}/indexer`;
const ROLE = `iam-role/${ACCOUNT}/agents`;
const RUNTIME = `agent-runtime/${ACCOUNT}/${REGION}/support-Ab12Cd34Ef`;
const EXCEEDED = { 'calendar month@2026-11-01': 'exceeded' };

function budgetItem(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    'principalId': PRINCIPAL,
    'kind': 'iam-user',
    'registeredAt': '2026-11-01T00:00:00.000Z',
    'limits': [{ limitUsd: 10, period: 'calendar month' }],
    'spend#2026-11-22': 12,
    'statusSince': '2026-11-22T10:00:00.000Z',
    'reason': 'because',
    'graceDeadline': '2026-11-22T10:00:00.000Z',
    'decidedAt': '2026-11-22T10:00:00.000Z',
    'revision': 3,
    ...changes,
  };
}

function enforcerRequest(action: EnforcerAction | DetacherAction): object {
  const instant = '2026-11-22T10:00:00.000Z';
  return { action, workflow: { principalId: PRINCIPAL, revision: 3, notBefore: instant, asOf: instant }, now: instant, executionName: 'x' };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metricsIn(line: string, handler: Handler): EmittedMetric[] {
  if (!line.includes('"_aws"')) {
    return [];
  }
  const document = JSON.parse(line) as { readonly _aws: { readonly CloudWatchMetrics: readonly Directive[] }; readonly [target: string]: any };
  return document._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) => (
    sets.flatMap(set => metrics.map(({ Name: name }) => ({
      handler,
      namespace,
      name,
      dimensions: Object.fromEntries(set.map(dimension => [dimension, document[dimension]])),
      value: [document[name]].flat().reduce((sum: number, part: number) => sum + part, 0),
    })))
  ));
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}
