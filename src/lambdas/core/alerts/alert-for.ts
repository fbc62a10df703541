import { EventType } from '../../../contract';
import { EventDetail } from '../events';
import { plainText } from '../plain-text';
import { Alert, AlertContext } from './alert';
import { figureFacts, principalFacts } from './figures';
import { moreBudget } from './more-budget';
import { isoOrNone, nameOf } from './texts';
import { AGENT_WRITERS } from './writers/agents';
import { BUDGET_WRITERS } from './writers/budgets';
import { CHARGEBACK_WRITERS } from './writers/chargeback';
import { CONFIGURATION_WRITERS } from './writers/configuration';
import { COVERAGE_WRITERS } from './writers/coverage';
import { DIGEST_WRITERS } from './writers/digest';
import { ENFORCEMENT_WRITERS } from './writers/enforcement';
import { PRICE_WRITERS } from './writers/prices';
import { RECONCILIATION_WRITERS } from './writers/reconciliation';
import { Writer } from './writers/writer';

/** Every event that people may hear of. */
export const WRITERS: Partial<Record<EventType, Writer>> = {
  ...BUDGET_WRITERS,
  ...ENFORCEMENT_WRITERS,
  ...PRICE_WRITERS,
  ...AGENT_WRITERS,
  ...CONFIGURATION_WRITERS,
  ...COVERAGE_WRITERS,
  ...RECONCILIATION_WRITERS,
  ...CHARGEBACK_WRITERS,
  ...DIGEST_WRITERS,
};

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
  const { headline, nextSteps, raisable = true, facts = [], ...rest } = message;
  const principalId = detail.principalId === undefined ? '' : plainText(detail.principalId, 200);
  return {
    type: detailType as EventType,
    eventId: plainText(detail.eventId, 200),
    occurredAt: isoOrNone(detail.occurredAt) ?? '',
    deploymentId: plainText(detail.deploymentId, 64),
    environmentName: plainText(detail.environmentName, 64),
    ...rest,
    headline: principalId ? `${nameOf(detail)} ${headline}` : headline,
    facts: [...(principalId ? principalFacts(detail) : []), ...figureFacts(detail), ...facts],
    nextSteps: [...nextSteps, ...(principalId && raisable ? moreBudget(detail, context) : [])],
    links: context.dashboardUrl === undefined ? [] : [{ text: 'Dashboard', url: context.dashboardUrl }],
    ...(principalId ? { principal: { id: principalId, ...(detail.principalKind ? { kind: plainText(detail.principalKind, 64) } : {}) } } : {}),
    labels: detail.labels ?? {},
    ...(detail.budget ? { budget: detail.budget } : {}),
    ...(detail.digest ? { digest: detail.digest } : {}),
  };
}
