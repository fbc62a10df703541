import { sortKey } from '../sort-key';

/** Tables with more rows can be filtered. */
const LONG = 20;

/** Makes a table sortable by its heads, and filterable where it is long. Does nothing a second time. */
export function enhanceTable(table: HTMLTableElement, say: (text: string) => void): void {
  const body = table.tBodies[0];
  if (table.dataset.sortable === undefined || body.rows.length < 2) {
    return;
  }
  delete table.dataset.sortable;
  const heads = [...table.tHead!.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.append(...head.childNodes);
    button.addEventListener('click', () => {
      const isDescending = head.hasAttribute('aria-sort') ? head.getAttribute('aria-sort') === 'ascending' : head.classList.contains('n');
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      sort(body, column, head.classList.contains('n'), isDescending);
      say(`Sorted by ${button.textContent}, ${isDescending ? 'descending' : 'ascending'}`);
    });
    head.append(button);
  });
  if (body.rows.length > LONG) {
    table.parentElement!.before(filterOf(table.caption!.textContent!, [...body.rows], 'rows'));
  }
}

/** What is empty stays last, whichever way the rest is sorted. */
function sort(body: HTMLTableSectionElement, column: number, isNumber: boolean, isDescending: boolean): void {
  const compareTexts = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;
  const rows = [...body.rows].map(row => {
    const cell = row.cells[column];
    return { row, key: isNumber || cell.dataset.sort !== undefined ? sortKey(cell.dataset.sort ?? cell.textContent!) : cell.textContent! };
  });
  const isEmpty = (key: string | number) => key === '' || Number.isNaN(key);
  rows.sort((a, b) => {
    if (isEmpty(a.key) || isEmpty(b.key)) {
      return Number(isEmpty(a.key)) - Number(isEmpty(b.key));
    }
    const order = typeof a.key === 'number' && typeof b.key === 'number' ? a.key - b.key : compareTexts(String(a.key), String(b.key));
    return isDescending ? -order : order;
  });
  body.append(...rows.map(({ row }) => row));
}

/** A box that leaves only what has its text. */
export function filterOf(title: string, elements: readonly HTMLElement[], what: string, textOf = (element: HTMLElement) => element.textContent!): HTMLElement {
  const field = document.createElement('label');
  field.className = 'field table-tools';
  const name = document.createElement('span');
  const input = document.createElement('input');
  const count = document.createElement('output');
  name.textContent = what === 'rows' ? 'Filter' : 'Find';
  input.type = 'search';
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.setAttribute('aria-label', `${name.textContent}: ${title}`);
  const tell = (shown: number) => {
    count.textContent = shown === elements.length ? `${elements.length} ${what}` : `${shown} of ${elements.length} ${what}`;
  };
  tell(elements.length);
  let texts: readonly string[] | undefined;
  input.addEventListener('input', () => {
    texts ??= elements.map(element => textOf(element).toLowerCase());
    const wanted = input.value.trim().toLowerCase();
    const hidden = texts.map(text => !text.includes(wanted));
    elements.forEach((element, index) => {
      element.hidden = hidden[index];
    });
    tell(hidden.filter(isHidden => !isHidden).length);
  });
  field.append(name, input, count);
  return field;
}
