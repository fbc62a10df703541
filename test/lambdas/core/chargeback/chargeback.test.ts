import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { Attributes } from '../../../../src/lambdas/core/chargeback/attributes';
import { Chargeback, chargebackOf, ChargebackOptions } from '../../../../src/lambdas/core/chargeback/chargeback';
import { chargebackCsv } from '../../../../src/lambdas/core/chargeback/chargeback-csv';
import { chargebackJson } from '../../../../src/lambdas/core/chargeback/chargeback-json';
import { chargebackPage } from '../../../../src/lambdas/core/chargeback/chargeback-page';
import { chargebackTable } from '../../../../src/lambdas/core/chargeback/chargeback-table';
import { LedgerSums, LedgerSumsError, TooManyGroupsError } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { ReportPeriod } from '../../../../src/lambdas/core/chargeback/report-period';
import { trustNotes } from '../../../../src/lambdas/core/chargeback/report-words';
import { usd } from '../../../../src/lambdas/core/money';
import { CostChart, ReportTable } from '../../../../src/lambdas/core/report-page/report-page';
import { largest } from '../../../../src/lambdas/core/report-page/scale';
import { at } from '../builders';
import { budget, HAIKU, NOVEMBER, OPTIONS, principals, ROLE, row, USER } from './ledger';

const NOW = at('2026-12-02T06:00:00Z');

interface Given {
  readonly rows?: readonly Attributes[];
  readonly budgets?: readonly Attributes[];
  readonly period?: ReportPeriod;
  readonly now?: number;
  readonly options?: Partial<ChargebackOptions>;
}

const cost = (costUsd: string) => ({ costUsd: new NumberText(costUsd) });

function reportOf({ rows = [], budgets = [], period = NOVEMBER, now = NOW, options = {} }: Given): Chargeback {
  const sums = new LedgerSums();
  rows.forEach(each => sums.addRow(each, period));
  return chargebackOf(period, sums, principals(period, ...budgets), now, { ...OPTIONS, ...options });
}

const TWO_TEAMS: Given = {
  rows: [
    row({ ...cost('1.000000000001'), day: '2026-11-01' }),
    row({ ...cost('2'), day: '2026-11-03' }),
    row({ ...cost('4'), day: '2026-11-03', principalId: ROLE, modelId: 'amazon.nova-pro-v1:0' }),
    row({ ...cost('100'), day: '2026-12-01' }),
  ],
  budgets: [
    budget(USER, { team: 'search', purpose: 'index' }, { '2026-11-01': '1.000000000001', '2026-11-03': '2' }),
    budget(ROLE, { purpose: 'chat' }, { '2026-11-03': '4' }),
  ],
};

describe('a chargeback', () => {
  test('shares the cost out by day, model, principal and label, dearest first, and leaves other days out', () => {
    const { total, byDay, byModel, byPrincipal, byLabel, trust } = reportOf(TWO_TEAMS);
    const shared = (sums: readonly { readonly name: string; readonly cost: bigint }[]) => sums.map(sum => [sum.name, sum.cost]);

    expect([total.cost, total.calls, total.inputTokens]).toEqual([usd('7.000000000001'), 3, 3000]);
    expect(byDay).toHaveLength(30);
    expect(shared(byDay).slice(0, 3)).toEqual([['2026-11-01', usd('1.000000000001')], ['2026-11-02', 0n], ['2026-11-03', usd('6')]]);
    expect(shared(byModel)).toEqual([['amazon.nova-pro-v1:0', usd('4')], [HAIKU, usd('3.000000000001')]]);
    expect(shared(byPrincipal)).toEqual([[ROLE, usd('4')], [USER, usd('3.000000000001')]]);
    expect(shared(byLabel[0].values)).toEqual([['', usd('4')], ['search', usd('3.000000000001')]]);
    expect(shared(byLabel[1].values)).toEqual([['chat', usd('4')], ['index', usd('3.000000000001')]]);
    expect(trust).toEqual({ closed: true, expired: undefined, unreadableRows: 0, differences: [], uncompared: 0n });
  });

  test('knows the compute of AgentCore, and what names no model', () => {
    const { byModel } = reportOf({ rows: [row({ modelId: undefined, source: 'agentcore-compute' }), row({ modelId: undefined, ...cost('1') })] });

    expect(byModel.map(({ name }) => name)).toEqual(['unknown', 'agentcore-compute']);
  });

  test('tells the kind that the table knows, else that of the id', () => {
    const { byPrincipal, lines } = reportOf({ rows: [row({ ...cost('2') }), row({ principalId: ROLE }), row({ principalId: 'somebody' })], budgets: [{ ...budget(USER, {}), kind: { S: 'api-key-user' } }] });

    expect(byPrincipal.map(({ kind }) => kind)).toEqual(['api-key-user', 'iam-role', '']);
    expect(lines.map(({ kind }) => kind)).toEqual(['iam-role', 'api-key-user', '']);
  });

  test('a label that is named like a property of every object is none', () => {
    expect(reportOf({ rows: [row()], options: { groupBy: ['constructor'] } }).byLabel[0].values.map(({ name }) => name)).toEqual(['']);
  });

  test('tells rows that cannot be read, and counts none of them', () => {
    const broken = [row({ costUsd: undefined }), row({ costUsd: 'much' }), row({ principalId: undefined }), row({ day: undefined }), row({ day: '2026-11-31' }), row({ day: new NumberText('20261103') })];
    // a day that sorts between two of the period, and is none
    const report = reportOf({ rows: [...broken, row({ day: '2026-11-2x' }), row({ ...cost('1') })] });

    expect(report.trust.unreadableRows).toBe(6);
    expect([report.total.calls, report.total.cost]).toEqual([1, usd('1')]);
  });

  test('tells estimates', () => {
    const { total } = reportOf({ rows: [row({ ...cost('1') }), row({ ...cost('2'), estimate: '5' })] });

    expect([total.cost, total.estimated, total.estimatedCalls]).toEqual([usd('3'), usd('2'), 1]);
  });
});

