import { renderReportPage } from '../../../../src/lambdas/core/report-page/render-report-page';
import { ReportBlock, ReportPage, ReportTable, SpendChart } from '../../../../src/lambdas/core/report-page/report-page';
import { T0 } from '../../../browser/pages';

/**
 * Whole pages as browsers get them, for whoever changes one: the snapshot beside this file is to be read like the page. The stylesheet is left out, and the
 * hash by which the page knows it.
 */
const HOUR = 3_600_000;

function rendered(page: Partial<ReportPage>): string {
  const whole: ReportPage = { title: 'Title', lead: 'Lead.', figures: [], sections: [], notes: [], footer: 'Footer.', ...page };
  return renderReportPage(whole, { chartsScript: 'document.title' }).replace(/<style>[^]*?<\/style>/, '<style></style>').replace(/style-src &#39;[^;]*&#39;/, 'style-src …');
}

/** What is between the opening of `main` and its end. */
function mainOf(...blocks: readonly ReportBlock[]): string {
  return /<main[^>]*>([^]*)<\/main>/.exec(rendered({ sections: [{ id: 'a', title: 'A', blocks }] }))![1].trim();
}

const marks = (count: number): SpendChart['marks'] => Array.from({ length: count }, (_, index) => ({ at: T0 + index * HOUR, status: 'warning', text: `change ${index + 1}` }));
const spend = (changes: Partial<SpendChart> = {}): SpendChart => ({ kind: 'spend', title: 'alice', description: 'Spend of alice.', points: [{ at: T0, spentUsd: 1, limitUsd: 2 }], marks: [], ...changes });
const table = (rows: number): ReportTable => ({ kind: 'table', title: 'T', columns: [{ title: 'c' }], rows: Array.from({ length: rows }, (_, index) => [`r${index + 1}`]), empty: 'No rows.' });

test('a page of everything', () => {
  expect(rendered({
    title: 'What <was> spent',
    lead: 'From here & there.',
    figures: [{ value: '$1.00', label: 'charged', note: 'by alice' }, { value: '2', label: 'calls' }],
    timeZone: 'Europe/Berlin',
    sections: [
      {
        id: 'spend',
        title: 'Spend',
        text: 'Of each.',
        blocks: [
          spend({ summary: '$1.50 of $2.00', points: [{ at: T0, spentUsd: 0.5, limitUsd: 2 }, { at: T0 + 5 * HOUR, spentUsd: 1.5000004, limitUsd: 2 }], marks: [{ at: T0 + 5 * HOUR, status: 'critical', text: '75 %' }] }),
          spend({ title: 'bob', points: [{ at: T0, spentUsd: 0.004 }], status: 'deleted', marks: [{ at: T0, status: 'active', text: 'seen' }] }),
          spend({ title: 'nobody', points: [] }),
        ],
      },
      {
        id: 'states',
        title: 'States',
        blocks: [{
          kind: 'states',
          title: 'Who stood where',
          description: 'Two of them.',
          rows: [
            { name: 'alice', spans: [{ from: T0, to: T0 + HOUR, status: 'active', text: 'well' }, { from: T0 + HOUR, to: T0 + 3 * HOUR, status: 'suspended', text: 'over' }] },
            { name: 'bob', spans: [{ from: T0, to: T0 + 3 * HOUR, status: 'grace_period', text: 'soon' }] },
          ],
        }],
      },
      {
        id: 'cost',
        title: 'Cost',
        blocks: [{ kind: 'cost', title: 'By day', description: 'Of two models.', days: ['2026-10-01', '2026-10-02'], series: [{ name: 'a', usd: [1.0000004, 2] }, { name: '2 others', usd: [0.25], standsFor: 2 }] }],
      },
      {
        id: 'tables',
        title: 'Tables',
        blocks: [
          { kind: 'table', title: 'Who', description: 'All of them.', columns: [{ title: 'name' }, { title: 'cost', isNumber: true }, { title: 'state' }], rows: [['a', '$1', { text: '', status: 'active' }], ['b', { text: '2 h', sortBy: 0 }, { text: 'since noon', status: 'exceeded' }]], empty: 'Nobody.' },
          { ...table(0), title: 'Nothing' },
          { kind: 'checks', title: 'Checked', note: '0:12', checks: ['one', 'two'] },
          { kind: 'checks', title: 'Unchecked', checks: [] },
        ],
      },
    ],
    notes: ['One thing.', 'Another.'],
  })).toMatchSnapshot();
});

test('a page of nothing', () => {
  expect(rendered({ sections: [{ id: 'a', title: 'A', blocks: [] }] })).toMatchSnapshot();
});

test.each<[string, ReportBlock, string]>([
  ['spend', spend({ points: [], marks: [] }), 'No spend was seen.'],
  ['states', { kind: 'states', title: 'S', description: 'D', rows: [] }, 'No changes of status were seen.'],
  ['cost', { kind: 'cost', title: 'C', description: 'D', days: ['2026-10-01'], series: [] }, 'No cost was seen.'],
])('a chart of no %s says so, and has neither a picture nor data', (_, chart, text) => {
  const html = mainOf(chart);
  expect(html).toContain(`<p class="empty">${text}</p>`);
  expect(html).not.toMatch(/data-chart|<details|class="legend/);
});

test.each([[6, 1, [6]], [7, 1, [7]], [8, 2, [6, 8]]])('of %d changes of status, %d list(s) with %j are shown', (count, lists, items) => {
  const html = mainOf(spend({ marks: marks(count) }));
  const found = [...html.matchAll(/<ol class="marks">(.*?)<\/ol>/g)].map(([, list]) => list.match(/change \d+/g)!);
  expect([found.length, found.map(({ length }) => length)]).toEqual([lists, items]);
  expect(found.every(list => list.at(-1) === `change ${count}`)).toBe(true);
  expect(html.includes(`<summary>All ${count} changes of status</summary>`)).toBe(lists === 2);
});

test.each([[20, 'scroll'], [21, 'scroll long']])('a table of %d rows is a "%s"', (rows, classes) => {
  expect(mainOf(table(rows))).toContain(`<div class="${classes}" role="region"`);
});

test.each([[12, 'cards', false], [13, 'cards many', true]])('%d charts of spend stand in "%s", with a box to find one: %p', (count, classes, hasBox) => {
  const html = mainOf(...Array.from({ length: count }, (_, index) => spend({ title: `p${index}` })));
  expect(html).toContain(`<div class="${classes}">`);
  expect(html.includes('data-find')).toBe(hasBox);
});

test('charts of spend that stand together have one legend, which knows whether any has a limit', () => {
  const noLimit = spend({ points: [{ at: T0, spentUsd: 1 }] });
  const legends = (...blocks: readonly ReportBlock[]) => mainOf(...blocks).match(/<ul class="legend lines">.*?<\/ul>/g) ?? [];
  expect(legends(noLimit, spend())).toEqual(['<ul class="legend lines"><li><span class="stroke"></span>spent</li><li><span class="stroke dashed"></span>limit</li></ul>']);
  expect(legends(noLimit)).toEqual(['<ul class="legend lines"><li><span class="stroke"></span>spent</li></ul>']);
  expect(legends(spend({ points: [{ at: T0, spentUsd: 1 }, { at: T0 + 1, spentUsd: 1, limitUsd: 2 }] }))).toEqual(legends(spend()));
  expect(legends(spend(), table(1), spend())).toHaveLength(2);
  expect(legends(spend({ points: [] }))).toEqual([]);
});

test('keys of charts and tables are their own, and charts count as the data do', () => {
  const html = rendered({ sections: [{ id: 'a', title: 'A', blocks: [table(1), spend(), table(1)] }, { id: 'b', title: 'B', blocks: [spend({ title: 'bob' }), table(1)] }] });
  expect(html.match(/id="_(chart|table)-\d+-title"/g)).toEqual(['id="_table-0-title"', 'id="_chart-0-title"', 'id="_table-1-title"', 'id="_chart-1-title"', 'id="_table-2-title"']);
  const [, json] = /id="_data">([^]*?)<\/script>/.exec(html)!;
  expect(JSON.parse(json)).toEqual({
    timeZone: 'UTC', charts: ['alice', 'bob'].map(title => ({ kind: 'spend', title, at: [T0], spent: [1], limit: [2], marks: [] })),
  });
});

test('the badge of a chart of spend is its status, else that of its last change, else none', () => {
  const badge = (changes: Partial<SpendChart>) => /<span class="badge">.*?<\/svg>(.*?)<\/span>/.exec(mainOf(spend(changes)))?.[1];
  expect([badge({ status: 'restoring', marks: marks(1) }), badge({ marks: marks(1) }), badge({})]).toEqual(['restoring', 'warning', undefined]);
});

test.each([[3 * HOUR - 1, '2026-10-01 00:00:00'], [3 * HOUR, '2026-10-01 00:00']])('data over %d ms are told as %s', (length, first) => {
  const html = mainOf(spend({ points: [{ at: T0, spentUsd: 1 }, { at: T0 + length, spentUsd: 2 }] }));
  expect(/<tbody><tr><th scope="row">(.*?)<\/th>/.exec(html)![1]).toBe(first);
});
