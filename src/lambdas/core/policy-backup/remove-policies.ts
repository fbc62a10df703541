import { NotYetVisibleError, RetryableIamError } from '../ports';
import { Attachable } from '../restriction-target';
import { StillMine } from './lease';
import { LeftPolicy, PolicyBackup } from './policy-backup';
import { BackupStore, PrincipalIdentity, PrincipalPolicies, RemoveResult } from './ports';
import { Report, retireOfAnother } from './retire';
import { takeBackup } from './take-backup';

export interface PolicyWork {
  readonly target: Attachable;
  /** Its principal id, by which its backup is kept. */
  readonly targetId: string;
  readonly denyPolicyArn: string;
  readonly policies: PrincipalPolicies;
  readonly backups: BackupStore;
  readonly stillMine: StillMine;
  /** Told before a backup becomes history. */
  readonly report: Report;
  clock(): number;
}

export type Removal =
  | { readonly result: 'gone' }
  | { readonly result: 'protected'; readonly message: string }
  | {
    readonly result: 'removed';
    readonly backup: PolicyBackup;
    /** How many this call took away: what was gone already is not counted again. */
    readonly removedNow: number;
    readonly left: readonly LeftPolicy[];
  };

/**
 * Backs up the policies of a user or role and removes them: exactly those that are in the backup. A backup that is there already is never
 * written over, since by then it alone knows what there was.
 *
 * @throws NotYetVisibleError where IAM does not show the deny policy, before which nothing may be removed, or still shows what was removed
 */
export async function removePolicies(work: PolicyWork): Promise<Removal> {
  const { target, denyPolicyArn, policies } = work;
  const identity = await policies.identity(target);
  if (!identity) {
    return { result: 'gone' };
  }
  const attached = await policies.listManaged(target);
  if (!attached.includes(denyPolicyArn)) {
    throw new NotYetVisibleError('IAM does not list the deny policy on the principal: no policy is removed before it');
  }
  const backup = await backupOf(work, identity, attached);
  const detached = await detachManaged(work, backup, new Set(attached));
  if ('message' in detached) {
    return detached;
  }
  const deleted = await deleteInline(work, backup);
  if ('message' in deleted) {
    return deleted;
  }
  await verifyRemoval(work, backup, deleted.changed);
  return {
    result: 'removed',
    backup,
    removedNow: detached.count + deleted.count,
    left: [...backup.leftInPlace, ...deleted.changed.map(policy => ({ policy, problem: 'it was changed after the backup was taken' }))],
  };
}

/** The backup of this very user or role: the one that there is, or a new one. */
async function backupOf(work: PolicyWork, identity: PrincipalIdentity, attached: readonly string[]): Promise<PolicyBackup> {
  const { target, targetId, denyPolicyArn, policies, backups, stillMine, clock } = work;
  const current = await backups.readCurrent(targetId);
  if (current?.uniqueId === identity.uniqueId) {
    return current;
  }
  if (current) {
    await retireOfAnother(work, current);
  }
  const backup = await takeBackup({ target, targetId, identity, attached: attached.filter(arn => arn !== denyPolicyArn), now: clock() }, policies);
  stillMine();
  if (!await backups.create(backup)) {
    throw new RetryableIamError(`somebody else has taken a backup of ${targetId} meanwhile`);
  }
  return backup;
}

/** What was taken away, and what was not since somebody changed it; or why nothing can be. */
type Removed = { readonly count: number; readonly changed: readonly string[] } | Extract<RemoveResult, { readonly result: 'protected' }>;

async function detachManaged({ target, policies, stillMine }: PolicyWork, { managed }: PolicyBackup, attached: ReadonlySet<string>): Promise<Removed> {
  const due = managed.filter(({ arn }) => attached.has(arn));
  for (const { arn } of due) {
    stillMine();
    const detached = await policies.detach(target, arn);
    if (detached.result === 'protected') {
      return detached;
    }
  }
  return { count: due.length, changed: [] };
}

/** A policy whose document is no longer the one in the backup is somebody's work since: deleting it would lose it. */
async function deleteInline({ target, policies, stillMine }: PolicyWork, { inline }: PolicyBackup): Promise<Removed> {
  const changed: string[] = [];
  let count = 0;
  for (const { name, document } of inline) {
    const now = await policies.readInline(target, name);
    if (now === undefined) {
      continue;
    }
    if (now !== document) {
      changed.push(name);
      continue;
    }
    stillMine();
    const deleted = await policies.deleteInline(target, name);
    if (deleted.result === 'protected') {
      return deleted;
    }
    count += 1;
  }
  return { count, changed };
}

async function verifyRemoval({ target, policies }: PolicyWork, { managed, inline }: PolicyBackup, changed: readonly string[]): Promise<void> {
  const attached = new Set(await policies.listManaged(target));
  const written = new Set(await policies.listInline(target));
  const visible = managed.filter(({ arn }) => attached.has(arn)).length + inline.filter(({ name }) => written.has(name) && !changed.includes(name)).length;
  if (visible > 0) {
    throw new NotYetVisibleError(`IAM still shows ${visible} of the policies that were removed`);
  }
}