describe('what the ledger no longer has', () => {
  test.each<[string, string, string, object | undefined]>([
    ['the day after a month of ninety days', '2026-12-02T06:00:00Z', 'UTC', undefined],
    ['the last moment at which every row is there', '2027-01-29T23:59:59.999Z', 'UTC', undefined],
    ['the moment at which the first ones expire', '2027-01-30T00:00:00Z', 'UTC', { from: '2026-11-01', to: '2026-11-01' }],
    ['where the day begins later', '2027-01-30T03:59:59Z', 'America/New_York', undefined],
    ['where the day begins later, then', '2027-01-30T04:00:00Z', 'America/New_York', { from: '2026-11-01', to: '2026-11-01' }],
    ['a year later', '2027-12-01T00:00:00Z', 'UTC', { from: '2026-11-01', to: '2026-11-30' }],
  ])('%s', (_, now, timeZone, expired) => {
    expect(reportOf({ now: at(now), options: { timeZone } }).trust.expired).toEqual(expired);
  });
});

describe('a comparison with the Budgets table', () => {
  const differencesOf = (given: Given) => reportOf(given).trust.differences;

  test('finds what the ledger has lost', () => {
    const given = { rows: [row({ ...cost('2') })], budgets: [budget(USER, {}, { '2026-11-03': '2', '2026-11-04': '0.5' })] };

    expect(differencesOf(given)).toEqual([{ principalId: USER, days: ['2026-11-04'], ledger: 0n, budget: usd('0.5'), difference: usd('0.5') }]);
  });

  test('finds what the budget has lost, down to the last digit', () => {
    const given = { rows: [row({ ...cost('2.000000000001') })], budgets: [budget(USER, {}, { '2026-11-03': '2' })] };

    expect(differencesOf(given)).toMatchObject([{ difference: usd('-0.000000000001') }]);
  });

  test('finds differences that make up for each other over the days', () => {
    const rows = [row({ ...cost('2'), day: '2026-11-03' }), row({ ...cost('1'), day: '2026-11-04' })];

    expect(differencesOf({ rows, budgets: [budget(USER, {}, { '2026-11-03': '1', '2026-11-04': '2' })] }))
      .toMatchObject([{ days: ['2026-11-03', '2026-11-04'], difference: 0n }]);
  });

  test('finds principals of whom the ledger has nothing', () => {
    expect(differencesOf({ budgets: [budget(ROLE, {}, { '2026-11-30': '3' })] })).toMatchObject([{ principalId: ROLE, ledger: 0n }]);
  });

  test('does not take for a difference what a budget has forgotten, but tells how much it is', () => {
    const { trust } = reportOf({ rows: [row({ ...cost('2') }), row({ ...cost('1'), principalId: ROLE })], budgets: [budget(USER, { team: 'search' })] });

    expect(trust).toMatchObject({ differences: [], uncompared: usd('3') });
  });
});

