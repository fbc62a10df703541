import type { EChartsOption } from 'echarts';
import type { SpendData } from '../chart-data';
import { STATUS_LOOK } from '../status-look';
import { decimalsFor, dollarText, instantText, shareText, type TimeFrame } from '../texts';
import { commonOption, type Drawing, type Stop } from './drawing.mjs';
import { spanShape } from './span-shape.mjs';
import { MARGIN, type TimeAxis } from './time-axis.mjs';
import { valueAxis } from './value-axis.mjs';

const HEIGHT = 216;
const TOP = 14;
/** Of the time below, and of the strip of states above it. */
const LABELS = 26;
const STRIP = 24;

/** Series by their places. */
const SPENT = 0;
const MARKS = 2;

/** Spend as steps below its limit, changes of status on it, and the states as a strip below. */
export function spendDrawing(data: SpendData, frame: TimeFrame, axis: TimeAxis): Drawing {
  const { at, spent, limit, marks } = data;
  const dollars = valueAxis(Math.max(...spent, ...limit.map(amount => amount ?? 0)) * 1.04, 4);
  const decimals = decimalsFor(Math.max(...spent));
  const end = axis.range.to;
  // the last value holds until the end
  const steps = (values: readonly (number | null)[]) => [
    ...values.map((value, index) => [axis.place(at[index]), value ?? '-']), [end, values.at(-1) ?? '-'],
  ];
  const spentAt = (instant: number) => spent[lastIndex(at, instant)] ?? 0;

  const point = (index: number): Stop => ({
    seriesIndex: SPENT,
    dataIndex: index,
    heading: instantText(at[index], frame),
    lines: [amountText(spent[index], limit[index], decimals), ...statusAt(data, at[index])],
  });
  const change = (index: number): Stop => {
    const { at: instant, status, text } = marks[index];
    const before = lastIndex(at, instant);
    return {
      seriesIndex: MARKS,
      dataIndex: index,
      heading: `${instantText(instant, frame)}: ${STATUS_LOOK[status].label}`,
      lines: [...(text ? [text] : []), ...(before >= 0 ? [amountText(spent[before], limit[before], decimals)] : [])],
    };
  };
  let walk: readonly Stop[] | undefined;

  return {
    heightFor: () => HEIGHT,
    get stops() {
      walk ??= [
        ...at.map((instant, index) => ({ instant, stop: point(index) })),
        ...marks.map(({ at: instant }, index) => ({ instant, stop: change(index) })),
      ].sort((a, b) => a.instant - b.instant).map(({ stop }) => stop);
      return [walk];
    },
    stopOf: (seriesIndex, dataIndex) => (seriesIndex === MARKS ? change(dataIndex) : point(Math.min(dataIndex, at.length - 1))),
    option: (width, palette): EChartsOption => {
      const common = commonOption(palette);
      const left = dollars.width;
      const time = axis.option(width - left - MARGIN, palette);
      return {
        ...common,
        tooltip: { ...common.tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: palette.ink, width: 1, type: 'solid' } } },
        grid: [
          { left, right: MARGIN, top: TOP, bottom: LABELS + STRIP, outerBoundsMode: 'none' },
          { left, right: MARGIN, height: STRIP, bottom: LABELS, outerBoundsMode: 'none' },
        ],
        xAxis: [
          { ...time, gridIndex: 0, axisLabel: { show: false }, axisTick: { show: false } },
          { ...time, gridIndex: 1, axisPointer: { show: false } },
        ],
        yAxis: [
          { ...dollars.option(palette), gridIndex: 0 },
          { gridIndex: 1, type: 'value', min: 0, max: 1, show: false },
        ],
        series: [
          {
            name: 'spent',
            type: 'line',
            step: 'end',
            data: steps(spent),
            showSymbol: at.length === 1,
            symbol: 'circle',
            symbolSize: 6,
            lineStyle: { color: palette.accent, width: 2 },
            itemStyle: { color: palette.accent },
            areaStyle: { color: palette.area, opacity: 1 },
            emphasis: { disabled: true },
            z: 3,
          },
          {
            name: 'limit',
            type: 'line',
            step: 'end',
            data: steps(limit),
            showSymbol: false,
            symbol: 'none',
            lineStyle: { color: palette.ink, width: 1.4, type: [5, 4] },
            itemStyle: { color: palette.ink },
            emphasis: { disabled: true },
            z: 2,
          },
          {
            name: 'status',
            type: 'line',
            data: marks.map(({ at: instant, status }, index) => ({
              value: [axis.place(instant), spentAt(instant)],
              // how everything begins is no event
              symbol: index === 0 && status === 'active' ? 'none' : `path://${STATUS_LOOK[status].icon}`,
              symbolSize: status === 'active' ? 8 : 12,
              itemStyle: { color: palette.status[status], borderColor: palette.page, borderWidth: 1.2 },
            })),
            lineStyle: { opacity: 0 },
            showAllSymbol: true,
            emphasis: { scale: 1.3 },
            z: 4,
          },
          {
            name: 'states',
            type: 'custom',
            xAxisIndex: 1,
            yAxisIndex: 1,
            silent: true,
            tooltip: { show: false },
            data: marks.map(({ at: instant }, index) => [axis.place(instant), marks[index + 1] ? axis.place(marks[index + 1].at) : end, index]),
            renderItem: (_, api) => {
              const [[x1, y], [x2]] = [api.coord([api.value(0), 0.45]), api.coord([api.value(1), 0.45])];
              return x2 - x1 < 0.01 ? undefined : spanShape(x1, x2, y, marks[Number(api.value(2))].status, palette, 0.8) as never;
            },
          },
        ],
      };
    },
  };
}

function amountText(spent: number, limit: number | null, decimals: number): string {
  return limit === null ? `${dollarText(spent, decimals)}, no limit` : `${dollarText(spent, decimals)} of ${dollarText(limit, decimals)}, ${shareText(spent, limit)}`;
}

function statusAt({ marks }: SpendData, instant: number): string[] {
  const index = lastIndex(marks.map(({ at }) => at), instant);
  return index < 0 ? [] : [STATUS_LOOK[marks[index].status].label];
}

/** Of the last that is not later; -1 where there is none. */
function lastIndex(instants: readonly number[], instant: number): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (instants[middle] <= instant) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
