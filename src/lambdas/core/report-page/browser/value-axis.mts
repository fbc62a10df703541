import type { Palette } from '../palette';
import { dollarTexts, ticks } from '../scale';
import { widthOf } from './drawing.mjs';

/** Dollars from nothing to at least the highest of them, at round values. */
export interface ValueAxis {
  /** What its texts need. */
  readonly width: number;
  option(palette: Palette): Record<string, unknown>;
}

export function valueAxis(highest: number, count: number): ValueAxis {
  const values = ticks(highest, count);
  const texts = dollarTexts(values);
  const step = values[1] - values[0];
  return {
    width: Math.ceil(Math.max(...texts.map(widthOf)) + 11),
    option: ({ soft, line }) => ({
      type: 'value',
      min: 0,
      max: values.at(-1),
      interval: step,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: soft, fontSize: 12, margin: 7, formatter: (value: number) => texts[Math.round(value / step)] ?? '' },
      splitLine: { lineStyle: { color: line } },
    }),
  };
}
