import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { LogsInsightsCharges } from '../../../src/lambdas/adapters/logs-insights-charges';
import { formatUsd } from '../../../src/lambdas/core/money';
import { recordedWaits } from '../observed';
import { meteredIn } from '../reconciliation';

const cloudWatchLogs = mockClient(CloudWatchLogsClient);
const waits = recordedWaits();
const charges = new LogsInsightsCharges(new CloudWatchLogsClient({ region: 'eu-central-1' }), 'meter-log', waits.pause);
const [FROM, UNTIL] = [Date.parse('2026-11-18T00:00:00Z'), Date.parse('2026-11-21T11:20:00.500Z')];
const read = async () => [...await charges.byDayAndModel(FROM, UNTIL)]
  .map(([day, models]) => [day, Object.fromEntries([...models].map(([model, cost]) => [model, formatUsd(cost)]))]);

beforeEach(() => {
  cloudWatchLogs.reset();
  waits.waits.length = 0;
  cloudWatchLogs.on(StartQueryCommand).resolves({ queryId: 'q1' });
});

test('adds up the lines of the meter by day and model', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand, { queryId: 'q1' }).resolves(meteredIn([
    { day: '2026-11-18', modelId: 'a.model', usd: '1.2345678901239E-7' }, { day: '2026-11-18', modelId: 'b.model', usd: '3' }, { day: '2026-11-19', modelId: 'a.model', usd: '4.5' },
  ]));
  expect(await read()).toEqual([['2026-11-18', { 'a.model': '0.000000123456', 'b.model': '3' }], ['2026-11-19', { 'a.model': '4.5' }]]);
  const [{ args: [{ input }] }] = cloudWatchLogs.commandCalls(StartQueryCommand);
  expect(input).toEqual({
    logGroupName: 'meter-log',
    startTime: FROM / 1000,
    endTime: Math.ceil(UNTIL / 1000),
    queryString: 'filter message = "charged" and ispresent(costUsd) | fields substr(hour, 0, 10) as day | stats sum(costUsd) as usd by day, modelId | limit 10000',
  });
});

test('or by day and principal', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ day: '2026-11-18', principalId: 'iam-user/1/alice', usd: '3' }]));
  expect([...(await charges.byDayAndPrincipal(FROM, UNTIL)).get('2026-11-18')!]).toEqual([['iam-user/1/alice', 3_000_000_000_000n]]);
  expect(cloudWatchLogs.commandCalls(StartQueryCommand)[0].args[0].input.queryString).toContain('by day, principalId');
});

test('waits for the answer', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolvesOnce({ status: 'Scheduled' }).resolvesOnce({ status: 'Running', results: meteredIn([{ day: 'partial' }]).results }).resolves(meteredIn([]));
  expect(await read()).toEqual([]);
  expect(waits.waits).toEqual([2_000, 2_000]);
});

test.each(['Failed', 'Cancelled', 'Timeout', 'Unknown'] as const)('a query that ends as %s fails', async status => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves({ status });
  await expect(read()).rejects.toThrow(`ended as ${status}`);
});

test('a query that does not end is given up', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves({ status: 'Running' });
  await expect(read()).rejects.toMatchObject({ name: 'LogQueryError' });
  expect(waits.waits.reduce((sum, each) => sum + each, 0)).toBeLessThan(10 * 60_000);
});

test('an answer that may have been cut off is none', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn(Array.from({ length: 10_000 }, (_, index) => ({ day: '2026-11-18', modelId: `m-${index}`, usd: '1' }))));
  await expect(read()).rejects.toMatchObject({ name: 'LogQueryError' });
});

test('lines without a day, a model or a figure are passed over', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ modelId: 'a.model', usd: '1' }, { day: '2026-11-18', usd: '1' }, { day: '2026-11-18', modelId: 'a.model' }]));
  expect(await read()).toEqual([]);
});
