import { Budget, WindowState } from './budget';
import { addDays, Day } from './calendar';

/**
 * How many days before today a budget has in any case, whatever its windows are. Two months of 31 days: so the whole month before is there throughout
 * every month, as is the last window of every limit up to a month; a limit that comes later, or is changed to another period, finds what was spent in
 * its first one up to so many days. Records come 29 days late at the most, and never to a day that was forgotten.
 */
export const KEPT_DAYS = 62;

/** A clock may be ahead: a call is charged up to a day before it was made. */
const DAYS_AHEAD = 1;

/** DynamoDB takes 4 KB of an update expression: who comes with years of days loses the oldest ones decision by decision. */
const MAX_FORGOTTEN_DAYS = 100;

/** A week of them is worth a write: an item pays for its size with every charge, and whoever stays within the limit has no other decision written. */
const WORTH_A_WRITE = 7;

/** Days whose spend no window asks for any more: they leave the item, and the ledger keeps them. The current and the last window of every limit stay. */
export function forgottenDays({ spend }: Pick<Budget, 'spend'>, windows: readonly WindowState[]): readonly Day[] {
  const days = [...spend.keys()].sort();
  if (days.length === 0) {
    return [];
  }
  const keepFrom = earliest([addDays(days[days.length - 1], -KEPT_DAYS - DAYS_AHEAD), ...windows.map(({ window }) => addDays(window.start, -daysOf(window)))]);
  return days.filter(day => day < keepFrom).slice(0, MAX_FORGOTTEN_DAYS);
}

/** Whether so many days are to be forgotten that they are worth a write. */
export function isTimeToForget(budget: Pick<Budget, 'spend'>, windows: readonly WindowState[]): boolean {
  // Of fewer days none is forgotten, and a budget is decided on far more often than it forgets.
  return budget.spend.size > KEPT_DAYS && forgottenDays(budget, windows).length >= WORTH_A_WRITE;
}

function earliest(days: readonly Day[]): Day {
  return days.reduce((first, day) => (day < first ? day : first));
}

function daysOf({ start, end }: { readonly start: Day; readonly end: Day }): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000) + 1;
}
