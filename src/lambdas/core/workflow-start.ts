import { createHash } from 'node:crypto';
import { WorkflowInput } from '../../contract';
import { Budget, Status } from './budget';
import { isoInstant } from './budget-item';

/** How soon the monitor tries a failed workflow again. */
export const FAILURE_RETRY_MS = 5 * 60 * 1000;

/** A state machine's execution: its name makes starting it twice harmless. */
export interface WorkflowStart {
  readonly workflow: 'suspension' | 'restoration';
  readonly executionName: string;
  readonly input: WorkflowInput;
}

/** The workflow that a budget's state asks for, or `undefined` where it asks for none. */
export function workflowFor(budget: Budget): WorkflowStart | undefined {
  if (budget.workflowRevision === undefined) {
    return undefined;
  }
  switch (budget.status) {
    case 'grace_period':
      return start('suspension', budget, attemptOf(budget), budget.graceDeadline ?? budget.decidedAt);
    case 'restoring':
      return start('restoration', budget, attemptOf(budget), budget.decidedAt);
    default:
      return undefined;
  }
}

/** Revisions begin anew where an item was deleted by hand, and Step Functions remembers names for 90 days: the instant tells them apart. */
function attemptOf({ workflowRevision, decidedAt }: Budget): string {
  return `r${workflowRevision}-${decidedAt.toString(36)}`;
}

/** The workflow that makes IAM what the table says, at most once a minute and principal. */
export function repairWorkflow(workflow: WorkflowStart['workflow'], budget: Pick<Budget, 'principalId' | 'revision'>, now: number): WorkflowStart {
  const minute = Math.floor(now / 60_000);
  return start(workflow, { ...budget, decidedAt: now }, `drift-${minute}`, now);
}

/**
 * What moves a restriction with the role of an AgentCore runtime: the new role is denied like the old one, and the old one is free of it, unless another
 * budget holds it. Both work by level, so that their order does not matter.
 */
export function workflowsForNewRole(before: Budget | undefined, after: Budget, changeId: string, at: number): readonly WorkflowStart[] {
  if (before?.role === undefined || before.role === after.role) {
    return [];
  }
  // Named after the change, not after the minute: a role may be left twice in one, and the monitor may have repaired in it as well.
  const move = (workflow: WorkflowStart['workflow'], budget: Pick<Budget, 'principalId' | 'revision'>) =>
    start(workflow, { ...budget, decidedAt: at }, `moved-${hashOf(changeId)}`, at);
  return [
    ...(after.status === 'suspended' ? [move('suspension', after)] : []),
    ...(MAY_BE_DENIED.includes(after.status) ? [move('restoration', { principalId: before.role, revision: 0 })] : []),
  ];
}

const MAY_BE_DENIED: readonly Status[] = ['grace_period', 'suspended', 'restoring'];

function start(workflow: WorkflowStart['workflow'], budget: Pick<Budget, 'principalId' | 'revision' | 'decidedAt'>, attempt: string, notBefore: number): WorkflowStart {
  return {
    workflow,
    executionName: executionName(budget.principalId, attempt),
    input: {
      principalId: budget.principalId,
      revision: budget.revision,
      notBefore: isoInstant(notBefore),
      asOf: isoInstant(budget.decidedAt),
    },
  };
}

/** At most 80 characters of a narrow alphabet: readable for an operator, unique through the hash. */
function executionName(principalId: string, attempt: string): string {
  const readable = principalId.split('/').at(-1)!.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 40);
  return `${readable}-${hashOf(principalId)}-${attempt}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
