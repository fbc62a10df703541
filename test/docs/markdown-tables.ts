import * as fs from 'node:fs';
import * as path from 'node:path';

export const REPOSITORY = path.resolve(__dirname, '..', '..');

/** The rows of all tables of a page whose heads begin with these cells, as objects by head. */
export function rowsOf(page: string, ...firstCells: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const lines = fs.readFileSync(path.join(REPOSITORY, page), 'utf8').split('\n');
  const rows: Record<string, string>[] = [];
  let head: readonly string[] | undefined;
  for (const line of lines) {
    const cells = line.startsWith('|') ? line.slice(1, line.lastIndexOf('|')).split('|').map(cell => cell.trim()) : undefined;
    if (!cells) {
      head = undefined;
    } else if (!head) {
      head = cells;
    } else if (!cells.every(cell => /^-+:?$/.test(cell)) && firstCells.every((cell, index) => head![index] === cell)) {
      rows.push(Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
    }
  }
  return rows;
}

/** What stands between backticks. */
export function quotedIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted);
}
