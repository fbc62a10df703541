import { EnforcerAction, EnforcerOutcome, EventType, Metric, WorkflowInput } from '../../contract';
import { stillDeniedFor } from './agents/still-denied';
import { Budget, Unenforceable } from './budget';
import { isoInstant } from './budget-item';
import { applyDecision, BudgetState } from './budget-transition';
import { BudgetContentionError } from './decide-and-save';
import { decide, DecisionContext, isDenyMoving, mayBeDenied } from './decision';
import { exceededAgain, HolderPorts, otherHolder, restricts, wantsDeny } from './deny-holders';
import { CoreContext } from './evaluator';
import { Deployment, eventOf } from './events';
import { isNews } from './failure-news';
import { toMetricValue } from './money';
import { leadingOverspend, secondsBetween } from './overspend';
import { BudgetStore, DenyAttachments, EventPublisher, HeldPolicies, Log, Metrics, NotYetVisibleError, SettingsSource } from './ports';
import { Attachable, idOfTarget, isAttachable, restrictionTarget, Unrestrictable } from './restriction-target';
import { clockOf } from './workflow-clock';
import { FAILURE_RETRY_MS } from './workflow-start';

/** What a state machine asks for. */
export interface EnforcerRequest {
  readonly action: EnforcerAction;
  readonly workflow: WorkflowInput;
  /** ISO 8601 instant at which the state was entered. */
  readonly now: string;
  readonly executionName?: string;
  /** Of a failure to record: the state that failed, and the error that Step Functions caught. */
  readonly failedStep?: string;
  readonly error?: string;
}

export interface EnforcerAnswer {
  readonly outcome: EnforcerOutcome;
  readonly reason: string;
}

export interface EnforcerPorts extends HolderPorts {
  readonly store: BudgetStore;
  readonly attachments: DenyAttachments;
  /** Where the strategy is `DETACH`: what was removed from whom. */
  readonly backups?: HeldPolicies;
  readonly settings: SettingsSource;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** How soon a principal whose attachment quota was full is tried again. */
export const QUOTA_RETRY_MS = 60 * 60 * 1000;

const MAX_ATTEMPTS = 6;

/** The states in which a deny is lifted, as the state machines call them. */
const LIFTING = /^(lift|confirm-?restoration|restore-?policies|retire-?backup)$/i;

/**
 * One step of enforcement. Every step reads the budget anew, decides anew and acts on that: it works by level, not by message. So
 * a step that comes twice, late, or after the budget has recovered does no harm. The table says suspended only after IAM has shown
 * the deny, and stops saying so only after IAM has shown that it is gone.
 */
export async function enforce(request: EnforcerRequest, ports: EnforcerPorts, context: CoreContext): Promise<EnforcerAnswer> {
  const answer = await take(request, ports, context);
  ports.log.info(request.action, { principalId: request.workflow.principalId, execution: request.executionName, ...answer });
  return answer;
}

async function take(request: EnforcerRequest, ports: EnforcerPorts, context: CoreContext): Promise<EnforcerAnswer> {
  const now = clockOf(request);
  if (request.action === EnforcerAction.RECORD_FAILURE) {
    // Reads nothing but the budget: what made the step fail must not keep the failure from being recorded.
    return recordFailure({ request, ports, now });
  }
  // Whoever asked may know newer settings: by older ones the limit that was just raised would suspend anew.
  const { settings } = await ports.settings.load(true);
  if (settings.enforcement !== 'on') {
    // A pause that is over before the monitor runs would leave no other trace.
    ports.metrics.add(Metric.ENFORCEMENT_PAUSED, 1);
  }
  return STEPS[request.action]({ request, ports, context: { ...context, settings }, deployment: context, now });
}

interface FailedStep {
  readonly request: EnforcerRequest;
  readonly ports: EnforcerPorts;
  readonly now: number;
}

interface Step extends FailedStep {
  readonly context: DecisionContext & CoreContext;
  readonly deployment: Deployment;
}

const STEPS: Readonly<Record<Exclude<EnforcerAction, 'record-failure'>, (step: Step) => Promise<EnforcerAnswer>>> = {
  [EnforcerAction.RESTRICT]: restrict,
  [EnforcerAction.CONFIRM_SUSPENSION]: confirmSuspension,
  [EnforcerAction.LIFT]: lift,
  [EnforcerAction.CONFIRM_RESTORATION]: confirmRestoration,
};

async function restrict(step: Step): Promise<EnforcerAnswer> {
  const { ports, context, now, request } = step;
  const budget = await ports.store.read(request.workflow.principalId);
  // Who is suspended stays so while enforcement is paused; but a deny that is missing was taken off on purpose.
  if (!budget || !mayBeDenied(budget, context) || !wantsDeny(budget, context, now)) {
    const aside = await update(step, current => setAside(current, step));
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: aside?.reason ?? (budget ? `${budget.status}: ${budget.reason}` : 'no such budget') };
  }
  const target = restrictionTarget(budget, context.ownAccountId);
  if (!isAttachable(target)) {
    return markUnenforceable(step, budget, { code: target.code, message: target.message });
  }
  const attached = await ports.attachments.attach(target);
  switch (attached.result) {
    case 'done':
      await announceChange(step, EventType.DENY_ATTACHED, budget.reason);
      return { outcome: EnforcerOutcome.APPLIED, reason: budget.reason };
    case 'gone':
      return markGone(step);
    case 'quota':
      return markUnenforceable(step, budget, {
        code: 'attachment-quota', message: `no managed policy can be attached any more: ${attached.message}`, retryAt: now + QUOTA_RETRY_MS,
      });
    case 'protected':
      return markUnenforceable(step, budget, { code: 'protected', message: `AWS refuses changes: ${attached.message}` });
  }
}

