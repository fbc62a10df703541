import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How much is run. By default so much that a build may wait for it. `FAULTS=all` runs every single fault and many more random schedules, and writes what was
 * run into docs/reliability.md. `FAULTS_SLICE=2/4` runs the second quarter of the single faults, for several processes side by side, and writes nothing;
 * `FAULTS_RANDOM=200` sets the number of random schedules of each kind.
 */
export const RUNS_ALL = process.env.FAULTS === 'all';
export const RANDOM_SCHEDULES = Number(process.env.FAULTS_RANDOM ?? (RUNS_ALL ? 1_000 : 8));
export const WRITES = (RUNS_ALL || process.env.FAULTS_RANDOM !== undefined) && process.env.FAULTS_SLICE === undefined;

export function sliceOf<T>(all: readonly T[]): readonly T[] {
  const [, part = '1', parts = '1'] = /^(\d+)\/(\d+)$/.exec(process.env.FAULTS_SLICE ?? '') ?? [];
  return all.filter((_, index) => index % Number(parts) === Number(part) - 1);
}

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'reliability.md');
const TABLE = /(<!-- figures:(\S+) -->\n)[^]*?(\n<!-- end -->)/g;

/** The rows of a table of figures in the document: cells by the text of the first one. */
export function documented(name: string): ReadonlyMap<string, readonly string[]> {
  const [, , , text = ''] = [...readFileSync(DOCUMENT, 'utf8').matchAll(/(<!-- figures:(\S+) -->)([^]*?)<!-- end -->/g)].find(match => match[2] === name) ?? [];
  const rows = text.split('\n').filter(line => line.startsWith('|')).slice(2).map(line => line.split('|').slice(1, -1).map(cell => cell.trim()));
  return new Map(rows.map(([first, ...others]) => [first, others]));
}

/** Puts rows into a table of figures of the document; those that are there already under the same first cell are replaced. */
export function document(name: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const known = new Map(documented(name));
  rows.forEach(([first, ...others]) => known.set(first, others));
  const lines = [header, header.map(() => '---'), ...[...known].map(([first, others]) => [first, ...others])];
  const table = lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
  const text = readFileSync(DOCUMENT, 'utf8').replace(TABLE, (all, start: string, of: string, end: string) => (of === name ? `${start}${table}${end}` : all));
  writeFileSync(DOCUMENT, text);
}
