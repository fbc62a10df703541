import { DetacherAction, EnforcerOutcome } from '../../../contract';
import { Budget } from '../budget';
import { DecisionContext } from '../decision';
import { exceededAgain, HolderPorts, otherHolder, wantsDeny } from '../deny-holders';
import { EnforcerAnswer, EnforcerRequest } from '../enforcer';
import { CoreContext } from '../evaluator';
import { RetryableIamError, SettingsSource } from '../ports';
import { Attachable, idOfTarget, isAttachable, restrictionTarget } from '../restriction-target';
import { clockOf } from '../workflow-clock';
import { LeasePorts, StillMine, underLease } from './lease';
import { countedPolicies } from './policy-backup';
import { announceRemoval, announceRetirement, AnnouncingPorts, Occasion } from './policy-events';
import { BackupStore, PrincipalPolicies } from './ports';
import { PolicyWork, removePolicies } from './remove-policies';
import { restorePolicies } from './restore-policies';

/** What a state machine asks for. */
export interface DetacherRequest extends Pick<EnforcerRequest, 'workflow' | 'now' | 'executionName'> {
  readonly action: Exclude<DetacherAction, typeof DetacherAction.RESTORE_ALL>;
}

export interface BackupPorts extends LeasePorts, AnnouncingPorts {
  readonly policies: PrincipalPolicies;
  readonly backups: BackupStore;
}

export interface DetacherPorts extends BackupPorts, HolderPorts {
  readonly settings: SettingsSource;
}

export interface DetacherContext extends CoreContext {
  readonly denyPolicyArn: string;
}

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
      case 'gone':
        return { outcome: EnforcerOutcome.GONE, reason: 'the user or role no longer exists' };
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
  return onTarget(step, whetherToRestore, async work => {
    const restoration = await restorePolicies(work);
    if (restoration.result === 'nothing-held') {
      return { outcome: EnforcerOutcome.APPLIED, reason: 'no policies are held' };
    }
    const { end, managed, inline, notRestored } = restoration;
    if (end === 'principal-gone') {
      return { outcome: EnforcerOutcome.GONE, reason: 'the user or role no longer exists' };
    }
    return {
      outcome: EnforcerOutcome.APPLIED,
      reason: `${countedPolicies({ managed, inline })} put back${notRestored.length > 0 ? `, ${notRestored.length} could not be` : ''}`,
    };
  });
}

async function whetherToRemove({ ports, context, request, now }: Step): Promise<Verdict> {
  const budget = await ports.store.read(request.workflow.principalId);
  if (!budget || !wantsDeny(budget, context, now)) {
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

/** Works on the target while nobody else does. Waiting for the lease takes no time, but whoever had it may have: it is decided anew. */
async function onTarget(step: Step, decide: (step: Step) => Promise<Verdict>, act: (work: PolicyWork) => Promise<EnforcerAnswer>): Promise<EnforcerAnswer> {
  const first = await decide(step);
  if ('outcome' in first) {
    return first;
  }
  const targetId = idOfTarget(first.target, step.context.ownAccountId);
  return underLease(targetId, step.ports, async stillMine => {
    const verdict = await decide(step);
    if ('outcome' in verdict) {
      return verdict;
    }
    if (idOfTarget(verdict.target, step.context.ownAccountId) !== targetId) {
      throw new RetryableIamError(`${step.request.workflow.principalId} is no longer restricted through ${targetId}`);
    }
    return act(workOn(verdict.target, targetId, stillMine, step.ports, step.deployment, occasionOf(step)));
  });
}

export function workOn(
  target: Attachable, targetId: string, stillMine: StillMine, ports: BackupPorts, { denyPolicyArn }: Pick<DetacherContext, 'denyPolicyArn'>, occasion: Occasion,
): PolicyWork {
  const { policies, backups } = ports;
  return {
    ...{ target, targetId, denyPolicyArn, policies, backups, stillMine },
    clock: () => ports.clock(),
    // A removal may find the backup of another: what is told of that is no other delivery of what is told of the removal.
    report: retirement => announceRetirement(retirement, retirement.end === 'restored' ? occasion : { ...occasion, id: `${occasion.id}/${retirement.end}` }, ports),
  };
}

function occasionOf({ request: { action, executionName, workflow: { principalId } }, deployment, now }: Step): Occasion {
  return { id: `${executionName ?? principalId}/${action}`, principalId, at: now, deployment };
}
