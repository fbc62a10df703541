import { usd } from '../../lambdas/core/money';
import { AdministrationClient } from '../budget/administration-client';
import { BudgetAnswer, readChange } from '../budget/answers';
import { PlannedChange } from '../budget/bulk/plan';
import { RefusedError } from '../budget/failures';
import { exactMoney, plain } from '../budget/texts';

/** A change that is not made, since it would suspend somebody. */
export interface HeldBack {
  readonly principalId: string;
  readonly why: string;
}

/** Asks budget-manager what a change would lead to. @throws CommandFailure */
export async function overspending({ principalId, steps }: PlannedChange, client: AdministrationClient): Promise<HeldBack | undefined> {
  const limits = steps.find(({ operation }) => operation === 'setBudget');
  if (limits === undefined) {
    return undefined;
  }
  const answer = await client.change('setBudget', { principalId, ...limits.args, dryRun: true }).catch(refusedLater);
  const budget = answer === undefined ? undefined : readChange(answer).budget;
  const over = budget?.enforcement === 'enforced' ? windowsOver(budget) : [];
  return over.length === 0 ? undefined : {
    principalId,
    why: `stays as it is: it has spent ${over.map(({ spentUsd, limitUsd, period }) => `${exactMoney(spentUsd)} of ${exactMoney(limitUsd)} / ${plain(period)}`).join(', ')} already, `
      + 'and would be suspended; wait for its next period, raise its limit, or leave out --enforce',
  };
}

/** What is refused now is refused again where it is carried out, and told of there. */
function refusedLater(error: unknown): undefined {
  if (!(error instanceof RefusedError)) {
    throw error;
  }
}

function windowsOver({ windows = [], exemption }: BudgetAnswer): NonNullable<BudgetAnswer['windows']> {
  return exemption ? [] : windows.filter(({ spentUsd, limitUsd }) => usd(spentUsd) >= usd(limitUsd));
}
