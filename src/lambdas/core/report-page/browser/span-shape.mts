import type { Palette } from '../palette';
import type { ChartStatus } from '../report-page';
import { STATUS_LOOK } from '../status-look';
import { FONT, widthOf } from './drawing.mjs';

/** A state that lasts, as a bar: its weight tells the status, and its name where there is room. */
export function spanShape(left: number, right: number, middle: number, status: ChartStatus, palette: Palette, scale = 1): Record<string, unknown> {
  const { weight, isHollow, label } = STATUS_LOOK[status];
  const tone = palette.status[status];
  const height = weight * scale;
  const width = Math.max(1.5, right - left);
  const border = isHollow ? 1.5 : 0;
  const bar = {
    type: 'rect',
    shape: {
      x: left + border / 2,
      y: middle - height / 2 + border / 2,
      // a gap tells neighbours apart
      width: Math.max(1, width - border - (width > 4 ? 1 : 0)),
      height: height - border,
      r: Math.min(2, width / 3),
    },
    style: isHollow ? { fill: palette.page, stroke: tone, lineWidth: border } : { fill: tone },
    emphasis: { style: { stroke: palette.ink, lineWidth: 2 } },
  };
  const hasRoom = height >= 15 && width > widthOf(label) + 12;
  return {
    type: 'group',
    children: hasRoom
      ? [bar, {
        type: 'text',
        silent: true,
        style: {
          text: label, x: left + 7, y: middle, verticalAlign: 'middle', fontFamily: FONT, fontSize: 11.5, fill: isHollow ? tone : palette.onTone,
        },
      }]
      : [bar],
  };
}
