import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, Metric, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { ComputeUnit, COMPUTE_UNITS } from '../core/agents/compute-prices';
import { ComputeMetrics, ComputeReading, ComputeSeries } from '../core/agents/compute-usage';
import { errorCode, errorMessage, isTransient } from './aws-errors';
import { fullJitter, wait, Wait } from './waiting';

/**
 * Where AgentCore publishes what its runtimes use.
 *
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-runtime-metrics.html
 */
const NAMESPACE = 'AWS/Bedrock-AgentCore';
const METRIC_NAMES: Readonly<Record<ComputeUnit, string>> = { vcpuHours: 'CPUUsed-vCPUHours', gbHours: 'MemoryUsed-GBHours' };

/** CloudWatch's limit of queries in a request; a day of hours of each is far from its limit of data points. */
const QUERIES_PER_REQUEST = 500;
const PERIOD_SECONDS = 3600;

/** Series that were not answered in full are asked for so often in all: what is missing then waits for the next run. */
const ATTEMPTS = 3;

/** Thrown where CloudWatch sends its reader in circles. */
export class MetricsLoopError extends Error {
  public readonly name = 'MetricsLoopError';
}

/** AgentCore's usage metrics in CloudWatch. */
export class CloudWatchComputeMetrics implements ComputeMetrics {
  constructor(private readonly client: CloudWatchClient, private readonly pause: Wait = wait) {}

  public async series(): Promise<readonly ComputeSeries[]> {
    const found: ComputeSeries[] = [];
    for (const unit of COMPUTE_UNITS) {
      for await (const metrics of pages(async token => {
        const page = await this.client.send(new ListMetricsCommand({ Namespace: NAMESPACE, MetricName: METRIC_NAMES[unit], NextToken: token }));
        return { items: page.Metrics ?? [], next: page.NextToken };
      })) {
        found.push(...metrics.map(metric => ({ unit, dimensions: dimensionsOf(metric) })));
      }
    }
    return found;
  }

  public async read(series: readonly ComputeSeries[], from: number, until: number): Promise<readonly ComputeReading[]> {
    const complete: ComputeReading[] = [];
    let incomplete: readonly ComputeReading[] = [];
    let wanted = series;
    for (let attempt = 1; wanted.length > 0 && attempt <= ATTEMPTS; attempt += 1) {
      if (attempt > 1) {
        await this.pause(fullJitter(attempt - 1, 1_000, 4_000));
      }
      const readings = await this.readOnce(wanted, from, until);
      complete.push(...readings.filter(({ problem }) => problem === undefined));
      incomplete = readings.filter(({ problem }) => problem !== undefined);
      wanted = incomplete.map(reading => reading.series);
    }
    return [...complete, ...incomplete];
  }

  private async readOnce(series: readonly ComputeSeries[], from: number, until: number): Promise<ComputeReading[]> {
    const readings: ComputeReading[] = [];
    for (let first = 0; first < series.length; first += QUERIES_PER_REQUEST) {
      readings.push(...await this.readBatch(series.slice(first, first + QUERIES_PER_REQUEST), from, until));
    }
    return readings;
  }

  private async readBatch(series: readonly ComputeSeries[], from: number, until: number): Promise<readonly ComputeReading[]> {
    const answers = series.map(() => new Answer());
    try {
      for await (const results of pages(async token => {
        const page = await this.client.send(new GetMetricDataCommand({
          MetricDataQueries: series.map(queryOf),
          StartTime: new Date(from),
          EndTime: new Date(until),
          ScanBy: 'TimestampAscending',
          NextToken: token,
        }));
        return { items: page.MetricDataResults ?? [], next: page.NextToken };
      })) {
        results.forEach(result => answers[Number(result.Id?.slice(1))]?.add(result));
      }
    } catch (error) {
      if (!isTransient(error)) {
        throw error;
      }
      answers.forEach(answer => answer.fail(`${errorCode(error)}: ${errorMessage(error)}`));
    }
    return series.map((one, index) => ({ series: one, ...answers[index].outcome }));
  }
}

/** What CloudWatch says of one series, over several pages. */
class Answer {
  private readonly sums = new Map<number, number>();
  private problem: string | undefined = 'CloudWatch did not answer it';

  /** The last page that speaks of a series has the word: until then its data are partial. */
  public add({ StatusCode: status, Timestamps: timestamps = [], Values: values = [], Messages: messages = [] }: MetricDataResult): void {
    timestamps.forEach((timestamp, index) => this.sums.set(timestamp.getTime(), values[index]));
    const told = [status ?? 'of no status', ...messages.map(({ Value: text }) => text)].join(': ').slice(0, 300);
    this.problem = status === 'Complete' ? undefined : `CloudWatch's answer is ${told}`;
  }

  public fail(problem: string): void {
    this.problem = problem;
  }

  public get outcome(): Omit<ComputeReading, 'series'> {
    return { sums: this.sums, ...(this.problem === undefined ? {} : { problem: this.problem }) };
  }
}

function queryOf({ unit, dimensions }: ComputeSeries, index: number): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: NAMESPACE,
        MetricName: METRIC_NAMES[unit],
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: PERIOD_SECONDS,
      Stat: 'Sum',
    },
  };
}

function dimensionsOf({ Dimensions: dimensions = [] }: Metric): Readonly<Record<string, string>> {
  return Object.fromEntries(dimensions.map(({ Name: name, Value: value }) => [name, value]));
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

async function* pages<T>(load: (token: string | undefined) => Promise<Page<T>>): AsyncIterable<readonly T[]> {
  let token: string | undefined;
  do {
    const { items, next } = await load(token);
    yield items;
    if (next && next === token) {
      throw new MetricsLoopError('CloudWatch names a page as the one after itself');
    }
    token = next || undefined;
  } while (token !== undefined);
}
