import { guarded } from '../cell-guard';
import { formatUsd } from '../money';
import { Chargeback, labelValue } from './chargeback';

const NEEDS_QUOTES = /[",\r\n]/;

/**
 * The report as CSV (RFC 4180): a line for each day, principal and model, so that a spreadsheet can add them up in any other way. Texts that a
 * spreadsheet would take for a formula begin with an apostrophe.
 */
export function chargebackCsv({ groupBy, lines }: Chargeback): string {
  const head = [
    'day', 'principalId', 'kind', ...groupBy, 'modelId', 'calls', 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'costUsd', 'estimatedUsd',
  ].map(textCell);
  const rows = lines.map(line => [
    ...[line.day, line.principalId, line.kind, ...groupBy.map(label => labelValue(line.labels, label)), line.modelId].map(textCell),
    ...[line.calls, line.inputTokens, line.outputTokens, line.cacheReadTokens, line.cacheWriteTokens].map(String),
    // A negative amount is a number, and no formula.
    formatUsd(line.cost), formatUsd(line.estimated),
  ]);
  return [head, ...rows].map(cells => `${cells.join(',')}\r\n`).join('');
}

function textCell(text: string): string {
  return quotedCell(guarded(text));
}

/** A cell as it stands in the file. */
export function quotedCell(cell: string): string {
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
