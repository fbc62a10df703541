import { auditedEvents } from '../../demo/audit';
import { CAST } from '../../demo/fixture/cast';
import { pageData, Recording } from '../../demo/report/page-data';
import { summarize, Summary } from '../../demo/report/summary';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { usd } from '../../src/lambdas/core/money';
import { renderReportPage } from '../../src/lambdas/core/report-page/render-report-page';
import { ReportTable, SpendChart, StatesChart } from '../../src/lambdas/core/report-page/report-page';

const KEY = 'iam-user/000000000000/BedrockAPIKey-k7f2';
const ETL = 'iam-role/000000000000/nightly-etl';
const T0 = Date.parse('2026-11-22T14:00:00Z');
const METERING = { records: 359, duplicates: 17, unreadable: 8, unknownModels: 3 };

/** As the audit table has them: those of one second in no particular order. */
const TRAIL: readonly Item[] = [
  row({ type: 'Budget Changed', at: 1, status: 'active', reason: 'changed: kind' }),
  row({ type: 'Principal Registered', at: 1, status: 'active', reason: 'seen for the first time' }),
  row({ type: 'Budget Threshold Crossed', at: 5, previousStatus: 'active', status: 'warning', reason: 'warning threshold reached', level: 'warning', budget: { sharePercent: '72.1', limitUsd: '10' } }),
  row({ type: 'Budget Threshold Crossed', at: 8, previousStatus: 'warning', status: 'grace_period', reason: 'exceeded threshold reached', level: 'exceeded', budget: { sharePercent: '101.0', limitUsd: '10' } }),
  row({ type: 'Grace Period Started', at: 8, previousStatus: 'warning', status: 'grace_period', reason: '101.0 % of $10.00 spent' }),
  row({
    type: 'Principal Suspended',
    at: 13,
    previousStatus: 'grace_period',
    status: 'suspended',
    reason: '107.0 % of $10.00 spent',
    suspension: { secondsToBlock: new NumberText('5.2'), overspendUsd: '0.70001047' },
  }),
  row({ type: 'Principal Restored', at: 20, previousStatus: 'restoring', status: 'active', reason: 'restored' }),
  row({ type: 'Restoration Started', at: 20, previousStatus: 'suspended', status: 'restoring', reason: 'within budget' }),
  { type: 'Configuration Changed', occurredAt: new Date(T0).toISOString(), subject: 'deployment', reason: 'run-time settings changed' },
];

const SUMMARY: Summary = summarize([
  { principalId: KEY, name: 'BedrockAPIKey-k7f2', spent: usd('12.59999597'), limit: usd('20'), status: 'active', since: T0 },
  { principalId: ETL, name: 'nightly-etl', spent: usd('2.5'), status: 'active', since: T0 },
], auditedEvents(TRAIL), METERING);

describe('the summary', () => {
  test('has exactly the documented form, with money as decimal strings', () => {
    expect(SUMMARY).toEqual({
      principals: [
        {
          principalId: KEY,
          limitUsd: '20',
          spentUsd: '12.59999597',
          status: 'active',
          timeline: [
            { at: at(1), status: 'active', reason: 'seen for the first time' },
            { at: at(5), status: 'warning', reason: 'warning threshold reached: 72.1 % of $10 spent' },
            { at: at(8), status: 'grace_period', reason: '101.0 % of $10.00 spent' },
            { at: at(13), status: 'suspended', reason: '107.0 % of $10.00 spent' },
            { at: at(20), status: 'restoring', reason: 'within budget' },
            { at: at(20), status: 'active', reason: 'restored' },
          ],
        },
        { principalId: ETL, limitUsd: null, spentUsd: '2.5', status: 'active', timeline: [] },
      ],
      metering: METERING,
      suspensions: [{ principalId: KEY, secondsToBlock: 5.2, overspendUsd: '0.70001047' }],
    });
  });
});

