import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { formatUsdRounded, subtractUsd, usd, Usd } from '../../money';
import { plainText } from '../../plain-text';
import { AlertContext, Message } from '../alert';
import { moreBudget } from '../more-budget';
import { amount, instant, json, modelOf, reasonOf, share } from '../texts';
import { isHeld, WHILE_HELD } from './held';
import { steps, Writer } from './writer';

/** What becomes of a budget: thresholds, grace periods, corrections, declarations. */
export const BUDGET_WRITERS = {
  [EventType.THRESHOLD_CROSSED]: thresholdCrossed,
  [EventType.GRACE_PERIOD_STARTED]: gracePeriodStarted,
  [EventType.GRACE_PERIOD_CANCELLED]: () => ({
    audience: 'alerts',
    severity: 'info',
    headline: 'is within its Bedrock budget again, not suspended',
    lines: ['The grace period has ended without a suspension: the principal is within its budget again.'],
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
    nextSteps: steps(
      'To keep the change, write it into the stack\'s `budgets` as well.',
      `To go back to what the stack declares, write that into the principal's item in table ${plainText(budgetsTable, 255)}.`,
    ),
  }),
} satisfies Partial<Record<EventType, Writer>>;

function thresholdCrossed(detail: EventDetail, context: AlertContext): Message | undefined {
  if (detail.level === 'warning' || detail.level === 'critical') {
    return {
      audience: 'alerts',
      severity: detail.level,
      headline: `has used ${share(detail.budget)} of its Bedrock budget`,
      lines: [`${detail.level === 'critical' ? 'Last warning' : 'Warning'}: the principal has used ${share(detail.budget)} of its budget.`],
      nextSteps: [...steps('Nothing, if the spending is as planned and will stay within the limit.'), ...moreBudget(detail, context)],
    };
  }
  // At the limit the grace period is told, not the threshold; only where none begins is this the one message.
  return detail.status === 'exceeded' ? {
    audience: 'alerts',
    severity: 'critical',
    headline: 'is over its Bedrock budget and not restricted',
    lines: [`The principal has reached its limit (${share(detail.budget)}). It is not restricted, and can still spend.`],
    nextSteps: [...steps('Stop the spending at its source, or'), ...moreBudget(detail, context)],
  } : undefined;
}

function gracePeriodStarted(detail: EventDetail, context: AlertContext): Message {
  if (isHeld(detail)) {
    return {
      audience: 'alerts',
      severity: 'critical',
      headline: 'is being suspended from Bedrock by order',
      lines: [`An operator has ordered to suspend the principal: ${reasonOf(detail)}. Its access to Bedrock is withdrawn now.`],
      nextSteps: WHILE_HELD,
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
    nextSteps: [...steps('Finish or save what is running.'), ...moreBudget(detail, context)],
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
      `Calls: ${Number(detail.calls)}`,
    ],
    nextSteps: [],
  };
}

const CENT = usd('0.01');

function isLessThanACent(difference: Usd): boolean {
  return difference < CENT && difference > -CENT;
}
