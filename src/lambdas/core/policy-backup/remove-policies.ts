import { NotYetVisibleError, RetryableIamError } from '../ports';
import { isAnotherPolicy, LeftPolicy, PolicyBackup } from './policy-backup';
import { PolicyWork } from './policy-work';
import { PrincipalIdentity, RemoveResult } from './ports';
import { takeBackup } from './take-backup';

export type Removal =
  /** No backups are taken any more: everybody is given back what they had. */
  | { readonly result: 'closed' }
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
  const { target, owner, denyPolicyArn, policies } = work;
  const identity = await policies.identity(target);
  if (identity?.uniqueId !== owner.uniqueId) {
    throw new RetryableIamError(`${owner.principalId} was deleted or renamed when its policies were to be removed`);
  }
  const attached = await policies.listManaged(target);
  if (!attached.includes(denyPolicyArn)) {
    throw new NotYetVisibleError('IAM does not list the deny policy on the principal: no policy is removed before it');
  }
  const backup = await backupOf(work, identity, attached);
  if (!backup) {
    return { result: 'closed' };
  }
  const detached = await detachManaged(work, backup, new Set(attached));
  if ('message' in detached) {
    return detached;
  }
  const deleted = await deleteInline(work, backup);
  if ('message' in deleted) {
    return deleted;
  }
  await verifyRemoval(work, backup, [...detached.changed, ...deleted.changed]);
  return {
    result: 'removed',
    backup,
    removedNow: detached.count + deleted.count,
    left: [...backup.leftInPlace, ...[...detached.changed, ...deleted.changed].map(policy => ({ policy, problem: 'it was changed after the backup was taken' }))],
  };
}

/** The backup of this very user or role: the one that there is, or a new one; `undefined` where none are taken any more. */
async function backupOf(work: PolicyWork, identity: PrincipalIdentity, attached: readonly string[]): Promise<PolicyBackup | undefined> {
  const { target, owner: { uniqueId, principalId }, denyPolicyArn, policies, backups, stillMine, clock } = work;
  const current = await backups.readCurrent(uniqueId);
  if (current) {
    return current;
  }
  const backup = await takeBackup({ target, principalId, identity, attached: attached.filter(arn => arn !== denyPolicyArn), now: clock() }, policies);
  stillMine();
  switch (await backups.create(backup)) {
    case 'created': return backup;
    case 'closed': return undefined;
    case 'exists': throw new RetryableIamError(`somebody else has taken a backup of ${principalId} meanwhile`);
  }
}

/** What was taken away, and what was not since somebody changed it; or why nothing can be. */
type Removed = { readonly count: number; readonly changed: readonly string[] } | Extract<RemoveResult, { readonly result: 'protected' }>;

/** A policy that was made anew under the same ARN since the backup was taken would never be given back: it stays. */
async function detachManaged({ target, policies, stillMine }: PolicyWork, { managed }: PolicyBackup, attached: ReadonlySet<string>): Promise<Removed> {
  const changed: string[] = [];
  let count = 0;
  for (const policy of managed.filter(({ arn }) => attached.has(arn))) {
    const { arn } = policy;
    if (isAnotherPolicy(policy, await policies.describeManaged(arn))) {
      changed.push(arn);
      continue;
    }
    stillMine();
    const detached = await policies.detach(target, arn);
    if (detached.result === 'protected') {
      return detached;
    }
    count += 1;
  }
  return { count, changed };
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
  const visible = managed.filter(({ arn }) => attached.has(arn) && !changed.includes(arn)).length
    + inline.filter(({ name }) => written.has(name) && !changed.includes(name)).length;
  if (visible > 0) {
    throw new NotYetVisibleError(`IAM still shows ${visible} of the policies that were removed`);
  }
}
