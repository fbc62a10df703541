import { groupBy } from '../../lambdas/core/collections';
import { identityOf, Identity } from './identities';
import { PredecessorItem, textOf } from './items';
import { Mapped } from './mapped';
import { KEY_POLICY, RESTRICTION_TAGS } from './predecessor';

/** The policies that the predecessor took from a role and remembers, by name the inline ones with their documents. */
export interface Backup {
  readonly managed: readonly string[];
  readonly inline: ReadonlyMap<string, string>;
}

/** Somebody whom the predecessor may have shut out, with all that it remembers. */
export interface Suspect {
  readonly identity: Identity;
  /** Of the role, as the predecessor has it. */
  readonly arn?: string;
  /** Its ids there: runtimes may share a role. */
  readonly ids: readonly string[];
  readonly isSuspended: boolean;
  /** Of roles alone; absent where nothing was kept, or it cannot be read. */
  readonly backup?: Backup;
}

/** What IAM says of somebody. */
export interface IamState {
  readonly arn: string;
  readonly tags: readonly string[];
  readonly managed: readonly string[];
  readonly inline: readonly string[];
  readonly hasDenyAll: boolean;
}

/** What gives somebody access again, in the order in which it is done. */
export interface Restoration {
  readonly attach: readonly string[];
  readonly put: ReadonlyMap<string, string>;
  readonly liftDenyAll: boolean;
  readonly untag: readonly string[];
}

/** What can be done for somebody. */
export type Verdict =
  | { readonly kind: 'free' | 'gone'; readonly why: string }
  /** Somebody has to decide. */
  | { readonly kind: 'unclear'; readonly why: string }
  /** @property incomplete what is lost, where not all can be given back */
  | { readonly kind: 'restore'; readonly restoration: Restoration; readonly incomplete?: string };

/** Everybody who could have been shut out: also runtimes that are deleted, whose roles may be shut still. */
export function suspectsOf(mapped: readonly Mapped[]): readonly Suspect[] {
  const named = mapped.flatMap(one => {
    const identity = identityOf(one);
    return identity ? [{ ...one, identity }] : [];
  });
  return [...groupBy(named, ({ item, identity }) => `${identity.type} ${identity.accountId} ${item.table === 'runtimes' ? textOf(item, 'role_arn') : identity.name}`).values()].map(of => {
    const [{ identity, item }] = of;
    const backup = identity.type === 'role' ? backupOf(of.map(one => one.item)) : undefined;
    return {
      identity,
      ...(item.table === 'runtimes' ? { arn: textOf(item, 'role_arn') } : {}),
      ids: of.map(one => one.item.id),
      isSuspended: of.some(one => one.isSuspended),
      ...(backup ? { backup } : {}),
    };
  });
}

/** All that any item remembers of the role: whoever was suspended second found it empty already. The oldest comes first. */
function backupOf(items: readonly PredecessorItem[]): Backup | undefined {
  const byAge = [...items].sort((a, b) => ((textOf(a, 'snapshot_timestamp') ?? '') < (textOf(b, 'snapshot_timestamp') ?? '') ? -1 : 1));
  const read = byAge.map(item => readBackup(textOf(item, 'policy_snapshot'))).filter(backup => backup !== undefined);
  return read.length === 0 ? undefined : {
    managed: [...new Set(read.flatMap(({ managed }) => managed))],
    inline: new Map(read.flatMap(({ inline }) => [...inline]).reverse()),
  };
}

function readBackup(text: string | undefined): Backup | undefined {
  let snapshot: unknown;
  try {
    snapshot = JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
  // What is nothing is no backup; what is not there is an empty one.
  const { managed_policies: managed = [], inline_policies: inline = {} } = (snapshot ?? { managed_policies: null }) as {
    readonly managed_policies?: unknown; readonly inline_policies?: unknown;
  };
  const isRead = Array.isArray(managed) && managed.every(arn => typeof arn === 'string') && typeof inline === 'object' && inline !== null && !Array.isArray(inline);
  return isRead
    ? { managed: managed as readonly string[], inline: new Map(Object.entries(inline).map(([name, document]) => [name, typeof document === 'string' ? document : JSON.stringify(document)])) }
    : undefined;
}

/** What there is to say without asking IAM: it knows the people of one account alone. */
export function foreign({ identity }: Suspect, account: string): Verdict | undefined {
  return identity.accountId === account ? undefined : {
    kind: 'unclear',
    why: `is in the account ${identity.accountId}, and these credentials are of ${account}: look there whether it is shut out`,
  };
}

/** What is to be done, if anything. */
export function verdictOn(suspect: Suspect, state: IamState | undefined): Verdict {
  if (state === undefined) {
    return { kind: 'gone', why: 'does not exist any more' };
  }
  const isOther = suspect.arn === undefined ? suspect.identity.accountId !== state.arn.split(':')[4] : suspect.arn !== state.arn;
  if (isOther) {
    const there = suspect.arn ?? `of the account ${suspect.identity.accountId}`;
    return { kind: 'unclear', why: `is ${there} there, but ${state.arn} with these credentials: are they those of its account?` };
  }
  return suspect.identity.type === 'user' ? verdictOnUser(suspect, state) : verdictOnRole(suspect, state);
}

function verdictOnUser({ identity, isSuspended }: Suspect, { arn, tags, managed }: IamState): Verdict {
  const policy = `arn:${arn.split(':')[1]}:iam::aws:policy/${KEY_POLICY}`;
  const isMarked = tags.includes(RESTRICTION_TAGS[0]);
  const hasPolicy = managed.includes(policy);
  if (isMarked) {
    return { kind: 'restore', restoration: { attach: hasPolicy ? [] : [policy], put: new Map(), liftDenyAll: false, untag: marksIn(tags) } };
  }
  if (isSuspended && !hasPolicy) {
    return {
      kind: 'unclear',
      why: `is suspended by its table, but not marked so in IAM, and does not have ${KEY_POLICY}: nothing tells that it ever had. If it had: `
        + `aws iam attach-user-policy --user-name ${identity.name} --policy-arn ${policy}`,
    };
  }
  return { kind: 'free', why: isSuspended ? `is suspended by its table alone: it has ${KEY_POLICY}` : 'is not suspended' };
}

/** A role without the deny and without the mark is left alone: the backup may be of the role that the runtime had before. */
function verdictOnRole({ backup }: Suspect, { tags, managed, inline, hasDenyAll }: IamState): Verdict {
  const untag = marksIn(tags);
  if (!hasDenyAll && untag.length === 0) {
    return { kind: 'free', why: 'is not shut' };
  }
  const known = backup ?? { managed: [], inline: new Map<string, string>() };
  const restoration = {
    attach: known.managed.filter(arn => !managed.includes(arn)),
    put: new Map([...known.inline].filter(([name]) => !inline.includes(name))),
    liftDenyAll: hasDenyAll,
    untag,
  };
  const remembersNothing = known.managed.length + known.inline.size === 0 && managed.length + inline.length === 0;
  return remembersNothing
    ? {
      kind: 'restore',
      restoration,
      incomplete: 'its policies are lost: the predecessor keeps no backup of them, or one that it made when they were gone already. The role is opened, but can do '
        + 'nothing until it has them again: CloudTrail\'s events DetachRolePolicy and DeleteRolePolicy name them',
    }
    : { kind: 'restore', restoration };
}

function marksIn(tags: readonly string[]): readonly string[] {
  return RESTRICTION_TAGS.filter(tag => tags.includes(tag));
}
