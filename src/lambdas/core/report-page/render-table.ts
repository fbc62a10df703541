import { Markup, markup } from './markup';
import { statusBadge } from './render-status';
import { ReportCell, ReportTable } from './report-page';

/** Tables with more rows get a box to filter them, and scroll by themselves under a head that stays. */
const LONG_TABLE = 20;

/** A table with its title as heading. */
export function tableMarkup(table: ReportTable, id: string): Markup {
  const { title, description, rows, empty } = table;
  return markup`<div class="block" id="${id}-block">
<h3 id="${id}-title">${title}</h3>
${description ? markup`<p class="text">${description}</p>` : ''}
${rows.length === 0 ? markup`<p class="empty">${empty}</p>` : scrollingTable(table, id)}
</div>`;
}

/** The table alone, in what scrolls where it is too large. The caption is for those who jump from table to table. */
export function scrollingTable({ title, columns, rows }: Omit<ReportTable, 'kind' | 'empty'>, id: string): Markup {
  const odd = rows.find(row => row.length !== columns.length);
  if (odd) {
    throw new RangeError(`table "${title.slice(0, 60)}" has ${columns.length} columns, and a row with ${odd.length} cells: give a cell for each column`);
  }
  const isLong = rows.length > LONG_TABLE;
  const classes = columns.map(({ isNumber }) => (isNumber ? new Markup(' class="n"') : ''));
  return markup`<div class="${isLong ? 'scroll long' : 'scroll'}" role="region" aria-labelledby="${id}" tabindex="0">
<table id="${id}-table" data-sortable>
<caption class="unseen" id="${id}">${title}</caption>
<thead><tr>${columns.map((column, index) => markup`<th scope="col"${classes[index]}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map(row => markup`<tr>${row.map((cell, index) => cellMarkup(cell, classes[index], index === 0))}</tr>
`)}</tbody>
</table>
</div>`;
}

function cellMarkup(cell: ReportCell, classOf: Markup | string, isFirst: boolean): Markup {
  const { text, status, sortBy } = typeof cell === 'string' ? { text: cell } as Exclude<ReportCell, string> : cell;
  const attributes = sortBy === undefined ? classOf : markup`${classOf} data-sort="${sortBy}"`;
  const content = status ? markup`${statusBadge(status)}${text ? ` ${text}` : ''}` : text;
  return isFirst ? markup`<th scope="row"${attributes}>${content}</th>` : markup`<td${attributes}>${content}</td>`;
}
