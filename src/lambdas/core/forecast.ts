import { Budget, WindowState } from './budget';
import { Day, endOfWindow, startOfDay } from './calendar';
import { addUsd, subtractUsd, Usd, ZERO_USD } from './money';

/** Below this, a burst of calls would be taken for a pace. */
const MIN_OBSERVED_MS = 3_600_000;

/** When a limit will be reached if the spending goes on as it has. Instants are epoch milliseconds. */
export type Forecast =
  | { readonly outcome: 'exhausted' }
  /** Before the window ends. */
  | { readonly outcome: 'exhausts'; readonly at: number; readonly projected: Usd }
  | { readonly outcome: 'lasts'; readonly projected: Usd }
  | { readonly outcome: 'unknown'; readonly why: string };

/**
 * A straight line through what was spent: from the beginning of the window, or of the first day in it on which anything was spent, or from when the
 * principal was first seen, whichever is latest, until now. The first day with spend rather than that of the window: whoever begins late in it would seem slow.
 *
 * @param now epoch milliseconds
 */
export function forecastOf(state: WindowState, { spend, registeredAt }: Pick<Budget, 'spend' | 'registeredAt'>, now: number, timeZone: string): Forecast {
  if (state.spent >= state.limit) {
    return { outcome: 'exhausted' };
  }
  const firstDay = firstSpendDay(state, spend);
  if (firstDay === undefined) {
    return { outcome: 'unknown', why: 'nothing was spent in this period' };
  }
  const observed = now - Math.max(startOfDay(firstDay, timeZone), registeredAt);
  if (observed < MIN_OBSERVED_MS) {
    return { outcome: 'unknown', why: 'less than an hour of spending is known' };
  }
  const end = endOfWindow(state.window, timeZone);
  const projected = addUsd(state.spent, (state.spent * BigInt(Math.max(0, end - now)) / BigInt(observed)) as Usd);
  // Rounded up: never before the limit is reached.
  const left = subtractUsd(state.limit, state.spent) * BigInt(observed);
  const at = BigInt(now) + (left + state.spent - 1n) / state.spent;
  return at < BigInt(end) ? { outcome: 'exhausts', at: Number(at), projected } : { outcome: 'lasts', projected };
}

function firstSpendDay({ window }: WindowState, spend: ReadonlyMap<Day, Usd>): Day | undefined {
  let first: Day | undefined;
  for (const [day, amount] of spend) {
    if (amount > ZERO_USD && day >= window.start && day <= window.end && (first === undefined || day < first)) {
      first = day;
    }
  }
  return first;
}
