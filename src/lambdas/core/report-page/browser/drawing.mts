import type { EChartsOption } from 'echarts';
import type { Palette } from '../palette';

/** What is drawn in one place: by its size and colours, and as a walk for those who have no pointer. */
export interface Drawing {
  /** What can be pointed at when it was drawn last, by rows. */
  readonly stops: readonly (readonly Stop[])[];
  heightFor(width: number): number;
  option(width: number, palette: Palette): EChartsOption;
  /** What a pointer points at. */
  stopOf(seriesIndex: number, dataIndex: number): Stop | undefined;
}

/** A point, a bar, a span. */
export interface Stop {
  readonly seriesIndex: number;
  readonly dataIndex: number;
  readonly heading: string;
  readonly lines: readonly string[];
  /** Where it is in a drawing that may be taller than its place. */
  readonly top?: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

/** About as wide as a text is drawn, before it is. */
export function widthOf(text: string): number {
  return text.length * 6.6;
}

/** What all drawings have in common. Nothing moves: a report is no film. */
export function commonOption({ ink, raised, edge }: Palette): EChartsOption {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: FONT, color: ink },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: raised,
      borderColor: edge,
      borderWidth: 1,
      padding: [8, 11],
      textStyle: { color: ink, fontFamily: FONT, fontSize: 13 },
      extraCssText: 'box-shadow:0 2px 10px #0003;border-radius:6px',
    },
  };
}
