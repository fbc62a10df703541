import { fromItem } from '../../../../src/lambdas/adapters/dynamodb-values';
import { Item, NumberText } from '../../../../src/lambdas/core/budget-item';
import { Attributes } from '../../../../src/lambdas/core/chargeback/attributes';
import { ChargebackOptions } from '../../../../src/lambdas/core/chargeback/chargeback';
import { ChargedPrincipal, chargedPrincipal } from '../../../../src/lambdas/core/chargeback/charged-principals';
import { ChargebackTables, TablePage } from '../../../../src/lambdas/core/chargeback/read-tables';
import { daysOf, ReportPeriod } from '../../../../src/lambdas/core/chargeback/report-period';

export const NOVEMBER: ReportPeriod = { key: '2026-11', from: '2026-11-01', to: '2026-11-30' };

export const OPTIONS: ChargebackOptions = {
  deploymentId: 'Spend-Budgeteer-1a2b3c4d', environmentName: 'production', timeZone: 'UTC', ledgerRetentionDays: 90, groupBy: ['team', 'purpose'],
};

export const USER = 'iam-user/111122223333/indexer';
export const ROLE = 'iam-role/111122223333/chat-backend';
export const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';

/** A row of the ledger as DynamoDB has it. */
export function row(changes: Item = {}): Attributes {
  return fromItem({
    callId: 'r-1',
    principalId: USER,
    modelId: HAIKU,
    day: '2026-11-03',
    costUsd: new NumberText('0.000375'),
    inputTokens: new NumberText('1000'),
    outputTokens: new NumberText('100'),
    // none of them the same as another, nor as a sum of others: what is dropped or taken twice shows
    cacheReadTokens: new NumberText('10000'),
    cacheWrite5mTokens: new NumberText('20'),
    cacheWrite1hTokens: new NumberText('3'),
    ...changes,
  });
}

/** An item of the Budgets table. */
export function budget(principalId: string, labels: Readonly<Record<string, string>>, spend: Readonly<Record<string, string>> = {}): Attributes {
  return fromItem({ principalId, labels, ...Object.fromEntries(Object.entries(spend).map(([day, usd]) => [`spend#${day}`, new NumberText(usd)])) });
}

export function principals(period: ReportPeriod, ...items: readonly Attributes[]): ReadonlyMap<string, ChargedPrincipal> {
  return new Map(items.map(item => chargedPrincipal(item, daysOf(period))!).map(principal => [principal.principalId, principal]));
}

/** Both tables, page by page: rows are in the segment that their place in the list says. */
export class InMemoryTables implements ChargebackTables {
  public pagesRead = 0;

  constructor(public readonly rows: readonly Attributes[], private readonly budgets: readonly Attributes[] = [], private readonly pageSize = 2) {}

  public async ledgerPage({ index, of }: { readonly index: number; readonly of: number }, { from, to }: ReportPeriod, after?: string): Promise<TablePage> {
    const { items, next } = this.page(this.rows.filter((_, place) => place % of === index), after);
    return { items: items.filter(({ day }) => day?.S === undefined || (day.S >= from && day.S <= to)), next };
  }

  public async budgetsPage(_: readonly string[], after?: string): Promise<TablePage> {
    return this.page(this.budgets, after);
  }

  private page(all: readonly Attributes[], after = '0'): TablePage {
    this.pagesRead += 1;
    const end = Number(after) + this.pageSize;
    return { items: all.slice(Number(after), end), ...(end < all.length ? { next: String(end) } : {}) };
  }
}
