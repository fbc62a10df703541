import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock';
import { BedrockAgentCoreControlClient, GetAgentRuntimeCommand, ListAgentRuntimesCommand, ListHarnessesCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeSubscriptionFiltersCommand, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListAttachedUserPoliciesCommand, ListEntitiesForPolicyCommand, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsStub, mockClient } from 'aws-sdk-client-mock';
import { AuditAttribute, EVENT_SOURCE, EventType, Handler } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { item } from '../lambdas/core/pricing/price-list/price-list';
import { functionOf, functionsOf, handlerOf, invoke } from '../synthesized/deployed-handler';
import { agentCoreEvent, busEvent, keyCreatedEvent, loggingChangedEvent, scheduledEvent, streamBatch } from '../synthesized/sample-events';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, REGION, SynthesizedResource } from '../synthesized/synthesized-stack';
import { matches } from './event-pattern';

const synthesized = synthesizedBudgeteer(SWITCHED_ON);
const { stack } = synthesized;
const rules = stack.resources('AWS::Events::Rule');
const PRINCIPAL = `iam-user/${ACCOUNT}/indexer`;

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const eventBridge = mockClient(EventBridgeClient);
const stepFunctions = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);

beforeEach(() => {
  [dynamoDb, iam, eventBridge, stepFunctions, sns, ssm].forEach(mock => mock.reset());
  dynamoDb.onAnyCommand().resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation(() => {});
  }
});

test('every rule has a test below', () => {
  expect(rules.map(targetsOf).map(targets => targets.map(handlerOf).join()).sort()).toEqual([
    Handler.AGENT_COMPUTE_METER, Handler.AGENT_REGISTRAR, Handler.AGENT_REGISTRAR, Handler.ALERT_NOTIFIER, Handler.AUDIT_RECORDER,
    Handler.BUDGET_MONITOR, Handler.CALL_REPRICER, Handler.COST_RECONCILER,
    Handler.COVERAGE_CHECKER, Handler.COVERAGE_CHECKER, Handler.COVERAGE_CHECKER,
    Handler.MANTLE_GUARD, Handler.MANTLE_GUARD, Handler.PRICE_REFRESHER, Handler.PRINCIPAL_REGISTRAR,
    Handler.PRINCIPAL_REGISTRAR,
  ]);
});

test.each(rules.map(rule => [rule.logicalId, rule] as const))('%s hands on the event as it is, is allowed to, and keeps what cannot be delivered', (_, rule) => {
  const queues = stack.resources('AWS::SQS::Queue').map(queue => stack.attribute(queue, 'Arn'));
  const permissions = stack.resources('AWS::Lambda::Permission').map(({ properties }) => properties);

  expect(rule.properties.State).toBe('ENABLED');
  for (const target of rule.properties.Targets) {
    expect(Object.keys(target).filter(key => key.startsWith('Input'))).toEqual([]);
    expect(queues).toContain(target.DeadLetterConfig.Arn);
    expect(permissions).toContainEqual(expect.objectContaining({
      Action: 'lambda:InvokeFunction', FunctionName: target.Arn, Principal: 'events.amazonaws.com', SourceArn: stack.attribute(rule, 'Arn'),
    }));
  }
});

