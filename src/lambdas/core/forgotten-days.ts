import { Budget, WindowState } from './budget';
import { addDays, Day, MAX_PERIOD_DAYS } from './calendar';

/** Whatever the windows are: a limit of another period may come. */
const MIN_KEPT_DAYS = 92;

/** DynamoDB takes 4 KB of an update expression: who first gets a limit after years loses the oldest days decision by decision. */
const MAX_FORGOTTEN_DAYS = 100;

/** A week of them is worth a write: an item pays for its size with every charge, and whoever stays within the limit has no other decision written. */
const WORTH_A_WRITE = 7;

/**
 * Days whose spend no window can ask for any more: they leave the item, and the ledger keeps them. At least the current and the last window of every
 * limit stay, and three months in any case; without a limit, as much as the longest one could ask for.
 */
export function forgottenDays({ spend }: Pick<Budget, 'spend'>, windows: readonly WindowState[]): readonly Day[] {
  const days = [...spend.keys()].sort();
  const keepFrom = windows.length === 0 ? days.slice(-1).map(latest => addDays(latest, -MAX_PERIOD_DAYS))[0] : keptFrom(windows);
  return days.filter(day => day < keepFrom).slice(0, MAX_FORGOTTEN_DAYS);
}

/** Whether so many days are to be forgotten that they are worth a write. */
export function isTimeToForget(budget: Pick<Budget, 'spend'>, windows: readonly WindowState[]): boolean {
  // Of fewer days none is forgotten, and a budget is decided on far more often than it forgets.
  return budget.spend.size > MIN_KEPT_DAYS && forgottenDays(budget, windows).length >= WORTH_A_WRITE;
}

function keptFrom(windows: readonly WindowState[]): Day {
  return windows
    .map(({ window }) => addDays(window.start, -Math.max(MIN_KEPT_DAYS, daysOf(window))))
    .reduce((earliest, day) => (day < earliest ? day : earliest));
}

function daysOf({ start, end }: { readonly start: Day; readonly end: Day }): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000) + 1;
}
