import { STATUS_LOOK } from '../terminal/style';
import { ChartData, renderChart } from './chart';
import { Markup, markup } from './markup';
import { clockText } from './scale';
import { STYLESHEET } from './stylesheet';
import { MeteringFigures } from './summary';

/** What the page shows. Everything is text and figures by now; nothing is decided here. */
export interface PageData {
  readonly figures: readonly Figure[];
  /** What was verified, stage by stage. */
  readonly stages: readonly Stage[];
  readonly panels: readonly Panel[];
  readonly suspensions: readonly SuspensionRow[];
  readonly metering: MeteringFigures;
  /** When it was made, for people. */
  readonly madeAt: string;
}

/** One of the main numbers. */
export interface Figure {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
}

export interface Stage {
  readonly title: string;
  readonly second: number;
  readonly verified: readonly string[];
}

/** A principal. */
export interface Panel {
  readonly name: string;
  readonly about: string;
  readonly spent: string;
  readonly limit?: string;
  readonly status: keyof typeof STATUS_LOOK;
  readonly chart: ChartData;
}

export interface SuspensionRow {
  readonly name: string;
  readonly secondsToBlock: number;
  readonly overspendUsd: string;
}

/** A page that needs nothing but itself: no network, no scripts. */
export function renderPage({ figures, stages, panels, suspensions, metering, madeAt }: PageData): string {
  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>BedrockBudgeteer: a day of calls</title>
<style>${new Markup(STYLESHEET)}</style>
</head>
<body>
<header>
<p class="eyebrow">BedrockBudgeteer</p>
<h1>A day of calls</h1>
<p class="lead">A made day of Bedrock calls, replayed in seconds against a deployed stack: metered, warned, suspended and restored.
Times count from the first call.</p>
<dl class="figures">${figures.map(figure)}</dl>
</header>
<main>
<section aria-labelledby="spend">
<h2 id="spend">Spend against limit</h2>
<p class="legend"><span class="key spend-key">spend in the budget’s window</span><span class="key limit-key">limit</span>
${LEGEND_STATUSES.map(status => markup`<span class="key"><i class="dot s-${status}"></i>${STATUS_LOOK[status].label}</span>`)}</p>
<div class="panels">${panels.map(panel)}</div>
</section>
<section aria-labelledby="verified">
<h2 id="verified">Verified at each stage</h2>
<ol class="stages">${stages.map(stage)}</ol>
</section>
<section aria-labelledby="suspensions">
<h2 id="suspensions">Suspensions</h2>
${suspensionsTable(suspensions)}
</section>
<section aria-labelledby="metering">
<h2 id="metering">Metering</h2>
${meteringTable(metering)}
</section>
</main>
<footer><p>Made ${madeAt} by <code>npm run demo</code>. The same figures are in <code>summary.json</code> beside this page.</p></footer>
</body>
</html>`}\n`;
}

const LEGEND_STATUSES = ['active', 'warning', 'critical', 'exceeded', 'grace_period', 'suspended', 'restoring'] as const;

function figure({ value, label, note }: Figure): Markup {
  return markup`<div class="figure"><dt>${label}</dt><dd>${value}${note ? markup`<small>${note}</small>` : ''}</dd></div>`;
}

function panel({ name, about, spent, limit, status, chart }: Panel): Markup {
  return markup`<article class="panel">
<div class="panel-head"><h3>${name}</h3>${badge(status)}</div>
<p class="about"><b>${spent}</b> ${limit === undefined ? 'spent, no budget' : `of ${limit}`}<span>${about}</span></p>
${renderChart(chart)}
<ol class="marks">${chart.marks.map((mark, index) => markup`<li><i class="number s-${mark.status}">${index + 1}</i><span class="time">${timeText(mark.second)}</span><span><b>${
  STATUS_LOOK[mark.status].label}</b> ${mark.reason}</span></li>`)}</ol>
</article>`;
}

function badge(status: Panel['status']): Markup {
  return markup`<span class="badge"><i class="dot s-${status}"></i>${STATUS_LOOK[status].label}</span>`;
}

function stage({ title, second, verified }: Stage): Markup {
  return markup`<li><h3>${title} <span class="time">${timeText(second)}</span></h3><ul>${verified.map(text => markup`<li>${text}</li>`)}</ul></li>`;
}

/** What was so before the first call was so from the start. */
function timeText(second: number): string {
  return second < 0 ? 'start' : clockText(second);
}

function suspensionsTable(suspensions: PageData['suspensions']): Markup {
  return markup`<p class="note">From the call that reached the limit to the deny that IAM confirmed, the grace period included; and what was spent
beyond the limit by then.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Principal</th><th scope="col" class="number-cell">Seconds to block</th><th scope="col" class="number-cell">Overspend</th></tr></thead>
<tbody>${suspensions.map(({ name, secondsToBlock, overspendUsd }) => markup`<tr><th scope="row">${name}</th>
<td class="number-cell">${secondsToBlock.toFixed(1)}</td><td class="number-cell">$${overspendUsd}</td></tr>`)}</tbody>
</table></div>`;
}

function meteringTable(metering: MeteringFigures): Markup {
  const rows = [
    [metering.records, 'calls', 'distinct, each charged once'],
    [metering.duplicates, 'duplicates', 'delivered again, not charged again'],
    [metering.unreadable, 'unreadable lines', 'kept in a queue with the reason; the rest of their batches was charged'],
    [metering.unknownModels, 'calls of unknown models', 'charged at a price on the safe side, and flagged'],
  ] as const;
  return markup`<div class="scroll"><table><tbody>${rows.map(([count, what, how]) =>
    markup`<tr><td class="number-cell">${count}</td><th scope="row">${what}</th><td>${how}</td></tr>`)}</tbody></table></div>`;
}
