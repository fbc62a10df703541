import { CostChart, ReportPage, SpendChart, StatesChart } from './report-page';
import { TimeFrame } from './texts';
import { thinned } from './thinning';

/** What the script of a page reads from it: as small as it gets, since it stands in the page a second time. */
export interface PageData extends TimeFrame {
  readonly charts: readonly ChartData[];
}

export type ChartData = SpendData | StatesData | CostData;

export interface SpendData {
  readonly kind: 'spend';
  readonly title: string;
  /** The points, by column. */
  readonly at: readonly number[];
  readonly spent: readonly number[];
  /** `null` where there is no limit. */
  readonly limit: readonly (number | null)[];
  readonly marks: SpendChart['marks'];
}

export type StatesData = Pick<StatesChart, 'kind' | 'title' | 'rows'>;
export type CostData = Pick<CostChart, 'kind' | 'title' | 'days' | 'series'>;

export type Chart = SpendChart | StatesChart | CostChart;

/** Points of a chart beyond this many are thinned, for the eye would not tell them apart. */
const MOST_POINTS = 500;

export function timeFrameOf({ timeZone = 'UTC', clockFrom }: ReportPage): TimeFrame {
  return { timeZone, ...(clockFrom === undefined ? {} : { clockFrom }) };
}

/** The chart as it is drawn and told. */
export function drawn<C extends Chart>(chart: C): C {
  return chart.kind === 'spend' ? { ...chart, points: thinned(chart.points, chart.marks.map(({ at }) => at), MOST_POINTS) } : chart;
}

export function chartData(chart: Chart): ChartData {
  switch (chart.kind) {
    case 'spend':
      return {
        kind: 'spend',
        title: chart.title,
        at: chart.points.map(({ at }) => at),
        spent: chart.points.map(({ spentUsd }) => rounded(spentUsd)),
        limit: chart.points.map(({ limitUsd }) => (limitUsd === undefined ? null : rounded(limitUsd))),
        marks: chart.marks,
      };
    case 'states':
      return { kind: 'states', title: chart.title, rows: chart.rows };
    case 'cost':
      return { kind: 'cost', title: chart.title, days: chart.days, series: chart.series.map(one => ({ ...one, usd: one.usd.map(rounded) })) };
  }
}

/** JSON that may stand within a `script` element, and in scripts of any age. */
export function embeddedJson(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** To a millionth of a dollar: nobody sees more in a drawing. */
function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
