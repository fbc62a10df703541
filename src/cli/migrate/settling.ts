import { BudgetAnswer } from '../budget/answers';
import { LimitArgument } from '../budget/arguments/amounts';
import { NO_ORDERS, OrderedRow, standingOrdersOf } from '../budget/bulk/orders';

/**
 * What is ordered of somebody who may have orders already. Labels are added to those that are there. Enforcement is ordered with the first limits alone, or
 * where it is asked for: what somebody ordered meanwhile stays. So does the day on which a period begins, since the predecessor's moves on with each period.
 */
export function settled(row: OrderedRow, current: BudgetAnswer | undefined, enforce: boolean): OrderedRow {
  const before = current ? standingOrdersOf(current) : NO_ORDERS;
  const enforcement = enforce ? 'enforced' : before.limits.length === 0 ? 'observe' : undefined;
  return {
    ...row,
    limits: row.limits!.map(limit => anchoredAs(limit, before.limits)),
    labels: { ...before.labels, ...row.labels },
    ...(enforcement === undefined ? {} : { enforcement }),
  };
}

function anchoredAs(limit: LimitArgument, before: readonly LimitArgument[]): LimitArgument {
  const same = before.find(({ period }) => period === limit.period);
  return same ? { ...limit, ...(same.anchorDay === undefined ? {} : { anchorDay: same.anchorDay }) } : limit;
}
