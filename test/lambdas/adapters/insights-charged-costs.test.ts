import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { InsightsChargedCosts } from '../../../src/lambdas/adapters/insights-charged-costs';
import { LogsInsights } from '../../../src/lambdas/adapters/logs-insights';
import { formatUsd } from '../../../src/lambdas/core/money';
import { MeteredByDay } from '../../../src/lambdas/core/reconciliation/ports';
import { meteredIn } from '../reconciliation';

const cloudWatchLogs = mockClient(CloudWatchLogsClient);
const charges = new InsightsChargedCosts(new LogsInsights(new CloudWatchLogsClient({ region: 'eu-central-1' })), 'meter-log');
const [FROM, UNTIL] = [Date.parse('2026-11-18T00:00:00Z'), Date.parse('2026-11-21T11:20:00.500Z')];
const texts = (days: MeteredByDay) => [...days]
  .map(([day, costs]) => [day, Object.fromEntries([...costs].map(([subject, cost]) => [subject, formatUsd(cost)]))]);

beforeEach(() => {
  cloudWatchLogs.reset();
  cloudWatchLogs.on(StartQueryCommand).resolves({ queryId: 'q1' });
});

test('adds up the lines of the meter by day and model', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand, { queryId: 'q1' }).resolves(meteredIn([
    { day: '2026-11-18', modelId: 'a.model', usd: '1.2345678901239E-7' }, { day: '2026-11-18', modelId: 'b.model', usd: '3' }, { day: '2026-11-19', modelId: 'a.model', usd: '4.5' },
  ]));
  expect(texts(await charges.byDayAndModel(FROM, UNTIL)))
    .toEqual([['2026-11-18', { 'a.model': '0.000000123456', 'b.model': '3' }], ['2026-11-19', { 'a.model': '4.5' }]]);
  const [{ args: [{ input }] }] = cloudWatchLogs.commandCalls(StartQueryCommand);
  expect(input).toEqual({
    logGroupName: 'meter-log',
    startTime: FROM / 1000 - 60,
    endTime: Math.ceil(UNTIL / 1000),
    queryString: 'filter message = "charged" and ispresent(costUsd) | fields substr(hour, 0, 10) as day | stats sum(costUsd) as usd by day, modelId | limit 10000',
  });
});

test('or by day and principal', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ day: '2026-11-18', principalId: 'iam-user/1/alice', usd: '3' }]));
  expect(texts(await charges.byDayAndPrincipal(FROM, UNTIL))).toEqual([['2026-11-18', { 'iam-user/1/alice': '3' }]]);
  expect(cloudWatchLogs.commandCalls(StartQueryCommand)[0].args[0].input.queryString).toContain('by day, principalId');
});

test('rows without a day, a model or a figure are passed over', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ modelId: 'a.model', usd: '1' }, { day: '2026-11-18', usd: '1' }, { day: '2026-11-18', modelId: 'a.model' }]));
  expect(texts(await charges.byDayAndModel(FROM, UNTIL))).toEqual([]);
});
