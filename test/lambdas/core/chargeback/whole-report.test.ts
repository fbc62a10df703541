import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { Attributes } from '../../../../src/lambdas/core/chargeback/attributes';
import { Chargeback, chargebackOf, ChargebackOptions } from '../../../../src/lambdas/core/chargeback/chargeback';
import { chargebackCsv } from '../../../../src/lambdas/core/chargeback/chargeback-csv';
import { chargebackJson } from '../../../../src/lambdas/core/chargeback/chargeback-json';
import { chargebackPage } from '../../../../src/lambdas/core/chargeback/chargeback-page';
import { chargebackTable } from '../../../../src/lambdas/core/chargeback/chargeback-table';
import { LedgerSums } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { ReportPeriod } from '../../../../src/lambdas/core/chargeback/report-period';
import { ReportTable } from '../../../../src/lambdas/core/report-page/report-page';
import { legibleAll } from '../../texts';
import { at } from '../builders';
import { pageText } from '../report-page/page-text';
import { budget, HAIKU, OPTIONS, principals, ROLE, row, USER } from './ledger';

/**
 * Whole reports, word for word, for whoever changes one: the snapshot beside this file is to be read like the report. What a report is to say stands in the
 * other tests of this folder.
 */
const WEEK: ReportPeriod = { key: '2026-11-02_2026-11-05', from: '2026-11-02', to: '2026-11-05' };
const KEY = 'iam-user/111122223333/BedrockAPIKey-k7f2';

function reportOf(rows: readonly Attributes[], budgets: readonly Attributes[], now: string, options: Partial<ChargebackOptions> = {}): Chargeback {
  const sums = new LedgerSums();
  rows.forEach(each => sums.addRow(each, WEEK));
  return chargebackOf(WEEK, sums, principals(WEEK, ...budgets), at(now), { ...OPTIONS, ...options });
}

const call = (principalId: string, day: string, costUsd: string, more: Parameters<typeof row>[0] = {}) =>
  row({ principalId, day, costUsd: new NumberText(costUsd), ...more });

const EVENTFUL = reportOf([
  call(USER, '2026-11-02', '1234.565'),
  call(USER, '2026-11-02', '0.000000000001', { modelId: 'amazon.nova-pro-v1:0', inputTokens: new NumberText('1234567') }),
  call(USER, '2026-11-04', '12', { estimate: '1' }),
  call(ROLE, '2026-11-02', '20', { modelId: 'amazon.nova-pro-v1:0' }),
  call(ROLE, '2026-11-05', '7.5', { modelId: 'amazon.nova-pro-v1:0', cacheReadTokens: undefined }),
  call(KEY, '2026-11-04', '0.25', { modelId: undefined }),
  call(KEY, '2026-11-04', '0.25', { modelId: undefined, source: 'agentcore-compute', inputTokens: undefined, outputTokens: undefined }),
  ...Array.from({ length: 8 }, (_, index) => call(ROLE, '2026-11-04', '0.5', { modelId: `other-model-${index + 1}` })),
  call(USER, '2026-11-04', 'much'),
  call(USER, '2026-11-06', '99'),
], [
  { ...budget(USER, { team: 'search', purpose: 'index' }, { '2026-11-02': '1234.565000000001', '2026-11-04': '12' }), kind: { S: 'iam-user' } },
  { ...budget(KEY, { team: 'data, "raw"' }, { '2026-11-02': '1', '2026-11-03': '2', '2026-11-04': '0.25', '2026-11-05': '4' }), kind: { S: 'api-key-user' } },
  budget(ROLE, { purpose: 'chat' }, { '2026-11-05': '8' }),
], '2027-02-02T12:00:00Z');

const NOTHING = reportOf([], [], '2026-11-05T12:00:00Z', { groupBy: [], environmentName: 'test' });
const ONE = reportOf([call(USER, '2026-11-05', '3')], [budget(USER, {}, { '2026-11-05': '2' })], '2026-11-05T12:00:00Z', { groupBy: ['team'] });

