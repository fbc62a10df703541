import { leadingWindow, windowStates } from '../budget';
import { budgetFromItem, BudgetItemError, Item } from '../budget-item';
import { dayOf } from '../calendar';
import { DecisionContext } from '../decision';
import { formatUsd, reachesPercent, USD_DECIMALS } from '../money';
import { plainText } from '../plain-text';
import { BudgetView, budgetView, UnreadableBudget } from './budget-view';
import { AdministrationError } from './errors';
import { keyOfPage, pageToken } from './page-token';
import { BudgetAdministration } from './ports';
import { RequestOf } from './requests';

const DEFAULT_SIZE = 50;

/** A request reads so many pages of the table at most: who looks for few among many asks again. */
const MAX_PAGES_READ = 8;

export interface BudgetList {
  readonly budgets: readonly (BudgetView | UnreadableBudget)[];
  readonly nextToken?: string;
}

type Request = RequestOf<'listBudgets'>;

/** Budgets page by page, in the order of the table. A page may be short, or empty, and still not be the last. */
export async function listBudgets(request: Request, now: number, budgets: Pick<BudgetAdministration, 'page'>, context: DecisionContext): Promise<BudgetList> {
  const { kind, status, label, limit = DEFAULT_SIZE, minSharePercent: min, maxSharePercent: max } = request;
  if (min !== undefined && max !== undefined && min > max) {
    throw new AdministrationError('BadRequest', `minSharePercent is ${formatUsd(min)}, allowed is at most maxSharePercent, which is ${formatUsd(max)}`, 'minSharePercent');
  }
  const question = ['listBudgets', kind, status, label, min === undefined ? null : formatUsd(min), max === undefined ? null : formatUsd(max)];
  const found: (BudgetView | UnreadableBudget)[] = [];
  let after = keyOfPage(question, request.nextToken);
  for (let read = 0; read < MAX_PAGES_READ; read += 1) {
    const { items, more } = await budgets.page({ kind, status, label }, after);
    for (const [index, item] of items.entries()) {
      const listed = listedAs(item, request, now, context);
      if (listed) {
        found.push(listed);
      }
      if (found.length === limit) {
        const isLast = index === items.length - 1 && more === undefined;
        return { budgets: found, ...(isLast ? {} : { nextToken: pageToken(question, String(item.principalId)) }) };
      }
    }
    if (more === undefined) {
      return { budgets: found };
    }
    after = more;
  }
  return { budgets: found, nextToken: pageToken(question, after!) };
}

/** An item that cannot be read breaks no list, and hides from none: somebody has to mend it. */
function listedAs(item: Item, { minSharePercent, maxSharePercent }: Request, now: number, context: DecisionContext): BudgetView | UnreadableBudget | undefined {
  try {
    const budget = budgetFromItem(item);
    const asOf = Math.max(now, budget.decidedAt);
    const leading = leadingWindow(windowStates(budget, context.settings, dayOf(asOf, context.timeZone), asOf));
    const isAsked = (minSharePercent === undefined && maxSharePercent === undefined) || (leading !== undefined
      && (minSharePercent === undefined || reachesPercent(leading.spent, leading.limit, minSharePercent))
      && (maxSharePercent === undefined || leading.spent * HUNDRED_PERCENT <= leading.limit * maxSharePercent));
    return isAsked ? budgetView(budget, context, now) : undefined;
  } catch (error) {
    if (error instanceof BudgetItemError) {
      return { principalId: plainText(item.principalId, 200), problem: error.message };
    }
    throw error;
  }
}

/** In the unit of percentages, which is that of money. */
const HUNDRED_PERCENT = 100n * 10n ** BigInt(USD_DECIMALS);
