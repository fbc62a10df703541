import { AttachResult } from '../ports';
import { Attachable } from '../restriction-target';
import { HistoryNote, PolicyBackup, PolicyOwner } from './policy-backup';

/** Who a user or role is at present. */
export interface PrincipalIdentity {
  readonly uniqueId: string;
  /** ARN of the permissions boundary. */
  readonly permissionsBoundary?: string;
}

export interface ManagedPolicyFacts {
  /** IAM's own id: a policy that is made anew under the same ARN has another. */
  readonly policyId?: string;
  readonly defaultVersionId?: string;
  /** Whether IAM would attach it anew: a policy that AWS has deprecated stays where it is, and once detached never comes back. */
  readonly attachable: boolean;
  readonly description?: string;
}

/** IAM's answer to an inline policy that is given back. */
export type PutResult =
  | AttachResult
  /** IAM does not accept the policy. */
  | { readonly result: 'refused'; readonly message: string };

/** IAM's answer to a managed policy that is given back. */
export type GiveResult =
  | PutResult
  /** The policy does not exist any more, while the user or role does. */
  | { readonly result: 'missing' }
  /** IAM attaches the policy to nobody any more. */
  | { readonly result: 'unattachable' };

/** IAM's answer to a policy that is removed. */
export type RemoveResult = Extract<AttachResult, { readonly result: 'done' | 'protected' }>;

/**
 * The policies of users and roles, as far as they are attached or written inline. Groups, boundaries and trust policies are no part of it.
 *
 * @throws RetryableIamError where IAM throttled, was unavailable, saw a concurrent change, or lost the user or role between two questions; other
 * errors are final
 */
export interface PrincipalPolicies {
  /** `undefined` where the user or role does not exist. */
  identity(target: Attachable): Promise<PrincipalIdentity | undefined>;
  /** What the user or role of this unique id is called now, it being called otherwise before; `undefined` where it does not exist any more. */
  locate(formerly: Attachable, uniqueId: string): Promise<Attachable | undefined>;
  /** ARNs of everything that is attached, the deny policy among them, in IAM's order. */
  listManaged(target: Attachable): Promise<readonly string[]>;
  /** Names, in IAM's order. */
  listInline(target: Attachable): Promise<readonly string[]>;
  /** The document byte for byte; `undefined` where there is no inline policy of that name. */
  readInline(target: Attachable, name: string): Promise<string | undefined>;
  /** `undefined` where the policy does not exist. */
  describeManaged(arn: string): Promise<ManagedPolicyFacts | undefined>;
  /** Attaching what is attached is a success. */
  attach(target: Attachable, arn: string): Promise<GiveResult>;
  /** Detaching what is not attached is a success. */
  detach(target: Attachable, arn: string): Promise<RemoveResult>;
  /** Replaces an inline policy of that name. */
  putInline(target: Attachable, name: string, document: string): Promise<PutResult>;
  /** Deleting what is not there is a success. */
  deleteInline(target: Attachable, name: string): Promise<RemoveResult>;
}

/**
 * How long no backups are taken once everybody is given back what is held. Long enough for whatever was under way; but where the update that took the
 * strategy away was rolled back, it is in force again, and nobody else would say so.
 */
export const CLOSED_FOR_MS = 6 * 60 * 60 * 1000;

/** What came of a new backup. */
export type BackupCreation =
  | 'created'
  /** The user or role has a backup, which stays as it is. */
  | 'exists'
  /** No backups are taken any more. */
  | 'closed';

/** Where backups are kept, by the unique ids of users and roles. Reads are strongly consistent. */
export interface BackupStore {
  /** @throws PolicyBackupError for a backup that cannot be read */
  readCurrent(uniqueId: string): Promise<PolicyBackup | undefined>;
  /** Writes it where there is none, and where backups are still taken, in one transaction. @throws PolicyBackupError */
  create(backup: PolicyBackup): Promise<BackupCreation>;
  /** For the next `CLOSED_FOR_MS` no backups are taken: whatever is looked up after that is all there will be. */
  close(now: number): Promise<void>;
  /** Backups are taken, whether they were before or not. */
  open(): Promise<void>;
  /**
   * Makes history of the current backup, in one transaction.
   *
   * @returns whether it did; `false` where the current backup is another one, or none
   */
  markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean>;
  /** Whose policies are held, and the unique ids of those who are being worked on at this time. */
  listHeld(now: number): Promise<Holdings>;
}

export interface Holdings {
  readonly held: readonly PolicyOwner[];
  readonly busy: readonly string[];
}

/**
 * One worker a user or role at a time, by its unique id: IAM has no conditional writes, so that two of them would undo each other's work unseen. Instants
 * in epoch milliseconds.
 */
export interface TargetLeases {
  /** @returns whether the user or role is the worker's own until then; who has it already has it again */
  acquire(uniqueId: string, worker: string, lease: { readonly now: number; readonly until: number }): Promise<boolean>;
  /** A lease that is not the worker's any more is left alone. */
  release(uniqueId: string, worker: string): Promise<void>;
}