describe.each([['of much', EVENTFUL], ['of nothing, and by no label, of a period that is not over', NOTHING], ['of one call, which a budget has not', ONE]])('a report %s', (_, report) => {
  test('as a page', () => {
    const page = chargebackPage(report);
    legibleAll([page.title, page.lead, page.notes, page.footer, page.figures], 'the page');
    expect(pageText(page)).toMatchSnapshot();
  });

  test('as a table of the terminal', () => {
    expect(chargebackTable(report)).toMatchSnapshot();
  });

  test('as CSV', () => {
    expect(chargebackCsv(report)).toMatchSnapshot();
  });

  test('as JSON', () => {
    const text = chargebackJson(report);
    const { lines, ...json } = JSON.parse(text) as Readonly<Record<string, unknown>> & { readonly lines: readonly object[] };
    expect(text).toBe(`${JSON.stringify({ ...json, lines })}\n`);
    const line = (value: unknown) => `  ${JSON.stringify(value)}`;
    const parts = Object.entries({ ...json, lines }).flatMap(([name, value]) => (Array.isArray(value) ? [`${name}:`, ...value.map(line)] : [`${name}: ${JSON.stringify(value)}`]));
    expect(parts.join('\n')).toMatchSnapshot();
  });
});

test('a page and a table have so many rows, and tell how many more there are', () => {
  const rows = Array.from({ length: 1_101 }, (_, index) => call(`iam-user/111122223333/u${String(index).padStart(4, '0')}`, '2026-11-02', '1'));
  const report = reportOf(rows, [], '2026-11-10T00:00:00Z', { groupBy: [] });
  const [table] = chargebackPage(report).sections.find(({ id }) => id === 'principals')!.blocks as readonly ReportTable[];
  expect([table.title, table.rows.length]).toEqual(['Cost by principal: the first 100 of 1,101', 100]);
  const [, part] = chargebackTable(report).split('\n\n');
  expect([part.split('\n').length, part.split('\n').at(-1)]).toEqual([22, 'and 1,081 more']);
});

test('a hundred rows on a page and twenty in a table are all of them, and no word is said of it', () => {
  const report = (count: number) => reportOf(
    Array.from({ length: count }, (_, index) => call(`iam-user/111122223333/u${index}`, '2026-11-02', '1', { modelId: HAIKU })), [], '2026-11-10T00:00:00Z', { groupBy: [] },
  );
  expect(chargebackPage(report(100)).sections.find(({ id }) => id === 'principals')!.blocks[0].title).toBe('Cost by principal');
  expect(chargebackTable(report(20))).not.toContain('more\n');
  expect(chargebackTable(report(21))).toContain('and 1 more\n');
});

test('differences of more principals than a page shows, and of more days than a cell does', () => {
  const days = Object.fromEntries(['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05'].map(day => [day, '1']));
  const many = Array.from({ length: 101 }, (_, index) => budget(`iam-user/111122223333/u${String(index).padStart(3, '0')}`, {}, index === 0 ? days : { '2026-11-03': '1' }));
  const report = reportOf([], [...many, budget(USER, {}, { '2026-11-02': '1', '2026-11-03': '1', '2026-11-04': '1' })], '2026-11-10T00:00:00Z');
  const [table] = chargebackPage(report).sections.find(({ id }) => id === 'differences')!.blocks as readonly ReportTable[];
  expect([table.title, table.rows.length]).toEqual(['Principals whose sums differ: the first 100 of 102', 100]);
  // In the order of their ids.
  expect(table.rows.slice(0, 3).map(([principal, text]) => [principal, text])).toEqual([
    [USER, '2026-11-02, 2026-11-03, 2026-11-04'],
    ['iam-user/111122223333/u000', '2026-11-02, 2026-11-03, 2026-11-04 and 1 more'],
    ['iam-user/111122223333/u001', '2026-11-03'],
  ]);
});

test('names are cut where they are too long to be shown, and what acts upon a terminal is taken out', () => {
  const report = reportOf(
    [call(`iam-user/111122223333/${'x'.repeat(300)}`, '2026-11-02', '1', { modelId: `m\u001b${'y'.repeat(300)}` })],
    [budget(`iam-user/111122223333/${'x'.repeat(300)}`, { ['l'.repeat(100)]: 'v'.repeat(200) })], '2026-11-10T00:00:00Z',
    { groupBy: ['l'.repeat(100), 'n'.repeat(100)], environmentName: 'e'.repeat(100), deploymentId: 'd'.repeat(100) },
  );
  expect(pageText(chargebackPage(report))).toMatchSnapshot();
  expect(chargebackTable(report)).toMatchSnapshot();
});
