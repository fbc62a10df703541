import type { Palette } from '../palette';
import { secondStep } from '../scale';
import { clockText, offsetText, tickText, type TimeFrame, wallClock } from '../texts';
import { wallTicks } from '../wall-ticks';
import { type Range, widthOf } from './drawing.mjs';

/** What a drawing leaves free on the right of its axis. */
export const MARGIN = 14;

/**
 * Where instants stand on the axis: as many milliseconds from each other as they are, whatever clocks do in between, or seconds. Only labels are told as a
 * clock on the wall shows them.
 */
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
      const values = frame.clockFrom === undefined ? { customValues: [...wallTicks(placed.from, placed.to, count, frame.timeZone)] } : {};
      return {
        type: 'value',
        ...(frame.clockFrom === undefined ? {} : { interval: secondStep(length, count) }),
        min: placed.from,
        max: placed.to,
        axisLine: { show: true, lineStyle: { color: edge } },
        axisTick: { show: true, lineStyle: { color: edge }, length: 4, ...values },
        splitLine: { show: false, lineStyle: { color: line } },
        axisLabel: {
          ...values,
          color: soft,
          fontSize: 12,
          hideOverlap: true,
          formatter: (value: number) => {
            const text = frame.clockFrom === undefined ? dateText(value, frame.timeZone, length) : clockText(value);
            // the drawing ends right behind the axis
            return ((placed.to - value) / length) * width + MARGIN < widthOf(text) / 2 ? '' : text;
          },
        },
      };
    },
  };
}

function dateText(at: number, timeZone: string, length: number): string {
  return tickText(wallClock(at, timeZone), length) + offsetText(at, timeZone);
}

function placing({ clockFrom }: TimeFrame): (at: number) => number {
  return clockFrom === undefined ? at => at : at => Math.max(0, (at - clockFrom) / 1000);
}
