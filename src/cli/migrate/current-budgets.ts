import { BudgetAnswer } from '../budget/answers';
import { Connection } from '../budget/connection';
import { BUDGETS } from '../budget/list-command';
import { pagesOf } from '../budget/pages';
import { isUnreadable } from '../budget/unreadable';

/** What is there: who can be read, and who is but cannot. */
export interface Current {
  readonly readable: ReadonlyMap<string, BudgetAnswer>;
  readonly unreadable: ReadonlySet<string>;
}

export async function currentBudgets({ client }: Connection): Promise<Current> {
  const readable = new Map<string, BudgetAnswer>();
  const unreadable = new Set<string>();
  for await (const { items } of pagesOf(client, BUDGETS, {})) {
    for (const budget of items) {
      if (isUnreadable(budget)) {
        unreadable.add(budget.principalId);
      } else {
        readable.set(budget.principalId, budget);
      }
    }
  }
  return { readable, unreadable };
}
