import { CloudWatchLogsClient, GetQueryResultsCommand, QueryStatus, ResultField, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { wait, Wait } from './waiting';

/** Thrown where a query failed, or did not end in time. */
export class QueryUnfinishedError extends Error {
  public readonly name = 'QueryUnfinishedError';
}

/** Thrown where a query found more rows than Logs Insights returns: what is missing would not be noticed. */
export class QueryTruncatedError extends Error {
  public readonly name = 'QueryTruncatedError';
}

export interface LogsQuery {
  readonly logGroupName: string;
  /** Without a limit of its own. */
  readonly query: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** The first so many rows are enough; without it, an answer that may not be whole is refused. */
  readonly atMost?: number;
}

export type LogsRow = Readonly<Record<string, string>>;

/** The most that Logs Insights returns. */
export const MOST_ROWS = 10_000;

/** Waits between looks, five minutes in all. A query of a few hours of one function's log takes seconds. */
const FIRST_WAITS_MS = [500, 1_000, 2_000, 3_000];
const LATER_WAIT_MS = 5_000;
const DEADLINE_MS = 5 * 60_000;

const RUNNING: readonly (string | undefined)[] = [QueryStatus.Scheduled, QueryStatus.Running];

/** Queries of CloudWatch Logs Insights. */
export class LogsInsights {
  constructor(private readonly client: CloudWatchLogsClient, private readonly pause: Wait = wait) {}

  /** @throws QueryUnfinishedError, QueryTruncatedError */
  public async rows({ logGroupName, query, from, until, atMost }: LogsQuery): Promise<readonly LogsRow[]> {
    const { queryId } = await this.client.send(new StartQueryCommand({
      logGroupName,
      queryString: `${query} | limit ${atMost ?? MOST_ROWS}`,
      // whole seconds, both ends included
      startTime: Math.floor(from / 1_000),
      endTime: Math.ceil(until / 1_000),
    }));
    const results = await this.resultsOf(queryId);
    if (atMost === undefined && results.length >= MOST_ROWS) {
      throw new QueryTruncatedError(`the query found ${MOST_ROWS} rows or more`);
    }
    return results.map(row => Object.fromEntries(row.flatMap(({ field, value }) => (field === undefined || value === undefined ? [] : [[field, value]]))));
  }

  private async resultsOf(queryId: string | undefined): Promise<readonly ResultField[][]> {
    for (let waited = 0, look = 0; ; look += 1) {
      const { status, results = [] } = await this.client.send(new GetQueryResultsCommand({ queryId }));
      if (status === QueryStatus.Complete) {
        return results;
      }
      // "Unknown" is told of a query that CloudWatch has lost track of.
      if (!RUNNING.includes(status)) {
        throw new QueryUnfinishedError(`the query ended as ${status ?? 'nothing'}`);
      }
      if (waited >= DEADLINE_MS) {
        throw new QueryUnfinishedError(`the query was still ${status} after ${DEADLINE_MS / 60_000} minutes`);
      }
      const milliseconds = FIRST_WAITS_MS[look] ?? LATER_WAIT_MS;
      await this.pause(milliseconds);
      waited += milliseconds;
    }
  }
}
