import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, Metric, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { errorCode, errorMessage, isTransient } from './aws-errors';
import { fullJitter, wait, Wait } from './waiting';

/** A metric of CloudWatch with its dimensions: a number an hour. */
export interface MetricSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricReading<S extends MetricSeries = MetricSeries> {
  readonly series: S;
  /** Sums by the begin of the hour, epoch milliseconds; hours without data are missing. */
  readonly sums: ReadonlyMap<number, number>;
  /** Why the answer is not complete. */
  readonly problem?: string;
}

/** CloudWatch's limit of queries in a request; a day of hours of each is far from its limit of data points. */
const QUERIES_PER_REQUEST = 500;
const PERIOD_SECONDS = 3600;

/** Series that were not answered in full are asked for so often in all: what is missing then waits for the next run. */
const ATTEMPTS = 3;

/** Thrown where CloudWatch sends its reader in circles. */
export class MetricsLoopError extends Error {
  public readonly name = 'MetricsLoopError';
}

/** Thrown where there are more series than anybody would have, and reading them all would cost more than it tells. */
export class TooManySeriesError extends Error {
  public readonly name = 'TooManySeriesError';
}

/** Hourly sums of metrics in CloudWatch. */
export class CloudWatchHourlySums {
  constructor(private readonly client: CloudWatchClient, private readonly pause: Wait = wait) {}

  /**
   * The series of a namespace, of one metric or of all of them.
   *
   * @param most as many are looked at @throws TooManySeriesError beyond
   */
  public async series(namespace: string, name?: string, most = Number.POSITIVE_INFINITY): Promise<readonly MetricSeries[]> {
    const filter = { Namespace: namespace, ...(name === undefined ? {} : { MetricName: name }) };
    const found: MetricSeries[] = [];
    for await (const metrics of pages(async token => {
      const page = await this.client.send(new ListMetricsCommand({ ...filter, NextToken: token }));
      return { items: page.Metrics ?? [], next: page.NextToken };
    })) {
      found.push(...metrics.map(metric => ({ namespace, name: metric.MetricName ?? name ?? '', dimensions: dimensionsOf(metric) })));
      if (found.length > most) {
        throw new TooManySeriesError(`CloudWatch has more than ${most} metrics of ${namespace}`);
      }
    }
    return found;
  }

  public async read<S extends MetricSeries>(series: readonly S[], from: number, until: number): Promise<readonly MetricReading<S>[]> {
    const complete: MetricReading<S>[] = [];
    let incomplete: readonly MetricReading<S>[] = [];
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

  private async readOnce<S extends MetricSeries>(series: readonly S[], from: number, until: number): Promise<MetricReading<S>[]> {
    const readings: MetricReading<S>[] = [];
    for (let first = 0; first < series.length; first += QUERIES_PER_REQUEST) {
      readings.push(...await this.readBatch(series.slice(first, first + QUERIES_PER_REQUEST), from, until));
    }
    return readings;
  }

  private async readBatch<S extends MetricSeries>(series: readonly S[], from: number, until: number): Promise<readonly MetricReading<S>[]> {
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

  public get outcome(): Omit<MetricReading, 'series'> {
    return { sums: this.sums, ...(this.problem === undefined ? {} : { problem: this.problem }) };
  }
}

function queryOf({ namespace, name, dimensions }: MetricSeries, index: number): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
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
