import { ComparedModel, comparedModel } from './compared-model';
import { addCounts, CountedKind, CountsByModel, ModelCounts, NOTHING, TOKEN_COUNTS, totalTokens } from './token-counts';

/** How both sides stand to each other for one model. */
export interface ModelDifference extends ComparedModel {
  readonly counted: ModelCounts;
  readonly metered: ModelCounts;
  /** Tokens that AWS counted and nobody metered. */
  readonly unmetered: number;
  /** Tokens that were metered and AWS did not count. */
  readonly overmetered: number;
  /** Kinds that were metered and that AWS does not count for the model, or not by its id. */
  readonly notCompared: readonly CountedKind[];
}

export interface Comparison {
  /** By key. */
  readonly models: ReadonlyMap<string, ModelDifference>;
  /** All models together. */
  readonly total: ModelDifference;
}

/**
 * How far a metered prompt may be from AWS's input tokens to pass for the same number: only there does the metric count cached tokens as input as well.
 * AWS documents that it does not; were it otherwise, every cached prompt would look unmetered.
 */
const SAME_NUMBER_PERCENT = 2;

/** Compares what AWS counted with what was metered in the same span of time. Pure: no tolerance, no verdict. */
export function compare(counted: CountsByModel, metered: CountsByModel): Comparison {
  const [aws, ours] = [byKey(counted), byKey(metered)];
  const differences = [...new Set([...aws.keys(), ...ours.keys()])].map(key => differenceOf(
    { key, opaque: (aws.get(key) ?? ours.get(key))!.opaque }, aws.get(key)?.counts, ours.get(key)?.counts,
  ));
  const settled = settleOpaque(differences, aws, ours)
    .map(difference => (difference.opaque && !aws.has(difference.key) ? notCompared(difference) : difference));
  return { models: new Map(settled.map(difference => [difference.key, difference])), total: totalOf(settled) };
}

function byKey(side: CountsByModel): Map<string, { readonly opaque: boolean; readonly counts: ModelCounts }> {
  const sums = new Map<string, { readonly opaque: boolean; readonly counts: ModelCounts }>();
  for (const [id, counts] of side) {
    const { key, opaque } = comparedModel(id);
    sums.set(key, { opaque, counts: addCounts(sums.get(key)?.counts ?? NOTHING, counts) });
  }
  return sums;
}

function differenceOf(model: ComparedModel, byAws: ModelCounts | undefined, metered: ModelCounts = NOTHING): ModelDifference {
  const counted = byAws ?? NOTHING;
  // A model that AWS does not know at all has no kinds that it counts or not.
  const isCompared = (kind: CountedKind) => byAws === undefined || counted[kind] !== undefined;
  const compared = TOKEN_COUNTS.filter(isCompared);
  const difference = (kind: CountedKind) => (counted[kind] ?? 0) - (metered[kind] ?? 0);
  const sumOf = (part: (kind: CountedKind) => number) => compared.reduce((sum, kind) => sum + Math.max(0, part(kind)), 0);
  return {
    ...model,
    counted,
    metered,
    unmetered: sumOf(kind => (kind === 'input' && countsCacheAsInput(counted, metered) ? 0 : difference(kind))),
    overmetered: sumOf(kind => -difference(kind)),
    notCompared: TOKEN_COUNTS.filter(kind => !isCompared(kind) && (metered[kind] ?? 0) > 0),
  };
}

/**
 * AWS does not count everything under the id that is called: not a model that was imported, nor an endpoint of the marketplace. What is left of it when it
 * was set off is more than nothing in every hour, and proves nothing.
 */
function notCompared(difference: ModelDifference): ModelDifference {
  return { ...difference, overmetered: 0, notCompared: TOKEN_COUNTS.filter(kind => (difference.metered[kind] ?? 0) > 0) };
}

function countsCacheAsInput(counted: ModelCounts, { input, cacheRead = 0, cacheWrite = 0 }: ModelCounts): boolean {
  const prompt = input + cacheRead + cacheWrite;
  return cacheRead + cacheWrite > 0 && Math.abs(counted.input - prompt) * 100 <= prompt * SAME_NUMBER_PERCENT;
}

/**
 * Calls through a profile of one's own may be counted by AWS under the model behind it. So what one side alone knows under such an id is set off
 * against what is missing under the ids of models, as tokens of any kind: not to be told apart, it must neither pass for a gap nor for duplicates.
 */
function settleOpaque(
  differences: readonly ModelDifference[], aws: ReadonlyMap<string, unknown>, ours: ReadonlyMap<string, unknown>,
): readonly ModelDifference[] {
  const oneSided = differences.filter(({ opaque, key }) => opaque && aws.has(key) !== ours.has(key));
  const named = differences.filter(difference => !oneSided.includes(difference));
  const sum = (of: readonly ModelDifference[], part: 'unmetered' | 'overmetered') => of.reduce((total, difference) => total + difference[part], 0);
  const gap = setOff(named, 'unmetered', sum(oneSided, 'overmetered'));
  const surplus = setOff(gap.rest, 'overmetered', sum(oneSided, 'unmetered'));
  const opaque = setOff(setOff(oneSided, 'overmetered', gap.used).rest, 'unmetered', surplus.used).rest;
  return [...surplus.rest, ...opaque];
}

/** Takes tokens off the largest differences first. */
function setOff(
  differences: readonly ModelDifference[], part: 'unmetered' | 'overmetered', tokens: number,
): { readonly rest: readonly ModelDifference[]; readonly used: number } {
  let left = tokens;
  const rest = [...differences].sort((a, b) => b[part] - a[part]).map(difference => {
    const taken = Math.min(left, difference[part]);
    left -= taken;
    return { ...difference, [part]: difference[part] - taken };
  });
  return { rest, used: tokens - left };
}

function totalOf(differences: readonly ModelDifference[]): ModelDifference {
  return differences.reduce<ModelDifference>((sum, each) => ({
    key: sum.key,
    opaque: false,
    counted: addCounts(sum.counted, each.counted),
    metered: addCounts(sum.metered, each.metered),
    unmetered: sum.unmetered + each.unmetered,
    overmetered: sum.overmetered + each.overmetered,
    notCompared: TOKEN_COUNTS.filter(kind => sum.notCompared.includes(kind) || each.notCompared.includes(kind)),
  }), { key: ALL_MODELS, opaque: false, counted: NOTHING, metered: NOTHING, unmetered: 0, overmetered: 0, notCompared: [] });
}

/** Stands for all models together. */
export const ALL_MODELS = 'all models';

/** The share of AWS's tokens that was not metered, in percent; 0 where AWS counted none. */
export function unmeteredPercent({ counted, unmetered }: ModelDifference): number {
  const tokens = totalTokens(counted);
  return tokens === 0 ? 0 : unmetered * 100 / tokens;
}
