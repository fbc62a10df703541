import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, Metric } from '../../../src/contract';
import { handler } from '../../../src/lambdas/cost-reconciler/cost-reconciler.lambda';
import { awsError } from '../adapters/aws-error';
import { CONTEXT, lambdaWorld } from '../lambda-world';
import { billOf, meteredIn } from '../reconciliation';

const costExplorer = mockClient(CostExplorerClient);
const cloudWatchLogs = mockClient(CloudWatchLogsClient);
const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const world = lambdaWorld();
const time = '2026-11-21T11:20:00Z';

beforeAll(() => {
  process.env[Env.USAGE_METER_LOG_GROUP] = 'meter-log';
});

beforeEach(() => {
  [costExplorer, cloudWatchLogs, dynamoDb, eventBridge].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({ Item: marshall({ priceKey: 'reconciliation', since: '2026-11-18', days: [] }) });
  dynamoDb.on(PutItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  costExplorer.on(GetCostAndUsageCommand).resolves(billOf({ day: '2026-11-18', usd: '12' }));
  cloudWatchLogs.on(StartQueryCommand).resolves({ queryId: 'q1' });
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ modelId: 'eu.amazon.nova-pro-v1:0', usd: '10' }]));
});

test('compares the day that is settled at the time of the event, tells what differs and remembers it', async () => {
  expect(await handler({ time }, CONTEXT)).toEqual({ compared: ['2026-11-18'], pending: [], drifting: ['2026-11-18'] });
  expect(world.metrics()).toMatchObject({
    [Metric.COST_DRIFT_PERCENT]: 17, [Metric.COST_DRIFT_USD]: 2, [Metric.RECONCILED_DAYS]: 1, [Metric.RECONCILIATION_PENDING]: 0,
  });
  const [{ args: [{ input: { Entries: [entry] = [] } }] }] = eventBridge.commandCalls(PutEventsCommand);
  expect(entry.DetailType).toBe('Cost Drift Found');
  expect(cloudWatchLogs.commandCalls(StartQueryCommand)[0].args[0].input).toMatchObject({ logGroupName: 'meter-log', startTime: Date.parse('2026-11-17T23:59:00Z') / 1000 });
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({ TableName: 'Prices', Item: { priceKey: { S: 'reconciliation' }, days: { L: [{ M: { day: { S: '2026-11-18' } } }] } } });
  expect(world.output()).toContainEqual(expect.objectContaining({ message: 'compared with the bill', modelId: 'amazon.nova-pro-v1:0', meteredUsd: '10', billedUsd: '12' }));
});

test('a bill that is refused fails no run: it is told once', async () => {
  costExplorer.on(GetCostAndUsageCommand).rejects(awsError('AccessDeniedException'));
  expect(await handler({ time }, CONTEXT)).toEqual({ compared: [], pending: ['2026-11-18'], drifting: [] });
  expect(eventBridge.commandCalls(PutEventsCommand)).toHaveLength(1);
  expect(cloudWatchLogs.calls()).toHaveLength(0);
});

test('a query that fails is for Lambda to try again', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves({ status: 'Failed' });
  await expect(handler({ time }, CONTEXT)).rejects.toMatchObject({ name: 'ReconciliationIncompleteError', message: expect.stringMatching(/^models of 2026-11-18: QueryUnfinishedError: /) });
  expect(eventBridge.calls()).toHaveLength(0);
});

test('an event without a time is refused', async () => {
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
});
