import { Budget, Limit, limitsInForce } from '../budget';
import { formatPeriod, Period } from '../calendar';
import { addUsd, Usd } from '../money';
import { Settings } from '../settings';

/** A runtime of the role, as far as its share goes. */
export type SharingMember = Pick<Budget, 'kind' | 'limits'>;

/** The item is paid for by its size with every charge: so many runtimes are kept on it. */
export const MAX_LISTED_RUNTIMES = 100;

/**
 * What the members of a role may spend together, each by its own limits or the default: the sum of it, in every period for which any of them has a
 * limit. Who has none for that period may spend in it what the limits for other periods leave at most: nobody is restricted by less than they were
 * promised, and nobody is without a limit for having been given another period.
 *
 * `undefined` where no member has limits of its own, so that the default, times the number of members, applies and follows the settings; nothing where one
 * of them is without any limit.
 */
export function sharedLimits(members: readonly SharingMember[], settings: Settings): readonly Limit[] | undefined {
  // Of more members than the item lists the default would be multiplied by too little.
  if (members.length <= MAX_LISTED_RUNTIMES && members.every(({ limits }) => limits === undefined)) {
    return undefined;
  }
  const limitsOfEach = members.map(member => limitsInForce(member, settings));
  if (limitsOfEach.some(limits => limits.length === 0)) {
    return [];
  }
  const periods = new Map(limitsOfEach.flat().map(({ period }) => [formatPeriod(period), period]));
  // Days are counted from the shared budget's own anchor.
  return [...periods.values()].map(period => ({ period, amount: addUsd(...limitsOfEach.map(limits => mostIn(period, limits))) }));
}

/** The most that may be spent in a period under some limits: the smallest that any of them leaves. */
function mostIn(period: Period, limits: readonly Limit[]): Usd {
  const bounds = limits.map(({ amount, period: own }) => (
    formatPeriod(own) === formatPeriod(period) ? amount : amount * BigInt(windowsTouching(longest(period), shortest(own))) as Usd
  ));
  return bounds.reduce((least, bound) => (bound < least ? bound : least));
}

/** How many windows of at least so many days a span of days can reach into. */
function windowsTouching(span: number, window: number): number {
  return Math.floor((span + window - 2) / window) + 1;
}

function longest(period: Period): number {
  return period.unit === 'days' ? period.days : { day: 1, week: 7, month: 31 }[period.unit];
}

function shortest(period: Period): number {
  return period.unit === 'days' ? period.days : { day: 1, week: 7, month: 28 }[period.unit];
}
