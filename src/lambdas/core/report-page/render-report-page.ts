import { chartData, Chart, drawn, embeddedJson, PageData, timeFrameOf } from './chart-data';
import { contentSecurity } from './content-security';
import { Markup, markup } from './markup';
import { chartMarkup, isChart, lineLegend } from './render-chart';
import { checksMarkup, statusIcons } from './render-status';
import { tableMarkup } from './render-table';
import { KeyFigure, ReportBlock, ReportPage, ReportSection, SpendChart } from './report-page';
import { STYLESHEET } from './stylesheet';
import { TimeFrame } from './texts';

/** What a page carries besides its data. */
export interface PageAssets {
  /** What draws the charts and sorts the tables: the text of `report-charts.js`. */
  readonly chartsScript: string;
}

/** Sections with more charts than this get a box to find one. */
const MANY_CHARTS = 12;

/** Shown in the tab, so that no browser asks a server for one. */
const ICON = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5a97"/>'
  + '<path d="M3 12h2V8H3zM7 12h2V5H7zM11 12h2V3h-2z" fill="#fff"/></svg>')}`;

/**
 * A page that needs nothing but itself: it asks for nothing from anywhere, opens from a disk or an attachment, and can be read without its
 * script. The same data make the same bytes.
 *
 * @throws RangeError where the page does not hold together: ids of sections that are none or not unique, rows and columns of different length
 */
export function renderReportPage(page: ReportPage, { chartsScript }: PageAssets): string {
  const frame = timeFrameOf(page);
  const sections = numbered(page);
  const charts = sections.flatMap(({ blocks }) => blocks.flatMap(({ block }) => (isChart(block) ? [block] : [])));
  const data: PageData = { ...frame, charts: charts.map(chartData) };
  const script = scriptText(chartsScript);

  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurity(script, STYLESHEET)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="${ICON}">
<style>${new Markup(STYLESHEET)}</style>
</head>
<body>
${statusIcons()}
<a class="skip" href="#_content">Skip to the content</a>
<header class="page-head">
<div class="bar"><p class="brand">BedrockBudgeteer</p><div class="controls" id="_controls" hidden></div></div>
<h1>${page.title}</h1>
<p class="lead">${page.lead}</p>
</header>
${page.sections.length > 1 ? contents(page.sections) : ''}
<main id="_content" tabindex="-1">
${page.figures.length > 0 ? markup`<dl class="figures of-${page.figures.length}">${page.figures.map(figureMarkup)}</dl>` : ''}
${sections.map(({ section, blocks }) => sectionMarkup(section, blocks, frame))}
${page.notes.length > 0 ? notesMarkup(page.notes) : ''}
</main>
<footer class="page-foot"><p>${page.footer}</p></footer>
<p class="unseen" id="_said" role="status"></p>
<script type="application/json" id="_data">${new Markup(embeddedJson(data))}</script>
<script>${new Markup(script)}</script>
</body>
</html>`}\n`;
}

/** A block, with a number that no other block of its page has; charts count for themselves, in the order of the data. */
interface NumberedBlock {
  readonly block: ReportBlock;
  readonly key: number;
}

interface NumberedSection {
  readonly section: ReportSection;
  readonly blocks: readonly NumberedBlock[];
}

function numbered({ sections }: ReportPage): NumberedSection[] {
  const ids = new Set<string>();
  let [charts, others] = [0, 0];
  return sections.map(section => {
    // Ids of the page itself begin with an underscore, which these cannot have.
    if (!/^[A-Za-z0-9-]+$/.test(section.id) || ids.has(section.id)) {
      throw new RangeError(`section "${section.title.slice(0, 60)}" has the id "${section.id.slice(0, 60)}": give each one of its own, of letters, digits and hyphens`);
    }
    ids.add(section.id);
    return {
      section,
      blocks: section.blocks.map(block => (isChart(block) ? { block: drawn(block), key: charts++ } : { block, key: others++ })),
    };
  });
}

function contents(sections: readonly ReportSection[]): Markup {
  return markup`<nav class="contents" aria-label="Sections"><ul>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}

function figureMarkup({ value, label, note }: KeyFigure): Markup {
  return markup`<div class="figure"><dt>${label}</dt><dd class="value">${value}</dd>${note ? markup`<dd class="remark">${note}</dd>` : ''}</div>`;
}

function sectionMarkup({ id, title, text }: ReportSection, blocks: readonly NumberedBlock[], frame: TimeFrame): Markup {
  const charts = blocks.filter(({ block }) => block.kind === 'spend').length;
  return markup`<section id="${id}" aria-labelledby="${id}_title">
<h2 id="${id}_title">${title}</h2>
${text ? markup`<p class="text">${text}</p>` : ''}
${charts > MANY_CHARTS ? markup`<div class="find" data-find hidden></div>` : ''}
${gathered(blocks).map(group => groupMarkup(group, frame))}
${blocks.length === 0 ? markup`<p class="empty">Nothing to show.</p>` : ''}
</section>`;
}

function groupMarkup(group: readonly NumberedBlock[], frame: TimeFrame): Markup {
  const blocks = group.map(numberedBlock => blockMarkup(numberedBlock, frame));
  switch (group[0].block.kind) {
    case 'spend':
      return markup`${spendLegend(group)}<div class="${group.length > MANY_CHARTS ? 'cards many' : 'cards'}">${blocks}</div>`;
    case 'checks':
      return markup`<div class="checks">${blocks}</div>`;
    default:
      return markup`${blocks}`;
  }
}

/** Once for all charts that follow. */
function spendLegend(group: readonly NumberedBlock[]): Markup | string {
  const charts = group.map(({ block }) => block as SpendChart).filter(({ points }) => points.length > 0);
  return charts.length > 0 ? lineLegend(charts.some(({ points }) => points.some(({ limitUsd }) => limitUsd !== undefined))) : '';
}

/** Neighbours of one kind stand side by side. */
function gathered(blocks: readonly NumberedBlock[]): NumberedBlock[][] {
  const groups: NumberedBlock[][] = [];
  for (const numberedBlock of blocks) {
    if (groups.at(-1)?.[0].block.kind === numberedBlock.block.kind) {
      groups.at(-1)!.push(numberedBlock);
    } else {
      groups.push([numberedBlock]);
    }
  }
  return groups;
}

function blockMarkup({ block, key }: NumberedBlock, frame: TimeFrame): Markup {
  switch (block.kind) {
    case 'table':
      return tableMarkup(block, `_table-${key}`);
    case 'checks':
      return checksMarkup(block);
    default:
      return chartMarkup(block satisfies Chart, key, frame);
  }
}

function notesMarkup(notes: readonly string[]): Markup {
  return markup`<section class="notes" id="_notes" aria-labelledby="_notes-title"><h2 id="_notes-title">What to know about these figures</h2><ul>${
    notes.map(note => markup`<li>${note}</li>`)}</ul></section>`;
}

/** The script comes from this package; a page that it would break open is worse than none. */
function scriptText(script: string): string {
  if (/<\/script|<!--/i.test(script)) {
    throw new RangeError('the script of report pages must contain neither the end of a script element nor the start of a comment');
  }
  return script;
}

