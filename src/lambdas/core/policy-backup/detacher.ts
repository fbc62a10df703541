import { DetacherAction, EnforcerOutcome } from '../../../contract';
import { Budget } from '../budget';
import { DecisionContext, mayBeDenied } from '../decision';
import { exceededAgain, HolderPorts, otherHolder, wantsDeny } from '../deny-holders';
import { EnforcerAnswer, EnforcerRequest } from '../enforcer';
import { CoreContext } from '../evaluator';
import { RetryableIamError, SettingsSource } from '../ports';
import { Attachable, isAttachable, restrictionTarget } from '../restriction-target';
import { clockOf } from '../workflow-clock';
import { retireFormer } from './former-owners';
import { underLease } from './lease';
import { countedPolicies } from './policy-backup';
import { announceRemoval, Occasion } from './policy-events';
import { BackupContext, BackupPorts, ownerOf, PolicyWork, workOn } from './policy-work';
import { removePolicies } from './remove-policies';
import { Restoration, restorePolicies } from './restore-policies';

/** What a state machine asks for. */
export interface DetacherRequest extends Pick<EnforcerRequest, 'workflow' | 'now' | 'executionName'> {
  readonly action: Exclude<DetacherAction, typeof DetacherAction.RESTORE_ALL>;
}

export interface DetacherPorts extends BackupPorts, HolderPorts {
  readonly settings: SettingsSource;
}

export type DetacherContext = BackupContext;

/**
 * One step of enforcement where the strategy is `DETACH`. Like every step it reads the budget anew and acts on that alone; what it writes
 * is IAM and the backups, never the budget.
 */
export async function detach(request: DetacherRequest, ports: DetacherPorts, context: DetacherContext): Promise<EnforcerAnswer> {
  // Whoever asked may know newer settings: by older ones the limit that was just raised would still be exceeded.
  const { settings } = await ports.settings.load(true);
  const step: Step = { request, ports, deployment: context, context: { ...context, settings }, now: clockOf(request) };
  const answer = await (request.action === DetacherAction.REMOVE ? remove(step) : restore(step));
  ports.log.info(request.action, { principalId: request.workflow.principalId, execution: request.executionName, ...answer });
  return answer;
}

interface Step {
  readonly request: DetacherRequest;
  readonly ports: DetacherPorts;
  readonly deployment: DetacherContext;
  readonly context: DecisionContext & CoreContext;
  readonly now: number;
}

/** Where to act, or the answer where there is nothing to do. */
type Verdict = { readonly target: Attachable } | EnforcerAnswer;

async function remove(step: Step): Promise<EnforcerAnswer> {
  return onTarget(step, whetherToRemove, async work => {
    const removal = await removePolicies(work);
    switch (removal.result) {
      case 'closed':
        return { outcome: EnforcerOutcome.SUPERSEDED, reason: 'no policies are removed any more: the strategy, or the deployment, goes' };
      case 'protected':
        return { outcome: EnforcerOutcome.UNENFORCEABLE, reason: `AWS refuses changes: ${removal.message}` };
      case 'removed': {
        await announceRemoval(removal, occasionOf(step), step.ports);
        const { backup: { managed, inline }, left } = removal;
        return {
          outcome: EnforcerOutcome.APPLIED,
          reason: `${countedPolicies({ managed: managed.length, inline: inline.length })} removed${left.length > 0 ? `, ${left.length} left in place` : ''}`,
        };
      }
    }
  });
}

async function restore(step: Step): Promise<EnforcerAnswer> {
  const { ports, context, request: { workflow } } = step;
  const target = restrictionTarget(await ports.store.read(workflow.principalId) ?? workflow, context.ownAccountId);
  if (isAttachable(target) && !await ports.policies.identity(target)) {
    // Whatever its budget says: there is nobody to give anything to, and nobody to keep anything from.
    return gone(step, target);
  }
  return onTarget(step, whetherToRestore, async work => {
    const restoration = await restorePolicies(work);
    const former = await retireFormer(work.target, work.owner.uniqueId, occasionOf(step), ports, step.deployment);
    return { outcome: EnforcerOutcome.APPLIED, reason: [saidOf(restoration), ...(former > 0 ? [saidOfFormer(former)] : [])].join('; ') };
  });
}