async function confirmSuspension(step: Step): Promise<EnforcerAnswer> {
  const { ports, context, now, request } = step;
  const seen = await ports.store.read(request.workflow.principalId);
  const target = attachableOf(restrictionTarget(seen ?? request.workflow, context.ownAccountId), request);
  const visible = await ports.attachments.isAttached(target);
  if (visible === undefined) {
    return markGone(step);
  }
  if (!visible) {
    if (seen && !mayBeDenied(seen, context)) {
      await update(step, current => setAside(current, step));
      return { outcome: EnforcerOutcome.LIFT, reason: 'enforcement is paused or lifted for everybody' };
    }
    if (seen && mayBeSharedWithOthers(step, target) && wantsDeny(seen, context, now)) {
      await attachAgain(step, target, seen);
    }
    throw new NotYetVisibleError('IAM does not list the deny policy on the principal yet');
  }
  let answer: EnforcerAnswer = { outcome: EnforcerOutcome.LIFT, reason: 'no such budget' };
  const confirmed = await update(step, budget => {
    if (!restricts(budget, target, context.ownAccountId)) {
      throw new NotYetVisibleError('the execution role has changed meanwhile');
    }
    if (!wantsDeny(budget, context, now)) {
      const state = setAside(budget, step);
      answer = { outcome: EnforcerOutcome.LIFT, reason: state?.reason ?? `recovered meanwhile: ${budget.status}` };
      return state;
    }
    answer = { outcome: EnforcerOutcome.CONFIRMED, reason: budget.reason };
    return budget.status === 'suspended' ? repairedState(budget, now) : suspendedState(budget, context, now);
  });
  const mayAttachAgain = seen !== undefined && mayBeDenied(seen, context) && mayBeSharedWithOthers(step, target);
  if (answer.outcome === EnforcerOutcome.CONFIRMED && mayAttachAgain && await ports.attachments.isAttached(target) === false) {
    // Another budget on the role was restored at the same moment, and did not know of this one yet.
    await attachAgain(step, target, seen);
  }
  if (confirmed?.suspension?.confirmedAt === now) {
    ports.metrics.add(Metric.SUSPENSIONS, 1);
    ports.metrics.add(Metric.SECONDS_TO_BLOCK, confirmed.suspension.secondsToBlock);
    ports.metrics.add(Metric.OVERSPEND_USD, toMetricValue(confirmed.suspension.overspend));
  }
  return answer;
}

