import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { InsightsChargedCosts } from '../../../src/lambdas/adapters/insights-charged-costs';
import { LogsInsights } from '../../../src/lambdas/adapters/logs-insights';
import { formatUsd, Usd } from '../../../src/lambdas/core/money';
import { GUARDRAILS_ID } from '../../../src/lambdas/core/pricing/units';
import { meteredIn } from '../reconciliation';

const cloudWatchLogs = mockClient(CloudWatchLogsClient);
const charges = new InsightsChargedCosts(new LogsInsights(new CloudWatchLogsClient({ region: 'eu-central-1' })), 'meter-log');
const [DAY, FROM, UNTIL] = ['2026-11-18', Date.parse('2026-11-18T00:00:00Z'), Date.parse('2026-11-21T11:20:00.500Z')];
const texts = (costs: ReadonlyMap<string, Usd>) => Object.fromEntries([...costs].map(([subject, cost]) => [subject, formatUsd(cost)]));
const asked = () => cloudWatchLogs.commandCalls(StartQueryCommand)[0].args[0].input;

beforeEach(() => {
  cloudWatchLogs.reset();
  cloudWatchLogs.on(StartQueryCommand).resolves({ queryId: 'q1' });
});

test('adds up the lines of the meter of one day by model, and guardrails apart', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand, { queryId: 'q1' }).resolves(meteredIn([
    { modelId: 'a.model', usd: '1.2345678901239E-7' }, { modelId: 'b.model', usd: '3', guardrailsUsd: '1.25' }, { modelId: 'c.model', usd: '4.5', guardrailsUsd: '4.5' },
  ]));
  expect(texts(await charges.byModel(DAY, UNTIL))).toEqual({ 'a.model': '0.000000123456', 'b.model': '1.75', 'c.model': '0', [GUARDRAILS_ID]: '5.75' });
  expect(asked()).toEqual({
    logGroupName: 'meter-log',
    startTime: FROM / 1000 - 60,
    endTime: Math.ceil(UNTIL / 1000),
    queryString: 'filter message = "charged" and hour like /^2026-11-18T/ and ispresent(costUsd)'
      + ' | stats sum(costUsd) as usd, sum(guardrailUsd) as guardrailsUsd by modelId | limit 10000',
  });
});

test('or by principal, without guardrails', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ principalId: 'iam-user/1/alice', usd: '3', guardrailsUsd: '1' }, { principalId: 'iam-user/1/bob', usd: '2', guardrailsUsd: '' }]));
  expect(texts(await charges.byPrincipal(DAY, UNTIL))).toEqual({ 'iam-user/1/alice': '2', 'iam-user/1/bob': '2' });
  expect(asked().queryString).toMatch(/ by principalId \| sort usd desc \| limit 10000$/);
});

test('of more principals than an answer has rows those who spent most are enough; models must all be there', async () => {
  const rows = (what: string) => meteredIn(Array.from({ length: 10_000 }, (_, index) => ({ [what]: `x/${index}`, usd: '1' })));
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(rows('principalId'));
  expect((await charges.byPrincipal(DAY, UNTIL)).size).toBe(10_000);
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(rows('modelId'));
  await expect(charges.byModel(DAY, UNTIL)).rejects.toMatchObject({ name: 'QueryTruncatedError' });
});

test('rows without a model or a figure are passed over', async () => {
  cloudWatchLogs.on(GetQueryResultsCommand).resolves(meteredIn([{ usd: '1' }, { modelId: 'a.model' }]));
  expect(texts(await charges.byModel(DAY, UNTIL))).toEqual({});
});
