import { NotYetVisibleError, RetryableIamError } from '../ports';
import { InlinePolicy, isAnotherPolicy, LeftPolicy, ManagedPolicy, policiesOf, PolicyBackup } from './policy-backup';
import { PolicyWork } from './policy-work';
import { GiveResult, PutResult } from './ports';
import { retire, Retirement } from './retire';

/** Thrown where policies could not be put back and may be later: the principal stays denied, and its backup is kept. */
export class PoliciesNotRestoredError extends Error {
  public readonly name = 'PoliciesNotRestoredError';
}

export type Restoration = { readonly result: 'nothing-held' } | Retirement & { readonly result: 'done' };

const DELETED_MEANWHILE = 'the user or role was deleted or renamed while its policies were put back';

/** Whatever is in the way of one policy must not be in the way of the others. */
interface Progress {
  readonly managed: ManagedPolicy[];
  readonly inline: InlinePolicy[];
  /** What will never be put back. */
  readonly lost: LeftPolicy[];
  /** What could not be put back now. */
  readonly blocked: LeftPolicy[];
}

/**
 * Puts everything back as the backup has it, reads it back, and makes history of the backup. Whatever else is there stays: it is somebody's
 * work since. Without a backup there is nothing to do, so that a second time changes nothing.
 *
 * Everything is written anew, also what IAM shows: it may show what was there before the removal.
 *
 * @throws PoliciesNotRestoredError naming what could not be put back, once all else is
 * @throws NotYetVisibleError where IAM does not show it yet
 */
export async function restorePolicies(work: PolicyWork): Promise<Restoration> {
  const { target, owner: { uniqueId }, policies, backups } = work;
  const backup = await backups.readCurrent(uniqueId);
  if (!backup) {
    return { result: 'nothing-held' };
  }
  if ((await policies.identity(target))?.uniqueId !== uniqueId) {
    throw new RetryableIamError(DELETED_MEANWHILE);
  }
  const progress: Progress = { managed: [], inline: [], lost: [], blocked: [] };
  const attached = new Set(await policies.listManaged(target));
  for (const policy of backup.managed) {
    await giveManaged(work, policy, attached, progress);
  }
  for (const policy of backup.inline) {
    await giveInline(work, policy, progress);
  }
  if (progress.blocked.length > 0) {
    throw notRestored(backup, progress.blocked);
  }
  await verify(work, backup, progress);
  const { managed, inline, lost } = progress;
  return { result: 'done', ...await retire({ backup, end: 'restored', managed: managed.length, inline: inline.length, notRestored: lost }, work) };
}

async function giveManaged(work: PolicyWork, policy: ManagedPolicy, attached: ReadonlySet<string>, progress: Progress): Promise<void> {
  const { target, policies, stillMine } = work;
  const { arn } = policy;
  const given = await give<GiveResult | { readonly result: 'another' }>(async () => {
    if (isAnotherPolicy(policy, await policies.describeManaged(arn))) {
      return { result: 'another' };
    }
    stillMine();
    return policies.attach(target, arn);
  });
  if (given.result === 'another') {
    progress.lost.push({ policy: arn, problem: 'there is another policy of this name, which is not attached' });
  } else if (given.result === 'missing') {
    progress.lost.push({ policy: arn, problem: 'the policy does not exist any more' });
  } else if (given.result === 'unattachable') {
    progress.lost.push({ policy: arn, problem: 'AWS attaches the policy to nobody any more' });
  } else if (given.result === 'done' || attached.has(arn)) {
    progress.managed.push(policy);
  } else {
    progress.blocked.push({ policy: arn, problem: given.message });
  }
}

async function giveInline({ target, policies, stillMine }: PolicyWork, policy: InlinePolicy, progress: Progress): Promise<void> {
  const { name, document } = policy;
  let there: string | undefined;
  const given = await give<PutResult>(async () => {
    there = await policies.readInline(target, name);
    stillMine();
    return isReplaced(there, document) ? { result: 'done' } : policies.putInline(target, name, document);
  });
  if (isReplaced(there, document)) {
    progress.lost.push({ policy: name, problem: 'there is another inline policy of this name, and it stays' });
  } else if (given.result === 'done' || there === document) {
    progress.inline.push(policy);
  } else {
    progress.blocked.push({ policy: name, problem: given.message });
  }
}

function isReplaced(there: string | undefined, document: string): boolean {
  return there !== undefined && there !== document;
}

type Refusal = Extract<PutResult, { readonly result: 'refused' }>;

/** What is final for one policy is told at the end, once the others are back. */
async function give<R extends GiveResult | { readonly result: 'another' }>(work: () => Promise<R>): Promise<Exclude<R, { readonly result: 'gone' }> | Refusal> {
  let given: R;
  try {
    given = await work();
  } catch (error) {
    if (error instanceof RetryableIamError) {
      throw error;
    }
    // Not the message: IAM quotes from documents in some.
    return { result: 'refused', message: (error as Error).name };
  }
  if (given.result === 'gone') {
    throw new RetryableIamError(DELETED_MEANWHILE);
  }
  return given as Exclude<R, { readonly result: 'gone' }>;
}

async function verify({ target, policies }: PolicyWork, { uniqueId }: PolicyBackup, { managed, inline }: Progress): Promise<void> {
  if ((await policies.identity(target))?.uniqueId !== uniqueId) {
    throw new RetryableIamError(DELETED_MEANWHILE);
  }
  const attached = new Set(await policies.listManaged(target));
  let invisible = managed.filter(({ arn }) => !attached.has(arn)).length;
  for (const { name, document } of inline) {
    invisible += await policies.readInline(target, name) === document ? 0 : 1;
  }
  if (invisible > 0) {
    throw new NotYetVisibleError(`IAM does not show ${invisible} of the policies that were put back yet`);
  }
}

/** Short enough, and the remedy first: a budget keeps the beginning of what went wrong. */
function notRestored(backup: PolicyBackup, blocked: readonly LeftPolicy[]): PoliciesNotRestoredError {
  const [{ policy, problem }] = blocked;
  const more = blocked.length > 1 ? ` and ${blocked.length - 1} more` : '';
  return new PoliciesNotRestoredError(
    `${blocked.length} of ${policiesOf(backup).length} policies of ${backup.principalId} could not be put back. It stays denied, its backup is kept, and it is tried `
    + 'again: make room for them or put them there by hand. '
    + `It is ${policy.slice(0, 160)} (${problem.slice(0, 120)})${more}`,
  );
}
