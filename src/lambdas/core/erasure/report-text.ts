import { guarded, unguarded } from '../cell-guard';
import { quotedCell } from '../chargeback/chargeback-csv';
import { markup } from '../report-page/markup';
import { Person, PersonText } from './person-text';
import { labelOf } from './pseudonym';

/** What becomes of a written report. */
export type ErasedReport =
  | { readonly outcome: 'untouched' }
  | { readonly outcome: 'rewritten'; readonly text: string }
  /** A page cannot be rewritten without the risk of touching its figures. */
  | { readonly outcome: 'removed' };

export interface CsvReader {
  cells(csv: string): Promise<readonly (readonly string[])[]>;
}

/** The report without the person: the same lines with the same figures. */
export async function eraseInReport(key: string, text: string, person: Person, { cells }: CsvReader): Promise<ErasedReport> {
  const names = new PersonText(person);
  switch (key.split('.').at(-1)) {
    case 'json': {
      const before: unknown = JSON.parse(text);
      const after = names.value(before);
      return after === before ? { outcome: 'untouched' } : { outcome: 'rewritten', text: `${JSON.stringify(after)}\n` };
    }
    case 'csv': return eraseInCsv(await cells(text), person, names);
    default: return names.text(text) === text && !person.groupNames.some(name => text.includes(markup`${name}`.text)) ? { outcome: 'untouched' } : { outcome: 'removed' };
  }
}

/** Columns of which the report itself says what is in them; the others are labels. */
const OWN_COLUMNS: readonly string[] = [
  'day', 'principalId', 'kind', 'modelId', 'calls', 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'costUsd', 'estimatedUsd',
];

function eraseInCsv(rows: readonly (readonly string[])[], person: Person, names: PersonText): ErasedReport {
  const [head = [], ...lines] = rows;
  const principal = head.indexOf('principalId');
  const isLabel = head.map(column => !OWN_COLUMNS.includes(column));
  const kept = head.map(column => person.keptLabels[unguarded(column)]).map(value => (value === undefined ? undefined : guarded(value)));
  let changed = false;
  const erased = lines.map(cells => {
    const isOwn = cells[principal] === person.principal.id;
    return cells.map((cell, index) => {
      const after = isOwn && isLabel[index] && cell !== '' && cell !== kept[index] ? labelOf(person.pseudonym) : isLabel[index] ? names.text(cell) : names.id(cell);
      changed ||= after !== cell;
      return after;
    });
  });
  return changed ? { outcome: 'rewritten', text: [head, ...erased].map(cells => `${cells.map(quotedCell).join(',')}\r\n`).join('') } : { outcome: 'untouched' };
}
