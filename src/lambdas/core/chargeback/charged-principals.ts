import { BudgetAttribute, SPEND_ATTRIBUTE_PREFIX } from '../../../contract';
import { Day } from '../calendar';
import { Usd } from '../money';
import { amountIn, Attributes } from './attributes';

/** What the Budgets table tells of a principal: the labels that it has now, and what it says was spent by day. */
export interface ChargedPrincipal {
  readonly principalId: string;
  /** What the table says, where it does: the id does not tell whether an IAM user holds an API key. */
  readonly kind?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spend: ReadonlyMap<Day, Usd>;
}

/** The attributes to read for some days. */
export function budgetAttributes(days: readonly Day[]): readonly string[] {
  return [BudgetAttribute.PRINCIPAL_ID, 'kind', 'labels', ...days.map(day => `${SPEND_ATTRIBUTE_PREFIX}${day}`)];
}

/** `undefined` for what is no item of a principal. What of it somebody broke is left out: the report then tells of a difference. */
export function chargedPrincipal(item: Attributes, days: readonly Day[]): ChargedPrincipal | undefined {
  const principalId = item[BudgetAttribute.PRINCIPAL_ID]?.S;
  if (!principalId) {
    return undefined;
  }
  const labels = Object.entries(item.labels?.M ?? {}).flatMap(([key, { S: value }]) => (value ? [[key, value] as const] : []));
  const spend = days.flatMap(day => {
    const amount = amountIn(item[`${SPEND_ATTRIBUTE_PREFIX}${day}`]);
    return amount === undefined ? [] : [[day, amount] as const];
  });
  const kind = item.kind?.S;
  return { principalId, ...(kind ? { kind } : {}), labels: Object.fromEntries(labels), spend: new Map(spend) };
}
