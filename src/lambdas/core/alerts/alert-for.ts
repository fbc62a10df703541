import { EventType } from '../../../contract';
import { BudgetFigures, EventDetail } from '../events';
import { plainText } from '../plain-text';
import { Alert, AlertContext, Fact } from './alert';
import { dollars, instant, isoOrNone, nameOf, share } from './texts';
import { AGENT_WRITERS } from './writers/agents';
import { BUDGET_WRITERS } from './writers/budgets';
import { CONFIGURATION_WRITERS } from './writers/configuration';
import { ENFORCEMENT_WRITERS } from './writers/enforcement';
import { PRICE_WRITERS } from './writers/prices';
import { Writer } from './writers/writer';

const WRITERS: Partial<Record<EventType, Writer>> = {
  ...BUDGET_WRITERS,
  ...ENFORCEMENT_WRITERS,
  ...PRICE_WRITERS,
  ...AGENT_WRITERS,
  ...CONFIGURATION_WRITERS,
};

const MAX_LABELS = 10;

/**
 * The message that an event is worth, or `undefined` where nobody needs one: registrations and changes of budgets are told by those
 * who made them, a restoration that has begun is told when it is done, refreshed prices change nothing that was charged, a principal that
 * is gone needs nothing more, and a failure that repeats itself is told once a day.
 */
export function alertFor(detailType: string, detail: EventDetail, context: AlertContext): Alert | undefined {
  const message = detail.repeated === true ? undefined : WRITERS[detailType as EventType]?.(detail, context);
  if (!message) {
    return undefined;
  }
  const { headline, ...rest } = message;
  const principalId = detail.principalId === undefined ? '' : plainText(detail.principalId, 200);
  return {
    type: detailType as EventType,
    eventId: plainText(detail.eventId, 200),
    occurredAt: isoOrNone(detail.occurredAt) ?? '',
    deploymentId: plainText(detail.deploymentId, 64),
    environmentName: plainText(detail.environmentName, 64),
    ...rest,
    headline: principalId ? `${nameOf(detail)} ${headline}` : headline,
    facts: [...(principalId ? [{ name: 'Principal', value: principalId }, ...labelFacts(detail)] : []), ...figureFacts(detail.budget)],
    links: [],
    ...(principalId ? { principal: { id: principalId, ...(detail.principalKind ? { kind: plainText(detail.principalKind, 64) } : {}) } } : {}),
    labels: detail.labels ?? {},
    ...(detail.budget ? { budget: detail.budget } : {}),
  };
}

function labelFacts({ labels = {} }: EventDetail): Fact[] {
  const entries = Object.entries(labels).slice(0, MAX_LABELS).map(([key, value]) => `${plainText(key, 64)}=${plainText(value, 64)}`);
  return entries.length > 0 ? [{ name: 'Labels', value: entries.join(', ') }] : [];
}

function figureFacts(budget: BudgetFigures | undefined): Fact[] {
  return budget ? [
    { name: 'Spent', value: `${dollars(budget.spentUsd)} of ${dollars(budget.limitUsd)} (${share(budget)})` },
    ...(budget.estimatedUsd === undefined ? [] : [{ name: 'Of which estimated', value: `${dollars(budget.estimatedUsd)}, since the price of a model is not known` }]),
    { name: 'Period', value: `${plainText(budget.period, 40)}, since ${plainText(budget.periodStart, 10)}, next one begins ${instant(budget.periodEndsAt)}` },
  ] : [];
}
