import { Markup, markup } from './markup';
import { ReportBlock, ReportCell, ReportPage } from './report-page';

/** What a page carries besides its data. */
export interface PageAssets {
  /** Draws the charts: `report-charts.js`. */
  readonly chartsScript: string;
}

/** A page that needs nothing but itself. The same data make the same bytes. */
export function renderReportPage(page: ReportPage, { chartsScript }: PageAssets): string {
  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
</head>
<body>
<header><h1>${page.title}</h1><p>${page.lead}</p></header>
<main>
<dl>${page.figures.map(({ value, label, note }) => markup`<div><dt>${label}</dt><dd>${value} ${note ?? ''}</dd></div>`)}</dl>
${page.sections.map(({ id, title, text, blocks }) => markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p>${text ?? ''}</p>${blocks.map(blockMarkup)}</section>`)}
<ul>${page.notes.map(note => markup`<li>${note}</li>`)}</ul>
</main>
<footer><p>${page.footer}</p></footer>
<script>${new Markup(chartsScript)}</script>
</body>
</html>`}\n`;
}

function blockMarkup(block: ReportBlock): Markup {
  if (block.kind === 'table') {
    return markup`<h3>${block.title}</h3><table><thead><tr>${block.columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${block.rows.map(row => markup`<tr>${row.map(cell => markup`<td>${textOf(cell)}</td>`)}</tr>`)}</tbody></table>`;
  }
  return block.kind === 'checks'
    ? markup`<h3>${block.title}</h3><ul>${block.checks.map(check => markup`<li>${check}</li>`)}</ul>`
    : markup`<h3>${block.title}</h3><p>${block.description}</p>`;
}

function textOf(cell: ReportCell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
