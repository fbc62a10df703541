import { Status } from '../../src/lambdas/core/budget';
import { STATUS_LOOK } from '../terminal/style';
import { Markup, markup } from './markup';
import { clockText, dollarTexts, secondTicks, spread, ticks } from './scale';

/** A principal's spend and limit from some second on. */
export interface ChartPoint {
  readonly second: number;
  readonly spentUsd: number;
  readonly limitUsd?: number;
}

/** A change of status. */
export interface ChartMark {
  readonly second: number;
  readonly status: Status;
  readonly reason: string;
}

export interface ChartData {
  /** Makes the ids in the page unique. */
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /** Each holds until the next. */
  readonly points: readonly ChartPoint[];
  /** In order of time; each holds until the next. */
  readonly marks: readonly ChartMark[];
  readonly fromSecond: number;
  readonly toSecond: number;
}

const WIDTH = 380;
const HEIGHT = 206;
const PLOT = { left: 40, right: WIDTH - 10, top: 30, bottom: HEIGHT - 42 };
const STRIP = { top: PLOT.bottom + 6, height: 8 };
const MARK_RADIUS = 7;
const MARK_ROW = 12;

/** Spend as a step curve against the dashed limit, the status as a coloured strip below, its changes numbered above. */
export function renderChart(data: ChartData): Markup {
  const { key, title, description, points, marks, fromSecond, toSecond } = data;
  const highest = Math.max(...points.flatMap(({ spentUsd, limitUsd }) => [spentUsd, limitUsd ?? 0])) || 1;
  const top = highest * 1.08;
  const xScale = (PLOT.right - PLOT.left) / Math.max(1, toSecond - fromSecond);
  const x = (second: number) => round(PLOT.left + (clamp(second, fromSecond, toSecond) - fromSecond) * xScale);
  const y = (usd: number) => round(PLOT.bottom - (usd / top) * (PLOT.bottom - PLOT.top));
  const spend = steps(points.map(({ second, spentUsd }) => [x(second), y(spentUsd)]), PLOT.right);
  const limit = steps(points.filter(({ limitUsd }) => limitUsd !== undefined).map(({ second, limitUsd }) => [x(second), y(limitUsd!)]), PLOT.right);

  const values = ticks(top, 4);
  const valueTexts = dollarTexts(values);

  return markup`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${key}-title ${key}-desc">
<title id="${key}-title">${title}</title><desc id="${key}-desc">${description}</desc>
<g class="grid">${values.map((usd, index) => markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(usd)}" y2="${y(usd)}"/>
<text x="${PLOT.left - 6}" y="${y(usd) + 3.5}" text-anchor="end">${valueTexts[index]}</text>`)}
${secondTicks(toSecond - fromSecond, 6).map(second => markup`<text x="${x(fromSecond + second)}" y="${HEIGHT - 12}" text-anchor="middle">${clockText(second)}</text>`)}</g>
${points.length > 0 ? markup`<path class="area" d="${spend} V${PLOT.bottom} H${x(points[0].second)} Z"/><path class="spend" d="${spend}"/>` : ''}
${limit ? markup`<path class="limit" d="${limit}"/>` : ''}
${marks.map((mark, index) => segment(mark, x(mark.second), x(marks[index + 1]?.second ?? toSecond)))}
${numbered(marks, x)}
</svg>`;
}

/** A stretch of the strip below the plot. */
function segment({ status, reason }: ChartMark, from: number, to: number): Markup {
  return markup`<rect class="s-${status}" x="${from}" y="${STRIP.top}" width="${Math.max(1, round(to - from))}" height="${STRIP.height}"><title>${titleOf(status, reason)}</title></rect>`;
}

function numbered(marks: readonly ChartMark[], x: (second: number) => number): Markup[] {
  const wanted = marks.map(({ second }) => x(second));
  const placed = spread(wanted, MARK_RADIUS * 2 + 1, PLOT.left, PLOT.right - MARK_RADIUS);
  return marks.map(({ status, reason }, index) => markup`<g class="mark"><title>${titleOf(status, reason)}</title>
<path class="s-${status}" d="M${round(placed[index])} ${MARK_ROW} L${wanted[index]} ${PLOT.top - 4} V${PLOT.bottom}"/>
<circle class="s-${status}" cx="${round(placed[index])}" cy="${MARK_ROW}" r="${MARK_RADIUS}"/>
<text x="${round(placed[index])}" y="${MARK_ROW + 3.4}" text-anchor="middle">${index + 1}</text></g>`);
}

function titleOf(status: Status, reason: string): string {
  return `${STATUS_LOOK[status].label}: ${reason}`;
}

/** Holds every value until the next one comes. */
function steps(corners: readonly (readonly [number, number])[], end: number): string {
  const [first, ...rest] = corners;
  return first ? [`M${first[0]} ${first[1]}`, ...rest.map(([x, y]) => `H${x} V${y}`), `H${end}`].join(' ') : '';
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
