import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { formatUsdRounded, subtractUsd, usd, Usd } from '../../money';
import { notEnforcedIn } from '../../not-enforced';
import { plainText } from '../../plain-text';
import { AlertContext, Message } from '../alert';
import { takeHoldBack } from '../more-budget';
import { amount, instant, json, modelOf, reasonOf, share } from '../texts';
import { isHeld } from './held';
import { steps, Writer } from './writer';

/** What becomes of a budget: thresholds, grace periods, corrections, declarations. */
export const BUDGET_WRITERS = {
  [EventType.THRESHOLD_CROSSED]: thresholdCrossed,
  [EventType.GRACE_PERIOD_STARTED]: gracePeriodStarted,
  [EventType.GRACE_PERIOD_CANCELLED]: detail => (detail.status === 'exceeded' ? {
    audience: 'alerts',
    severity: 'warning',
    headline: 'is over its Bedrock budget and not suspended for now',
    lines: [`The grace period has ended without a suspension, although the principal is over its budget: ${reasonOf(detail)}.`],
    whatNext: notEnforcedIn(detail.reason)
      ? 'access stays. Once budgets are enforced again, a new grace period begins.'
      : 'access stays, since the budget is only observed now. If it is enforced again while the principal is over it, a new grace period begins.',
    nextSteps: [],
  } : {
    audience: 'alerts',
    severity: 'info',
    headline: 'is within its Bedrock budget again, not suspended',
    lines: ['The grace period has ended without a suspension: the principal is within its budget again.'],
    whatNext: 'nothing, unless it reaches a limit again: then another grace period begins.',
    nextSteps: [],
  }),
  [EventType.CALLS_REPRICED]: callsRepriced,
  [EventType.DECLARATION_KEPT_OUT]: (detail, { budgetsTable }) => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'has a budget other than its stack declares',
    lines: [
      'A stack declares a budget that somebody has changed at run time. The change was kept.',
      `What: ${reasonOf(detail)}`,
      `Declared: ${json(detail.before)}`,
      `In force: ${json(detail.after)}`,
    ],
    whatNext: 'the change stays in force, deployment after deployment, until somebody ends it.',
    nextSteps: steps(
      'To keep the change, write it into the stack\'s `budgets` as well.',
      `To go back to what the stack declares, write that into the principal's item in table ${plainText(budgetsTable, 255)}.`,
    ),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function thresholdCrossed(detail: EventDetail): Message | undefined {
  if (detail.level === 'warning' || detail.level === 'critical') {
    return {
      audience: 'alerts',
      severity: detail.level,
      headline: `has used ${share(detail.budget)} of its Bedrock budget`,
      lines: [`${detail.level === 'critical' ? 'Last warning' : 'Warning'}: the principal has used ${share(detail.budget)} of its budget.`],
      whatNext: `${detail.level === 'warning' ? 'one more warning comes before the limit; ' : ''}${atTheLimit(detail)} A budget that is only observed is told of, not restricted.`,
      nextSteps: steps('Nothing, if the spending is as planned and will stay within the limit.'),
    };
  }
  // At the limit the grace period is told, not the threshold; only where none begins is this the one message.
  return detail.status === 'exceeded' ? {
    audience: 'alerts',
    severity: 'critical',
    headline: 'is over its Bedrock budget and not restricted',
    lines: [`The principal has reached its limit (${share(detail.budget)}). It is not restricted, and can still spend.`],
    whatNext: `it goes on spending.${resumed(detail)}${nextPeriod(detail)}`,
    nextSteps: steps('Stop the spending at its source, or raise the limit.'),
  } : undefined;
}

/** What a limit does to whoever reaches it. */
function atTheLimit({ reason }: EventDetail): string {
  const why = notEnforcedIn(reason);
  return why
    ? `at the limit nothing happens for now, since ${why}. Once it is on again, whoever is over the limit has a grace period, and loses access to Bedrock when it ends.`
    : 'at the limit a grace period begins, and access to Bedrock is withdrawn when it ends.';
}

/** What becomes of whoever is over the limit and left alone, where that is for a time alone. */
function resumed({ reason }: EventDetail): string {
  const why = notEnforcedIn(reason);
  return why ? ` That is since ${why}: once it is on again, a grace period begins.` : '';
}

function gracePeriodStarted(detail: EventDetail, context: AlertContext): Message {
  if (isHeld(detail)) {
    return {
      audience: 'alerts',
      severity: 'critical',
      headline: 'is being suspended from Bedrock by order',
      lines: [`An operator has ordered to suspend the principal: ${reasonOf(detail)}. Its access to Bedrock is withdrawn now.`],
      whatNext: 'access stays withdrawn, also in a new period, until the order is taken back.',
      raisable: false,
      nextSteps: takeHoldBack(detail, context),
    };
  }
  const deadline = instant(detail.graceDeadline);
  const atOnce = Date.parse(detail.graceDeadline ?? '') <= Date.parse(detail.occurredAt);
  return {
    audience: 'alerts',
    severity: 'critical',
    headline: `has reached its Bedrock budget: suspended ${atOnce ? 'now' : `at ${deadline}`}`,
    lines: [
      `The principal has reached its limit: ${reasonOf(detail)}.`,
      atOnce ? 'Its access to Bedrock is withdrawn now.' : `Its access to Bedrock is withdrawn at ${deadline}, unless it is within its budget by then.`,
    ],
    whatNext: comesBack(detail),
    nextSteps: steps('Finish or save what is running.'),
  };
}

/** A change of less than a cent is for the audit trail alone. */
function callsRepriced(detail: EventDetail): Message | undefined {
  const before = amount(detail.before?.costUsd);
  const after = amount(detail.after?.costUsd);
  if (before === undefined || after === undefined || isLessThanACent(subtractUsd(after, before))) {
    return undefined;
  }
  return {
    audience: 'alerts',
    severity: 'info',
    headline: `was charged anew for Bedrock: ${formatUsdRounded(before)} became ${formatUsdRounded(after)}`,
    lines: [
      `The price of a model is known now. Calls that had been charged by an estimate were charged anew: ${formatUsdRounded(before)} became ${formatUsdRounded(after)}.`,
      `Model: ${modelOf(detail)}`,
      ...(Number.isFinite(detail.calls) ? [`Calls: ${detail.calls}`] : []),
    ],
    whatNext: 'the corrected spend counts from now on: whoever was suspended by the estimate alone is restored.',
    nextSteps: [],
  };
}

/** When the spend starts anew, where the event tells. */
export function nextPeriod({ budget }: EventDetail): string {
  return budget ? ` The next period begins at ${instant(budget.periodEndsAt)}.` : '';
}

/** How a suspension ends by itself. */
export function comesBack({ budget }: EventDetail): string {
  return `access comes back by itself ${budget ? `when the next period begins, at ${instant(budget.periodEndsAt)}, or ` : ''}as soon as the limit rises.`;
}

const CENT = usd('0.01');

function isLessThanACent(difference: Usd): boolean {
  return difference < CENT && difference > -CENT;
}
