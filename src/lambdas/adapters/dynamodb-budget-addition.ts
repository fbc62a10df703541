import { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute } from '../../contract';
import { estimatedAttribute, isoInstant, spendAttribute, WatchList } from '../core/budget-item';
import { RECHECK_MS } from '../core/decision';
import { BudgetAddition } from '../core/metering';
import { additions, assignments, defaults, Placeholders } from './dynamodb-update';

/** What is added to a budget; without `lastCallAt` where it is not for calls. */
export type AnyBudgetAddition = Omit<BudgetAddition, 'lastCallAt'> & Partial<Pick<BudgetAddition, 'lastCallAt'>> & {
  /** First day of a period whose spend is carried over: added only where neither it nor a later one was before. */
  readonly carriedPeriod?: string;
};

/** The first addition registers the principal, and puts it on the watch list in case the stream record of this very write is lost. */
export function budgetAddition(budgetsTable: string, addition: AnyBudgetAddition): TransactWriteItem {
  const { principalId, kind, spend, estimated, lastCallAt, loggedAt, carriedPeriod } = addition;
  const placeholders = new Placeholders();
  const set = [
    ...(lastCallAt === undefined ? [] : [assignments(placeholders, { lastCallAt: isoInstant(lastCallAt) })]),
    ...(carriedPeriod === undefined ? [] : [assignments(placeholders, { carriedPeriod })]),
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
  const carried = carriedPeriod === undefined ? undefined : placeholders.name('carriedPeriod');
  return {
    Update: {
      TableName: budgetsTable,
      Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } },
      UpdateExpression: `SET ${set} ${add}`,
      ...(carried === undefined ? {} : { ConditionExpression: `attribute_not_exists(${carried}) OR ${carried} < ${placeholders.value(carriedPeriod)}` }),
      ...placeholders.bindings,
    },
  };
}
