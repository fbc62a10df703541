import { usd } from '../../lambdas/core/money';
import { facts, GrowingTable } from '../table';
import { BudgetAnswer, ListedBudget } from './answers';
import {
  detailText, exemptionText, holdText, labelsText, limitsText, percent, plain, roundedMoney, shortTime, thresholdsText, topUpsText,
} from './texts';
import { isUnreadable } from './unreadable';

const WINDOW_COLUMNS = [
  { title: 'spent', right: true }, { title: 'limit', right: true }, { title: 'share', right: true }, { title: 'period' }, { title: 'ends (UTC)' },
];

const LIST_COLUMNS = [{ title: 'principal' }, { title: 'status' }, ...WINDOW_COLUMNS, { title: 'labels' }];

/** Everything about one budget. */
export function budgetDetails(budget: BudgetAnswer): string {
  const { principalId, kind, status, statusSince, reason, enforcement, thresholds, windows } = budget;
  const since = statusSince === undefined ? '' : ` since ${shortTime(statusSince)}`;
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['principal', `${plain(principalId)} (${plain(kind)})`],
    ['status', `${plain(status)}${since}${reason ? `: ${plain(reason)}` : ''}`],
    ['enforcement', plain(enforcement)],
    ['limits', limitsText(budget.limits)],
    ['thresholds', thresholds && `${thresholdsText(thresholds)}${thresholds.own ? ', its own' : ''}`],
    ['labels', labelsText(budget.labels)],
    ['top-ups', budget.topUps?.length ? topUpsText(budget.topUps) : undefined],
    ['exempt', budget.exemption && exemptionText(budget.exemption)],
    ['suspended', budget.hold && holdText(budget.hold)],
    ['grace until', budget.graceDeadline && shortTime(budget.graceDeadline)],
    ['suspension', budget.suspension === undefined ? undefined : detailText(budget.suspension)],
    ['failure', budget.failure === undefined ? undefined : detailText(budget.failure)],
    ['unenforceable', budget.unenforceable === undefined ? undefined : detailText(budget.unenforceable)],
    ['role', budget.role && plain(budget.role)],
    ['runtimes', budget.runtimes && detailText(budget.runtimes)],
    ['removed', budget.removedAt && shortTime(budget.removedAt)],
    ['last call', budget.lastCallAt && shortTime(budget.lastCallAt)],
    ['changed by', budget.updatedBy && plain(budget.updatedBy)],
    ['version', budget.version && plain(budget.version)],
  ];
  const table = windows?.length ? `\n${new GrowingTable(WINDOW_COLUMNS).write(windows.map(windowCells))}` : '';
  return `${facts(entries.filter((entry): entry is readonly [string, string] => Boolean(entry[1])))}${table}`;
}

/** Budgets one below the other: the fullest window on the first line of each. */
export class BudgetTable {
  private readonly table = new GrowingTable(LIST_COLUMNS);

  public write(budgets: readonly ListedBudget[]): string {
    return this.table.write(budgets.flatMap(budget => (isUnreadable(budget) ? [[plain(budget.principalId), `unreadable: ${plain(budget.problem)}`]] : budgetRows(budget))));
  }
}

function budgetRows({ principalId, status, windows, labels }: BudgetAnswer): readonly (readonly string[])[] {
  const sorted = [...windows ?? []].sort((a, b) => compareShares(b.sharePercent, a.sharePercent)).map(windowCells);
  return (sorted.length > 0 ? sorted : [WINDOW_COLUMNS.map(() => '')]).map((cells, index) => (
    index === 0 ? [plain(principalId), plain(status), ...cells, labelsText(labels, '')] : ['', '', ...cells, '']
  ));
}

function windowCells({ spentUsd, limitUsd, sharePercent, period, periodEndsAt }: NonNullable<BudgetAnswer['windows']>[number]): readonly string[] {
  return [roundedMoney(spentUsd), roundedMoney(limitUsd), percent(sharePercent), plain(period), shortTime(periodEndsAt)];
}

function compareShares(a: string, b: string): number {
  const difference = numberOf(a) - numberOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function numberOf(decimal: string): bigint {
  try {
    return usd(decimal);
  } catch {
    // Sorted last: it is shown as it is all the same.
    return 0n;
  }
}