async function lift(step: Step): Promise<EnforcerAnswer> {
  const { ports, context, now, request } = step;
  const budget = await ports.store.read(request.workflow.principalId);
  // A suspended principal is lifted only by the decision that makes it `restoring`.
  if (budget && (budget.status === 'suspended' || wantsDeny(budget, context, now))) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: `still to be denied: ${budget.reason}` };
  }
  const target = restrictionTarget(budget ?? request.workflow, context.ownAccountId);
  if (!isAttachable(target)) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: target.message };
  }
  // A lift that was repeated, or a second workflow, may have taken the deny off already: then the restoration is finished first, and the
  // principal has a grace period like everybody else.
  if (budget?.status === 'restoring' && exceededAgain(budget, context, now) && await ports.attachments.isAttached(target)) {
    await update(step, current => (current.status === 'restoring' ? backToSuspended(current, context, now) : undefined));
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: 'the limit was exceeded again before the deny was lifted' };
  }
  const holder = await otherHolder(target, request.workflow.principalId, now, ports, context);
  if (holder) {
    return { outcome: EnforcerOutcome.APPLIED, reason: `free by its own budget, but still denied for ${holder}` };
  }
  if (await ports.backups?.holds(idOfTarget(target, context.ownAccountId))) {
    // The deny comes off last: without it, who is suspended would have neither a deny nor their own policies, and nobody would notice.
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: 'the policies of the principal are not back yet' };
  }
  const detached = await ports.attachments.detach(target);
  switch (detached.result) {
    case 'done': {
      const reason = budget?.reason ?? 'no budget holds the deny';
      await announceChange(step, EventType.DENY_DETACHED, reason);
      return await denyAgainForOther(step, target) ?? { outcome: EnforcerOutcome.APPLIED, reason };
    }
    case 'gone':
      return markGone(step);
    default:
      throw new Error(`IAM refuses to detach the deny policy: ${detached.message}`);
  }
}

async function confirmRestoration(step: Step): Promise<EnforcerAnswer> {
  const { ports, context, now, request } = step;
  const target = attachableOf(await targetOf(step), request);
  const visible = await ports.attachments.isAttached(target);
  if (visible === undefined) {
    return markGone(step);
  }
  const holder = visible ? await otherHolder(target, request.workflow.principalId, now, ports, context, wantsDeny) : undefined;
  if (visible && !holder) {
    throw new NotYetVisibleError('IAM still lists the deny policy on the principal');
  }
  const restored = await update(step, budget => (budget.status === 'restoring' ? restoredState(budget, context, now, holder) : undefined));
  if (restored) {
    ports.metrics.add(Metric.RESTORATIONS, 1);
  }
  return { outcome: EnforcerOutcome.CONFIRMED, reason: restored?.reason ?? (holder ? `the deny policy stays for ${holder}` : 'the deny policy is off') };
}

/** Whether it is the setting for emergencies alone that keeps the deny off somebody. */
function isKeptBySetting(budget: Budget, { context, now }: Step): boolean {
  const enforced = { ...context, settings: { ...context.settings, enforcement: 'on' as const } };
  return !mayBeDenied(budget, context) && wantsDeny(budget, enforced, now);
}

/**
 * Where somebody stands whose grace period has ended without a suspension since enforcement is not on. Written here and now, which also tells it: whoever looks
 * later may find enforcement on again, and nothing that happened.
 */
function setAside(budget: Budget, step: Step): BudgetState | undefined {
  const { context, now, ports } = step;
  if (budget.status !== 'grace_period' || !isKeptBySetting(budget, step)) {
    return undefined;
  }
  ports.log.warn('not suspended: enforcement is not on', { principalId: budget.principalId, enforcement: context.settings.enforcement });
  return applyDecision(budget, decide(budget, context, now), now);
}

/** Whether other budgets may have the deny on this target. */
function mayBeSharedWithOthers({ ports }: Step, { type }: Attachable): boolean {
  return type === 'role' && ports.runtimes !== undefined;
}

/**
 * What was attached before is gone again: another budget on the role was restored meanwhile, or the runtime has another role now. What comes of it is
 * read back as before.
 */
