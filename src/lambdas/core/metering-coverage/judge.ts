import { ALL_MODELS, compare, Comparison, ModelDifference } from './compare';
import { addByModel, CountsByModel, totalTokens } from './token-counts';

/** What both sides counted in one hour. */
export interface HourCounts {
  readonly counted: CountsByModel;
  readonly metered: CountsByModel;
}

/** The hour that is judged with its neighbours; one that nobody metered as yet, or of which nothing is known, is absent. */
export interface JudgedHours {
  /** The one before `before`, with which that was judged in its turn. */
  readonly earlier?: HourCounts;
  readonly before?: HourCounts;
  readonly hour: HourCounts;
  readonly after?: HourCounts;
}

/**
 * Both sides date a call differently, by its begin or its end, round, and lag. Two percent is more than either does over an hour, and less than
 * what a lost destination, a filter or a kind of call that is not logged leaves out. Twenty thousand tokens cost half a dollar at the dearest
 * list price of today: less is not worth waking anybody.
 */
export const TOLERANCE = { percent: 2, tokens: 20_000 } as const;

export interface Judgement {
  /** Of the hour by itself. */
  readonly comparison: Comparison;
  /** Models with tokens that AWS counted and nobody metered, beyond the tolerance; those of `ALL_MODELS` where only the sum is beyond it. */
  readonly gaps: readonly ModelDifference[];
  /** Models with more tokens metered than AWS counted, beyond the tolerance. */
  readonly surpluses: readonly ModelDifference[];
  /** Whether the hour before had a gap already, by the same rule. */
  readonly gapLasts: boolean;
  /** The same of surpluses. */
  readonly surplusLasts: boolean;
}

type Side = 'unmetered' | 'overmetered';

/**
 * Judges an hour. A long call that AWS counts in one hour and we in the next leaves a gap in the one and as much too much in the other: so a gap is one
 * only if it is left when the hour is taken together with the one before, and with the one after.
 */
export function judge({ earlier, before, hour, after }: JudgedHours): Judgement {
  const judgement = judgeAlone({ before, hour, after });
  // As it was judged an hour ago: what was forgiven then was never told.
  const previous = before && judgeAlone({ before: earlier, hour: before, after: hour });
  return {
    ...judgement,
    gapLasts: judgement.gaps.length > 0 && previous !== undefined && previous.gaps.length > 0,
    surplusLasts: judgement.surpluses.length > 0 && previous !== undefined && previous.surpluses.length > 0,
  };
}

function judgeAlone({ before, hour, after }: Omit<JudgedHours, 'earlier'>): Pick<Judgement, 'comparison' | 'gaps' | 'surpluses'> {
  const comparison = compare(hour.counted, hour.metered);
  const together = [before, after].flatMap(neighbour => (neighbour ? [compareTogether(neighbour, hour)] : []));
  const beyond = (side: Side) => {
    const models = [...comparison.models.values()].filter(model => isBeyond(model, side) && together.every(both => stillBeyond(both, model.key, side)));
    const inSum = isBeyond(comparison.total, side) && together.every(both => isBeyond(both.total, side));
    return models.length > 0 || !inSum ? models : [comparison.total];
  };
  return { comparison, gaps: beyond('unmetered'), surpluses: beyond('overmetered') };
}

function compareTogether(a: HourCounts, b: HourCounts): Comparison {
  return compare(addByModel(a.counted, b.counted), addByModel(a.metered, b.metered));
}

function stillBeyond({ models }: Comparison, key: string, side: Side): boolean {
  const model = models.get(key);
  return model !== undefined && isBeyond(model, side);
}

/** Beyond both: a share of little, and little of much, are both nothing to look into. */
function isBeyond(difference: ModelDifference, side: Side): boolean {
  const tokens = totalTokens(side === 'unmetered' ? difference.counted : difference.metered);
  return difference[side] >= TOLERANCE.tokens && difference[side] * 100 > tokens * TOLERANCE.percent;
}

/** Whether the sum alone is beyond the tolerance, and no model by itself. */
export function isOfAllModels({ key }: ModelDifference): boolean {
  return key === ALL_MODELS;
}
