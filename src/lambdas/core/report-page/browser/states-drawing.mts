import type { EChartsOption } from 'echarts';
import type { StatesData } from '../chart-data';
import { STATUS_LOOK } from '../status-look';
import { durationText, instantText, type TimeFrame } from '../texts';
import { commonOption, type Drawing, type Stop } from './drawing.mjs';
import { spanShape } from './span-shape.mjs';
import { MARGIN, type TimeAxis } from './time-axis.mjs';

const AXIS = 30;
const BOTTOM = 8;

/** From this width on, names stand beside their rows; below, above them. */
const WIDE = 560;
const MOST_FOR_NAMES = 220;

/** Who was in which state when: a row each. */
export function statesDrawing({ rows }: StatesData, frame: TimeFrame, axis: TimeAxis): Drawing {
  const flat = rows.flatMap(({ spans }, row) => spans.map((span, column) => ({ ...span, row, column })));
  const rowHeight = (width: number) => (width < WIDE ? 42 : 27);
  let drawnRow = rowHeight(WIDE);
  const stopAt = (dataIndex: number): Stop => {
    const { row, from, to, status, text } = flat[dataIndex];
    return {
      seriesIndex: 0,
      dataIndex,
      heading: `${rows[row].name}: ${STATUS_LOOK[status].label}`,
      lines: [`${instantText(from, frame)} to ${instantText(to, frame)}, ${durationText(to - from)}`, ...(text ? [text] : [])],
      top: AXIS + row * drawnRow,
    };
  };
  return {
    heightFor: width => AXIS + BOTTOM + rows.length * rowHeight(width),
    get stops() {
      return rows.map((_, row) => flat.flatMap((span, index) => (span.row === row ? [stopAt(index)] : []))).filter(row => row.length > 0);
    },
    stopOf: (_, dataIndex) => stopAt(dataIndex),
    option: (width, palette): EChartsOption => {
      const common = commonOption(palette);
      const isWide = width >= WIDE;
      drawnRow = rowHeight(width);
      const longest = Math.max(...rows.map(({ name }) => name.length)) * 8;
      const names = Math.min(MOST_FOR_NAMES, Math.ceil(width * 0.3), longest);
      const left = isWide ? names + 14 : 2;
      const time = axis.option(width - left - MARGIN, palette) as { readonly splitLine: object };
      return {
        ...common,
        tooltip: { ...common.tooltip, trigger: 'item' },
        grid: { left, right: MARGIN, top: AXIS, bottom: BOTTOM, outerBoundsMode: 'none' },
        xAxis: { ...time, position: 'top', splitLine: { ...time.splitLine, show: true } },
        yAxis: {
          type: 'category',
          inverse: true,
          data: rows.map(({ name }) => name),
          axisLine: { show: false },
          axisTick: { show: false },
          axisLabel: {
            interval: 0,
            color: palette.ink,
            fontSize: 12.5,
            overflow: 'truncate',
            ...(isWide ? { width: names, margin: 12 } : { width: width - 12, inside: true, margin: 0, align: 'left', verticalAlign: 'bottom', padding: [0, 0, 5, 0] }),
          },
          z: 5,
        },
        series: [{
          type: 'custom',
          data: flat.map(({ from, to, row }, index) => [axis.place(from), axis.place(to), row, index]),
          encode: { x: [0, 1], y: 2 },
          clip: true,
          renderItem: (_, api) => {
            const [[x1, y], [x2]] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
            return spanShape(x1, x2, isWide ? y : y + 9, flat[Number(api.value(3))].status, palette) as never;
          },
        }],
      };
    },
  };
}
