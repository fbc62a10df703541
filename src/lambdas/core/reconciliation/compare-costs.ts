import { addUsd, subtractUsd, timesTokens, Usd, usd, ZERO_USD } from '../money';
import { GUARDRAILS_ID } from '../pricing/units';
import { billedFor, comparedAs } from './billed-model';
import { BilledCharge } from './ports';

/** How far the two may be apart: rounding, and calls around midnight. */
export const TOLERANCE_PERCENT = 5;

/** Less than this is nobody's time worth, whatever the share. */
const MINIMUM_DIFFERENCE: Usd = usd('1');

/** What all models come to together. */
export const ALL_MODELS = 'all models';

/**
 * - `agrees`: within the tolerance
 * - `differs`: beyond it
 * - `not-billed`: metered, and the bill has nothing of the model yet, or nothing under a name that is known
 * - `unmatched`: billed, while calls were metered of which nobody knows the model
 */
export type Verdict = 'agrees' | 'differs' | 'not-billed' | 'unmatched';

export interface Comparison {
  /** The first id of the model, `GUARDRAILS_ID` or `ALL_MODELS`; of a principal, its id. */
  readonly model: string;
  readonly metered: Usd;
  /** Whichever of the two figures of AWS is nearer: list prices are metered where no discounts are set, and what is paid where they are. */
  readonly billed: Usd;
  /** Metered less billed. */
  readonly difference: Usd;
  /** Of what is billed, in whole percent, rounded up; 100 where nothing is billed. */
  readonly percent: number;
  readonly verdict: Verdict;
}

export interface DayComparison {
  /** Every model that was metered or billed, in order of their ids. */
  readonly models: readonly Comparison[];
  /** Together with what could be matched with no model. */
  readonly total: Comparison;
  /** What is beyond the tolerance: models, or else the total. */
  readonly drift: readonly Comparison[];
  /** What Bedrock is billed for beside calls that are metered. */
  readonly other: ReadonlyMap<string, Usd>;
  /** Names of billed models that nobody has taught us. */
  readonly unknownModels: ReadonlyMap<string, Usd>;
  /** Metered under ids that do not tell their model. */
  readonly unknownCalls: Usd;
  /** Models were metered of which the bill has nothing, under no name: of a recent day it may not be there yet. */
  readonly incomplete: boolean;
}

interface Figures {
  readonly metered: Usd;
  readonly unblended: Usd;
  readonly net: Usd;
}

const NOTHING: Figures = { metered: ZERO_USD, unblended: ZERO_USD, net: ZERO_USD };

/**
 * Compares what was metered of one day with what AWS bills for it.
 *
 * @param metered by the model that was called, without what cannot be told of it
 * @param region of the calls
 */
export function compareCosts(metered: ReadonlyMap<string, Usd>, charges: readonly BilledCharge[], region: string): DayComparison {
  const models = new Map<string, Figures>();
  const other = new Map<string, Usd>();
  const unknownModels = new Map<string, Usd>();
  let unknown = NOTHING;
  for (const [modelId, cost] of metered) {
    const model = comparedAs(modelId);
    const figures: Figures = { ...NOTHING, metered: cost };
    if (model === undefined) {
      unknown = sum(unknown, figures);
    } else {
      models.set(model, sum(models.get(model) ?? NOTHING, figures));
    }
  }
  const unknownCalls = unknown.metered;
  for (const { unblended, net, ...charge } of charges) {
    const billed: Figures = { ...NOTHING, unblended, net };
    const purpose = billedFor(charge, region);
    if (purpose.kind === 'model') {
      models.set(purpose.model, sum(models.get(purpose.model) ?? NOTHING, billed));
    } else if (purpose.kind !== 'elsewhere') {
      const named = purpose.kind === 'other' ? other : unknownModels;
      named.set(purpose.name, addUsd(named.get(purpose.name) ?? ZERO_USD, unblended));
      unknown = purpose.kind === 'other' ? unknown : sum(unknown, billed);
    }
  }
  const guardrails = models.get(GUARDRAILS_ID);
  if (guardrails) {
    const { compared, rest } = guardrailsOfCalls(guardrails);
    models.set(GUARDRAILS_ID, compared);
    if (rest > 0n) {
      other.set(OTHER_GUARDRAILS, rest);
    }
  }
  const named = [...models].sort(([one], [another]) => (one < another ? -1 : 1))
    .map(([model, figures]) => comparisonOf(model, figures, { unknownBilled: unknownModels.size > 0, unknownMetered: unknownCalls > 0n }));
  const total = comparisonOf(ALL_MODELS, [...models.values()].reduce(sum, unknown), { unknownBilled: false, unknownMetered: false });
  const differing = named.filter(({ verdict }) => verdict === 'differs');
  return {
    models: named,
    total,
    drift: differing.length > 0 ? differing : [total].filter(({ verdict }) => verdict === 'differs'),
    other,
    unknownModels,
    unknownCalls,
    incomplete: unknownModels.size === 0 && named.some(({ billed, metered: cost }) => billed === ZERO_USD && isBeyond(cost, ZERO_USD)),
  };
}

/** What is billed for guardrails beyond those of calls. */
export const OTHER_GUARDRAILS = 'guardrails that no record of a call tells of';

/**
 * Guardrails can be applied without any call of a model, and a record whose body is off does not tell of them: neither is metered. So what is metered of
 * them has to be on the bill, and the bill may have more.
 */
function guardrailsOfCalls({ metered, unblended, net }: Figures): { readonly compared: Figures; readonly rest: Usd } {
  const atMost = (billed: Usd) => (billed > metered ? metered : billed);
  return { compared: { metered, unblended: atMost(unblended), net: atMost(net) }, rest: subtractUsd(unblended, atMost(unblended)) };
}

/** The largest difference of those that count, in percent. */
export function worstPercent(drift: readonly Comparison[]): number {
  return drift.reduce((worst, { percent }) => Math.max(worst, percent), 0);
}

function sum(some: Figures, more: Figures): Figures {
  return { metered: addUsd(some.metered, more.metered), unblended: addUsd(some.unblended, more.unblended), net: addUsd(some.net, more.net) };
}

export function comparisonOf(
  model: string, { metered, unblended, net }: Figures, { unknownBilled, unknownMetered }: { readonly unknownBilled: boolean; readonly unknownMetered: boolean },
): Comparison {
  const billed = absolute(subtractUsd(metered, net)) < absolute(subtractUsd(metered, unblended)) ? net : unblended;
  const comparison = { model, metered, billed, difference: subtractUsd(metered, billed), percent: percentOf(subtractUsd(metered, billed), billed) };
  if (!isBeyond(metered, billed)) {
    return { ...comparison, verdict: 'agrees' };
  }
  if (billed === ZERO_USD && unknownBilled) {
    return { ...comparison, verdict: 'not-billed' };
  }
  return { ...comparison, verdict: billed > metered && unknownMetered ? 'unmatched' : 'differs' };
}

function isBeyond(metered: Usd, billed: Usd): boolean {
  const difference = absolute(subtractUsd(metered, billed));
  return difference >= MINIMUM_DIFFERENCE && timesTokens(difference, 100) > timesTokens(absolute(billed), TOLERANCE_PERCENT);
}

function percentOf(difference: Usd, billed: Usd): number {
  const [part, whole] = [absolute(difference), absolute(billed)];
  if (whole === ZERO_USD) {
    return part === ZERO_USD ? 0 : 100;
  }
  return Number((part * 100n + whole - 1n) / whole);
}

function absolute(amount: Usd): Usd {
  return (amount < 0n ? -amount : amount) as Usd;
}
