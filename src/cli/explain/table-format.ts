import { formatUsd, Usd } from '../../lambdas/core/money';
import { Outcome } from './explainer';
import { explanationOf } from './explanation';
import { Format } from './format';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
}

/** Of fixed widths: the rows are written as they come, and nobody knows what comes. */
const COLUMNS: readonly Column[] = [
  { title: 'time (UTC)', width: 19 },
  { title: 'principal', width: 36 },
  { title: 'model', width: 46 },
  { title: 'input', width: 9, right: true },
  { title: 'output', width: 8, right: true },
  { title: 'read', width: 9, right: true },
  { title: 'write 5m', width: 8, right: true },
  { title: 'write 1h', width: 8, right: true },
  { title: 'cost (USD)', width: 15, right: true },
  { title: 'source', width: 20 },
  { title: 'assumptions', width: 0 },
];

const COST_COLUMN = COLUMNS.findIndex(({ title }) => title.startsWith('cost'));

/** Aligned columns, for people. */
export class TableFormat implements Format {
  public readonly head = rowOf(COLUMNS.map(({ title }) => title));

  public write(outcome: Outcome): string {
    switch (outcome.kind) {
      case 'call': {
        const { timestamp, principalId, modelId, tokens, costUsd, source, assumptions } = explanationOf(outcome.usage, outcome.charge);
        return rowOf([
          timestamp.replace('T', ' ').replace(/(\.\d+)?Z$/, ''), principalId, modelId,
          ...[tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h].map(String),
          costUsd, source, assumptions.join(', '),
        ]);
      }
      case 'unreadable': return `line ${outcome.line} could not be read: ${outcome.error}\n`;
      case 'skipped': return '';
    }
  }

  public foot(total: Usd): string {
    return rowOf(COLUMNS.map((_, index) => (index === 0 ? 'total' : index === COST_COLUMN ? formatUsd(total) : '')));
  }
}

function rowOf(cells: readonly string[]): string {
  return `${COLUMNS.map((column, index) => cellOf(cells[index], column)).join('  ').trimEnd()}\n`;
}

/** Numbers are never shortened, and the last column is as long as it is. */
function cellOf(text: string, { width, right }: Column): string {
  if (right) {
    return text.padStart(width);
  }
  return width > 0 ? shorten(text, width).padEnd(width) : text;
}

/** In the middle, since ids differ at their ends. */
function shorten(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(-tail)}`;
}
