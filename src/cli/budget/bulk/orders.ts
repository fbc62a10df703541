import { usd } from '../../../lambdas/core/money';
import { BudgetAnswer } from '../answers';
import { LimitArgument } from '../arguments/amounts';
import { Labels } from '../arguments/labels';
import { ThresholdPercents } from '../arguments/thresholds';

/**
 * What was ordered for a principal and lasts until it is ordered otherwise: what is exported and imported. Top-ups, exemptions and suspensions
 * by hand end some day, and are no part of it.
 */
export interface StandingOrders {
  /** Empty: none of its own. */
  readonly limits: readonly LimitArgument[];
  /** `null`: those of the rest. */
  readonly thresholds: ThresholdPercents | null;
  readonly enforcement: string;
  readonly labels: Labels;
}

/** What a file says about a principal: what it leaves out stays as it is. */
export interface OrderedRow extends Partial<StandingOrders> {
  readonly principalId: string;
}

/** Those of somebody who has not been seen. */
export const NO_ORDERS: StandingOrders = { limits: [], thresholds: null, enforcement: 'enforced', labels: {} };

export function standingOrdersOf({ limits, thresholds, enforcement, labels }: BudgetAnswer): StandingOrders {
  return {
    limits: limits ?? [],
    thresholds: thresholds?.own ? { warningPercent: thresholds.warningPercent, criticalPercent: thresholds.criticalPercent } : null,
    enforcement,
    labels: labels ?? {},
  };
}

/** Whether anything was ordered that can be taken away, of a principal that is still there. */
export function hasOrders(budget: BudgetAnswer): boolean {
  const { limits, thresholds } = standingOrdersOf(budget);
  return (limits.length > 0 || thresholds !== null) && budget.removedAt === undefined && budget.status !== 'deleted';
}

/** Anchors that the wanted limits do not name may be any. */
export function sameLimits(wanted: readonly LimitArgument[], current: readonly LimitArgument[]): boolean {
  const left = [...current];
  return wanted.length === current.length && wanted.every(limit => {
    const found = left.findIndex(other => sameAmount(limit.limitUsd, other.limitUsd) && limit.period === other.period
      && (limit.anchorDay === undefined || limit.anchorDay === other.anchorDay));
    left.splice(found, found < 0 ? 0 : 1);
    return found >= 0;
  });
}

export function sameThresholds(a: ThresholdPercents | null, b: ThresholdPercents | null): boolean {
  return a === null || b === null ? a === b : sameAmount(a.warningPercent, b.warningPercent) && sameAmount(a.criticalPercent, b.criticalPercent);
}

export function sameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && a[key] === b[key]);
}

function sameAmount(a: string, b: string): boolean {
  return a === b || usd(a) === usd(b);
}
