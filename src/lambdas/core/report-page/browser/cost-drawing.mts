import type { EChartsOption } from 'echarts';
import type { CostData } from '../chart-data';
import type { Palette } from '../palette';
import { bins, type Bin, largest } from '../scale';
import { dayText, decimalsFor, dollarText, shareText } from '../texts';
import { commonOption, type Drawing, type Stop } from './drawing.mjs';
import { valueAxis } from './value-axis.mjs';

const HEIGHT = 336;
const TOP = 14;
const BOTTOM = 28;

/** Of the line above the axis that says what a bar is, where it is not a day. */
const LINE = 18;

/** Pixels that a bar has at least. */
const NARROWEST = 6;

/** Lines that a tip has room for. */
const MOST_LINES = 9;

/** Cost by day as stacked bars, of which series can be taken out. */
export class CostDrawing implements Drawing {
  public readonly series: readonly { readonly name: string; readonly usd: readonly number[] }[];
  public stops: readonly (readonly Stop[])[] = [];
  private readonly hidden = new Set<number>();

  public constructor(private readonly data: CostData) {
    this.series = largest(data.series);
  }

  /** @returns whether it is shown now */
  public toggle(index: number): boolean {
    const isShown = !this.hidden.delete(index);
    if (isShown) {
      this.hidden.add(index);
    }
    return !isShown;
  }

  public heightFor(): number {
    return HEIGHT;
  }

  public stopOf(_: number, dataIndex: number): Stop | undefined {
    return this.stops[0]?.[dataIndex];
  }

  public option(width: number, palette: Palette): EChartsOption {
    const shown = this.series.map((one, index) => ({ ...one, index })).filter(({ index }) => !this.hidden.has(index));
    const stretches = bins(this.data.days.length, width - 60, NARROWEST);
    const amounts = shown.map(({ usd }) => stretches.map(({ from, to }) => usd.slice(from, to + 1).reduce((sum, amount) => sum + amount, 0)));
    const totals = stretches.map((_, bin) => amounts.reduce((sum, usd) => sum + usd[bin], 0));
    const days = stretches.length === 0 ? 1 : stretches[0].to - stretches[0].from + 1;
    const isDaily = stretches.length === this.data.days.length;
    const dollars = valueAxis(Math.max(0, ...totals), 5);
    this.stops = this.walk(stretches, shown, amounts, totals);

    const common = commonOption(palette);
    return {
      ...common,
      tooltip: { ...common.tooltip, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: palette.area, opacity: 1 } } },
      grid: { left: dollars.width, right: 8, top: isDaily ? TOP : TOP + LINE, bottom: BOTTOM, outerBoundsMode: 'none' },
      xAxis: {
        type: 'category',
        data: stretches.map(({ from }) => dayText(this.data.days[from]).replace(/ \d{4}$/, '')),
        axisLine: { lineStyle: { color: palette.edge } },
        axisTick: { show: false },
        axisLabel: { color: palette.soft, fontSize: 12, hideOverlap: true, interval: 'auto' },
      },
      yAxis: {
        ...dollars.option(palette),
        ...(isDaily ? {} : { name: `A bar is ${days} days`, nameGap: LINE - 6, nameTextStyle: { align: 'left', color: palette.soft, fontSize: 12, padding: [0, 0, 0, -dollars.width] } }),
      },
      series: shown.map(({ name, index }, place) => ({
        name,
        type: 'bar',
        stack: 'cost',
        data: amounts[place],
        barCategoryGap: stretches.length > 60 ? '12%' : '24%',
        barMaxWidth: 64,
        itemStyle: {
          color: palette.series[index],
          decal: decal(index, palette) as never,
          borderColor: palette.page,
          borderWidth: stretches.length > 60 ? 0 : 0.75,
        },
        emphasis: { disabled: true },
      })),
    };
  }

  private walk(
    stretches: readonly Bin[], shown: readonly { readonly name: string }[], amounts: readonly (readonly number[])[], totals: readonly number[],
  ): Stop[][] {
    const decimals = decimalsFor(Math.max(0, ...totals));
    const headings = stretches.map(({ from, to }) => (from === to
      ? dayText(this.data.days[from])
      : `${dayText(this.data.days[from])} to ${dayText(this.data.days[to])}`));
    const all = stretches.map((_, bin): Stop => {
      const lines = shown
        .map(({ name }, place) => ({ name, usd: amounts[place][bin] }))
        .filter(({ usd }) => usd > 0)
        .map(({ name, usd }) => `${name}: ${dollarText(usd, decimals)}`);
      return {
        seriesIndex: 0,
        dataIndex: bin,
        heading: `${headings[bin]}: ${dollarText(totals[bin], decimals)}`,
        // the topmost bar first
        lines: lines.reverse().slice(0, MOST_LINES),
      };
    });
    const each = shown.map(({ name }, place) => stretches.map((_, bin): Stop => ({
      seriesIndex: place,
      dataIndex: bin,
      heading: `${name}, ${headings[bin]}`,
      lines: [`${dollarText(amounts[place][bin], decimals)}, ${shareText(amounts[place][bin], totals[bin]) || '0.0 %'} of ${dollarText(totals[bin], decimals)}`],
    })));
    return [all, ...each];
  }
}

/** Neighbours differ by more than their colour; the stylesheet has the same for the legend. */
function decal(index: number, { decal: color }: Palette): object | undefined {
  switch (index) {
    case 1:
    case 5:
      return { symbol: 'rect', symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color };
    case 2:
    case 6:
      return { symbol: 'rect', symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: Math.PI / 2, color };
    case 3:
      return { symbol: 'circle', symbolSize: 0.8, dashArrayX: [[5, 5], [0, 5, 5, 0]], dashArrayY: [4, 0], color };
    default:
      return undefined;
  }
}
