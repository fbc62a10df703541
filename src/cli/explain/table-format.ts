import { formatUsd, Usd } from '../../lambdas/core/money';
import { Outcome } from '../invocation-logs/explainer';
import { FixedColumn, fixedRow } from '../table';
import { explanationOf } from './explanation';
import { Format } from './format';

/** Of fixed widths: the rows are written as they come, and nobody knows what comes. */
const COLUMNS: readonly FixedColumn[] = [
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
  return fixedRow(COLUMNS, cells);
}
