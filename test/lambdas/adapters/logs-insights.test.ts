import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { InsightsMeteredLog } from '../../../src/lambdas/adapters/insights-metered-log';
import { LogsInsights } from '../../../src/lambdas/adapters/logs-insights';
import { HOUR, NOON, REGION } from '../core/builders';
import { recordedWaits } from '../observed';

const logs = mockClient(CloudWatchLogsClient);
let waits: number[];
let insights: LogsInsights;

beforeEach(() => {
  logs.reset();
  logs.on(StartQueryCommand).resolves({ queryId: 'q-1' });
  const recorded = recordedWaits();
  waits = recorded.waits;
  insights = new LogsInsights(new CloudWatchLogsClient({ region: REGION }), recorded.pause);
});

const query = { logGroupName: 'meter', query: 'filter x', from: NOON - 1, until: NOON + 1 };
const row = (values: Readonly<Record<string, string | undefined>>) => Object.entries(values).map(([field, value]) => ({ field, value }));
const answer = (...rows: Readonly<Record<string, string | undefined>>[]) => logs.on(GetQueryResultsCommand, { queryId: 'q-1' }).resolves({ status: 'Complete', results: rows.map(row) });

describe('a query', () => {
  test('is asked for whole seconds, with a limit, and waited for', async () => {
    logs.on(GetQueryResultsCommand).resolvesOnce({ status: 'Scheduled' }).resolvesOnce({ status: 'Running', results: [row({ a: 'partial' })] })
      .resolves({ status: 'Complete', results: [row({ a: '1', b: undefined })] });
    expect(await insights.rows(query)).toEqual([{ a: '1' }]);
    expect(logs.commandCalls(StartQueryCommand)[0].args[0].input).toEqual({
      logGroupName: 'meter', queryString: 'filter x | limit 10000', startTime: NOON / 1000 - 1, endTime: NOON / 1000 + 1,
    });
    expect(waits).toEqual([500, 1_000]);
  });

  test('is given up after five minutes', async () => {
    logs.on(GetQueryResultsCommand).resolves({ status: 'Running' });
    await expect(insights.rows(query)).rejects.toMatchObject({ name: 'QueryUnfinishedError', message: 'the query was still Running after 5 minutes' });
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThanOrEqual(300_000);
    expect(waited).toBeLessThan(306_000);
  });

  test.each(['Failed', 'Cancelled', 'Timeout', 'Unknown', undefined] as const)('that ends as %s is no empty answer', async status => {
    logs.on(GetQueryResultsCommand).resolves({ status, results: [] });
    await expect(insights.rows(query)).rejects.toMatchObject({ name: 'QueryUnfinishedError' });
    expect(waits).toEqual([]);
  });

  test('that finds as much as Logs Insights returns is incomplete', async () => {
    answer(...Array.from({ length: 10_000 }, () => ({ a: '1' })));
    await expect(insights.rows(query)).rejects.toMatchObject({ name: 'QueryTruncatedError' });
  });
});

describe('the log of the meter', () => {
  const M = 'anthropic.claude-opus-5';
  const log = () => new InsightsMeteredLog(insights, 'meter');

  test('is added up by hour and model, as late as now', async () => {
    answer(
      { hour: '2026-03-10T10', modelId: M, sumCalls: '3', sumInput: '1.5E3', sumOutput: '20', sumCacheRead: '7', sumCacheWrite: '0' },
      { hour: '2026-03-10T11', modelId: M, sumCalls: '1', sumInput: '5', sumOutput: '' },
    );
    expect(await log().metered([NOON - 2 * HOUR, NOON - HOUR], NOON + HOUR)).toEqual(new Map([
      [NOON - 2 * HOUR, new Map([[M, { calls: 3, input: 1_500, output: 20, cacheRead: 7, cacheWrite: 0 }]])],
      [NOON - HOUR, new Map([[M, { calls: 1, input: 5, output: 0, cacheRead: 0, cacheWrite: 0 }]])],
    ]));
    const { queryString, startTime, endTime, logGroupName } = logs.commandCalls(StartQueryCommand)[0].args[0].input;
    expect(logGroupName).toBe('meter');
    expect(queryString).toContain('filter message = "charged" and hour in ["2026-03-10T10", "2026-03-10T11"]');
    expect(queryString).toContain('by hour, modelId');
    expect([startTime, endTime]).toEqual([(NOON - 2 * HOUR) / 1000 - 60, (NOON + HOUR) / 1000]);
  });

  test('an empty log is no use', async () => {
    answer();
    expect(await log().metered([NOON], NOON + HOUR)).toEqual(new Map());
  });

  test.each([
    ['no number', { hour: '2026-03-10T12', modelId: M, sumInput: 'many' }],
    ['less than nothing', { hour: '2026-03-10T12', modelId: M, sumInput: '-1' }],
    ['another hour', { hour: '2026-03-10T01', modelId: M }],
    ['no model', { hour: '2026-03-10T12' }],
  ])('a row with %s is not passed over', async (_, broken) => {
    answer(broken);
    await expect(log().metered([NOON], NOON + HOUR)).rejects.toMatchObject({ name: 'UnreadableRowError' });
  });
});
