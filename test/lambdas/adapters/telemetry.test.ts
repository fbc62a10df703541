import { Context } from 'aws-lambda';
import { Metric } from '../../../src/contract';
import { Telemetry } from '../../../src/lambdas/adapters/telemetry';

let written: string[];

beforeEach(() => {
  process.env.POWERTOOLS_SERVICE_NAME = 'usage-meter';
  process.env.POWERTOOLS_DEV = 'false';
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    written.push(String(text));
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation(text => {
    written.push(String(text));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.POWERTOOLS_SERVICE_NAME;
  delete process.env.POWERTOOLS_DEV;
});

const lines = () => written.join('').split('\n').filter(Boolean).map(line => JSON.parse(line));
const context = { functionName: 'meter', awsRequestId: 'request-1', memoryLimitInMB: '512', invokedFunctionArn: 'arn:meter' } as Context;

test('metrics have the deployment as their one dimension, and units', async () => {
  const telemetry = new Telemetry('dep-1');
  await telemetry.during(undefined, async () => {
    telemetry.metrics.add(Metric.RECORDS_METERED, 3);
    telemetry.metrics.add(Metric.SPEND_USD, 0.25);
    telemetry.metrics.add(Metric.METERING_LAG_SECONDS, 1.5);
  });
  expect(lines()).toEqual([{
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{
        Namespace: 'BedrockBudgeteer',
        Dimensions: [['Deployment']],
        Metrics: [{ Name: 'RecordsMetered', Unit: 'Count' }, { Name: 'SpendUsd', Unit: 'None' }, { Name: 'MeteringLagSeconds', Unit: 'Seconds' }],
      }],
    },
    Deployment: 'dep-1',
    RecordsMetered: 3,
    SpendUsd: 0.25,
    MeteringLagSeconds: 1.5,
  }]);
});

test('of some counts none is not told, since every hour with it would be paid for; of others it is', async () => {
  const telemetry = new Telemetry('dep-1');
  const counted: readonly Metric[] = [
    Metric.RECORDS_METERED, Metric.RECORDS_UNREADABLE, Metric.ESTIMATED_USD, Metric.SECONDS_TO_BLOCK, Metric.PRINCIPALS_SUSPENDED, Metric.ENFORCEMENT_PAUSED,
  ];
  await telemetry.during(undefined, async () => counted.forEach(metric => telemetry.metrics.add(metric, 0)));
  await telemetry.during(undefined, async () => telemetry.metrics.add(Metric.RECORDS_UNREADABLE, 2));
  await telemetry.during(undefined, async () => telemetry.metrics.add(Metric.RECORDS_UNREADABLE, 0));
  expect(lines().map(line => line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name))).toEqual([
    ['RecordsMetered', 'SecondsToBlock', 'PrincipalsSuspended', 'EnforcementPaused'], ['RecordsUnreadable'],
  ]);
});

test('the time until a block is in seconds', async () => {
  const telemetry = new Telemetry('dep-1');
  await telemetry.during(undefined, async () => telemetry.metrics.add(Metric.SECONDS_TO_BLOCK, 2));
  expect(lines()[0]._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'SecondsToBlock', Unit: 'Seconds' }]);
});

test('a row is its message and its facts, and nothing of the function', async () => {
  const { rows, log } = new Telemetry('dep-1');
  rows.info('charged', { modelId: 'a.model', calls: 2, costUsd: 0, cacheReadTokens: undefined });
  log.info('still with all of it');
  expect(lines()[0]).toEqual({ message: 'charged', modelId: 'a.model', calls: 2, costUsd: 0 });
  expect(lines()[1]).toMatchObject({ message: 'still with all of it', deploymentId: 'dep-1', service: 'usage-meter', level: 'INFO' });
});

test('every invocation writes its own metrics, with the same dimension', async () => {
  const telemetry = new Telemetry('dep-1');
  for (const count of [1, 2]) {
    await telemetry.during(undefined, async () => telemetry.metrics.add(Metric.SUSPENSIONS, count));
  }
  expect(lines().map(line => [line.Deployment, line.Suspensions, line._aws.CloudWatchMetrics[0].Dimensions])).toEqual([
    ['dep-1', 1, [['Deployment']]], ['dep-1', 2, [['Deployment']]],
  ]);
});

test('an invocation that fails writes its metrics, says what it failed at, and fails', async () => {
  const telemetry = new Telemetry('dep-1');
  const failure = Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
  await expect(telemetry.during(context, async () => {
    telemetry.metrics.add(Metric.EVALUATION_FAILURES, 1);
    throw failure;
  })).rejects.toBe(failure);
  expect(lines()).toEqual([
    expect.objectContaining({ level: 'ERROR', message: 'invocation failed', problem: 'ResourceNotFoundException: no table', function_request_id: 'request-1' }),
    expect.objectContaining({ EvaluationFailures: 1 }),
  ]);
});

test('an invocation without metrics writes none', async () => {
  expect(await new Telemetry('dep-1').during(undefined, async () => 'an answer')).toBe('an answer');
  expect(written).toEqual([]);
});

test.each(['info', 'warn', 'error'] as const)('a log line of level %s is JSON and says which function and deployment speaks', level => {
  const { log } = new Telemetry('dep-1');
  log[level]('something happened', { principalId: 'iam-user/444455556666/alice' });
  log[level]('something else happened');
  expect(lines()).toEqual([
    expect.objectContaining({
      level: level.toUpperCase(), message: 'something happened', service: 'usage-meter', deploymentId: 'dep-1', principalId: 'iam-user/444455556666/alice',
    }),
    expect.objectContaining({ message: 'something else happened' }),
  ]);
});