async function attachAgain(step: Step, target: Attachable, budget: Budget): Promise<void> {
  const { result } = await step.ports.attachments.attach(target);
  if (result === 'done') {
    await announceChange(step, EventType.DENY_ATTACHED, budget.reason, 'again');
  }
}

/** Who was suspended while the deny was taken off counted on its being there: it is put back. */
async function denyAgainForOther(step: Step, target: Attachable): Promise<EnforcerAnswer | undefined> {
  const { ports, context, now, request } = step;
  const holder = mayBeSharedWithOthers(step, target) ? await otherHolder(target, request.workflow.principalId, now, ports, context) : undefined;
  if (!holder) {
    return undefined;
  }
  const { result } = await ports.attachments.attach(target);
  const reason = `free by its own budget, but denied for ${holder}`;
  ports.log.warn('the deny policy was taken off and put back', { principalId: request.workflow.principalId, holder, result });
  await announceChange(step, EventType.DENY_ATTACHED, reason, 'again');
  return { outcome: EnforcerOutcome.APPLIED, reason };
}

async function recordFailure(step: FailedStep): Promise<EnforcerAnswer> {
  const { ports, now, request } = step;
  const message = (request.error ?? 'unknown error').slice(0, 500);
  const state = await update(step, budget => {
    if (budget.status !== 'grace_period' && budget.status !== 'restoring' && budget.status !== 'suspended') {
      return undefined;
    }
    const workflow = budget.status === 'restoring' ? 'restoration' as const : 'suspension' as const;
    const failure = { workflow, step: request.failedStep ?? 'unknown', message, at: now };
    return {
      ...stateOf(budget),
      failure,
      toldFailure: isNews(failure, budget.toldFailure) ? failure : budget.toldFailure,
      nextCheckAt: now + FAILURE_RETRY_MS,
      revision: budget.revision + 1,
    };
  });
  // A deny that is lifted from a role of which no budget is being restored leaves nothing but the step to tell by.
  const workflow = state?.failure?.workflow ?? (LIFTING.test(request.failedStep ?? '') ? 'restoration' : 'suspension');
  ports.metrics.add(workflow === 'restoration' ? Metric.RESTORATION_FAILURES : Metric.SUSPENSION_FAILURES, 1);
  ports.log.error('enforcement failed', { principalId: request.workflow.principalId, step: request.failedStep, problem: message });
  return { outcome: EnforcerOutcome.RECORDED, reason: message };
}

async function markGone(step: Step): Promise<EnforcerAnswer> {
  await update(step, budget => (budget.status === 'deleted' ? undefined : goneState(budget, step.now)));
  return { outcome: EnforcerOutcome.GONE, reason: 'the user or role no longer exists' };
}

function goneState(budget: Budget, now: number): BudgetState {
  return {
    ...stateOf(budget),
    status: 'deleted',
    statusSince: now,
    reason: 'the user or role no longer exists',
    decidedAt: Math.max(now, budget.decidedAt),
    graceDeadline: undefined,
    exceededAt: undefined,
    nextCheckAt: undefined,
    failure: undefined,
    toldFailure: undefined,
    revision: budget.revision + 1,
  };
}

async function markUnenforceable(step: Step, seen: Budget, unenforceable: Unenforceable): Promise<EnforcerAnswer> {
  await update(step, budget => {
    if (!wantsDeny(budget, step.context, step.now)) {
      return undefined;
    }
    const marked = { ...budget, unenforceable };
    return applyDecision(marked, decide({ ...marked, status: 'exceeded' }, step.context, step.now), step.now);
  });
  step.ports.log.warn('principal cannot be restricted', { principalId: seen.principalId, code: unenforceable.code });
  return { outcome: EnforcerOutcome.UNENFORCEABLE, reason: unenforceable.message };
}

