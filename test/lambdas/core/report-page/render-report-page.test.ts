import { createHash } from 'node:crypto';
import { renderReportPage } from '../../../../src/lambdas/core/report-page/render-report-page';
import { ReportBlock, ReportPage, SpendChart, StatesChart } from '../../../../src/lambdas/core/report-page/report-page';
import { emptyPage, hostilePage, samplePage, T0 } from '../../../browser/pages';

const SCRIPT = 'document.title';
const render = (page: ReportPage) => renderReportPage(page, { chartsScript: SCRIPT });

test('the same data make the same bytes', () => {
  expect(render(samplePage())).toBe(render(samplePage()));
});

test('a page holds to one script and one stylesheet, by their hashes, and to nothing from elsewhere', () => {
  const html = render(samplePage());
  const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  const [, style] = /<style>([^]*?)<\/style>/.exec(html)!;
  expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
    "default-src 'none'", `script-src ${sha256(SCRIPT)}`, `style-src ${sha256(style)}`, 'img-src data:', "base-uri 'none'", "form-action 'none'",
  ]);
  expect(html).not.toMatch(/(src|href|action)="(?!#|data:)/);
  expect(html).not.toMatch(/@import|url\(|\sstyle="|\son\w+="/);
});

test('elements are closed', () => {
  for (const page of [samplePage(), emptyPage(), hostilePage()]) {
    const html = render(page);
    for (const element of ['html', 'body', 'main', 'section', 'figure', 'svg', 'symbol', 'ol', 'ul', 'li', 'table', 'tr', 'td', 'th', 'div', 'span', 'details', 'p', 'dl', 'dt', 'dd', 'h3']) {
      const count = (pattern: string) => html.match(new RegExp(pattern, 'g'))?.length ?? 0;
      expect([element, count(`<${element}[ >]`)]).toEqual([element, count(`</${element}>`)]);
    }
  }
});

test('what others wrote cannot leave its place, in markup or in the data', () => {
  const html = render(hostilePage());
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/style/g)).toHaveLength(1);
  expect(html).not.toContain('<img');
  const [, json] = /<script type="application\/json" id="_data">([^]*?)<\/script>/.exec(html)!;
  expect(json).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(json).charts.map(({ title }: { title: string }) => title)).toEqual(Array(3).fill(hostilePage().title));
});

test.each(['x</ScRiPt>', '<!-- x'])('a script that would break the page open is refused: %s', chartsScript => {
  expect(() => renderReportPage(emptyPage(), { chartsScript })).toThrow('the script of report pages must contain neither the end of a script element nor the start of a comment');
});

describe('sections', () => {
  const withIds = (...ids: string[]) => render({ ...emptyPage(), sections: ids.map(id => ({ id, title: `Section ${id}`, blocks: [] })) });

  test.each([['a b'], [''], ['_data'], ['"x'], ['ä']])('have ids of letters, digits and hyphens, which %p is not', id => {
    expect(() => withIds(id)).toThrow(`section "Section ${id}" has the id "${id}": give each one of its own, of letters, digits and hyphens`);
  });

  test('have ids of their own', () => {
    expect(() => withIds('a', 'b', 'a')).toThrow(RangeError);
  });

  test('are listed where there are several', () => {
    expect(withIds('a', 'b-2')).toContain('<li><a href="#a">Section a</a></li><li><a href="#b-2">Section b-2</a></li>');
    expect(withIds('a')).not.toContain('<nav');
  });
});

describe('tables', () => {
  const table = (rows: ReportBlock & { kind: 'table' }) => render({ ...emptyPage(), sections: [{ id: 'a', title: 'A', blocks: [rows] }] });

  test('have a cell for each column', () => {
    expect(() => table({ kind: 'table', title: 'Odd', columns: [{ title: 'a' }, { title: 'b' }], rows: [['1', '2'], ['1']], empty: '' }))
      .toThrow('table "Odd" has 2 columns, and a row with 1 cells: give a cell for each column');
  });

  test('name rows by their first cells, align numbers, and keep what a row is sorted by', () => {
    const html = table({
      kind: 'table',
      title: 'T',
      columns: [{ title: 'who' }, { title: 'how long', isNumber: true }, { title: 'state' }],
      rows: [['me', { text: '2 h', sortBy: 7200 }, { text: 'since noon', status: 'suspended' }]],
      empty: '',
    });
    expect(html).toContain('<th scope="col">who</th><th scope="col" class="n">how long</th>');
    expect(html).toContain('<th scope="row">me</th><td class="n" data-sort="7200">2 h</td>');
    expect(html).toMatch(/<td><span class="badge"><svg [^>]*><use href="#_icon-suspended"\/><\/svg>suspended<\/span> since noon<\/td>/);
  });
});

