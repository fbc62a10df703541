import type { Palette } from '../palette';
import { secondStep } from '../scale';
import { clockText, tickText, type TimeFrame, wallClock } from '../texts';
import { type Range, widthOf } from './drawing.mjs';

/** What a drawing leaves free on the right of its axis. */
export const MARGIN = 14;

/** Where instants stand on the axis: dates as a clock on the wall shows them, or seconds. */
export interface TimeAxis {
  readonly range: Range;
  place(at: number): number;
  option(width: number, palette: Palette): Record<string, unknown>;
}

export function timeAxis(frame: TimeFrame, range: Range): TimeAxis {
  const place = placing(frame);
  const placed = { from: place(range.from), to: Math.max(place(range.to), place(range.from) + 1) };
  const length = placed.to - placed.from;
  return {
    range: placed,
    place: at => Math.min(placed.to, Math.max(placed.from, place(at))),
    option: (width, { soft, line, edge }) => {
      const count = Math.max(2, Math.floor(width / 95));
      return {
        ...(frame.clockFrom === undefined ? { type: 'time', splitNumber: count } : { type: 'value', interval: secondStep(length, count) }),
        min: placed.from,
        max: placed.to,
        axisLine: { show: true, lineStyle: { color: edge } },
        axisTick: { show: true, lineStyle: { color: edge }, length: 4 },
        splitLine: { show: false, lineStyle: { color: line } },
        axisLabel: {
          color: soft,
          fontSize: 12,
          hideOverlap: true,
          formatter: (value: number) => {
            const text = frame.clockFrom === undefined ? tickText(value, length) : clockText(value);
            // the drawing ends right behind the axis
            return ((placed.to - value) / length) * width + MARGIN < widthOf(text) / 2 ? '' : text;
          },
        },
      };
    },
  };
}

function placing({ timeZone, clockFrom }: TimeFrame): (at: number) => number {
  return clockFrom === undefined ? at => wallClock(at, timeZone) : at => Math.max(0, (at - clockFrom) / 1000);
}