/** Every change of IAM belongs into the audit trail. An event that cannot be put is counted and alarmed, but never stops enforcement. */
async function announceChange({ request, ports, deployment, now }: Step, type: EventType, reason: string, again?: 'again'): Promise<void> {
  const denied = type === EventType.DENY_ATTACHED;
  try {
    await ports.events.publish([eventOf(type, deployment, {
      // A step that changes IAM twice tells of it twice.
      eventId: [request.executionName ?? request.workflow.principalId, request.action, ...(again ? [again] : [])].join('/'),
      occurredAt: isoInstant(now),
      actor: 'enforcer',
      principalId: request.workflow.principalId,
      reason,
      before: { denied: !denied },
      after: { denied },
    })]);
  } catch (error) {
    ports.metrics.add(Metric.UNAUDITED_CHANGES, 1);
    ports.log.error('a change of IAM could not be announced', { principalId: request.workflow.principalId, type, problem: (error as Error).name });
  }
}

/** IAM was seen to deny the principal. */
export function suspendedState(budget: Budget, context: DecisionContext, now: number): BudgetState {
  const suspended: Budget = { ...budget, status: 'suspended', graceDeadline: undefined };
  return {
    ...applyDecision(suspended, decide(suspended, context, now), now),
    statusSince: now,
    unenforceable: undefined,
    failure: undefined,
    toldFailure: undefined,
    suspension: {
      confirmedAt: now,
      secondsToBlock: secondsBetween(budget.exceededAt ?? now, now),
      overspend: leadingOverspend(budget, context, now),
    },
  };
}

/** A deny that was put back mends what failed before, and one that has moved with a runtime has arrived; `undefined` where neither is so. */
function repairedState(budget: Budget, now: number): BudgetState | undefined {
  const { suspension, formerRole } = budget;
  const arrived = suspension && isDenyMoving(budget) && now > formerRole!.until ? { ...suspension, movedAt: now } : suspension;
  return budget.failure || arrived !== suspension
    ? { ...stateOf(budget), suspension: arrived, failure: undefined, revision: budget.revision + 1 }
    : undefined;
}

/** Free again, the principal stands where its spend says: at a threshold, or even before a new grace period. */
export function restoredState(budget: Budget, context: DecisionContext, now: number, holder?: string): BudgetState {
  const free: Budget = { ...budget, status: 'active', reason: `restored: ${budget.reason}` };
  const state = applyDecision(budget, decide(free, context, now), now);
  return holder && state.status !== 'deleted' ? { ...state, reason: stillDeniedFor(holder, state.reason) } : state;
}

function backToSuspended(budget: Budget, context: DecisionContext, now: number): BudgetState {
  const suspended: Budget = { ...budget, status: 'suspended', reason: 'exceeded again before the deny was lifted' };
  return { ...applyDecision(suspended, decide(suspended, context, now), now), statusSince: now };
}

/** Reads, changes and writes a budget's state until no other writer is in between; `undefined` where nothing is to be written. */
async function update({ ports: { store }, request }: FailedStep, change: (budget: Budget) => BudgetState | undefined): Promise<BudgetState | undefined> {
  const { principalId } = request.workflow;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const budget = await store.read(principalId);
    const state = budget && change(budget);
    if (!state || await store.saveState(principalId, state, budget.revision)) {
      return state;
    }
  }
  throw new BudgetContentionError(`the budget of ${principalId} changed under ${MAX_ATTEMPTS} attempts to write it`);
}

function stateOf(budget: Budget): BudgetState {
  const { status, statusSince, reason, levels, graceDeadline, exceededAt, unenforceable } = budget;
  const { failure, toldFailure, suspension, nextCheckAt, decidedAt, revision, workflowRevision } = budget;
  return {
    ...{ status, statusSince, reason, levels, graceDeadline, exceededAt, unenforceable },
    ...{ failure, toldFailure, suspension, nextCheckAt, decidedAt, revision, workflowRevision },
  };
}

/** What the workflow's budget restricts. The role of a runtime stands on its budget; of a user or role the id tells enough. */
async function targetOf({ ports, context, request: { workflow } }: Step): Promise<Attachable | Unrestrictable> {
  return restrictionTarget(await ports.store.read(workflow.principalId) ?? workflow, context.ownAccountId);
}

function attachableOf(target: Attachable | Unrestrictable, { workflow: { principalId } }: EnforcerRequest): Attachable {
  if (!isAttachable(target)) {
    throw new Error(`${principalId} ${target.message}`);
  }
  return target;
}
