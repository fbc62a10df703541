import { SuggestedLimit } from '../../../lambdas/core/back-test/suggestion';
import { formatPeriod } from '../../../lambdas/core/calendar';
import { formatUsd } from '../../../lambdas/core/money';
import { OrdersCsv } from '../../budget/bulk/orders-csv';

/** Limits as `budgeteer budget export` writes them. */
export function suggestedBudgets(limits: readonly SuggestedLimit[]): Promise<string> {
  const items = limits.map(({ principalId, kind, limit: { amount, period }, unrestrictable }) => ({
    principalId, kind, status: 'active', enforcement: unrestrictable === undefined ? 'enforced' : 'observe', limits: [{ limitUsd: formatUsd(amount), period: formatPeriod(period) }],
  }));
  return new OrdersCsv().write({ raw: [], items });
}

/** Who is only observed, and why. */
export function observedOnly(limits: readonly SuggestedLimit[]): string {
  return limits.flatMap(({ principalId, unrestrictable }) => (
    unrestrictable === undefined ? [] : [`only observed: ${principalId} ${unrestrictable}\n`])).join('');
}