function saidOf(restoration: Restoration): string {
  if (restoration.result === 'nothing-held') {
    return 'no policies are held';
  }
  const { managed, inline, notRestored } = restoration;
  return `${countedPolicies({ managed, inline })} put back${notRestored.length > 0 ? `, ${notRestored.length} could not be` : ''}`;
}

function saidOfFormer(backups: number): string {
  return `${backups} ${backups === 1 ? 'backup' : 'backups'} of former users or roles of this name became history`;
}

/** The backup of a user or role that does not exist any more becomes history. One that was renamed has its own back by its present name. */
async function gone(step: Step, target: Attachable): Promise<EnforcerAnswer> {
  const former = await retireFormer(target, undefined, occasionOf(step), step.ports, step.deployment);
  return { outcome: EnforcerOutcome.GONE, reason: ['the user or role no longer exists', ...(former > 0 ? [saidOfFormer(former)] : [])].join('; ') };
}

async function whetherToRemove({ ports, context, request, now }: Step): Promise<Verdict> {
  const budget = await ports.store.read(request.workflow.principalId);
  if (!budget || !mayBeDenied(budget, context) || !wantsDeny(budget, context, now)) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: budget ? `${budget.status}: ${budget.reason}` : 'no such budget' };
  }
  const target = restrictionTarget(budget, context.ownAccountId);
  return isAttachable(target) ? { target } : { outcome: EnforcerOutcome.UNENFORCEABLE, reason: target.message };
}

/** Decides as the enforcer does before it lifts the deny. */
async function whetherToRestore(step: Step): Promise<Verdict> {
  const { ports, context, request, now } = step;
  const { principalId } = request.workflow;
  const budget = await ports.store.read(principalId);
  if (budget && (budget.status === 'suspended' || wantsDeny(budget, context, now))) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: `still to be denied: ${budget.reason}` };
  }
  const target = restrictionTarget(budget ?? request.workflow, context.ownAccountId);
  if (!isAttachable(target)) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: target.message };
  }
  if (budget && await isToBeSuspendedAgain(budget, target, step)) {
    return { outcome: EnforcerOutcome.SUPERSEDED, reason: 'the limit was exceeded again before the policies were put back' };
  }
  const holder = await otherHolder(target, principalId, now, ports, context);
  return holder === undefined ? { target } : { outcome: EnforcerOutcome.APPLIED, reason: `stays restricted for ${holder}` };
}

/** Once the deny is off, the restoration is finished first, and the principal has a grace period like everybody else. */
async function isToBeSuspendedAgain(budget: Budget, target: Attachable, { ports, context, deployment, now }: Step): Promise<boolean> {
  return budget.status === 'restoring' && exceededAgain(budget, context, now) && (await ports.policies.listManaged(target)).includes(deployment.denyPolicyArn);
}

/** Works on the target while nobody else does. Getting the lease takes no time, but whoever had it before may have: it is decided anew. */
async function onTarget(step: Step, decide: (step: Step) => Promise<Verdict>, act: (work: PolicyWork) => Promise<EnforcerAnswer>): Promise<EnforcerAnswer> {
  const first = await decide(step);
  if ('outcome' in first) {
    return first;
  }
  const identity = await step.ports.policies.identity(first.target);
  if (!identity) {
    return gone(step, first.target);
  }
  const owner = ownerOf(first.target, identity.uniqueId, step.context);
  return underLease(owner, step.ports, async stillMine => {
    const verdict = await decide(step);
    if ('outcome' in verdict) {
      return verdict;
    }
    if (ownerOf(verdict.target, owner.uniqueId, step.context).principalId !== owner.principalId) {
      throw new RetryableIamError(`${step.request.workflow.principalId} is no longer restricted through ${owner.principalId}`);
    }
    return act(workOn(verdict.target, owner, stillMine, step.ports, step.deployment, occasionOf(step)));
  });
}

function occasionOf({ request: { action, executionName, workflow: { principalId } }, deployment, now }: Step): Occasion {
  return { id: `${executionName ?? principalId}/${action}`, principalId, at: now, deployment };
}
