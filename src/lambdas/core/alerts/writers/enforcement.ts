import { EventType } from '../../../../contract';
import { holderToldIn } from '../../agents/still-denied';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { AlertContext, Message } from '../alert';
import { takeHoldBack } from '../more-budget';
import { dollars, reasonOf } from '../texts';
import { comesBack, nextPeriod } from './budgets';
import { isHeld } from './held';
import { steps, Writer } from './writer';

const MAX_POLICIES = 20;

/** Access taken away and given back, and what went wrong with that. */
export const ENFORCEMENT_WRITERS = {
  [EventType.PRINCIPAL_SUSPENDED]: principalSuspended,
  [EventType.PRINCIPAL_RESTORED]: principalRestored,
  [EventType.SUSPENSION_FAILED]: detail => (isAboutPolicies(detail) ? policiesNotRemoved(detail) : {
    audience: 'operations',
    severity: 'critical',
    headline: 'could not be suspended',
    lines: ['The principal is over its budget and could not be suspended: it can still spend.', `What failed: ${reasonOf(detail)}`],
    whatNext: 'it goes on spending until an attempt succeeds.',
    nextSteps: steps(
      'Nothing, if a message follows that it is suspended: the monitor starts another attempt within ten minutes. The same failure is told once a day.',
      'Otherwise look into the failed execution of the suspension state machine and the log of the enforcer.',
      'To stop the spending at once, attach the deny policy of the deployment to the principal by hand.',
    ),
  }),
  [EventType.RESTORATION_FAILED]: detail => (isAboutPolicies(detail) ? policiesNotRestored(detail) : {
    audience: 'operations',
    severity: 'critical',
    headline: 'could not be restored',
    lines: ['The principal is within its budget again, but its access to Bedrock could not be given back.', `What failed: ${reasonOf(detail)}`],
    whatNext: 'it stays denied until an attempt succeeds.',
    raisable: false,
    nextSteps: steps(
      'Nothing, if a message follows that it is restored: the monitor starts another attempt within ten minutes. The same failure is told once a day.',
      'Otherwise look into the failed execution of the restoration state machine and the log of the enforcer.',
      'To give access back at once, detach the deny policy of the deployment from the principal by hand.',
    ),
  }),
  [EventType.PRINCIPAL_UNENFORCEABLE]: detail => ({
    audience: 'operations',
    severity: 'critical',
    headline: 'is over its Bedrock budget and cannot be suspended',
    lines: ['The principal is over its budget, and this system cannot restrict it: it can still spend.', `Why: ${reasonOf(detail)}`],
    whatNext: `it goes on spending.${nextPeriod(detail)}`,
    nextSteps: steps(
      'Root and roles that AWS reserves to itself: restrict them by a service control policy or in their permission set.',
      'Attachment quota full: detach a managed policy that is not needed any more; it is tried again within the hour.',
      'Principals of another account: restrict them there.',
    ),
  }),
  [EventType.DRIFT_DETECTED]: detail => ({
    audience: 'operations',
    severity: 'warning',
    headline: 'is not restricted as it should be',
    lines: [
      'IAM and the Budgets table disagree about the deny policy: somebody has changed it by hand, or a change was lost. It is being repaired.',
      `Found: ${reasonOf(detail)}`,
    ],
    whatNext: 'the deny policy is put where the budget wants it, within minutes.',
    nextSteps: steps(
      'Find out in CloudTrail who attached or detached the policy (AttachUserPolicy, AttachRolePolicy, DetachUserPolicy, DetachRolePolicy).',
      'If infrastructure code manages the principal\'s attachments exclusively, make it ignore the deny policy, or it will take it off again.',
    ),
  }),
  [EventType.POLICIES_RESTORED]: detail => (Array.isArray(detail.after?.notRestored) && detail.after.notRestored.length > 0 ? {
    audience: 'operations',
    severity: 'warning',
    headline: 'has back all policies but some',
    whatNext: 'nothing more is put back by itself.',
    raisable: false,
    lines: [
      'The policies that were removed with the suspension were put back, but for those that could not be:',
      ...detail.after.notRestored.slice(0, MAX_POLICIES).map(policy => `- ${plainText(typeof policy === 'string' ? policy : JSON.stringify(policy), 300)}`),
    ],
    nextSteps: steps(
      'Policies that no longer exist: make them anew and attach them, if they are still needed.',
      'Inline policies whose name somebody else has taken: the former document is in the history of the policy backups table.',
    ),
  } : undefined),
} satisfies Partial<Record<EventType, Writer>>;