describe('the page', () => {
  const page = pageData(recording());
  const spendOf = ({ sections }: typeof page) => sections[0].blocks as readonly SpendChart[];
  const tableOf = ({ sections }: typeof page, section: number) => sections[section].blocks.find(({ kind }) => kind === 'table') as ReportTable;

  test('tells the time from the first call, and the figures of the summary', () => {
    expect(page.clockFrom).toBe(T0);
    expect(page.figures.map(({ value, label }) => [label, value])).toEqual([
      ['Calls charged', '359'], ['Charged', '$60.70'], ['Duplicates', '17'], ['Principals', '2'], ['Suspended', '1'], ['Restored', '1'],
    ]);
    expect(tableOf(page, 3).rows.map(([what, count]) => [what, count])).toEqual([
      ['calls', '359'], ['duplicates', '17'], ['unreadable lines', '8'], ['calls of unknown models', '3'],
    ]);
  });

  test('has a chart of spend against limit for every principal, with its changes of status', () => {
    const [key, etl] = spendOf(page);
    expect(key).toMatchObject({ title: 'BedrockAPIKey-k7f2', summary: expect.stringMatching(/^\$12\.60 of \$20\.00 · /), status: 'active' });
    expect(key.description).toContain('with $12.59999597 of $20');
    expect(key.points).toEqual([
      { at: T0 + 1000, spentUsd: 2, limitUsd: 10 }, { at: T0 + 8000, spentUsd: 10.1, limitUsd: 10 }, { at: T0 + 19_000, spentUsd: 10.7, limitUsd: 20 },
    ]);
    expect(key.marks.map(({ status, text }) => [status, text])).toEqual([
      ['active', 'seen for the first time'], ['warning', '72.1 % of $10 spent'], ['grace_period', '101.0 % of $10.00 spent'],
      ['suspended', '107.0 % of $10.00 spent'], ['restoring', 'within budget'], ['active', 'restored'],
    ]);
    expect(etl.summary).toMatch(/^\$2\.50 spent, no budget · /);
    expect(etl.points).toEqual([{ at: T0 + 2000, spentUsd: 2.5 }]);
  });

  test('shows who was in which state when, to the end', () => {
    const { rows } = page.sections[1].blocks[0] as StatesChart;
    expect(rows.map(({ name, spans }) => [name, spans.map(({ from, to, status }) => [status, (from - T0) / 1000, (to - T0) / 1000])])).toEqual([
      ['BedrockAPIKey-k7f2', [['active', 1, 5], ['warning', 5, 8], ['grace_period', 8, 13], ['suspended', 13, 20], ['restoring', 20, 20], ['active', 20, 25]]],
      ['nightly-etl', []],
    ]);
    expect(tableOf(page, 1).rows).toEqual([['BedrockAPIKey-k7f2', '5.2', '$0.70001047']]);
  });

  test('takes what the trail tells of days to come for what was seen of it', () => {
    const [key] = SUMMARY.principals;
    const later = new Date(T0 + 7 * 86_400_000).toISOString();
    const { history, ...rest } = recording();
    const seen = (second: number, status: 'suspended' | 'active') => ({ ...history[0], seenAt: T0 + second * 1000, status });
    const [{ marks }] = spendOf(pageData({
      ...rest,
      history: [seen(1, 'active'), seen(14, 'suspended'), seen(22, 'active'), seen(24, 'active')],
      summary: { ...SUMMARY, principals: [{ ...key, timeline: [key.timeline[3], ...key.timeline.slice(4).map(entry => ({ ...entry, at: later }))] }] },
    }));
    expect(marks.map(({ at: instant, status }) => [status, (instant - T0) / 1000])).toEqual([['suspended', 13], ['restoring', 22], ['active', 22]]);
  });

  test('says what was verified at each stage, and when', () => {
    expect(page.sections[2].blocks).toEqual([
      { kind: 'checks', title: 'Before', note: 'start', checks: [] },
      { kind: 'checks', title: 'The day', note: '0:12', checks: ['IAM denies <nobody>'] },
    ]);
  });

  test('names principals as people know them: AgentCore runtimes by their names, and the role that they share', () => {
    const shared = 'agent-role/000000000000/us-east-1/shop-agents';
    const alone = 'agent-runtime/000000000000/us-east-1/research-k1L2m3N4o5';
    const principal = (principalId: string) => ({ ...SUMMARY.principals[0], principalId });
    const withRuntimes = pageData({
      ...recording(),
      summary: {
        ...SUMMARY,
        principals: [principal(shared), principal(alone)],
        suspensions: [shared, 'iam-user/000000000000/somebody'].map(principalId => ({ principalId, secondsToBlock: 6, overspendUsd: '1' })),
      },
      members: new Map([[shared, CAST.sharing], [alone, CAST.suspended]]),
    });

    expect(spendOf(withRuntimes).map(({ title, summary }) => [title, summary])).toEqual([
      ['checkout, pricing', '$12.60 of $20.00 · 2 AgentCore runtimes that share the role shop-agents · default budget'],
      ['research', '$12.60 of $20.00 · AgentCore runtime, alone in the role research-agent · default budget'],
    ]);
    expect(tableOf(withRuntimes, 1).rows.map(([name]) => name)).toEqual(['checkout, pricing', 'somebody']);
  });

  test('is rendered with all of it', () => {
    const html = renderReportPage(page, { chartsScript: '' });
    expect(html.match(/<figure /g)).toHaveLength(3);
    expect(html).toContain('IAM denies &lt;nobody&gt;');
    expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

function recording(): Recording {
  const seen = (second: number, spent: string, limit?: string) => ({
    principalId: limit ? KEY : ETL, name: '', status: 'active' as const, since: T0, seenAt: T0 + second * 1000, spent: usd(spent), ...(limit ? { limit: usd(limit) } : {}),
  });
  return {
    summary: SUMMARY,
    members: new Map([[KEY, CAST.raised], [ETL, CAST.unlimited]]),
    history: [seen(1, '2', '10'), seen(8, '10.1', '10'), seen(19, '10.7', '20'), seen(2, '2.5')],
    stages: [{ title: 'Before', at: T0 - 5000, verified: [] }, { title: 'The day', at: T0 + 12_000, verified: ['IAM denies <nobody>'] }],
    firstCallAt: T0,
    endedAt: T0 + 25_000,
    linesLogged: 385,
    charged: usd('60.7'),
  };
}

function at(second: number): string {
  return new Date(T0 + second * 1000).toISOString();
}

function row({ at: second, ...rest }: Item & { readonly at: number }): Item {
  return { principalId: KEY, subject: KEY, occurredAt: at(second), ...rest };
}
