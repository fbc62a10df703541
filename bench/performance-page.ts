import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bench, Report } from './bench';
import { markdownTable } from './table';

const PAGE = path.join(__dirname, '..', 'docs', 'performance.md');

/** Puts the figures in the place that the page keeps for them; everything else on it is written by hand. */
export function writeFigures({ name }: Bench, report: Report): void {
  const [begin, end] = [`<!-- figures: ${name} -->`, '<!-- end of figures -->'];
  const page = fs.readFileSync(PAGE, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) {
    throw new Error(`docs/performance.md has no place for the figures of ${name}: put "${begin}" and "${end}" there`);
  }
  fs.writeFileSync(PAGE, `${page.slice(0, from)}${begin}\n${figures(report)}\n${page.slice(to)}`);
}

function figures({ head, rows, targets, notes }: Report): string {
  const promised = targets.length > 0 ? `\n\n${markdownTable(['promised', 'measured', ''], targets.map(({ promise, measured, kept }) => [promise, measured, kept ? 'kept' : '**missed**']))}` : '';
  return `${markdownTable(head, rows)}${promised}\n\n${notes.join('\n\n')}`;
}
