import { Budget, windowStates } from './budget';
import { dayOf } from './calendar';
import { DecisionContext } from './decision';
import { subtractUsd, Usd, ZERO_USD } from './money';

/** Dollars spent beyond the limit, in the window where it is most. */
export function leadingOverspend(budget: Budget, { settings, timeZone }: DecisionContext, now: number): Usd {
  return windowStates(budget, settings, dayOf(now, timeZone), now)
    .map(({ spent, limit }) => subtractUsd(spent, limit))
    .reduce((most, beyond) => (beyond > most ? beyond : most), ZERO_USD);
}

/** Seconds with one decimal, never negative. */
export function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 100) / 10);
}
