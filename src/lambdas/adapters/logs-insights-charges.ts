import { CloudWatchLogsClient, GetQueryResultsCommand, QueryStatus, ResultField, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { Usd } from '../core/money';
import { MeteredByDay, MeteredCosts } from '../core/reconciliation/ports';
import { roughUsd } from '../core/reconciliation/rough-usd';
import { wait, Wait } from './waiting';

/** Thrown where a query did not end well: it is made anew at the next attempt. */
export class LogQueryError extends Error {
  public readonly name = 'LogQueryError';
}

/** The most that a query gives. */
const MAX_ROWS = 10_000;

/** Much more than the log of a busy meter needs. */
const MAX_WAIT_MS = 5 * 60_000;
const PAUSE_MS = 2_000;

const RUNNING: readonly (string | undefined)[] = [QueryStatus.Scheduled, QueryStatus.Running];

/** One row a day and model, or principal, whatever the number of calls: the meter writes a line for each principal, model and hour of a delivery. */
const queryBy = (what: 'modelId' | 'principalId') => [
  'filter message = "charged" and ispresent(costUsd)',
  'fields substr(hour, 0, 10) as day',
  `stats sum(costUsd) as usd by day, ${what}`,
  `limit ${MAX_ROWS}`,
].join(' | ');

/** What was charged, added up from the log of the usage meter. */
export class LogsInsightsCharges implements MeteredCosts {
  constructor(private readonly client: CloudWatchLogsClient, private readonly logGroup: string, private readonly pause: Wait = wait) {}

  public async byDayAndModel(from: number, until: number): Promise<MeteredByDay> {
    return this.byDayAnd('modelId', from, until);
  }

  public async byDayAndPrincipal(from: number, until: number): Promise<MeteredByDay> {
    return this.byDayAnd('principalId', from, until);
  }

  private async byDayAnd(what: 'modelId' | 'principalId', from: number, until: number): Promise<MeteredByDay> {
    const { queryId } = await this.client.send(new StartQueryCommand({
      logGroupName: this.logGroup,
      queryString: queryBy(what),
      startTime: Math.floor(from / 1000),
      endTime: Math.ceil(until / 1000),
    }));
    const rows = await this.rowsOf(queryId);
    if (rows.length >= MAX_ROWS) {
      throw new LogQueryError(`more than ${MAX_ROWS.toLocaleString('en-US')} rows of ${what} and day in the log of the usage meter`);
    }
    const days = new Map<string, Map<string, Usd>>();
    for (const row of rows) {
      const { day, [what]: subject, usd: cost } = Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value]));
      if (day && subject && cost) {
        const costs = days.get(day) ?? new Map<string, Usd>();
        days.set(day, costs.set(subject, roughUsd(cost)));
      }
    }
    return days;
  }

  private async rowsOf(queryId: string | undefined): Promise<readonly ResultField[][]> {
    for (let waited = 0; waited <= MAX_WAIT_MS; waited += PAUSE_MS) {
      const { status, results = [] } = await this.client.send(new GetQueryResultsCommand({ queryId }));
      if (status === QueryStatus.Complete) {
        return results;
      }
      if (!RUNNING.includes(status)) {
        throw new LogQueryError(`the query of the usage meter's log ended as ${status ?? 'nothing'}`);
      }
      await this.pause(PAUSE_MS);
    }
    throw new LogQueryError(`the query of the usage meter's log has not ended within ${MAX_WAIT_MS / 60_000} minutes`);
  }
}
