import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { CloudWatchBedrockMetrics } from '../../../src/lambdas/adapters/cloudwatch-bedrock-metrics';
import { HOUR, NOON, REGION } from '../core/builders';
import { recordedWaits } from '../observed';

const cloudWatch = mockClient(CloudWatchClient);
const metrics = new CloudWatchBedrockMetrics(new CloudWatchClient({ region: REGION }), 'dep-1', recordedWaits().pause);

type Series = readonly [name: string, dimensions: Readonly<Record<string, string>>, sums: Readonly<Record<number, number>>];

/** A CloudWatch that has these series of a namespace. */
function has(namespace: string, ...series: readonly Series[]): void {
  const dimensionsOf = (dimensions: Readonly<Record<string, string>>) => Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const listed = series.map(([MetricName, dimensions]) => ({ MetricName, Dimensions: dimensionsOf(dimensions) }));
  cloudWatch.on(ListMetricsCommand, { Namespace: namespace }).resolves({ Metrics: listed });
  cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries: queries }) => ({
    MetricDataResults: queries.map(({ Id, MetricStat: { Metric: wanted, Stat, Period } }: any) => {
      expect([wanted.Namespace, Stat, Period]).toEqual([namespace, 'Sum', 3600]);
      const sameDimensions = (dimensions: Series[1]) => JSON.stringify(dimensionsOf(dimensions)) === JSON.stringify(wanted.Dimensions);
      const [, , sums] = series.find(([name, dimensions]) => name === wanted.MetricName && sameDimensions(dimensions))!;
      return { Id, StatusCode: 'Complete', Timestamps: Object.keys(sums).map(hour => new Date(Number(hour))), Values: Object.values(sums) };
    }),
  }));
}

beforeEach(() => cloudWatch.reset());

describe('the runtime endpoint', () => {
  test('is counted by hour, model and kind, from the series that have the model alone', async () => {
    has('AWS/Bedrock',
      ['InputTokenCount', { ModelId: 'm' }, { [NOON]: 100, [NOON + HOUR]: 7 }],
      ['OutputTokenCount', { ModelId: 'm' }, { [NOON]: 10 }],
      ['CacheReadInputTokenCount', { ModelId: 'm' }, { [NOON]: 5 }],
      ['Invocations', { ModelId: 'm' }, { [NOON]: 2 }],
      ['InputTokenCount', { ModelId: 'm', ServiceTier: 'default' }, { [NOON]: 100 }],
      ['InputTokenCount', {}, { [NOON]: 100 }],
      ['InvocationLatency', { ModelId: 'm' }, { [NOON]: 9_999 }]);
    expect(await metrics.counted(NOON, NOON + 2 * HOUR)).toEqual(new Map([
      [NOON, new Map([['m', { calls: 2, input: 100, output: 10, cacheRead: 5 }]])],
      [NOON + HOUR, new Map([['m', { calls: 0, input: 7, output: 0 }]])],
    ]));
  });

  test('that nobody has ever used counts nothing, and is not asked for data', async () => {
    has('AWS/Bedrock');
    expect(await metrics.counted(NOON, NOON + HOUR)).toEqual(new Map());
    expect(cloudWatch.commandCalls(GetMetricDataCommand)).toEqual([]);
  });

  test('an answer that is not complete is no answer', async () => {
    has('AWS/Bedrock', ['InputTokenCount', { ModelId: 'm' }, {}]);
    cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Id: 'q0', StatusCode: 'InternalError' }] });
    await expect(metrics.counted(NOON, NOON + HOUR)).rejects.toMatchObject({ name: 'MetricsIncompleteError', message: expect.stringContaining('InternalError') });
    expect(cloudWatch.commandCalls(GetMetricDataCommand)).toHaveLength(3);
  });

  test('more series than anybody has are not read', async () => {
    let page = 0;
    cloudWatch.on(ListMetricsCommand).callsFake(() => ({ Metrics: Array.from({ length: 500 }, () => ({ MetricName: 'x' })), NextToken: String(page += 1) }));
    await expect(metrics.counted(NOON, NOON + HOUR)).rejects.toMatchObject({ name: 'TooManySeriesError' });
    expect(page).toBe(21);
  });
});

describe('the mantle endpoint', () => {
  test('is counted by model and for the account, and not by project as well', async () => {
    has('AWS/BedrockMantle',
      ['Inferences', { Model: 'm' }, { [NOON]: 3 }],
      ['TotalInputTokens', { Model: 'm' }, { [NOON]: 30 }],
      ['TotalOutputTokens', { Model: 'm' }, {}],
      ['Inferences', {}, { [NOON]: 4 }],
      ['Inferences', { Project: 'p' }, { [NOON]: 3 }],
      ['Inferences', { Project: 'p', Model: 'm' }, { [NOON]: 3 }]);
    expect(await metrics.mantleUse(NOON)).toEqual({
      byModel: new Map([['m', { inferences: 3, inputTokens: 30, outputTokens: 0 }]]), account: { inferences: 4, inputTokens: 0, outputTokens: 0 },
    });
  });

  test('that nobody uses is not there', async () => {
    has('AWS/BedrockMantle');
    expect(await metrics.mantleUse(NOON)).toEqual({ byModel: new Map() });
  });
});

test('calls of untracked principals are those of this deployment', async () => {
  has('BedrockBudgeteer', ['RecordsUntracked', { Deployment: 'dep-1' }, { [NOON]: 2, [NOON + HOUR]: 3 }]);
  expect(await metrics.untrackedCalls(NOON, NOON + 2 * HOUR)).toBe(5);
});
