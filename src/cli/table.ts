/** A column of a table that people read. */
export interface Column {
  readonly title: string;
  /** For numbers. */
  readonly right?: boolean;
}

export interface FixedColumn extends Column {
  /** Longer texts are shortened; 0: as long as it is. */
  readonly width: number;
}

const GAP = '  ';

/** A row of columns whose widths are known before anything is read. */
export function fixedRow(columns: readonly FixedColumn[], cells: readonly string[]): string {
  return lineOf(columns.map((column, index) => fixedCell(cells[index], column)));
}

/**
 * A table whose rows come by and by: each batch is aligned with those before it, and nothing is shortened, since ids are there to be copied.
 * A batch with a longer cell than all before makes the column wider from there on. The last cell of a row that has fewer of them runs on.
 */
export class GrowingTable {
  private readonly widths: number[];
  private begun = false;

  constructor(private readonly columns: readonly Column[]) {
    this.widths = columns.map(({ title }) => title.length);
  }

  /** The rows as text, below the head where they are the first. */
  public write(rows: readonly (readonly string[])[]): string {
    for (const row of rows) {
      const aligned = row.length < this.columns.length ? row.slice(0, -1) : row;
      aligned.forEach((cell, index) => (this.widths[index] = Math.max(this.widths[index], [...cell].length)));
    }
    const head = this.begun ? [] : [this.columns.map(({ title }) => title)];
    this.begun = true;
    return [...head, ...rows].map(row => lineOf(row.map((cell, index) => padded(cell, this.widths[index], this.columns[index].right)))).join('');
  }
}

/** Names and what they have, one a line: names that are told already are left out. */
export function facts(entries: readonly (readonly [name: string, text: string])[], indent = ''): string {
  const width = Math.max(...entries.map(([name]) => name.length), 0);
  return entries.map(([name, text]) => lineOf([`${indent}${name.padEnd(width)}`, text])).join('');
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(GAP).trimEnd()}\n`;
}

/** Numbers are never shortened. */
function fixedCell(text: string, { width, right }: FixedColumn): string {
  if (right) {
    return text.padStart(width);
  }
  return width > 0 ? shorten(text, width).padEnd(width) : text;
}

function padded(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return right ? `${space}${text}` : `${text}${space}`;
}

/** In the middle, since ids differ at their ends. */
function shorten(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(-tail)}`;
}
