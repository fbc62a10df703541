import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, DescribeSubscriptionFiltersCommand, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, Metric } from '../../../src/contract';
import { handler } from '../../../src/lambdas/coverage-checker/coverage-checker.lambda';
import { loggingChangedEvent } from '../../synthesized/sample-events';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const bedrock = mockClient(BedrockClient);
const cloudWatch = mockClient(CloudWatchClient);
const logs = mockClient(CloudWatchLogsClient);
const eventBridge = mockClient(EventBridgeClient);
const world = lambdaWorld();

const NOW = '2026-11-22T12:20:00Z';
const TEN = new Date('2026-11-22T10:00:00Z');

beforeAll(() => {
  Object.assign(process.env, {
    [Env.INVOCATION_LOG_GROUP]: 'invocations', [Env.USAGE_METER_ARN]: 'arn:meter', [Env.USAGE_METER_LOG_GROUP]: 'meter', [Env.COVERAGE_LOG_GROUP]: 'checker', [Env.MANTLE_USE]: 'alarm',
  });
});

beforeEach(() => {
  [bedrock, cloudWatch, logs, eventBridge].forEach(mock => mock.reset());
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(NOW));
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({ loggingConfig: { cloudWatchConfig: { logGroupName: 'invocations', roleArn: 'arn:role' } } });
  logs.on(DescribeSubscriptionFiltersCommand).resolves({ subscriptionFilters: [{ filterName: 'all', destinationArn: 'arn:meter', filterPattern: '', creationTime: 0 }] });
  logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: 'checker', creationTime: 0 }] });
  logs.on(StartQueryCommand).resolves({ queryId: 'q' });
  logs.on(GetQueryResultsCommand).resolves({ status: 'Complete', results: [] });
  cloudWatch.on(ListMetricsCommand).resolves({}).on(ListMetricsCommand, { Namespace: 'AWS/Bedrock' }).resolves({
    Metrics: [{ MetricName: 'OutputTokenCount', Dimensions: [{ Name: 'ModelId', Value: 'zai.glm-5' }] }],
  });
  cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries: [{ MetricStat: { Metric: { Namespace: namespace } } }] }) => ({
    MetricDataResults: [{ Id: 'q0', StatusCode: 'Complete', Timestamps: [TEN], Values: [namespace === 'AWS/Bedrock' ? 60_000 : 0] }],
  }));
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

const published = () => eventBridge.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries!.map(({ DetailType }) => DetailType));

test('compares the hour before the last on schedule', async () => {
  const summary = await handler({ source: 'aws.events', time: NOW }, CONTEXT);
  expect(summary).toMatchObject({ hour: TEN.toISOString(), verdict: 'gap', unmetered: 60_000, faults: [] });
  expect(published()).toEqual(['Coverage Gap Found']);
  expect(world.metrics()).toMatchObject({
    [Metric.COVERAGE_CHECKS]: 1, [Metric.COVERAGE_GAPS]: 1, [Metric.COVERAGE_GAP_PERCENT]: 100, [Metric.LOGGING_MISDIRECTED]: 0,
  });
});

test('the time is the event\'s, so that a late one compares the same hour', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(NOW) + 5 * 3_600_000);
  expect(await handler({ time: NOW }, CONTEXT)).toMatchObject({ hour: TEN.toISOString() });
});

test('an event without a time is refused', async () => {
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
});

test('a change that CloudTrail tells of has the way to the meter looked at, and nothing else', async () => {
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({});
  expect(await handler(loggingChangedEvent('DeleteModelInvocationLoggingConfiguration'), CONTEXT)).toBeUndefined();
  expect(published()).toEqual(['Invocation Logging Changed']);
  expect(world.metrics()).toEqual({ [Metric.LOGGING_MISDIRECTED]: 1 });
  expect(cloudWatch.calls()).toEqual([]);
});