test('a ledger with more combinations than memory has room for is refused', () => {
  const sums = new LedgerSums(2);
  sums.addRow(row(), NOVEMBER);
  sums.addRow(row({ principalId: ROLE }), NOVEMBER);
  sums.addRow(row(), NOVEMBER);

  expect(() => sums.addRow(row({ day: '2026-11-04' }), NOVEMBER)).toThrow(TooManyGroupsError);
  expect(() => LedgerSums.fromText(sums.toText(), 1)).toThrow('ask for fewer days at a time');
});

test.each(['', '{}', '{"unreadable":0,"groups":[["2026-11-01"]]}'])('kept sums that nobody of ours wrote are refused: %j', text => {
  expect(() => LedgerSums.fromText(text)).toThrow(LedgerSumsError);
});

describe('as CSV', () => {
  test('has a line for each day, principal and model, with the exact amounts', () => {
    expect(chargebackCsv(reportOf(TWO_TEAMS))).toBe([
      'day,principalId,kind,team,purpose,modelId,calls,inputTokens,outputTokens,cacheReadTokens,cacheWriteTokens,costUsd,estimatedUsd',
      `2026-11-01,${USER},iam-user,search,index,${HAIKU},1,1000,100,10000,23,1.000000000001,0`,
      `2026-11-03,${ROLE},iam-role,,chat,amazon.nova-pro-v1:0,1,1000,100,10000,23,4,0`,
      `2026-11-03,${USER},iam-user,search,index,${HAIKU},1,1000,100,10000,23,2,0`,
      '',
    ].join('\r\n'));
  });

  test('quotes what needs it, and has no formula', () => {
    const labels = { 'team': '=HYPERLINK("http://x","y")', 'cost, center': 'a\r\nb' };
    const csv = chargebackCsv(reportOf({ rows: [row({ modelId: '+1' })], budgets: [budget(USER, labels)], options: { groupBy: ['team', 'cost, center'] } }));

    expect(csv).toContain(',"cost, center",');
    expect(csv).toContain(',"\'=HYPERLINK(""http://x"",""y"")","a\r\nb",\'+1,1,');
  });
});

test('as JSON has everything, with amounts as text', () => {
  const json = JSON.parse(chargebackJson(reportOf({ ...TWO_TEAMS, budgets: [] })));

  expect(json).toMatchObject({
    schemaVersion: '1',
    deploymentId: OPTIONS.deploymentId,
    period: { key: '2026-11', from: '2026-11-01', to: '2026-11-30', timeZone: 'UTC' },
    total: { costUsd: '7.000000000001', calls: 3 },
    trust: { closed: true, expiredDays: null, uncomparedUsd: '7.000000000001', differences: [] },
    byLabel: { team: [{ value: null, costUsd: '7.000000000001' }] },
    byPrincipal: [{ principalId: ROLE, kind: 'iam-role', labels: {}, costUsd: '4' }, { principalId: USER }],
  });
  expect(json.byDay).toHaveLength(30);
  expect(json.lines).toHaveLength(3);
});

describe('as a page', () => {
  test('tells the main figures', () => {
    expect(chargebackPage(reportOf(TWO_TEAMS)).figures).toEqual([
      { value: '$7.00', label: 'charged' }, { value: '3', label: 'calls' }, { value: '2', label: 'principals' }, { value: '2', label: 'models' },
      { value: '$4.00', label: 'without team', note: '57.1 % of the cost' },
    ]);
  });

  test('has the cost by model and day, by each label, and tables whose rows have a cell a column', () => {
    const { sections } = chargebackPage(reportOf(TWO_TEAMS));
    const blocks = sections.flatMap(section => section.blocks);
    const charts = blocks.filter((block): block is CostChart => block.kind === 'cost');
    const tables = blocks.filter((block): block is ReportTable => block.kind === 'table');

    expect(sections.map(({ id }) => id)).toEqual(['days', 'label-1', 'label-2', 'principals', 'models']);
    expect(charts.map(({ series }) => series.map(({ name }) => name))).toEqual([['amazon.nova-pro-v1:0', HAIKU], ['no team', 'search'], ['chat', 'index']]);
    for (const { days, series } of charts) {
      expect(days).toHaveLength(30);
      expect(series.every(({ usd: amounts }) => amounts.length === 30)).toBe(true);
    }
    expect(charts[0].series[0].usd[2]).toBe(4);
    expect(charts[0].description).toContain('The dearest day was 2026-11-03 with $6.00');
    for (const { rows, columns } of tables) {
      expect(rows.every(cells => cells.length === columns.length)).toBe(true);
    }
  });

  test('draws what is too much for a chart as one series, and the rest of a long table is told', () => {
    const rows = Array.from({ length: 120 }, (_, index) => row({ modelId: `model-${String(index).padStart(3, '0')}`, ...cost('0.5') }));
    const { sections } = chargebackPage(reportOf({ rows }));
    const [chart] = sections[0].blocks as readonly CostChart[];
    const [table] = sections.find(({ id }) => id === 'models')!.blocks as readonly ReportTable[];

    expect(chart.series).toHaveLength(8);
    expect(chart.series.at(-1)).toMatchObject({ name: '113 others', standsFor: 113 });
    expect(chart.series.at(-1)!.usd[2]).toBe(56.5);
    // It is drawn as it is told, though the others have most of it.
    expect(largest(chart.series)).toEqual(chart.series);
    expect(table.title).toBe('Cost by model: the first 100 of 120');
    expect(table.rows).toHaveLength(100);
  });

  test('does not look broken where nothing was charged', () => {
    const { sections, figures } = chargebackPage(reportOf({}));

    expect(figures[0]).toEqual({ value: '$0.00', label: 'charged' });
    const [chart] = sections[0].blocks as readonly CostChart[];
    expect([chart.series, chart.description]).toEqual([[], 'Nothing was charged in this period.']);
  });

  test('names differences', () => {
    const { sections } = chargebackPage(reportOf({ budgets: [budget(USER, {}, { '2026-11-01': '1', '2026-11-02': '1', '2026-11-03': '1', '2026-11-04': '1' })] }));

    const [table] = sections.find(({ id }) => id === 'differences')!.blocks as readonly ReportTable[];
    expect(table.rows).toEqual([[USER, '2026-11-01, 2026-11-02, 2026-11-03 and 1 more', '0', '4', '4']]);
  });
});

