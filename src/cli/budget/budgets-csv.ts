import { guarded } from '../../lambdas/core/cell-guard';
import { ListedBudget } from './answers';
import { labelsCell } from './bulk/cells';
import { Page, PageFormat } from './pages';
import { isUnreadable } from './unreadable';

const COLUMNS = [
  'principalId', 'kind', 'status', 'statusSince', 'enforcement', 'period', 'periodStart', 'periodEndsAt', 'spentUsd', 'limitUsd', 'sharePercent', 'labels', 'lastCallAt',
  'problem',
] as const;

/** A row for each window of each budget, and one for each that cannot be read, for spreadsheets. */
export class BudgetsCsv implements PageFormat<ListedBudget> {
  private begun = false;

  public async write({ items }: Page<ListedBudget>): Promise<string> {
    const { stringify } = await import('csv-stringify/sync');
    const head = this.begun ? [] : [COLUMNS];
    this.begun = true;
    return stringify([...head, ...items.flatMap(rowsOf).map(row => row.map(guarded))], { quoted: true });
  }

  public foot(): string {
    return '';
  }
}

function rowsOf(budget: ListedBudget): readonly (readonly string[])[] {
  if (isUnreadable(budget)) {
    const known: Partial<Record<(typeof COLUMNS)[number], string>> = { principalId: budget.principalId, status: 'unreadable', problem: budget.problem };
    return [COLUMNS.map(column => known[column] ?? '')];
  }
  const windows = budget.windows?.length ? budget.windows : [undefined];
  return windows.map(window => [
    budget.principalId, budget.kind, budget.status, budget.statusSince ?? '', budget.enforcement,
    window?.period ?? '', window?.periodStart ?? '', window?.periodEndsAt ?? '', window?.spentUsd ?? '', window?.limitUsd ?? '', window?.sharePercent ?? '',
    labelsCell(budget.labels ?? {}), budget.lastCallAt ?? '', '',
  ]);
}
