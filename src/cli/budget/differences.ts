import { BudgetAnswer } from './answers';
import { exemptionText, holdText, labelsText, limitsText, plain, thresholdsText, topUpsText } from './texts';

/** One thing about a budget that is not what it was. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What can be ordered, and the status that may follow from it. */
const ASPECTS: readonly (readonly [what: string, text: (budget: Partial<BudgetAnswer>) => string])[] = [
  ['limits', ({ limits }) => limitsText(limits)],
  ['thresholds', ({ thresholds }) => thresholdsText(thresholds?.own ? thresholds : undefined)],
  ['enforcement', ({ enforcement }) => plain(enforcement ?? 'enforced')],
  ['labels', ({ labels }) => labelsText(labels)],
  ['top-ups', ({ topUps }) => topUpsText(topUps)],
  ['exemption', ({ exemption }) => exemptionText(exemption)],
  ['suspended', ({ hold }) => holdText(hold)],
  ['status', ({ status }) => plain(status ?? 'active')],
];

/** What is different between two states of a budget, in words. Nobody is the state of somebody who has not been seen. */
export function differencesBetween(before: BudgetAnswer | null | undefined, after: BudgetAnswer | null | undefined): readonly Difference[] {
  return ASPECTS
    .map(([what, text]) => ({ what, before: text(before ?? {}), after: text(after ?? {}) }))
    .filter(difference => difference.before !== difference.after);
}
