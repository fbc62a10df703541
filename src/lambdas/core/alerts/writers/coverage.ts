import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { amount, dollars, reasonOf } from '../texts';
import { steps, Writer } from './writer';

const MAX_LINES = 20;

/** Spend that nobody meters; the events are made by the coverage checker. */
export const COVERAGE_WRITERS = {
  // While it lasts the alarm stands; one message tells that it has begun.
  [EventType.COVERAGE_GAP_FOUND]: (detail: EventDetail) => (detail.after?.lasting === true ? undefined : {
    audience: 'operations',
    severity: 'critical',
    headline: 'Bedrock was used without being metered',
    lines: ['AWS counted more tokens than were metered: what they cost is charged to no budget, and stops nobody.', reasonOf(detail), ...countLines(detail.after?.unmetered, 'tokens')],
    nextSteps: steps(
      'Look for unreadable records and errors of the usage meter of that time; both have alarms of their own.',
      'Otherwise look how the models are called: batch jobs and speech over bidirectional streams stand in no invocation log.',
    ),
  }),
  // No alarm stands for it: the audit trail has every hour.
  [EventType.COVERAGE_SURPLUS_FOUND]: (detail: EventDetail) => (detail.after?.lasting === true ? undefined : {
    audience: 'operations',
    severity: 'critical',
    headline: 'More was metered than AWS counted for Bedrock',
    lines: ['More tokens were metered than AWS counted: calls may have been charged twice, or records may not be from Bedrock.', reasonOf(detail), ...countLines(detail.after?.overmetered, 'tokens')],
    nextSteps: steps(
      'Compare the ledger rows of that hour with the invocation log: every request id may stand there once.',
      'See who else may write to the invocation log group: whoever can, can charge anybody.',
    ),
  }),
  // A change after which all is well is for the audit trail.
  [EventType.INVOCATION_LOGGING_CHANGED]: (detail: EventDetail) => (!Array.isArray(detail.after?.faults) || detail.after.faults.length === 0 ? undefined : {
    audience: 'operations',
    severity: 'critical',
    headline: 'Bedrock calls are not metered any more',
    lines: [
      'The records of Bedrock\'s calls do not reach the usage meter: nothing is charged to budgets, and nobody is warned or suspended.',
      `What: ${reasonOf(detail)}`,
      ...(detail.before?.by === undefined ? ['Who changed it: not told here; CloudTrail has it.'] : [`Who changed it: ${plainText(detail.before.by, 300)}`]),
    ],
    nextSteps: steps(
      'Ask whoever changed it. To put it back, restore the logging configuration or the subscription filter by hand, or deploy the stack again after a change to it.',
      'It is not put back by itself: somebody may own the configuration rightly. This message comes every hour for as long as it lasts.',
    ),
  }),
  [EventType.MANTLE_USE_FOUND]: (detail: EventDetail) => ({
    audience: 'operations',
    severity: 'critical',
    headline: 'Bedrock was used through an endpoint that no log shows',
    lines: [
      `${reasonOf(detail)}.`,
      `Estimated cost at list prices: ${amount(detail.after?.estimatedUsd) === undefined ? 'not known' : dollars(detail.after?.estimatedUsd)}${listOf(detail.after?.unpriced).length > 0 ? ', without models whose price is not known' : ''}.`,
      ...modelLines(detail.after?.models),
      'Who called is not known here: CloudWatch counts models, and no callers.',
    ],
    nextSteps: steps(
      'Deny bedrock-mantle:CreateInference and bedrock-mantle:CallWithBearerToken to those who are to be held to a budget.',
      'To learn who calls, have a trail log data events of AWS::BedrockMantle::Project into a log group: docs/coverage.md, "The mantle endpoint", has the query.',
      'If its use is intended, set the property mantleUse to IGNORE.',
    ),
  }),
  // Whoever is gone uses nothing: that is for the audit trail.
  [EventType.MANTLE_DENY_FAILED]: (detail: EventDetail) => (detail.after?.code === 'gone' ? undefined : {
    audience: 'operations',
    severity: 'warning',
    headline: 'cannot be kept from the mantle endpoint',
    lines: [
      'Principals with a budget are to be kept from Bedrock\'s mantle endpoint, which no log shows. With this one that failed: what it spends there counts towards no budget.',
      `Why: ${reasonOf(detail)}`,
    ],
    whatNext: 'it is tried again every hour, and told once for as long as the reason stays the same.',
    raisable: false,
    nextSteps: steps(
      'Attachment quota full: detach a managed policy that is not needed any more.',
      'Root, roles that AWS reserves to itself, federated sessions and principals of other accounts: deny bedrock-mantle to them in a service control policy, a permission set or at the user that issues the session.',
      'If it may use the endpoint, have its budget observe only.',
    ),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_LINES) : [];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value).slice(0, MAX_LINES) : [];
}

function countLines(counts: unknown, unit: string): readonly string[] {
  return entriesOf(counts).map(([name, count]) => `- ${plainText(name, 200)}: ${Number(count).toLocaleString('en-US')} ${unit}`);
}

function modelLines(models: unknown): readonly string[] {
  return entriesOf(models).map(([name, counts]) => `- ${plainText(name, 200)}: ${Number((counts as { inferences?: unknown } | null)?.inferences).toLocaleString('en-US')} calls`);
}
