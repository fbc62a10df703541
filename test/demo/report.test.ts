import { auditedEvents } from '../../demo/audit';
import { CAST } from '../../demo/fixture/cast';
import { markup, Markup } from '../../demo/report/markup';
import { renderPage } from '../../demo/report/page';
import { pageData, Recording } from '../../demo/report/page-data';
import { clockText, dollarTexts, secondTicks, spread, ticks } from '../../demo/report/scale';
import { summarize, Summary } from '../../demo/report/summary';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { usd } from '../../src/lambdas/core/money';

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
  const page = renderPage(pageData(recording()));

  test('needs nothing but itself', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\(|src=/);
    expect(page).not.toMatch(/https?:\/\//);
  });

  test('has a chart with a title, a description and a list of the changes for every principal', () => {
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('<title id="iam-user-000000000000-BedrockAPIKey-k7f2-title">Spend of BedrockAPIKey-k7f2 against its limit</title>');
    expect(page).toContain('<b>suspended</b> 107.0 % of $10.00 spent');
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names principals as people know them: AgentCore runtimes by their names, and the role that they share', () => {
    const shared = 'agent-role/000000000000/us-east-1/shop-agents';
    const alone = 'agent-runtime/000000000000/us-east-1/research-k1L2m3N4o5';
    const principal = (principalId: string) => ({ ...SUMMARY.principals[0], principalId });
    const withRuntimes = renderPage(pageData({
      ...recording(),
      summary: {
        ...SUMMARY,
        principals: [principal(shared), principal(alone)],
        suspensions: [shared, 'iam-user/000000000000/somebody'].map(principalId => ({ principalId, secondsToBlock: 6, overspendUsd: '1' })),
      },
      members: new Map([[shared, CAST.sharing], [alone, CAST.suspended]]),
    }));

    expect(withRuntimes).toContain('<h3>checkout, pricing</h3>');
    expect(withRuntimes).toContain('2 AgentCore runtimes that share the role shop-agents · default budget');
    expect(withRuntimes).toContain('<h3>research</h3>');
    expect(withRuntimes).toContain('AgentCore runtime, alone in the role research-agent · default budget');
    expect(withRuntimes).toContain('<title id="agent-role-000000000000-us-east-1-shop-agents-title">Spend of checkout, pricing against its limit</title>');
    expect([...withRuntimes.matchAll(/<th scope="row">([^<]*)<\/th>\n/g)].map(([, name]) => name)).toEqual(['checkout, pricing', 'somebody']);
  });

  test('has no value that was never there', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test('closes what it opens', () => {
    const count = (pattern: RegExp) => (page.match(pattern) ?? []).length;
    for (const element of ['html', 'body', 'main', 'section', 'article', 'svg', 'g', 'ol', 'ul', 'table', 'div', 'span', 'text']) {
      expect([element, count(new RegExp(`<${element}[ >]`, 'g'))]).toEqual([element, count(new RegExp(`</${element}>`, 'g'))]);
    }
  });
});

describe('markup', () => {
  test('escapes whatever is put in, unless it is markup', () => {
    expect(markup`<p title="${'"<&>\''}">${['<', markup`<b>${1}</b>`, new Markup('<i>')]}</p>`.text)
      .toBe('<p title="&quot;&lt;&amp;&gt;&#39;">&lt;<b>1</b><i></p>');
  });
});

describe('scales', () => {
  test.each([[10.8, [0, 5, 10]], [21.6, [0, 10, 20]], [3.2, [0, 1, 2, 3]], [0.9, [0, 0.25, 0.5, 0.75]], [0, [0]]])('have round values up to %d', (highest, expected) => {
    expect(ticks(highest, 4)).toEqual(expected);
  });

  test('have steps of clocks', () => {
    expect(secondTicks(50, 6)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(clockText(75.4)).toBe('1:15');
  });

  test('show cents on all values or on none', () => {
    expect(dollarTexts([0, 5, 10])).toEqual(['$0', '$5', '$10']);
    expect(dollarTexts([0, 2.5, 5])).toEqual(['$0.00', '$2.50', '$5.00']);
  });

  test('move marks apart, and keep them between the ends', () => {
    expect(spread([10, 12, 50], 15, 0, 100)).toEqual([10, 25, 50]);
    expect(spread([90, 95, 99], 15, 0, 100)).toEqual([70, 85, 100]);
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
    stages: [{ title: 'The day', at: T0, verified: ['IAM denies <nobody>'] }],
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
