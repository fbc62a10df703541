import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bench, Report } from './bench';
import { markdownTable } from './table';

const DOCS = path.join(__dirname, '..', 'docs');
const END = '<!-- end of figures -->';

/** Puts the figures in the place that their page keeps for them; everything else on it is written by hand. */
export function writeFigures(bench: Bench, report: Report): void {
  const { file, before, after } = placeOf(bench);
  fs.writeFileSync(file, `${before}${figures(report)}\n${after}`);
}

/** Whether the page has exactly these figures. */
export function hasFigures(bench: Bench, report: Report): boolean {
  return placeOf(bench).figures === `${figures(report)}\n`;
}

interface Place {
  readonly file: string;
  readonly before: string;
  readonly figures: string;
  readonly after: string;
}

function placeOf({ name, page = 'performance.md' }: Bench): Place {
  const file = path.join(DOCS, page);
  const begin = `<!-- figures: ${name} -->\n`;
  const text = fs.readFileSync(file, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(END, from);
  if (from < begin.length || to < 0) {
    throw new Error(`docs/${page} has no place for the figures of ${name}: put "${begin.trim()}" and "${END}" there`);
  }
  return { file, before: text.slice(0, from), figures: text.slice(from, to), after: text.slice(to) };
}

function figures({ head, rows, tables = [], targets, notes }: Report): string {
  const promised = targets.map(({ promise, measured, kept }) => [promise, measured, kept ? 'kept' : '**missed**']);
  return [
    markdownTable(head, rows),
    ...(promised.length > 0 ? [markdownTable(['promised', 'measured', ''], promised)] : []),
    ...notes,
    ...tables.flatMap(table => [`### ${table.title}`, markdownTable(table.head, table.rows)]),
  ].join('\n\n');
}
