import { addDays, MAX_PERIOD_DAYS } from '../../lambdas/core/calendar';
import { formatUsd, MoneyError, usd, ZERO_USD } from '../../lambdas/core/money';
import { plainText } from '../../lambdas/core/plain-text';
import { LimitArgument } from '../budget/arguments/amounts';
import { PredecessorItem, textOf } from './items';
import { UnfitError } from './mapped';
import { DEFAULT_PERIOD_DAYS } from './predecessor';

/** Above this an amount is no budget; budget-manager refuses it. */
const MAX_LIMIT = usd('1000000000');

const DAY_MS = 86_400_000;

/** A limit, and what about it is not as it was. */
export interface LimitOfItem {
  readonly limit: LimitArgument;
  readonly notes: readonly string[];
}

/**
 * The limit of an item, of the predecessor's days or of another period.
 *
 * @throws UnfitError
 */
export function limitOf(item: PredecessorItem, period: string | undefined): LimitOfItem {
  const text = textOf(item, 'budget_limit_usd');
  const limitUsd = amountOf(text);
  if (period !== undefined) {
    return { limit: { limitUsd, period }, notes: [] };
  }
  const { days, notes } = daysOf(item);
  const end = dayOf(textOf(item, 'budget_refresh_date'));
  return end === undefined
    ? { limit: { limitUsd, period: `${days} days` }, notes: [...notes, 'it does not tell when it is refreshed: its period begins with its first call or order here'] }
    : { limit: { limitUsd, period: `${days} days`, anchorDay: addDays(end, -days) }, notes };
}

function amountOf(text: string | undefined): string {
  const given = `budget_limit_usd ${text === undefined ? 'is no number' : `is "${plainText(text, 60)}"`}`;
  try {
    const amount = text === undefined ? ZERO_USD : usd(text);
    if (amount > ZERO_USD && amount <= MAX_LIMIT) {
      return formatUsd(amount);
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
  }
  throw new UnfitError(`${given}: a limit is an amount of US dollars above 0 and at most 1,000,000,000, with at most 12 decimals; give it one by "budgeteer budget set"`);
}

/** From what it says, else from its dates, else the predecessor's default. */
function daysOf(item: PredecessorItem): { readonly days: number; readonly notes: readonly string[] } {
  const given = textOf(item, 'refresh_period_days');
  const [start, end] = ['budget_period_start', 'budget_refresh_date'].map(name => dayOf(textOf(item, name)));
  const days = given === undefined ? daysBetween(start, end) : /^\d{1,4}$/.test(given) ? Number(given) : NaN;
  if (days >= 1 && days <= MAX_PERIOD_DAYS) {
    return { days, notes: [] };
  }
  const told = plainText(given ?? `from ${start} to ${end}`, 60);
  return { days: DEFAULT_PERIOD_DAYS, notes: [`its period (${told}) is none of 1 to ${MAX_PERIOD_DAYS} days: ${DEFAULT_PERIOD_DAYS} days are taken`] };
}

function daysBetween(start: string | undefined, end: string | undefined): number {
  return start === undefined || end === undefined ? DEFAULT_PERIOD_DAYS : (Date.parse(end) - Date.parse(start)) / DAY_MS;
}

/** The day, of UTC, of an instant of ISO 8601. */
function dayOf(instant: string | undefined): string | undefined {
  const time = instant !== undefined && /^\d{4}-\d{2}-\d{2}(T|$)/.test(instant) ? Date.parse(instant) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
