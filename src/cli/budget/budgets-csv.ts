import { BudgetAnswer } from './answers';
import { guarded } from './bulk/cell-guard';
import { labelsCell } from './bulk/cells';
import { Page, PageFormat } from './pages';

const COLUMNS = [
  'principalId', 'kind', 'status', 'statusSince', 'enforcement', 'period', 'periodStart', 'periodEndsAt', 'spentUsd', 'limitUsd', 'sharePercent', 'labels', 'lastCallAt',
] as const;

/** A row for each window of each budget, for spreadsheets. */
export class BudgetsCsv implements PageFormat<BudgetAnswer> {
  private begun = false;

  public async write({ items }: Page<BudgetAnswer>): Promise<string> {
    const { stringify } = await import('csv-stringify/sync');
    const head = this.begun ? [] : [COLUMNS];
    this.begun = true;
    return stringify([...head, ...items.flatMap(rowsOf).map(row => row.map(guarded))], { quoted: true });
  }

  public foot(): string {
    return '';
  }
}

function rowsOf(budget: BudgetAnswer): readonly (readonly string[])[] {
  const windows = budget.windows?.length ? budget.windows : [undefined];
  return windows.map(window => [
    budget.principalId, budget.kind, budget.status, budget.statusSince ?? '', budget.enforcement,
    window?.period ?? '', window?.periodStart ?? '', window?.periodEndsAt ?? '', window?.spentUsd ?? '', window?.limitUsd ?? '', window?.sharePercent ?? '',
    labelsCell(budget.labels ?? {}), budget.lastCallAt ?? '',
  ]);
}