describe('data of charts', () => {
  const dataOf = (block: ReportBlock, page: Partial<ReportPage> = {}) => {
    const html = render({ ...emptyPage(), ...page, sections: [{ id: 'a', title: 'A', blocks: [block] }] });
    const [, head] = /<thead><tr>(.*?)<\/tr>/.exec(html)!;
    const [, body] = /<tbody>([^]*?)<\/tbody>/.exec(html)!;
    const cells = (row: string) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text]) => text.replace(/<[^>]*>/g, ''));
    return [cells(head), ...body.trim().split('\n').map(cells)];
  };
  const SPEND: SpendChart = {
    kind: 'spend',
    title: 'S',
    description: 'D',
    points: [{ at: T0, spentUsd: 0.5, limitUsd: 1 }, { at: T0 + 86_400_000, spentUsd: 1200.256, limitUsd: 1 }, { at: T0 + 2 * 86_400_000, spentUsd: 1200.256 }],
    marks: [{ at: T0 - 60_000, status: 'active', text: 'seen' }, { at: T0 + 86_400_000, status: 'suspended', text: 'over' }],
  };

  test('of spend tell every reading and every change, in order of time and in the time zone of the page', () => {
    expect(dataOf(SPEND, { timeZone: 'Asia/Kolkata' })).toEqual([
      ['Time (Asia/Kolkata)', 'Spent', 'Limit', 'Share', 'Change of status'],
      ['2026-10-01 05:29', '', '', '', 'active: seen'],
      ['2026-10-01 05:30', '$0.50', '$1.00', '50.0 %', ''],
      ['2026-10-02 05:30', '$1,200.26', '$1.00', '120025.6 %', ''],
      ['2026-10-02 05:30', '$1,200.26', '$1.00', '120025.6 %', 'suspended: over'],
      ['2026-10-03 05:30', '$1,200.26', '', '', ''],
    ]);
  });

  test('may count from an instant', () => {
    expect(dataOf(SPEND, { clockFrom: T0 }).map(([time]) => time)).toEqual(['Time', 'start', '0:00', '24:00:00', '24:00:00', '48:00:00']);
  });

  test('of states tell who, what, when and why', () => {
    const states: StatesChart = {
      kind: 'states', title: 'S', description: 'D', rows: [{ name: 'me', spans: [{ from: T0, to: T0 + 90 * 60_000, status: 'grace_period', text: 'why' }] }],
    };
    expect(dataOf(states)).toEqual([
      ['Name', 'Status', 'From (UTC)', 'To (UTC)', 'For', 'Why'],
      ['me', 'grace period', '2026-10-01 00:00:00', '2026-10-01 01:30:00', '1 h 30 min', 'why'],
    ]);
  });

  test('of cost have a column for each series, and the sum', () => {
    expect(dataOf({ kind: 'cost', title: 'C', description: 'D', days: ['2026-10-01', '2026-10-02'], series: [{ name: 'a', usd: [0.01, 0.002] }, { name: 'b', usd: [0, 0.0001] }] })).toEqual([
      ['Day', 'Total', 'a', 'b'],
      ['2026-10-01', '$0.0100', '$0.0100', '$0.0000'],
      ['2026-10-02', '$0.0021', '$0.0020', '$0.0001'],
    ]);
  });

  test('of very many points are thinned', () => {
    const points = Array.from({ length: 10_000 }, (_, index) => ({ at: T0 + index * 60_000, spentUsd: index, limitUsd: 50 }));
    const rows = dataOf({ ...SPEND, points, marks: [] });
    expect(rows.length).toBeLessThan(600);
    expect(rows.at(-1)![1]).toBe('$9,999.00');
  });

  test('show the latest changes of status, and all of them behind a click', () => {
    const marks = Array.from({ length: 20 }, (_, index) => ({ at: T0 + index * 60_000, status: 'warning' as const, text: `number ${index}` }));
    const html = render({ ...emptyPage(), sections: [{ id: 'a', title: 'A', blocks: [{ ...SPEND, marks }] }] });
    const [, latest, , all] = html.split(/<ol class="marks">|<\/ol>/);
    expect(latest.match(/number \d+/g)).toEqual(['number 14', 'number 15', 'number 16', 'number 17', 'number 18', 'number 19']);
    expect(all.match(/number \d+/g)).toHaveLength(20);
    expect(html).toContain('All 20 changes of status');
  });
});
