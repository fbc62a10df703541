import type { ChartData, PageData } from '../chart-data';
import { ChartView } from './chart-view.mjs';
import { CostDrawing } from './cost-drawing.mjs';
import type { Drawing, Range } from './drawing.mjs';
import { spendDrawing } from './spend-drawing.mjs';
import { statesDrawing } from './states-drawing.mjs';
import type { Theme } from './theme.mjs';
import { timeAxis } from './time-axis.mjs';

const HELP_ID = '_chart-help';
const HELP = 'Left and right arrow keys go from point to point, up and down from row to row, Escape leaves. The data stand in a table below.';

/** Draws the charts of a page as they come into sight, or all of them when it is printed. */
export function showCharts(data: PageData, theme: Theme, say: (text: string) => void): void {
  document.body.append(help());
  const range = rangeOf(data.charts);
  const views = new Map<Element, ChartView>();
  const visible = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        visible.unobserve(target);
        views.get(target)!.draw(theme.mode);
      }
    }
  }, { rootMargin: '400px' });
  const sized = new ResizeObserver(entries => entries.forEach(({ target }) => isPrinting || views.get(target)!.fit()));
  let isPrinting = false;

  document.querySelectorAll<HTMLElement>('.plot[data-chart]').forEach(plot => {
    const chart = data.charts[Number(plot.dataset.chart)];
    const figure = plot.closest('figure')!;
    const drawing = drawingOf(chart, data, range);
    const view = new ChartView(plot, drawing, figure.querySelector(`#${figure.id}-description`)!.textContent!, say);
    plot.setAttribute('role', 'application');
    plot.setAttribute('aria-roledescription', 'chart');
    plot.setAttribute('aria-labelledby', `${figure.id}-title`);
    plot.setAttribute('aria-describedby', `${figure.id}-description ${HELP_ID}`);
    views.set(plot, view);
    visible.observe(plot);
    sized.observe(plot);
    if (chart.kind === 'states') {
      // The others are of one height, which the stylesheet knows; asking each for its place would lay it out before its time.
      plot.style.minHeight = `${view.placeHeight}px`;
    }
    if (drawing instanceof CostDrawing) {
      showLegend(figure.querySelector('[data-legend]')!, drawing, () => view.draw(theme.mode));
    }
  });

  const redraw = () => views.forEach(view => view.isDrawn && view.draw(theme.mode));
  const print = (isNow: boolean) => {
    if (isNow !== isPrinting) {
      isPrinting = isNow;
      views.forEach(view => (isNow ? view.drawForPaper() : view.draw(theme.mode)));
    }
  };
  theme.onChange(redraw);
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  matchMedia('print').addEventListener('change', ({ matches }) => print(matches));
}

function drawingOf(chart: ChartData, frame: PageData, range: Range): Drawing {
  switch (chart.kind) {
    case 'spend':
      return spendDrawing(chart, frame, timeAxis(frame, range));
    case 'states':
      return statesDrawing(chart, frame, timeAxis(frame, range));
    case 'cost':
      return new CostDrawing(chart);
  }
}

/** All charts over time show the same time, so that they can be compared. */
function rangeOf(charts: readonly ChartData[]): Range {
  let [from, to] = [Infinity, -Infinity];
  const include = (at: number) => {
    from = Math.min(from, at);
    to = Math.max(to, at);
  };
  for (const chart of charts) {
    if (chart.kind === 'spend') {
      chart.at.forEach(include);
      chart.marks.forEach(({ at }) => include(at));
    } else if (chart.kind === 'states') {
      chart.rows.forEach(({ spans }) => spans.forEach(span => [span.from, span.to].forEach(include)));
    }
  }
  return { from, to };
}

function showLegend(legend: HTMLElement, drawing: CostDrawing, redraw: () => void): void {
  legend.setAttribute('role', 'group');
  legend.setAttribute('aria-label', 'Shown series');
  drawing.series.forEach(({ name }, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    const swatch = document.createElement('span');
    swatch.className = `swatch square series-${index}`;
    const text = document.createElement('span');
    text.textContent = name;
    button.append(swatch, text);
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(drawing.toggle(index)));
      redraw();
    });
    legend.append(button);
  });
}

function help(): HTMLElement {
  const element = document.createElement('p');
  element.id = HELP_ID;
  element.hidden = true;
  element.textContent = HELP;
  return element;
}