describe('schedules', () => {
  test('the monitor takes its time from what its schedule sends', async () => {
    const rule = ruleTo(Handler.BUDGET_MONITOR);
    expect(rule.properties.ScheduleExpression).toBe('rate(5 minutes)');

    await invoke(synthesized, Handler.BUDGET_MONITOR, scheduledEvent('2026-11-22T10:05:00Z'));

    const asked = JSON.stringify(dynamoDb.calls().map(({ args: [command] }) => command.input));
    expect(asked).toContain('2026-11-22T10:05:00.000Z');
  });

  test('the registrar lists all holders of keys on its schedule', async () => {
    iam.on(ListServiceSpecificCredentialsCommand, { AllUsers: true }).resolves({ ServiceSpecificCredentials: [{ UserName: 'indexer' } as never] });

    await invoke(synthesized, Handler.PRINCIPAL_REGISTRAR, scheduledEvent('2026-11-22T10:05:00Z'));

    expect(registered()).toEqual([PRINCIPAL]);
  });

  test('the price refresher reads every service of the price list on its schedule, as of the time of the event', async () => {
    const pricing = mockClient(PricingClient);
    pricing.on(GetProductsCommand).resolves({ PriceList: [] });
    const listed = ['input', 'output'].map(end => item({ usage: `EUC1-moonshotai.kimi-k9-${end}-tokens`, attributes: { model: 'moonshotai.kimi-k9', regionCode: REGION } }));
    pricing.on(GetProductsCommand, { ServiceCode: 'AmazonBedrock' }).resolves({ PriceList: listed });

    await invoke(synthesized, Handler.PRICE_REFRESHER, scheduledEvent('2026-11-22T10:05:00Z'));

    expect(new Set(pricing.commandCalls(GetProductsCommand).map(({ args: [{ input }] }) => input.ServiceCode)))
      .toEqual(new Set(['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService']));
    expect(JSON.stringify(dynamoDb.commandCalls(PutItemCommand).map(({ args: [{ input }] }) => input))).toContain(String(Date.parse('2026-11-22T10:05:00Z')));
  });

  test('the repricer looks into every partition of the index of estimates on its schedule', async () => {
    await invoke(synthesized, Handler.CALL_REPRICER, scheduledEvent('2026-11-22T10:15:00Z'));

    expect(dynamoDb.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.IndexName)).toEqual(Array(8).fill('estimates-by-model'));
  });
});

test('the reconciler compares the days that are settled at the time of its schedule', async () => {
  dynamoDb.on(GetItemCommand).resolves({ Item: { priceKey: { S: 'reconciliation' }, since: { S: '2026-11-19' }, days: { L: [] } } });
  const costExplorer = mockClient(CostExplorerClient);
  costExplorer.on(GetCostAndUsageCommand).resolves({});
  expect(ruleTo(Handler.COST_RECONCILER).properties.ScheduleExpression).toMatch(/^cron\(\d+ \d+ \* \* \? \*\)$/);

  await invoke(synthesized, Handler.COST_RECONCILER, scheduledEvent('2026-11-22T11:20:00Z'));

  expect(costExplorer.commandCalls(GetCostAndUsageCommand)[0].args[0].input.TimePeriod).toEqual({ Start: '2026-11-19', End: '2026-11-20' });
});

