import { guarded, unguarded } from '../../../lambdas/core/cell-guard';
import { BudgetAnswer } from '../answers';
import { Page, PageFormat } from '../pages';
import { labelsCell, limitsCell } from './cells';
import { standingOrdersOf } from './orders';

export const ORDER_COLUMNS = ['principalId', 'kind', 'limits', 'warningPercent', 'criticalPercent', 'enforcement', 'labels'] as const;
export type OrderColumn = (typeof ORDER_COLUMNS)[number];

/** The cells of a row, of the columns that the file has. */
export type OrderCells = Readonly<Partial<Record<OrderColumn, string>>>;

/** A row with the line on which it begins, or what keeps it from being one. */
export type CsvRow = { readonly line: number; readonly cells: OrderCells } | { readonly line: number; readonly problem: string };

/** Orders as a spreadsheet takes them. */
export class OrdersCsv implements PageFormat<BudgetAnswer> {
  private begun = false;

  public async write({ items }: Page<BudgetAnswer>): Promise<string> {
    const { stringify } = await import('csv-stringify/sync');
    const head = this.begun ? [] : [ORDER_COLUMNS];
    this.begun = true;
    return stringify([...head, ...items.map(budget => cellsOf(budget).map(guarded))], { quoted: true });
  }

  public foot(): string {
    return '';
  }
}

function cellsOf(budget: BudgetAnswer): readonly string[] {
  const { limits, thresholds, enforcement, labels } = standingOrdersOf(budget);
  const { warningPercent = '', criticalPercent = '' } = thresholds ?? {};
  return [budget.principalId, budget.kind, limitsCell(limits), warningPercent, criticalPercent, enforcement, labelsCell(labels)];
}

/** Takes a CSV file apart: with commas, or with semicolons as spreadsheets of some countries write them. */
export async function readCsv(text: string): Promise<readonly CsvRow[]> {
  const { CsvError, parse } = await import('csv-parse/sync');
  let records: readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, { bom: true, delimiter: delimiterOf(text), info: true, relax_column_count: true }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) {
      throw error;
    }
    return [{ line: Number(error.lines) || 1, problem: `this is no CSV: ${error.message.slice(0, 200)}` }];
  }
  // Numbered by the last line of each: the next one begins behind it.
  const numbered = records.map(({ record }, index) => ({ record, line: index === 0 ? 1 : records[index - 1].info.lines + 1 }));
  const [head, ...rows] = numbered.filter(({ record }) => record.some(cell => cell.trim() !== ''));
  const columns = (head?.record ?? []).map(title => title.trim());
  const problem = problemOf(columns);
  return problem === undefined
    ? rows.map(({ record, line }) => rowOf(record, line, columns as readonly OrderColumn[]))
    : [{ line: head?.line ?? 1, problem }];
}

/** Quotes hold no titles, so the first line tells. */
function delimiterOf(text: string): string {
  const [head] = text.split('\n', 1);
  return head.includes(';') && !head.includes(',') ? ';' : ',';
}

function problemOf(columns: readonly string[]): string | undefined {
  const unknown = columns.filter(title => !ORDER_COLUMNS.some(column => column === title));
  const twice = columns.find((title, index) => columns.indexOf(title) !== index);
  if (!columns.includes('principalId')) {
    return `there is no column "principalId": the columns are ${ORDER_COLUMNS.join(', ')}, of which the others may be left out`;
  }
  if (unknown.length > 0) {
    return `there is no column ${unknown.map(title => `"${title.slice(0, 40)}"`).join(', ')}: the columns are ${ORDER_COLUMNS.join(', ')}`;
  }
  return twice === undefined ? undefined : `the column "${twice}" is there twice: leave one of them`;
}

function rowOf(record: readonly string[], line: number, columns: readonly OrderColumn[]): CsvRow {
  if (record.length !== columns.length) {
    return { line, problem: `${record.length === 1 ? '1 cell stands' : `${record.length} cells stand`} under ${columns.length} titles: a cell with a comma or semicolon in it needs quotes` };
  }
  return { line, cells: Object.fromEntries(columns.map((column, index) => [column, unguarded(record[index]).trim()])) };
}
