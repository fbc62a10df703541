import { Chart } from './chart-data';
import { Markup, markup } from './markup';
import { statusBadge, statusIcon } from './render-status';
import { scrollingTable } from './render-table';
import { ChartStatus, CostChart, ReportBlock, ReportTable, SpendChart, StatesChart } from './report-page';
import { CHART_STATUSES, STATUS_LOOK } from './status-look';
import { decimalsFor, dollarText, durationText, instantText, shareText, TimeFrame } from './texts';

/** Changes of status beyond these stand behind a click. */
const MARKS_SHOWN = 6;

type DataTable = Pick<ReportTable, 'columns' | 'rows'>;

export function isChart(block: ReportBlock): block is Chart {
  return block.kind === 'spend' || block.kind === 'states' || block.kind === 'cost';
}

/** What the lines of charts of spend are. */
export function lineLegend(hasLimit: boolean): Markup {
  return markup`<ul class="legend lines"><li><span class="stroke"></span>spent</li>${hasLimit ? markup`<li><span class="stroke dashed"></span>limit</li>` : ''}</ul>`;
}

/** A figure: what it is, where the script draws it, what the marks mean, and its data as a table. */
export function chartMarkup(chart: Chart, key: number, frame: TimeFrame): Markup {
  const id = `_chart-${key}`;
  const table = dataTable(chart, frame);
  return markup`<figure class="chart ${chart.kind}" id="${id}" aria-labelledby="${id}-title">
<figcaption>
<div class="chart-head"><h3 id="${id}-title">${chart.title}</h3>${chart.kind === 'spend' ? badgeOf(chart) : ''}</div>
${chart.kind === 'spend' && chart.summary ? markup`<p class="summary">${chart.summary}</p>` : ''}
<p class="${chart.kind === 'spend' ? 'unseen' : 'text'}" id="${id}-description">${chart.description}</p>
</figcaption>
${table.rows.length === 0 ? markup`<p class="empty">${emptyText(chart)}</p>` : markup`<div class="plot" data-chart="${key}"></div>
${legendMarkup(chart, frame)}
<details class="data" open><summary>Data<span class="unseen"> of ${chart.title}</span></summary>
${scrollingTable({ title: `Data: ${chart.title}`, ...table }, `${id}-data`)}
</details>`}
</figure>`;
}

function emptyText({ kind }: Chart): string {
  return kind === 'spend' ? 'No spend was seen.' : kind === 'states' ? 'No changes of status were seen.' : 'No cost was seen.';
}

function badgeOf({ status, marks }: SpendChart): Markup | string {
  const last = status ?? marks.at(-1)?.status;
  return last ? statusBadge(last) : '';
}

function legendMarkup(chart: Chart, frame: TimeFrame): Markup | string {
  switch (chart.kind) {
    case 'spend':
      return marksMarkup(chart, frame);
    case 'states':
      return statesLegend(chart);
    case 'cost':
      // made by the script: it can be operated
      return markup`<div class="legend" data-legend></div>`;
  }
}

function marksMarkup({ marks }: SpendChart, frame: TimeFrame): Markup | string {
  const item = ({ at, status, text }: SpendChart['marks'][number]) => markup`<li>${statusIcon(status)}<span class="time">${
    instantText(at, frame)}</span><span class="what"><b>${STATUS_LOOK[status].label}</b> ${text}</span></li>`;
  const list = (some: SpendChart['marks']) => markup`<ol class="marks">${some.map(item)}</ol>`;
  if (marks.length <= MARKS_SHOWN + 1) {
    return marks.length > 0 ? list(marks) : '';
  }
  return markup`${list(marks.slice(-MARKS_SHOWN))}<details class="data"><summary>All ${marks.length} changes of status</summary>${list(marks)}</details>`;
}

function statesLegend({ rows }: StatesChart): Markup {
  const seen = new Set<ChartStatus>(rows.flatMap(({ spans }) => spans.map(({ status }) => status)));
  return markup`<ul class="legend">${CHART_STATUSES.filter(status => seen.has(status)).map(status =>
    markup`<li><span class="swatch w-${status} s-${status}"></span>${statusIcon(status)}${STATUS_LOOK[status].label}</li>`)}</ul>`;
}

function dataTable(chart: Chart, frame: TimeFrame): DataTable {
  switch (chart.kind) {
    case 'spend':
      return spendTable(chart, frame);
    case 'states':
      return statesTable(chart, frame);
    case 'cost':
      return costTable(chart);
  }
}

function spendTable({ points, marks }: SpendChart, frame: TimeFrame): DataTable {
  const decimals = decimalsFor(Math.max(0, ...points.map(({ spentUsd }) => spentUsd)));
  const withSeconds = isShort([...points, ...marks].map(({ at }) => at));
  // A mark tells of the spend that was there before it, except where a reading came with it.
  const events = [
    ...points.map((point, index) => ({ at: point.at, order: 0, index })),
    ...marks.map((mark, index) => ({ at: mark.at, order: 1, index })),
  ].sort((a, b) => a.at - b.at || a.order - b.order || a.index - b.index);
  const rows: string[][] = [];
  let point: SpendChart['points'][number] | undefined;
  for (const { at, order, index } of events) {
    const mark = order === 1 ? marks[index] : undefined;
    point = mark ? point : points[index];
    rows.push([
      instantText(at, frame, withSeconds),
      point ? dollarText(point.spentUsd, decimals) : '',
      point?.limitUsd === undefined ? '' : dollarText(point.limitUsd, decimals),
      point?.limitUsd === undefined ? '' : shareText(point.spentUsd, point.limitUsd),
      mark ? `${STATUS_LOOK[mark.status].label}: ${mark.text}` : '',
    ]);
  }
  return {
    columns: [timeColumn(frame), ...['Spent', 'Limit', 'Share'].map(title => ({ title, isNumber: true })), { title: 'Change of status' }],
    rows,
  };
}

function statesTable({ rows }: StatesChart, frame: TimeFrame): DataTable {
  const withSeconds = isShort(rows.flatMap(({ spans }) => spans.flatMap(({ from, to }) => [from, to])));
  return {
    columns: [{ title: 'Name' }, { title: 'Status' }, timeColumn(frame, 'From'), timeColumn(frame, 'To'), { title: 'For', isNumber: true }, { title: 'Why' }],
    rows: rows.flatMap(({ name, spans }) => spans.map(({ from, to, status, text }) => [
      name,
      { text: '', status },
      instantText(from, frame, withSeconds),
      instantText(to, frame, withSeconds),
      { text: durationText(to - from), sortBy: to - from },
      text,
    ])),
  };
}

function costTable({ days, series }: CostChart): DataTable {
  const totals = days.map((_, day) => series.reduce((sum, { usd }) => sum + (usd[day] ?? 0), 0));
  const decimals = decimalsFor(Math.max(0, ...totals));
  return {
    columns: [{ title: 'Day' }, { title: 'Total', isNumber: true }, ...series.map(({ name }) => ({ title: name, isNumber: true }))],
    rows: series.length === 0 ? [] : days.map((day, index) => [
      day,
      dollarText(totals[index], decimals),
      ...series.map(({ usd }) => dollarText(usd[index] ?? 0, decimals)),
    ]),
  };
}

function timeColumn({ timeZone, clockFrom }: TimeFrame, title = 'Time'): { readonly title: string } {
  return { title: clockFrom === undefined ? `${title} (${timeZone})` : title };
}

/** Whether minutes tell too little. */
function isShort(instants: readonly number[]): boolean {
  const [first, last] = instants.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [Infinity, -Infinity]);
  return last - first < 3 * 3_600_000;
}