/** A step of the strategy DETACH: the reason begins with the name of the state that failed. */
function isAboutPolicies({ reason }: EventDetail): boolean {
  return /^(RemovePolicies|RestorePolicies)/.test(plainText(reason, 40));
}

/** No emergency: the deny holds. */
function policiesNotRemoved(detail: EventDetail): Message {
  return {
    audience: 'operations',
    severity: 'warning',
    headline: 'is denied Bedrock, but keeps its own policies',
    lines: [
      'The principal is suspended by the deny policy and cannot spend. Its own policies could not be removed, as the strategy DETACH has it.',
      `What failed: ${reasonOf(detail)}`,
    ],
    whatNext: 'it stays denied; removing the policies is tried every five minutes.',
    nextSteps: steps(
      'Look into the log of the policy-detacher for the reason: a service control policy that protects the principal, say, or policies too large for a backup.',
      'It is tried again every five minutes for as long as the principal is suspended. The same failure is told once a day.',
    ),
  };
}

function policiesNotRestored(detail: EventDetail): Message {
  return {
    audience: 'operations',
    severity: 'critical',
    headline: 'could not be given its policies back',
    lines: [
      'The principal is within its budget again, but not all of its policies could be put back. The deny stays on until they are.',
      `What failed: ${reasonOf(detail)}`,
    ],
    whatNext: 'it stays denied until everything is back; that is tried every five minutes.',
    raisable: false,
    nextSteps: steps(
      'Do not detach the deny policy by hand: the principal would have neither a deny nor its policies.',
      'Where a quota is full, make room at the principal: detach a managed policy or shorten an inline one that is not needed. It is tried again every five minutes.',
      'What is held stands in the policy backups table.',
    ),
  };
}

function principalSuspended(detail: EventDetail, context: AlertContext): Message {
  const { suspension } = detail;
  const held = isHeld(detail);
  return {
    audience: 'alerts',
    severity: 'critical',
    headline: 'is suspended from Bedrock',
    lines: [
      `The principal may not use Bedrock any more: ${reasonOf(detail)}. IAM has confirmed it.`,
      ...(suspension && !held ? [
        `From the call that reached the limit until now it took ${Number(suspension.secondsToBlock)} seconds, the grace period included;`
          + ` ${dollars(suspension.overspendUsd)} were spent beyond the limit.`,
      ] : []),
    ],
    whatNext: held
      ? 'access stays withdrawn, also in a new period, until the order is taken back.'
      : comesBack(detail),
    raisable: !held,
    nextSteps: held ? takeHoldBack(detail, context) : [],
  };
}

/** Several budgets may have one role denied: one that is free says nothing of the others. */
function principalRestored({ reason }: EventDetail): Message {
  const holder = holderToldIn(plainText(reason, 2_000));
  return holder === undefined ? {
    audience: 'alerts',
    severity: 'info',
    headline: 'may use Bedrock again',
    lines: ['The deny policy was taken off and IAM has confirmed it: the principal may use Bedrock again.'],
    whatNext: 'its calls count as before, and at the limit it is suspended again.',
    nextSteps: [],
  } : {
    audience: 'alerts',
    severity: 'warning',
    headline: 'is within its Bedrock budget again, but its role is denied still',
    lines: [`The principal is within its budget again. Its execution role stays denied for another budget: ${plainText(holder, 200)}.`],
    whatNext: 'the role is free as soon as that budget is within its limit.',
    raisable: false,
    nextSteps: steps('Look at that budget: access comes back when it is within its limit as well.'),
  };
}
