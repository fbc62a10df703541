import { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute } from '../../contract';
import { estimatedAttribute, isoInstant, spendAttribute, WatchList } from '../core/budget-item';
import { RECHECK_MS } from '../core/decision';
import { BudgetAddition } from '../core/metering';
import { additions, assignments, defaults, Placeholders } from './dynamodb-update';

/** What is added to a budget; without `lastCallAt` where it is not for calls. */
export type AnyBudgetAddition = Omit<BudgetAddition, 'lastCallAt'> & Partial<Pick<BudgetAddition, 'lastCallAt'>>;

/** The first addition registers the principal, and puts it on the watch list in case the stream record of this very write is lost. */
export function budgetAddition(budgetsTable: string, { principalId, kind, spend, estimated, lastCallAt, loggedAt }: AnyBudgetAddition): TransactWriteItem {
  const placeholders = new Placeholders();
  const set = [
    ...(lastCallAt === undefined ? [] : [assignments(placeholders, { lastCallAt: isoInstant(lastCallAt) })]),
    defaults(placeholders, {
      kind,
      registeredAt: isoInstant(loggedAt),
      anchorDay: [...spend.keys()].sort()[0],
      [BudgetAttribute.WATCH]: WatchList.OPEN,
      [BudgetAttribute.NEXT_CHECK_AT]: isoInstant(loggedAt + RECHECK_MS),
    }),
  ].join(', ');
  const add = additions(placeholders, [
    ...[...spend].map(([day, amount]) => [spendAttribute(day), amount] as const),
    ...[...estimated].map(([day, amount]) => [estimatedAttribute(day), amount] as const),
  ]);
  return {
    Update: {
      TableName: budgetsTable,
      Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
      UpdateExpression: `SET ${set} ${add}`,
      ...placeholders.bindings,
    },
  };
}
