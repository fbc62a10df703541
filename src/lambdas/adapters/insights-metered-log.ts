import { LogMessage } from '../../contract';
import { Hour, MeteredLog } from '../core/metering-coverage/ports';
import { addByModel, CountsByModel, ModelCounts } from '../core/metering-coverage/token-counts';
import { LogsInsights, LogsRow } from './logs-insights';

/** Thrown where a row of an answer cannot be read. */
export class UnreadableRowError extends Error {
  public readonly name = 'UnreadableRowError';
}

/** The log lines of the usage meter, asked through Logs Insights. */
export class InsightsMeteredLog implements MeteredLog {
  constructor(private readonly insights: LogsInsights, private readonly meterLogGroup: string) {}

  public async metered(hours: readonly Hour[], now: number): Promise<ReadonlyMap<Hour, CountsByModel>> {
    const names = new Map(hours.map(hour => [hourName(hour), hour]));
    const rows = await this.insights.rows({
      logGroupName: this.meterLogGroup,
      query: [
        `filter message = "${LogMessage.CHARGED}" and hour in [${[...names.keys()].map(name => `"${name}"`).join(', ')}]`,
        'stats sum(calls) as sumCalls, sum(inputTokens) as sumInput, sum(outputTokens) as sumOutput, sum(cacheReadTokens) as sumCacheRead,'
          + ' sum(cacheWriteTokens) as sumCacheWrite by hour, modelId',
      ].join(' | '),
      // A line is written when a call is charged, which is never before it was made; clocks may differ a little.
      from: Math.min(...hours) - 60_000,
      until: now,
    });
    const found = new Map<Hour, CountsByModel>();
    for (const row of rows) {
      const hour = names.get(row.hour);
      if (hour === undefined || !row.modelId) {
        throw new UnreadableRowError('a row names no model, or an hour that was not asked for');
      }
      found.set(hour, addByModel(found.get(hour) ?? new Map(), new Map([[row.modelId, countsOf(row)]])));
    }
    return found;
  }
}

function hourName(hour: Hour): string {
  return new Date(hour).toISOString().slice(0, 13);
}

function countsOf(row: LogsRow): ModelCounts {
  return {
    calls: numberOf(row, 'sumCalls'),
    input: numberOf(row, 'sumInput'),
    output: numberOf(row, 'sumOutput'),
    cacheRead: numberOf(row, 'sumCacheRead'),
    cacheWrite: numberOf(row, 'sumCacheWrite'),
  };
}

/** A sum over no numbers is left out, or blank. */
function numberOf(row: LogsRow, field: string): number {
  const number = Number(row[field] ?? 0);
  if (!Number.isFinite(number) || number < 0) {
    throw new UnreadableRowError(`${field} is "${row[field].slice(0, 40)}", expected is a number`);
  }
  return number;
}
