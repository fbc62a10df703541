import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../contract';
import { MantleCounts, MantleUse } from '../core/metering-coverage/mantle';
import { BedrockMetrics, Hour } from '../core/metering-coverage/ports';
import { addCounts, CountsByModel, ModelCounts, NOTHING } from '../core/metering-coverage/token-counts';
import { CloudWatchHourlySums, MetricReading, MetricSeries } from './cloudwatch-hourly-sums';
import { wait, Wait } from './waiting';

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html */
const RUNTIME = 'AWS/Bedrock';
const RUNTIME_COUNTS: Readonly<Record<string, keyof ModelCounts>> = {
  Invocations: 'calls',
  InputTokenCount: 'input',
  OutputTokenCount: 'output',
  CacheReadInputTokenCount: 'cacheRead',
  CacheWriteInputTokenCount: 'cacheWrite',
};

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-mantle-metrics.html */
const MANTLE = 'AWS/BedrockMantle';
const MANTLE_COUNTS: Readonly<Record<string, keyof MantleCounts>> = {
  Inferences: 'inferences', TotalInputTokens: 'inputTokens', TotalOutputTokens: 'outputTokens',
};

/**
 * Both namespaces publish the same number under several sets of dimensions (with a service tier, by project and model): only one set may be added up,
 * or every token would count several times.
 */
const MODEL_DIMENSIONS = ['ModelId', 'Model'];

/** Two hundred models with everything that AWS publishes of one. A namespace that has more is not read: that would cost more than it tells. */
const MOST_SERIES = 10_000;
const HOUR_MS = 3_600_000;

/** Thrown where CloudWatch did not answer in full: numbers that are missing would look like tokens that nobody used. */
export class MetricsIncompleteError extends Error {
  public readonly name = 'MetricsIncompleteError';
}

/** What CloudWatch counts of Bedrock's endpoints, and of our own meter. */
export class CloudWatchBedrockMetrics implements BedrockMetrics {
  private readonly sums: CloudWatchHourlySums;

  constructor(client: CloudWatchClient, private readonly deploymentId: string, pause: Wait = wait) {
    this.sums = new CloudWatchHourlySums(client, pause);
  }

  public async counted(from: Hour, until: Hour): Promise<ReadonlyMap<Hour, CountsByModel>> {
    const series = (await this.sums.series(RUNTIME, undefined, MOST_SERIES)).filter(({ name, dimensions }) => name in RUNTIME_COUNTS && modelOf(dimensions));
    const hours = new Map<Hour, Map<string, ModelCounts>>();
    for (const { series: { name, dimensions }, sums } of await this.readAll(series, from, until)) {
      for (const [hour, sum] of sums) {
        const models = hours.get(hour) ?? new Map<string, ModelCounts>();
        const model = modelOf(dimensions)!;
        hours.set(hour, models.set(model, addCounts(models.get(model) ?? NOTHING, { ...NOTHING, [RUNTIME_COUNTS[name]]: sum })));
      }
    }
    return hours;
  }

  public async mantleUse(hour: Hour): Promise<MantleUse> {
    const series = (await this.sums.series(MANTLE, undefined, MOST_SERIES))
      .filter(({ name, dimensions }) => name in MANTLE_COUNTS && (modelOf(dimensions) !== undefined || isOfAccount(dimensions)));
    const byModel = new Map<string, MantleCounts>();
    let account: MantleCounts | undefined;
    for (const { series: { name, dimensions }, sums } of await this.readAll(series, hour, hour + HOUR_MS)) {
      const count = { [MANTLE_COUNTS[name]]: sums.get(hour) ?? 0 };
      const model = modelOf(dimensions);
      if (model === undefined) {
        account = { ...NO_USE, ...account, ...count };
      } else {
        byModel.set(model, { ...NO_USE, ...byModel.get(model), ...count });
      }
    }
    return { byModel, ...(account ? { account } : {}) };
  }

  public async untrackedCalls(from: Hour, until: number): Promise<number> {
    const own: MetricSeries = { namespace: METRIC_NAMESPACE, name: Metric.RECORDS_UNTRACKED, dimensions: { [METRIC_DIMENSION]: this.deploymentId } };
    const [{ sums }] = await this.readAll([own], from, until);
    return [...sums.values()].reduce((total, sum) => total + sum, 0);
  }

  private async readAll(series: readonly MetricSeries[], from: number, until: number): Promise<readonly MetricReading[]> {
    const readings = await this.sums.read(series, from, until);
    const incomplete = readings.filter(({ problem }) => problem !== undefined);
    if (incomplete.length > 0) {
      throw new MetricsIncompleteError(`${incomplete.length} of ${series.length} metrics were not answered in full: ${incomplete[0].problem}`);
    }
    return readings;
  }
}

const NO_USE: MantleCounts = { inferences: 0, inputTokens: 0, outputTokens: 0 };

/** The model, where the dimensions are it alone. */
function modelOf(dimensions: Readonly<Record<string, string>>): string | undefined {
  const [[name, value] = [], ...others] = Object.entries(dimensions);
  return others.length === 0 && name !== undefined && MODEL_DIMENSIONS.includes(name) ? value : undefined;
}

function isOfAccount(dimensions: Readonly<Record<string, string>>): boolean {
  return Object.keys(dimensions).length === 0;
}
