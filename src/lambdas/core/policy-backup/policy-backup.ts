/** A managed policy that was attached. */
export interface ManagedPolicy {
  readonly arn: string;
  /** IAM's own id of the policy: one that is made anew under the same ARN has another. */
  readonly policyId?: string;
  /** The version that was in force, for the record: versions are their owner's to switch. */
  readonly defaultVersionId?: string;
}

/** An inline policy. The document is what IAM held, byte for byte. */
export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** A policy that is not where one would expect it, and why. Documents never stand here. */
export interface LeftPolicy {
  /** ARN of a managed policy, name of an inline policy. */
  readonly policy: string;
  readonly problem: string;
}

/** A user or role, by what it is and by what it is called. */
export interface PolicyOwner {
  /** IAM's own id: it stays when a user is renamed, and whatever is made anew under the same name has another. */
  readonly uniqueId: string;
  /** Principal id: `iam-user/<account>/<name>`, `iam-role/<account>/<name>`. */
  readonly principalId: string;
}

/**
 * What a user or role had before its policies were removed, in the order in which IAM listed it. The deny policy is no part of it, and whatever was
 * attached after the backup was taken is nobody's business but its owner's. It is known by the unique id; the name is the one of that time.
 */
export interface PolicyBackup extends PolicyOwner {
  /** Epoch milliseconds. */
  readonly takenAt: number;
  readonly managed: readonly ManagedPolicy[];
  readonly inline: readonly InlinePolicy[];
  /** What was attached and is not removed, since it could not be given back. */
  readonly leftInPlace: readonly LeftPolicy[];
  /** For the record: a boundary is never touched. */
  readonly permissionsBoundary?: string;
}

/** How a backup ended. */
const BACKUP_ENDS = ['restored', 'principal-gone', 'principal-replaced'] as const;
export type BackupEnd = (typeof BACKUP_ENDS)[number];

/** What is noted on a backup that has become history. */
export interface HistoryNote {
  readonly end: BackupEnd;
  /** Epoch milliseconds. */
  readonly archivedAt: number;
  readonly notRestored: readonly LeftPolicy[];
}

/** Thrown for a backup that cannot be stored or read: nothing is removed, or given back, on the strength of it. */
export class PolicyBackupError extends Error {
  public readonly name = 'PolicyBackupError';
}

/** Whether a policy was deleted and made anew under the ARN of one that is in a backup. Of one that does not exist there is nothing to tell. */
export function isAnotherPolicy({ policyId }: ManagedPolicy, now: { readonly policyId?: string } | undefined): boolean {
  return policyId !== undefined && now !== undefined && now.policyId !== policyId;
}

/** The ARNs and names of all policies of a backup. */
export function policiesOf({ managed, inline }: Pick<PolicyBackup, 'managed' | 'inline'>): string[] {
  return [...managed.map(({ arn }) => arn), ...inline.map(({ name }) => name)];
}

/** `3 managed and 2 inline policies` */
export function countedPolicies({ managed, inline }: { readonly managed: number; readonly inline: number }): string {
  return `${managed} managed and ${inline} inline policies`;
}
