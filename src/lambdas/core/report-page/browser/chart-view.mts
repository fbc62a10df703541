import { type EChartsType, init } from 'echarts/core';
import { type Mode, PALETTES } from '../palette';
import type { Drawing, Stop } from './drawing.mjs';

/** On paper, charts are as wide as a page at most, so that their texts stay readable. */
const PAPER = 700;

/** Drawings taller than this scroll within their place. */
const TALL = 960;

interface Pointed {
  readonly seriesIndex: number;
  readonly dataIndex: number;
}

/** One chart: drawn when it is needed, and walked through by the keyboard. */
export class ChartView {
  private chart?: EChartsType;
  private readonly canvas = document.createElement('div');
  /** Where the keyboard is. */
  private place?: { row: number; column: number };
  private mode: Mode = 'light';

  public constructor(
    private readonly plot: HTMLElement,
    private readonly drawing: Drawing,
    private readonly description: string,
    private readonly say: (text: string) => void,
  ) {
    this.canvas.className = 'canvas';
    plot.append(this.canvas);
    plot.tabIndex = 0;
    plot.addEventListener('keydown', event => this.keyPressed(event));
    plot.addEventListener('blur', () => this.leave());
    plot.addEventListener('pointerdown', () => this.leave());
  }

  public get isDrawn(): boolean {
    return this.chart !== undefined;
  }

  /** What is to be left free until it is drawn. */
  public get placeHeight(): number {
    return Math.min(TALL, this.drawing.heightFor(this.plot.clientWidth));
  }

  public draw(mode: Mode, width = this.plot.clientWidth): void {
    if (width === 0) {
      return;
    }
    const height = this.drawing.heightFor(width);
    this.mode = mode;
    this.plot.classList.toggle('tall', height > TALL);
    this.chart ??= init(this.canvas, undefined, { renderer: 'svg', width, height });
    this.chart.resize({ width, height });
    const option = this.drawing.option(width, PALETTES[mode]);
    this.chart.setOption({
      ...option,
      aria: { enabled: true, label: { enabled: true, description: this.description } },
      tooltip: { ...option.tooltip, formatter: (pointed: Pointed | readonly Pointed[]) => this.tip(pointed) },
    }, { notMerge: true });
    const svg = this.canvas.querySelector('svg');
    // paper may be narrower still: then it is scaled
    svg?.setAttribute('viewBox', `0 0 ${width} ${height}`);
    // the canvas around it is the image, and has its name
    svg?.setAttribute('aria-hidden', 'true');
  }

  public drawForPaper(): void {
    this.draw('light', Math.min(PAPER, this.plot.clientWidth || PAPER));
  }

  /** After a change of size. */
  public fit(): void {
    if (this.chart && this.chart.getWidth() !== this.plot.clientWidth) {
      this.draw(this.mode);
    }
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const next = this.after(event.key);
    if (next === 'leave') {
      this.leave();
    } else if (next) {
      event.preventDefault();
      this.go(next.row, next.column);
    }
  }

  private after(key: string): { row: number; column: number } | 'leave' | undefined {
    const { stops } = this.drawing;
    const { row, column } = this.place ?? { row: 0, column: -1 };
    const last = (stops[row]?.length ?? 0) - 1;
    switch (key) {
      case 'ArrowRight': return { row, column: Math.min(last, column + 1) };
      case 'ArrowLeft': return { row, column: this.place ? Math.max(0, column - 1) : last };
      case 'PageDown': return { row, column: Math.min(last, Math.max(0, column) + 10) };
      case 'PageUp': return { row, column: Math.max(0, column - 10) };
      case 'Home': return { row, column: 0 };
      case 'End': return { row, column: last };
      case 'ArrowDown': return stops.length > 1 ? { row: this.place ? Math.min(stops.length - 1, row + 1) : 0, column: Math.max(0, column) } : undefined;
      case 'ArrowUp': return stops.length > 1 ? { row: Math.max(0, row - 1), column: Math.max(0, column) } : undefined;
      case 'Escape': return 'leave';
      default: return undefined;
    }
  }

  private go(row: number, column: number): void {
    const { stops } = this.drawing;
    const stop = stops[row]?.[Math.min(column, stops[row].length - 1)];
    if (!stop || !this.chart) {
      return;
    }
    this.unmark();
    this.place = { row, column: Math.min(column, stops[row].length - 1) };
    if (stop.top !== undefined && this.plot.classList.contains('tall')) {
      this.plot.scrollTop = Math.max(0, stop.top - this.plot.clientHeight / 2);
    }
    this.chart.dispatchAction({ type: 'highlight', seriesIndex: stop.seriesIndex, dataIndex: stop.dataIndex });
    // a tip that is shown where one is already would keep its text
    this.chart.dispatchAction({ type: 'hideTip' });
    this.chart.dispatchAction({ type: 'showTip', seriesIndex: stop.seriesIndex, dataIndex: stop.dataIndex });
    this.say([stop.heading, ...stop.lines].join('. '));
  }

  private unmark(): void {
    const stop = this.current();
    if (stop) {
      this.chart?.dispatchAction({ type: 'downplay', seriesIndex: stop.seriesIndex, dataIndex: stop.dataIndex });
    }
  }

  private leave(): void {
    this.unmark();
    if (this.place) {
      this.place = undefined;
      this.chart?.dispatchAction({ type: 'hideTip' });
    }
  }

  private current(): Stop | undefined {
    return this.place && this.drawing.stops[this.place.row]?.[this.place.column];
  }

  /** Built of elements, never of markup: names come from anywhere. */
  private tip(pointed: Pointed | readonly Pointed[]): HTMLElement | string {
    const [first] = Array.isArray(pointed) ? pointed as readonly Pointed[] : [pointed as Pointed];
    const stop = this.current() ?? (first && this.drawing.stopOf(first.seriesIndex, first.dataIndex));
    if (!stop) {
      return '';
    }
    const tip = document.createElement('div');
    tip.className = 'tip';
    const heading = document.createElement('b');
    heading.textContent = stop.heading;
    tip.append(heading, ...stop.lines.map(line => {
      const element = document.createElement('span');
      element.textContent = line;
      return element;
    }));
    return tip;
  }
}
