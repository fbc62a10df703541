import { BudgetFigures, EventDetail } from '../events';
import { labelText } from '../label-text';
import { plainText } from '../plain-text';
import { Fact } from './alert';
import { dollars, instant, minute, share } from './texts';

const MAX_LABELS = 10;

/** Whom a message is about. */
export function principalFacts({ principalId, labels }: Pick<EventDetail, 'principalId' | 'labels'>): Fact[] {
  return [{ name: 'Principal', value: plainText(principalId, 200) }, ...labelFacts(labels ?? {})];
}

export function labelFacts(labels: Readonly<Record<string, string>>): Fact[] {
  const entries = Object.entries(labels).slice(0, MAX_LABELS).map(([key, value]) => labelText(plainText(key, 64), plainText(value, 64)));
  return entries.length > 0 ? [{ name: 'Labels', value: entries.join(', ') }] : [];
}

/** How far a budget is used, until when it holds, and what is to be expected. */
export function figureFacts({ budget, graceDeadline, status }: Pick<EventDetail, 'budget' | 'graceDeadline' | 'status'>): Fact[] {
  return budget ? [
    { name: 'Spent', value: spentOf(budget) },
    ...(budget.estimatedUsd === undefined ? [] : [{ name: 'Of which estimated', value: `${dollars(budget.estimatedUsd)}, since the price of a model is not known` }]),
    { name: 'Period', value: `${plainText(budget.period, 40)}, since ${plainText(budget.periodStart, 10)}, next one begins ${instant(budget.periodEndsAt)}` },
    { name: 'Forecast', value: forecastText(budget) },
    ...(status === 'grace_period' && graceDeadline !== undefined ? [{ name: 'Deadline', value: instant(graceDeadline) }] : []),
  ] : [];
}

export function spentOf(budget: BudgetFigures): string {
  return `${dollars(budget.spentUsd)} of ${dollars(budget.limitUsd)} (${share(budget)})`;
}

export function forecastText({ forecast }: BudgetFigures): string {
  switch (forecast?.outcome) {
    case 'exhausted':
      return 'the limit is reached';
    case 'exhausts':
      return `at this pace the limit is reached at ${minute(forecast.exhaustedAt)}; ${dollars(forecast.projectedUsd)} by the end of the period`;
    case 'lasts':
      return `at this pace ${dollars(forecast.projectedUsd)} by the end of the period, within the limit`;
    case 'unknown':
      return `cannot be told: ${plainText(forecast.why, 100)}`;
    default:
      return 'cannot be told';
  }
}
