import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Metric } from '../../../src/contract';
import { handler } from '../../../src/lambdas/agent-compute-meter/agent-compute-meter.lambda';
import { awsError } from '../adapters/aws-error';
import { ACCOUNT, AGENT, AGENT_ROLE, REGION } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const cloudWatch = mockClient(CloudWatchClient);
const world = lambdaWorld();

const time = '2026-03-10T12:05:00Z';
const nine = new Date('2026-03-10T09:00:00Z');
const window = () => {
  const [{ args: [{ input: { StartTime, EndTime } }] }] = cloudWatch.commandCalls(GetMetricDataCommand);
  return [StartTime, EndTime];
};

beforeEach(() => {
  dynamoDb.reset();
  cloudWatch.reset();
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time));
  dynamoDb.on(ScanCommand).resolves({ Items: [{ principalId: { S: AGENT }, activeRole: { S: AGENT_ROLE } }] });
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  cloudWatch.on(ListMetricsCommand).callsFake(({ MetricName }) => ({
    Metrics: [{
      MetricName,
      Dimensions: [
        { Name: 'Service', Value: 'AgentCore.Runtime' },
        { Name: 'Resource', Value: `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12Cd34Ef` },
        { Name: 'Name', Value: 'support::DEFAULT' },
      ],
    }],
  }));
  cloudWatch.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'q0', StatusCode: 'Complete', Timestamps: [nine], Values: [0.1] },
      { Id: 'q1', StatusCode: 'Complete', Timestamps: [nine], Values: [0.2] },
    ],
  });
});

test('charges the hours before the event to the budgets of their runtimes', async () => {
  expect(await handler({ source: 'aws.events', time }, CONTEXT)).toEqual({ runtimes: 1, hours: 1, costUsd: '0.01084' });
  const [{ args: [{ input: { TransactItems: items = [] } }] }] = dynamoDb.commandCalls(TransactWriteItemsCommand);
  expect(items[0].Put).toMatchObject({ TableName: 'Ledger', Item: { callId: { S: `agent-compute/${AGENT}/2026-03-10T09:00Z` }, costUsd: { N: '0.01084' } } });
  expect(items[1].Update).toMatchObject({ TableName: 'Budgets', Key: { principalId: { S: AGENT } } });
  expect(window()).toEqual([new Date('2026-03-09T13:00:00Z'), new Date('2026-03-10T10:00:00Z')]);
  expect(world.metrics()[Metric.AGENT_COMPUTE_USD]).toBe(0.01084);
});

test('the time is the event’s, so that a late one charges the same hours', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time) + 5 * 3_600_000);
  await handler({ time }, CONTEXT);
  expect(window()[1]).toEqual(new Date('2026-03-10T10:00:00Z'));
});

test('an event from the future completes no hour that still runs', async () => {
  await handler({ time: '2026-03-12T12:00:00Z' }, CONTEXT);
  expect(window()[1]).toEqual(new Date('2026-03-10T10:00:00Z'));
});

test('an event without a time is refused', async () => {
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
});

test('a conflict is waited out', async () => {
  dynamoDb.on(TransactWriteItemsCommand)
    .rejectsOnce(awsError('TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] }))
    .resolvesOnce({});
  expect(await handler({ time }, CONTEXT)).toMatchObject({ hours: 1 });
});

test('what could not be charged fails the run, and its metrics are written', async () => {
  dynamoDb.on(TransactWriteItemsCommand).rejects(awsError('ValidationException'));
  await expect(handler({ time }, CONTEXT)).rejects.toMatchObject({ name: 'ComputeMeteringIncompleteError' });
  expect(world.metrics()[Metric.AGENT_COMPUTE_USD]).toBe(0);
  expect(world.output()).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'could not charge the compute of an AgentCore runtime', runtime: AGENT }));
});
