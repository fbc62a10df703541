import { Line, runQuery } from './insights';
import { madeBar, madeNumber, madeSeries } from './made-data';

/** A widget of a dashboard's body, as far as it is drawn. */
export interface Widget {
  readonly type: 'metric' | 'log' | 'text' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, any>>;
}

export interface Body {
  readonly start: string;
  readonly widgets: readonly Widget[];
}

export interface Made {
  readonly lines: readonly Line[];
  /** Whether nothing has happened yet. */
  readonly empty: boolean;
  readonly alarmsOn: readonly string[];
}

/** Of a column of the grid and of a row, as the console has them at a width of 1,536 pixels. */
const COLUMN = 64;
const ROW = 48;
const COLOURS = ['#0972d3', '#e07941', '#037f0c', '#8456ce', '#c33d69', '#008559', '#6b6b6b', '#b2911c'];

/** The dashboard as a page: layout and titles as they are, numbers made up. */
export function drawDashboard({ widgets, start }: Body, made: Made): string {
  const bottom = Math.max(...widgets.map(({ y, height }) => y + height));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview of the dashboard</title><style>${STYLE}</style>
<main style="width:${24 * COLUMN}px;height:${bottom * ROW}px">
<p class="range">range of the dashboard: ${escaped(start)}; numbers are made up</p>${widgets.map(widget => box(widget, made)).join('')}</main></html>`;
}

function box(widget: Widget, made: Made): string {
  const { x, y, width, height, type, properties: { title = '' } } = widget;
  const place = `left:${x * COLUMN}px;top:${y * ROW}px;width:${width * COLUMN - 8}px;height:${height * ROW - 8}px`;
  const inner = { w: width * COLUMN - 32, h: height * ROW - 60 };
  const draw = {
    text: () => markdown(widget), alarm: () => alarms(widget, made), log: () => logTable(widget, made), metric: () => metric(widget, made, inner),
  };
  return `<section class="${type}" style="${place}">${title ? `<h3>${escaped(title)}</h3>` : ''}${draw[type]()}</section>`;
}

function markdown({ properties: { markdown: text } }: Widget): string {
  return (text as string).split('\n').map(line => {
    const inline = escaped(line).replace(/\*\*(.+?)\*\*/g, '<b>$1</b>').replace(/`(.+?)`/g, '<code>$1</code>').replace(/\[(.+?)\]\((.+?)\)/g, '<a href="$2">$1</a>');
    const [, marks, rest] = /^(#+) (.*)$/.exec(inline) ?? [];
    return marks ? `<h${marks.length}>${rest}</h${marks.length}>` : `<p>${inline}</p>`;
  }).join('');
}

function alarms({ properties: { alarms: arns } }: Widget, { alarmsOn, empty }: Made): string {
  const on = empty ? [] : (arns as string[]).filter(arn => alarmsOn.some(name => arn.includes(name)));
  return on.length === 0 ? '<p class="none">No alarms in the selected states</p>' : on.map(arn => `<span class="on">${escaped(arn.split(':').at(-1)!)}</span>`).join('');
}

function logTable({ properties: { query } }: Widget, { lines, empty }: Made): string {
  const rows = runQuery(query, empty ? [] : lines);
  if (rows.length === 0) {
    return '<p class="none">No data found. Try adjusting the time range</p>';
  }
  const columns = Object.keys(rows[0]);
  return `<table><tr><th>#</th>${columns.map(column => `<th>${escaped(column)}</th>`).join('')}</tr>${rows.map((row, index) => (
    `<tr><td>${index + 1}</td>${columns.map(column => `<td>${escaped(shown(row[column]))}</td>`).join('')}</tr>`
  )).join('')}</table>`;
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 10_000) / 10_000) : String(value ?? '');
}

/** Metrics of a widget that are drawn: those that are not hidden behind an expression. */
function visible({ properties: { metrics } }: Widget): readonly string[] {
  return (metrics as any[][]).filter(entry => (entry.at(-1) as any)?.visible !== false).map(entry => {
    const { label, expression } = typeof entry.at(-1) === 'object' ? entry.at(-1) : {} as any;
    return String(label ?? expression ?? entry[1]);
  });
}

function metric(widget: Widget, { empty }: Made, { w, h }: { readonly w: number; readonly h: number }): string {
  const { view, title, yAxis, stacked } = widget.properties;
  const names = visible(widget);
  if (view === 'singleValue') {
    const number = empty ? '--' : madeNumber(title).toLocaleString('en-US', { minimumFractionDigits: /dollars|percent/.test(names[0]) ? 2 : 0 });
    return names.map(name => `<p class="number">${number}<small>${escaped(name)}</small></p>`).join('');
  }
  const unit = escaped(yAxis?.left?.label ?? 'NO UNIT');
  const legend = `<p class="legend">${names.map((name, index) => `<i style="background:${COLOURS[index % COLOURS.length]}"></i>${escaped(name)}`).join(' ')}</p>`;
  const series = names.map(name => {
    if (empty) {
      return [];
    }
    return view === 'bar' ? [madeBar(title, name)] : madeSeries(title + name);
  });
  return `<p class="unit">${unit}</p>${view === 'bar' ? barChart(series, names, w, h) : lineChart(series, stacked === true, w, h)}${legend}`;
}

function lineChart(series: readonly (readonly number[])[], stacked: boolean, w: number, h: number): string {
  const base = series[0]?.map(() => 0) ?? [];
  const curves = series.map(values => (stacked ? values.map((value, index) => (base[index] += value)) : values));
  const top = Math.max(1, ...curves.flat());
  const paths = curves.map((values, index) => {
    const points = values.map((value, at) => `${(at / (values.length - 1) * w).toFixed(1)},${(h - value / top * h).toFixed(1)}`).join(' ');
    const colour = COLOURS[index % COLOURS.length];
    return stacked ? `<polygon points="0,${h} ${points} ${w},${h}" fill="${colour}" fill-opacity=".35" stroke="${colour}"/>` : `<polyline points="${points}" fill="none" stroke="${colour}"/>`;
  });
  return `<svg width="${w}" height="${Math.max(20, h - 24)}" viewBox="0 0 ${w} ${h}" preserveAspectRatio="none"><line x1="0" x2="${w}" y1="${h}" y2="${h}" stroke="#999"/>${paths.reverse().join('')}</svg>`;
}

function barChart(series: readonly (readonly number[])[], names: readonly string[], w: number, h: number): string {
  const top = Math.max(1, ...series.flat());
  const thickness = Math.min(28, (h - 24) / names.length - 4);
  return `<svg width="${w}" height="${h - 24}">${series.map(([value = 0], index) => (
    `<rect x="0" y="${index * (thickness + 4)}" width="${value / top * (w - 60)}" height="${thickness}" fill="${COLOURS[index % COLOURS.length]}"/>`
    + `<text x="${value / top * (w - 60) + 4}" y="${index * (thickness + 4) + thickness - 4}" font-size="12">${value ? value.toFixed(2) : ''}</text>`
  )).join('')}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
body{font:13px/1.35 "Helvetica Neue",Arial,sans-serif;margin:12px;background:#f2f3f3;color:#16191f}
main{position:relative}.range{position:absolute;top:-6px;right:12px;margin:0;font-size:11px;color:#545b64}
section{position:absolute;box-sizing:border-box;padding:6px 12px;background:#fff;border:1px solid #d5dbdb;overflow:hidden}
section.text{background:none;border:none}section.log{overflow:auto}
h1{font-size:20px;margin:2px 0}h2{font-size:18px;margin:2px 0}h3{font-size:14px;margin:0 0 4px}p{margin:2px 0}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #eaeded;text-align:left;padding:3px 8px;font-size:12px;white-space:nowrap}
.number{font-size:30px}.number small{display:block;font-size:12px;color:#545b64}.unit{font-size:11px;color:#545b64;margin:0}
.legend{font-size:11px}.legend i{display:inline-block;width:9px;height:9px;margin:0 4px 0 8px}.none{color:#545b64;text-align:center;margin-top:30px}
.on{display:inline-block;background:#d13212;color:#fff;padding:6px 10px;margin:3px;font-size:12px}`;