describe('AgentCore', () => {
  const ID = 'support-Ab12Cd34Ef';
  const RUNTIME = `agent-runtime/${ACCOUNT}/${REGION}/${ID}`;
  const ARN = `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/${ID}`;
  const agentCore = mockClient(BedrockAgentCoreControlClient);
  const cloudWatch = mockClient(CloudWatchClient);
  const [sweep, changed] = ['ScheduleExpression', 'EventPattern'].map(kind => rules.find(rule => kind in rule.properties && targetsOf(rule).map(handlerOf).includes(Handler.AGENT_REGISTRAR))!);

  beforeEach(() => {
    agentCore.reset();
    agentCore.onAnyCommand().resolves({});
    agentCore.on(GetAgentRuntimeCommand).resolves({ agentRuntimeId: ID, agentRuntimeArn: ARN, agentRuntimeName: 'support', roleArn: `arn:aws:iam::${ACCOUNT}:role/agents`, status: 'READY' });
    agentCore.on(ListAgentRuntimesCommand).resolves({ agentRuntimes: [{ agentRuntimeId: ID }] } as object);
    agentCore.on(ListHarnessesCommand).resolves({ harnesses: [] });
  });

  test('the rule on the default bus looks for what makes, changes and ends a runtime, and for nothing that only reads or runs one', () => {
    expect(changed.properties.EventBusName).toBeUndefined();
    const seen = (name: string) => matches(changed.properties.EventPattern, agentCoreEvent(name, ID));
    const calls = ['AgentRuntime', 'AgentRuntimeEndpoint', 'Harness', 'HarnessEndpoint'].flatMap(resource => ['Create', 'Update', 'Delete', 'Get'].map(verb => `${verb}${resource}`));

    expect(calls.filter(name => !seen(name))).toEqual(['GetAgentRuntime', 'GetAgentRuntimeEndpoint', 'GetHarness', 'GetHarnessEndpoint']);
    expect(['InvokeAgentRuntime', 'CreateMemory', 'CreateGateway'].filter(seen)).toEqual([]);
    expect(matches(changed.properties.EventPattern, keyCreatedEvent('indexer'))).toBe(false);
  });

  test('a runtime that was created is registered', async () => {
    await invoke(synthesized, Handler.AGENT_REGISTRAR, agentCoreEvent('CreateAgentRuntime', ID));

    expect(registered()).toEqual([RUNTIME]);
  });

  test('the look on schedule finds runtimes of which no event told', async () => {
    expect(sweep.properties.ScheduleExpression).toBe('rate(1 hour)');

    await invoke(synthesized, Handler.AGENT_REGISTRAR, scheduledEvent('2026-11-22T10:00:00Z'));

    expect(registered()).toEqual([RUNTIME]);
  });

  test('compute is charged every hour, for the hours before the time of the event', async () => {
    expect(ruleTo(Handler.AGENT_COMPUTE_METER).properties.ScheduleExpression).toBe('rate(1 hour)');
    dynamoDb.on(ScanCommand).resolves({ Items: [{ principalId: { S: RUNTIME }, activeRole: { S: `iam-role/${ACCOUNT}/agents` } }] });
    const dimensions = [{ Name: 'Service', Value: 'AgentCore.Runtime' }, { Name: 'Resource', Value: ARN }, { Name: 'Name', Value: 'support::DEFAULT' }];
    cloudWatch.on(ListMetricsCommand).callsFake(({ MetricName: name }) => ({ Metrics: [{ MetricName: name, Dimensions: dimensions }] }));
    cloudWatch.on(GetMetricDataCommand).resolves({});

    // CloudWatch does not answer the series here; the question is about the hours.
    await invoke(synthesized, Handler.AGENT_COMPUTE_METER, scheduledEvent('2026-11-22T10:05:00Z')).catch(() => undefined);

    const { StartTime: from, EndTime: until } = cloudWatch.commandCalls(GetMetricDataCommand)[0].args[0].input;
    expect(until!.getTime()).toBeLessThanOrEqual(Date.parse('2026-11-22T10:00:00Z'));
    expect(from!.getTime()).toBeLessThanOrEqual(until!.getTime() - 2 * 3_600_000);
    expect(until!.getTime() % 3_600_000).toBe(0);
  });
});