describe('what one must know', () => {
  test('is nothing where all is well', () => {
    expect(trustNotes(reportOf({ rows: [row()], budgets: [budget(USER, { team: 'a', purpose: 'b' }, { '2026-11-03': '0.000375' })] }))).toEqual([]);
  });

  test('is all that is not', () => {
    const notes = trustNotes(reportOf({
      rows: [row({ ...cost('1234.5'), estimate: '1' }), row({ day: undefined })],
      budgets: [budget(ROLE, {}, { '2026-11-01': '1' })],
      now: at('2027-02-01T00:00:00Z'),
    }));

    expect(notes).toEqual([
      'Rows of the ledger expire 90 days after their call was logged: the figures of 2026-11-01 to 2026-11-03 are too low, or will be.',
      'Rows of the ledger that cannot be read and are in no figure: 1.',
      'The Budgets table holds other sums than the ledger for 1 principal. That is normal only while calls are being repriced; otherwise see the runbook.',
      '$1,234.50 could not be compared with the Budgets table, which holds these days or principals no more.',
      '$1,234.50 are an estimate (calls: 1), since the price of a model is not known yet: write the report again when they are repriced.',
      '$1,234.50 (100.0 %) are of principals without the label "team".',
      '$1,234.50 (100.0 %) are of principals without the label "purpose".',
    ]);
  });

  test('is that the period is not over', () => {
    const { trust, ...report } = reportOf({ now: at('2026-11-30T23:59:59Z') });

    expect(trust.closed).toBe(false);
    expect(trustNotes({ ...report, trust })[0]).toMatch(/^The period is not over/);
  });
});

test('as a table for a terminal is aligned, and nothing in it acts upon the terminal', () => {
  const given = { ...TWO_TEAMS, budgets: [budget(USER, { team: 'se\u001b[31march' })], options: { groupBy: ['team'] } };

  expect(chargebackTable(reportOf(given))).toBe([
    '2026-11-01 to 2026-11-30 (UTC): $7.00 for 3 calls; exactly 7.000000000001 USD',
    '',
    'team         calls   cost   share',
    'no team          1  $4.00  57.1 %',
    'se [31march      2  $3.00  42.8 %',
    '',
    'principal                           calls   cost   share',
    `${ROLE}      1  $4.00  57.1 %`,
    `${USER}           2  $3.00  42.8 %`,
    '',
    'model                                   calls   cost   share',
    'amazon.nova-pro-v1:0                        1  $4.00  57.1 %',
    `${HAIKU}      2  $3.00  42.8 %`,
    '',
    'day         calls   cost   share',
    '2026-11-01      1  $1.00  14.2 %',
    '2026-11-03      2  $6.00  85.7 %',
    '',
    '! $7.00 could not be compared with the Budgets table, which holds these days or principals no more.',
    '! $4.00 (57.1 %) are of principals without the label "team".',
    '',
  ].join('\n'));
});
