import { addDays, Day, isDay } from '../../lambdas/core/calendar';
import { groupBy } from '../../lambdas/core/collections';
import { addUsd, formatUsd, MoneyError, subtractUsd, Usd, usd, ZERO_USD } from '../../lambdas/core/money';
import { plainText } from '../../lambdas/core/plain-text';
import { BudgetAnswer } from '../budget/answers';
import { PredecessorItem, textOf } from './items';
import { limitOf } from './limit-of-item';
import { Mapped, UnfitError } from './mapped';

/** Spend that becomes a row of the ledger. */
export interface CarriedSpend {
  readonly principalId: string;
  readonly amount: Usd;
  /** The first day of the predecessor's running period: spend is carried over once a period. */
  readonly periodStart: Day;
}

/** What becomes of what the predecessor has counted for somebody. */
export type SpendVerdict = { readonly principalId: string } & ({ readonly carried: CarriedSpend } | { readonly why: string });

/** Above this an amount is no spend, but a slip. */
const MAX_SPEND = usd('1000000000');

/**
 * Brings everybody who has a limit up to what the predecessor has counted in the running period: what both have counted is not added again. Nobody is suspended
 * by it.
 */
export function carriedSpend(mapped: readonly Mapped[], budgets: ReadonlyMap<string, BudgetAnswer>, now: number): readonly SpendVerdict[] {
  const byPrincipal = groupBy(mapped.filter(({ principalId, isProblem }) => principalId !== undefined && !isProblem), ({ principalId }) => principalId!);
  return [...byPrincipal].map(([principalId, of]) => {
    try {
      return { principalId, carried: spendOf(principalId, [...new Map(of.map(({ item }) => [item.id, item])).values()], budgets.get(principalId), now) };
    } catch (error) {
      if (!(error instanceof UnfitError)) {
        throw error;
      }
      return { principalId, why: error.message };
    }
  });
}

function spendOf(principalId: string, items: readonly PredecessorItem[], budget: BudgetAnswer | undefined, now: number): CarriedSpend {
  const counted = addUsd(...items.map(amountOf));
  if (counted === ZERO_USD) {
    throw new UnfitError('the predecessor has counted nothing');
  }
  const periodStart = runningPeriod(items[0], now);
  const window = onlyWindow(budget);
  if (window.periodStart > periodStart) {
    throw new UnfitError(`its period began on ${plainText(window.periodStart, 10)}, that of the predecessor on ${periodStart}: what was spent since cannot be told apart`);
  }
  const amount = subtractUsd(counted, usd(window.spentUsd));
  if (amount <= ZERO_USD) {
    throw new UnfitError(`$${formatUsd(usd(window.spentUsd))} are metered already, of $${formatUsd(counted)} that the predecessor has counted`);
  }
  if (budget!.enforcement === 'enforced' && counted >= usd(window.limitUsd)) {
    throw new UnfitError(`$${formatUsd(counted)} are over its limit of $${formatUsd(usd(window.limitUsd))}, and it would be suspended: raise the limit, or let it observe`);
  }
  return { principalId, amount, periodStart };
}

function amountOf(item: PredecessorItem): Usd {
  const text = textOf(item, 'spent_usd') ?? '0';
  try {
    const amount = usd(text);
    if (amount >= ZERO_USD && amount <= MAX_SPEND) {
      return amount;
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
  }
  throw new UnfitError(`spent_usd is "${plainText(text, 60)}": spend is an amount of US dollars from 0 to 1,000,000,000, with at most 12 decimals`);
}

function runningPeriod(item: PredecessorItem, now: number): Day {
  const end = Date.parse(textOf(item, 'budget_refresh_date') ?? '');
  if (!(end > now)) {
    throw new UnfitError('the predecessor\'s period is over, or it does not tell when it ends');
  }
  const { limit: { period } } = limitOf(withLimit(item), undefined);
  return addDays(new Date(end).toISOString().slice(0, 10), -Number(period.split(' ')[0]));
}

/** The period does not depend on the limit, which the item may lack. */
function withLimit(item: PredecessorItem): PredecessorItem {
  return { ...item, attributes: new Map([...item.attributes, ['budget_limit_usd', '1']]) };
}

/** Spend on a day counts in each window that has the day; with several, it would count where it was not spent. */
function onlyWindow(budget: BudgetAnswer | undefined): NonNullable<BudgetAnswer['windows']>[number] {
  if (!budget?.limits?.length) {
    throw new UnfitError('it has no limit of its own here: take that over first');
  }
  const [window, ...others] = budget.windows ?? [];
  if (window === undefined || others.length > 0 || !isDay(window.periodStart)) {
    throw new UnfitError('it has several periods here, and in which of them it was spent cannot be told');
  }
  return window;
}
