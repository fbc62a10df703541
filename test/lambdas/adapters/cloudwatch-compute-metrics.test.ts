import { CloudWatchClient, GetMetricDataCommand, GetMetricDataCommandInput, GetMetricDataCommandOutput, ListMetricsCommand, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { CloudWatchComputeMetrics } from '../../../src/lambdas/adapters/cloudwatch-compute-metrics';
import { ComputeSeries } from '../../../src/lambdas/core/agents/compute-usage';
import { ACCOUNT, HOUR, NOON, REGION } from '../core/builders';
import { recordedWaits } from '../observed';
import { awsError } from './aws-error';

const cloudWatch = mockClient(CloudWatchClient);
let waits: number[];
let metrics: CloudWatchComputeMetrics;

const FROM = NOON - 24 * HOUR;
const UNTIL = NOON - 2 * HOUR;
const Resource = `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12`;
const dimensions = { Service: 'AgentCore.Runtime', Resource };
const cpu: ComputeSeries = { unit: 'vcpuHours', dimensions };
const memory: ComputeSeries = { unit: 'gbHours', dimensions };

beforeEach(() => {
  cloudWatch.reset();
  const recorded = recordedWaits();
  waits = recorded.waits;
  metrics = new CloudWatchComputeMetrics(new CloudWatchClient({ region: REGION }), recorded.pause);
});

const reads = () => cloudWatch.commandCalls(GetMetricDataCommand).map(call => call.args[0].input);

/** The result of a query, with a value for each of some hours. */
function result(Id: string, sums: Record<number, number> = {}, StatusCode: MetricDataResult['StatusCode'] = 'Complete', Messages?: MetricDataResult['Messages']): MetricDataResult {
  return { Id, StatusCode, Timestamps: Object.keys(sums).map(hour => new Date(Number(hour))), Values: Object.values(sums), Messages };
}

function page(results: MetricDataResult[], NextToken?: string): GetMetricDataCommandOutput {
  return { MetricDataResults: results, NextToken, $metadata: {} };
}

/** One hour of every query. */
function answerAll({ MetricDataQueries }: GetMetricDataCommandInput): GetMetricDataCommandOutput {
  return page(MetricDataQueries!.map(({ Id }) => result(Id!, { [FROM]: 1 })));
}

describe('the series that there are', () => {
  test('of both metrics, over all pages', async () => {
    const list = (MetricName: string, NextToken?: string) => cloudWatch.on(ListMetricsCommand, { Namespace: 'AWS/Bedrock-AgentCore', MetricName, NextToken }, true);
    list('CPUUsed-vCPUHours').resolves({ Metrics: [{ Dimensions: [{ Name: 'Service', Value: 'AgentCore.Runtime' }] }], NextToken: 'more' });
    list('CPUUsed-vCPUHours', 'more').resolves({ Metrics: [{ Dimensions: [{ Name: 'Service', Value: 'AgentCore.Runtime' }, { Name: 'Resource', Value: Resource }] }] });
    list('MemoryUsed-GBHours').resolves({ Metrics: [{}] });
    expect(await metrics.series()).toEqual([{ unit: 'vcpuHours', dimensions: { Service: 'AgentCore.Runtime' } }, cpu, { unit: 'gbHours', dimensions: {} }]);
  });

  test('none where CloudWatch knows none', async () => {
    cloudWatch.on(ListMetricsCommand).resolves({});
    expect(await metrics.series()).toEqual([]);
  });

  test('a page that names itself as the next one ends the run instead of running for ever', async () => {
    cloudWatch.on(ListMetricsCommand).resolves({ Metrics: [], NextToken: 'same' });
    await expect(metrics.series()).rejects.toMatchObject({ name: 'MetricsLoopError' });
  });
});

describe('their sums', () => {
  test('are asked for by the hour, and read over all pages', async () => {
    cloudWatch.on(GetMetricDataCommand)
      .resolvesOnce(page([result('q0', { [FROM]: 0.5 }, 'PartialData'), result('q1', { [FROM]: 2 })], 'more'))
      .resolvesOnce(page([result('q0', { [FROM + HOUR]: 0.25 })]));
    expect(await metrics.read([cpu, memory], FROM, UNTIL)).toEqual([
      { series: cpu, sums: new Map([[FROM, 0.5], [FROM + HOUR, 0.25]]) },
      { series: memory, sums: new Map([[FROM, 2]]) },
    ]);
    const query = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/Bedrock-AgentCore', MetricName, Dimensions: [{ Name: 'Service', Value: 'AgentCore.Runtime' }, { Name: 'Resource', Value: Resource }] },
        Period: 3600,
        Stat: 'Sum',
      },
    });
    expect(reads()).toEqual([undefined, 'more'].map(NextToken => ({
      MetricDataQueries: [query('q0', 'CPUUsed-vCPUHours'), query('q1', 'MemoryUsed-GBHours')],
      StartTime: new Date(FROM),
      EndTime: new Date(UNTIL),
      ScanBy: 'TimestampAscending',
      NextToken,
    })));
    expect(waits).toEqual([]);
  });

  test('are asked for 500 at a time', async () => {
    cloudWatch.on(GetMetricDataCommand).callsFake(answerAll);
    const series = Array.from({ length: 1_001 }, (_, index): ComputeSeries => ({ unit: 'gbHours', dimensions: { Resource: `runtime/r-${index}` } }));
    const readings = await metrics.read(series, FROM, UNTIL);
    expect(reads().map(({ MetricDataQueries }) => MetricDataQueries!.length)).toEqual([500, 500, 1]);
    expect(readings).toEqual(series.map(one => ({ series: one, sums: new Map([[FROM, 1]]) })));
  });

  test('nothing is asked for no series', async () => {
    expect(await metrics.read([], FROM, UNTIL)).toEqual([]);
    expect(reads()).toEqual([]);
  });

  test.each(['PartialData', 'InternalError'] as const)('only what was answered with %s is asked for again', async status => {
    cloudWatch.on(GetMetricDataCommand)
      .resolvesOnce(page([result('q0', { [FROM]: 1 }), result('q1', {}, status)]))
      .resolvesOnce(page([result('q0', { [FROM]: 3 })]));
    expect(await metrics.read([cpu, memory], FROM, UNTIL)).toEqual([
      { series: cpu, sums: new Map([[FROM, 1]]) }, { series: memory, sums: new Map([[FROM, 3]]) },
    ]);
    expect(reads()[1].MetricDataQueries!.map(({ MetricStat }) => MetricStat!.Metric!.MetricName)).toEqual(['MemoryUsed-GBHours']);
    expect(waits).toHaveLength(1);
  });

  test('what stays without a full answer is told with its problem', async () => {
    cloudWatch.on(GetMetricDataCommand)
      .resolves(page([result('q0', {}, 'InternalError', [{ Code: 'x', Value: 'an internal failure' }]), { ...result('q1'), StatusCode: undefined }]));
    expect(await metrics.read([cpu, memory, { unit: 'gbHours', dimensions: {} }], FROM, UNTIL)).toEqual([
      { series: cpu, sums: new Map(), problem: 'CloudWatch\'s answer is InternalError: an internal failure' },
      { series: memory, sums: new Map(), problem: 'CloudWatch\'s answer is of no status' },
      { series: { unit: 'gbHours', dimensions: {} }, sums: new Map(), problem: 'CloudWatch did not answer it' },
    ]);
    expect(reads()).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  test('no answer at all is no full answer', async () => {
    cloudWatch.on(GetMetricDataCommand).resolves({});
    expect(await metrics.read([cpu], FROM, UNTIL)).toEqual([{ series: cpu, sums: new Map(), problem: 'CloudWatch did not answer it' }]);
  });

  test('a result that was not asked for is ignored', async () => {
    cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result('q0', { [FROM]: 1 }), result('q7', { [FROM]: 9 }), { StatusCode: 'InternalError' }] });
    expect(await metrics.read([cpu], FROM, UNTIL)).toEqual([{ series: cpu, sums: new Map([[FROM, 1]]) }]);
  });

  test('throttling is tried again, and costs no other batch its answer', async () => {
    let calls = 0;
    cloudWatch.on(GetMetricDataCommand).callsFake(input => {
      calls += 1;
      if (calls === 1) {
        throw awsError('ThrottlingException', { message: 'Rate exceeded' });
      }
      return answerAll(input);
    });
    const series = Array.from({ length: 501 }, (_, index): ComputeSeries => ({ unit: 'gbHours', dimensions: { Resource: `runtime/r-${index}` } }));
    const readings = await metrics.read(series, FROM, UNTIL);
    expect(reads().map(({ MetricDataQueries }) => MetricDataQueries!.length)).toEqual([500, 1, 500]);
    expect(readings.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(readings).toHaveLength(501);
  });

  test('throttling that does not end is a problem of the series', async () => {
    cloudWatch.on(GetMetricDataCommand).rejects(awsError('ThrottlingException', { message: 'Rate exceeded' }));
    expect(await metrics.read([cpu], FROM, UNTIL)).toEqual([{ series: cpu, sums: new Map(), problem: 'Throttling: Rate exceeded' }]);
  });

  test('a missing right ends the run', async () => {
    cloudWatch.on(GetMetricDataCommand).rejects(awsError('AccessDenied'));
    await expect(metrics.read([cpu], FROM, UNTIL)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
