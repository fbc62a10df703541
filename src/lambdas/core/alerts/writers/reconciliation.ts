import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { reasonOf } from '../texts';
import { steps, Writer } from './writer';

const MAX_MODELS = 20;

/** What AWS bills, against what was metered. */
export const RECONCILIATION_WRITERS = {
  [EventType.COST_DRIFT_FOUND]: (detail: EventDetail) => {
    const billed = new Map(factsIn(detail.after?.billedUsd));
    const ratio = new Map(factsIn(detail.after?.ratio));
    return {
      audience: 'operations',
      severity: 'warning',
      headline: 'AWS bills Bedrock otherwise than it was metered',
      lines: [
        `What AWS bills and what was metered differ: ${reasonOf(detail)}.`,
        ...factsIn(detail.before?.meteredUsd).map(([model, metered]) => `- ${model}: metered ${metered}, billed ${billed.get(model) ?? 'nothing'} (metered / billed: ${ratio.get(model) ?? 'unknown'})`),
        ...factsIn(detail.after?.unknownModelsUsd).map(([name, billedUsd]) => `- billed under a name that is not known: ${name}, ${billedUsd}`),
      ],
      nextSteps: steps(
        'The same ratio for all models of a provider is a discount: set discountPercent, or providerDiscountPercents.',
        'One model alone: compare its price with https://aws.amazon.com/bedrock/pricing/, and set it where it is wrong.',
        'Billed more than metered at prices that are right: calls pass by the meter. See whether invocation logging was switched off for a time, and whether all kinds of principals are tracked.',
      ),
    };
  },
  [EventType.RECONCILIATION_UNAVAILABLE]: (detail: EventDetail) => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'The bill cannot be compared with what was metered',
    lines: ['Reconciliation is switched on, and the bill cannot be read. Nothing else is affected: calls are metered and budgets enforced as ever.', `Why: ${reasonOf(detail)}`],
    nextSteps: steps(
      'Do what the reason says; the days that wait are compared at the next daily run.',
      'Or switch reconciliation off: this is told once, and the alarm on days that wait stays.',
    ),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function factsIn(value: unknown): (readonly [string, string])[] {
  return Object.entries((value ?? {}) as Record<string, unknown>).slice(0, MAX_MODELS).map(([name, fact]) => [plainText(name, 200), plainText(fact, 40)]);
}