describe('coverage', () => {
  const rulesToChecker = rules.filter(rule => targetsOf(rule).map(handlerOf).includes(Handler.COVERAGE_CHECKER));
  const [schedule] = rulesToChecker.filter(({ properties }) => 'ScheduleExpression' in properties);
  const onEvents = rulesToChecker.filter(rule => rule !== schedule);
  const { BUDGETEER_INVOCATION_LOG_GROUP: logGroupName } = functionOf(synthesized, Handler.COVERAGE_CHECKER).properties.Environment.Variables;
  const matching = (event: object) => onEvents.filter(({ properties }) => matches(properties.EventPattern, event)).length;
  const bedrock = mockClient(BedrockClient);
  const logs = mockClient(CloudWatchLogsClient);
  let cloudWatch: AwsStub<ServiceInputTypes, ServiceOutputTypes, any>;
  beforeAll(() => {
    cloudWatch = mockClient(CloudWatchClient);
  });

  beforeEach(() => {
    [bedrock, logs, cloudWatch].forEach(mock => mock.reset());
    bedrock.onAnyCommand().resolves({});
    logs.onAnyCommand().resolves({});
    cloudWatch.onAnyCommand().resolves({});
  });

  test('every hour the hour before the last is compared, as of the time of the event', async () => {
    expect(schedule.properties.ScheduleExpression).toBe('cron(20 * * * ? *)');
    cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'q0', StatusCode: 'Complete', Timestamps: [], Values: [] }] });
    logs.on(GetQueryResultsCommand).resolves({ status: 'Complete', results: [] });

    expect(await invoke(synthesized, Handler.COVERAGE_CHECKER, scheduledEvent('2026-11-22T10:05:00Z'))).toMatchObject({ hour: '2026-11-22T08:00:00.000Z', verdict: 'covered' });

    expect(logs.commandCalls(StartQueryCommand)[0].args[0].input.queryString).toContain('"2026-11-22T08"');
  });

  test('changes of the way to the meter ask for a look at once, and nothing else does', () => {
    const ofGroup = (name: string, group = logGroupName) => loggingChangedEvent(name, { logGroupName: group });
    const asking = ['PutModelInvocationLoggingConfiguration', 'DeleteModelInvocationLoggingConfiguration', 'DeleteSubscriptionFilter', 'PutSubscriptionFilter', 'DeleteLogGroup'];

    expect(asking.map(name => matching(ofGroup(name)))).toEqual([1, 1, 1, 1, 1]);
    expect(matching(ofGroup('DeleteSubscriptionFilter', 'of-somebody-else'))).toBe(0);
    expect(['PutRetentionPolicy', 'CreateLogGroup', 'GetModelInvocationLoggingConfiguration'].map(name => matching(ofGroup(name)))).toEqual([0, 0, 0]);
    expect(matching(keyCreatedEvent('indexer'))).toBe(0);
    expect(onEvents.map(({ properties }) => properties.EventBusName)).toEqual([undefined, undefined]);
  });

  test('such an event has AWS asked, and is told with who did it', async () => {
    await invoke(synthesized, Handler.COVERAGE_CHECKER, loggingChangedEvent('DeleteModelInvocationLoggingConfiguration'));

    expect(bedrock.commandCalls(GetModelInvocationLoggingConfigurationCommand)).toHaveLength(1);
    expect(logs.commandCalls(DescribeSubscriptionFiltersCommand)[0].args[0].input).toEqual({ logGroupName });
    expect(logs.commandCalls(StartQueryCommand)).toEqual([]);
    expect(JSON.parse(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0].Detail!)).toMatchObject({
      actor: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`, after: { faults: ['off', 'not-subscribed'] },
    });
  });

  test('a call that was refused has changed nothing, and a busy mantle endpoint takes no function from the meter', () => {
    const refused: any = loggingChangedEvent('DeleteModelInvocationLoggingConfiguration');
    expect(matching({ ...refused, detail: { ...refused.detail, errorCode: 'AccessDenied' } })).toBe(0);
    expect(matching({ ...refused, detail: { ...refused.detail, eventSource: 'bedrock-mantle.amazonaws.com', eventName: 'CreateInference' } })).toBe(0);
  });
});

describe('the guard of the mantle endpoint', () => {
  const [schedule, onEvents] = [true, false].map(isSchedule => rules.find(rule => (
    targetsOf(rule).map(handlerOf).includes(Handler.MANTLE_GUARD) && 'ScheduleExpression' in rule.properties === isSchedule
  ))!);
  const deploymentId = functionOf(synthesized, Handler.MANTLE_GUARD).properties.Environment.Variables.BUDGETEER_DEPLOYMENT_ID;
  const ownEvent = (type: string, of = deploymentId) => ({
    'source': EVENT_SOURCE, 'account': ACCOUNT, 'detail-type': type, 'detail': { deploymentId: of, principalId: PRINCIPAL }, 'time': '2026-11-22T10:05:00Z',
  });

  test('every hour all budgets are read, and IAM is asked who has the policy', async () => {
    expect(schedule.properties.ScheduleExpression).toBe('rate(1 hour)');

    expect(await invoke(synthesized, Handler.MANTLE_GUARD, scheduledEvent('2026-11-22T10:05:00Z'))).toEqual({ denied: 0, attached: 0, detached: 0, failures: 0, told: 0 });

    expect(iam.commandCalls(ListEntitiesForPolicyCommand)).toHaveLength(1);
  });

  test('events of this deployment about a principal or the settings have it looked at, and nothing else does', async () => {
    const heard = Object.values(EventType).filter(type => matches(onEvents.properties.EventPattern, ownEvent(type)));
    expect(heard.sort()).toEqual([
      EventType.RUNTIMES_SHARE_ROLE, EventType.BUDGET_CHANGED, EventType.CONFIGURATION_CHANGED, EventType.PRINCIPAL_GONE,
      EventType.PRINCIPAL_REGISTERED, EventType.PRINCIPAL_RESTORED,
    ].sort());
    expect(matches(onEvents.properties.EventPattern, ownEvent(EventType.BUDGET_CHANGED, 'another'))).toBe(false);

    iam.on(ListAttachedUserPoliciesCommand).resolves({});
    await invoke(synthesized, Handler.MANTLE_GUARD, ownEvent(EventType.BUDGET_CHANGED));

    expect(dynamoDb.commandCalls(GetItemCommand).map(call => call.args[0].input.Key)).toContainEqual({ principalId: { S: PRINCIPAL } });
    expect(iam.commandCalls(ListEntitiesForPolicyCommand)).toEqual([]);
  });
});

describe('the creation of an API key', () => {
  const rule = rules.find(({ properties }) => JSON.stringify(properties.EventPattern ?? {}).includes('CreateServiceSpecificCredential'))!;

  test('is what the rule on the default bus looks for', () => {
    expect(targetsOf(rule).map(handlerOf)).toEqual([Handler.PRINCIPAL_REGISTRAR]);
    expect(rule.properties.EventBusName).toBeUndefined();
    expect(matches(rule.properties.EventPattern, keyCreatedEvent('indexer'))).toBe(true);
    expect(matches(rule.properties.EventPattern, scheduledEvent('2026-11-22T10:05:00Z'))).toBe(false);
  });

  test('registers its user', async () => {
    await invoke(synthesized, Handler.PRINCIPAL_REGISTRAR, keyCreatedEvent('indexer'));

    expect(registered()).toEqual([PRINCIPAL]);
  });
});

describe('a change of a budget', () => {
  const suspension = { confirmedAt: '2026-11-22T10:00:00.000Z', secondsToBlock: 3, overspendUsd: 2 };
  const suspended = streamBatch(budgetItem({ status: 'suspended', suspension }), budgetItem({ status: 'grace_period' }));

  test('passes the filter of the stream, and the expiry of an item does not', () => {
    const [mapping] = stack.resources('AWS::Lambda::EventSourceMapping');
    const { Filters: filters } = mapping.properties.FilterCriteria;
    const passes = (record: unknown) => filters.some(({ Pattern: pattern }: { readonly Pattern: string }) => matches(JSON.parse(pattern), record));
    const [record] = (suspended as { readonly Records: readonly { readonly eventName: string }[] }).Records;

    expect(mapping.properties.FunctionName).toBe(stack.attribute(functionOf(synthesized, Handler.BUDGET_EVALUATOR), 'Ref'));
    expect(['INSERT', 'MODIFY', 'REMOVE'].map(eventName => passes({ ...record, eventName }))).toEqual([true, true, false]);
  });

  test('becomes an event that reaches people and the audit table, with all that they read', async () => {
    const [event] = await eventsOf(suspended);

    expect(matches(ruleTo(Handler.ALERT_NOTIFIER).properties.EventPattern, event)).toBe(true);
    expect(matches(ruleTo(Handler.AUDIT_RECORDER).properties.EventPattern, event)).toBe(true);

    await invoke(synthesized, Handler.ALERT_NOTIFIER, event);
    const [message] = sns.commandCalls(PublishCommand).map(({ args: [command] }) => command.input);
    expect(stack.resourceWithArn(message.TopicArn!).type).toBe('AWS::SNS::Topic');
    expect(message.Message).toContain(PRINCIPAL);

    await invoke(synthesized, Handler.AUDIT_RECORDER, event);
    const [row] = dynamoDb.commandCalls(PutItemCommand).map(({ args: [command] }) => command.input);
    expect(row.Item![AuditAttribute.SUBJECT]).toEqual({ S: PRINCIPAL });
  });

  test('of another deployment on a shared bus is for neither of them', async () => {
    const [event] = await eventsOf(suspended);
    const foreign = { ...event, detail: { ...event.detail as object, deploymentId: 'another' } };

    expect(matches(ruleTo(Handler.ALERT_NOTIFIER).properties.EventPattern, foreign)).toBe(false);
    expect(matches(ruleTo(Handler.AUDIT_RECORDER).properties.EventPattern, foreign)).toBe(false);
  });

  test('that asks for a workflow starts the state machine that the template has for it', async () => {
    const graceDeadline = '2026-11-22T10:05:00.000Z';
    await invoke(synthesized, Handler.BUDGET_EVALUATOR, streamBatch(
      budgetItem({ status: 'grace_period', graceDeadline, workflowRevision: 3 }), budgetItem({ status: 'critical' }),
    ));

    const [start] = stepFunctions.commandCalls(StartExecutionCommand).map(({ args: [command] }) => command.input);
    expect(start.stateMachineArn).toBe(stack.attribute(stack.resourceOf(synthesized.budgeteer.suspensionStateMachine), 'Arn'));
    expect(JSON.parse(start.input!)).toEqual({ principalId: PRINCIPAL, revision: 3, notBefore: graceDeadline, asOf: '2026-11-22T10:00:00.000Z' });
  });
});

function ruleTo(handler: Handler): SynthesizedResource {
  return rules.find(rule => targetsOf(rule).map(handlerOf).includes(handler))!;
}

function targetsOf(rule: SynthesizedResource): readonly SynthesizedResource[] {
  const arns = rule.properties.Targets.map(({ Arn: arn }: { readonly Arn: string }) => arn);
  return functionsOf(synthesized).filter(fn => arns.includes(stack.attribute(fn, 'Arn')));
}

function registered(): (string | undefined)[] {
  return dynamoDb.commandCalls(UpdateItemCommand).map(({ args: [command] }) => command.input.Key!.principalId.S);
}

/** What the evaluator puts on the bus, as rules receive it. */
async function eventsOf(change: object): Promise<Record<string, unknown>[]> {
  await invoke(synthesized, Handler.BUDGET_EVALUATOR, change);
  return eventBridge.commandCalls(PutEventsCommand).flatMap(({ args: [command] }) => command.input.Entries!.map(busEvent));
}

function budgetItem(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    'principalId': PRINCIPAL,
    'kind': 'iam-user',
    'registeredAt': '2026-11-01T00:00:00.000Z',
    'limits': [{ limitUsd: 10, period: 'calendar month' }],
    'spend#2026-11-22': 12,
    'levels': { 'calendar month@2026-11-01': 'exceeded' },
    'statusSince': '2026-11-22T10:00:00.000Z',
    'reason': 'because',
    'decidedAt': '2026-11-22T10:00:00.000Z',
    'revision': 3,
    ...changes,
  };
}
