import { EventType } from '../../../contract';
import { isoInstant } from '../budget-item';
import { Day } from '../calendar';
import { BudgetEvent, Deployment, eventOf } from '../events';
import { formatUsdRounded, Usd } from '../money';
import { ALL_MODELS, Comparison, DayComparison, TOLERANCE_PERCENT } from './compare-costs';

const ACTOR = 'cost-reconciler';

/** An event has room for more, a reader has not. */
const MAX_LISTED = 20;

/** Told once a day of the bill: a run that is repeated says the same under the same id. */
export function driftFound(
  day: Day, { drift, models, total, other, unknownModels }: DayComparison, final: boolean, now: number, deployment: Deployment,
): BudgetEvent {
  const worst = [...drift].sort((one, another) => another.percent - one.percent)[0];
  // The total is told however many differ.
  const told = [...drift.slice(0, MAX_LISTED), total];
  const [was, is] = worst.model === ALL_MODELS ? ['were', 'are'] : ['was', 'is'];
  return eventOf(EventType.COST_DRIFT_FOUND, deployment, {
    eventId: `cost-drift/${day}/${final ? 'final' : 'estimated'}`,
    occurredAt: isoInstant(now),
    actor: ACTOR,
    reason: `${day} (UTC): ${worst.model} ${was} metered at ${formatUsdRounded(worst.metered)} and ${is} billed at ${formatUsdRounded(worst.billed)};`
      + ` ${differing(drift, models)} by more than ${TOLERANCE_PERCENT} %${final ? ', by the closed bill of the month' : ''}`,
    before: { day, meteredUsd: byModel(told, ({ metered }) => formatUsdRounded(metered)) },
    after: {
      day,
      final,
      billedUsd: byModel(told, ({ billed }) => formatUsdRounded(billed)),
      ratio: byModel(told, ratioOf),
      otherUsd: listed(other),
      unknownModelsUsd: listed(unknownModels),
    },
  });
}

/** Principals are told by tag, and of no fixed number. */
function differing(drift: readonly Comparison[], models: readonly Comparison[]): string {
  const ofModels = drift.filter(({ model }) => models.some(each => each.model === model)).length;
  const others = drift.filter(({ model }) => model.includes('/')).length;
  const told = [...(ofModels > 0 ? [`${ofModels} of ${models.length} models`] : []), ...(others > 0 ? [`${others} ${others === 1 ? 'principal' : 'principals'}`] : [])];
  return told.length === 0 ? 'the total alone differs' : `${told.join(' and ')} ${told.length === 1 && ofModels + others === 1 ? 'differs' : 'differ'}`;
}

/** @param since the day on which it was found out: a bill that is out of reach again is told again */
export function reconciliationUnavailable(reason: string, since: Day, now: number, deployment: Deployment): BudgetEvent {
  return eventOf(EventType.RECONCILIATION_UNAVAILABLE, deployment, {
    eventId: `reconciliation-unavailable/${since}`, occurredAt: isoInstant(now), actor: ACTOR, reason,
  });
}

/** Metered for each dollar billed: the same for all models where a discount explains it. */
export function ratioOf({ metered, billed }: Comparison): string {
  return billed === 0n ? 'nothing billed' : (Number((metered * 1000n) / billed) / 1000).toFixed(3);
}

function byModel(comparisons: readonly Comparison[], figure: (comparison: Comparison) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(comparisons.map(comparison => [comparison.model, figure(comparison)]));
}

function listed(amounts: ReadonlyMap<string, Usd>): Readonly<Record<string, string>> {
  return Object.fromEntries([...amounts].slice(0, MAX_LISTED).map(([name, amount]) => [name.slice(0, 120), formatUsdRounded(amount)]));
}
