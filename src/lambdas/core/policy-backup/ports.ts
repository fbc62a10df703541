import { AttachResult } from '../ports';
import { Attachable } from '../restriction-target';
import { HistoryNote, PolicyBackup } from './policy-backup';

/** Who a user or role is at present. */
export interface PrincipalIdentity {
  readonly uniqueId: string;
  /** ARN of the permissions boundary. */
  readonly permissionsBoundary?: string;
}

export interface ManagedPolicyFacts {
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

/** Where backups are kept. Reads are strongly consistent. */
export interface BackupStore {
  /** @throws PolicyBackupError for a backup that cannot be read */
  readCurrent(target: string): Promise<PolicyBackup | undefined>;
  /** @returns whether it was written; `false` where the target has a backup, which stays as it is. @throws PolicyBackupError */
  create(backup: PolicyBackup): Promise<boolean>;
  /**
   * Makes history of the current backup, in one transaction.
   *
   * @returns whether it did; `false` where the current backup is another one, or none
   */
  markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean>;
  /** What is held, and who is being worked on at this time, by the ids of the targets. */
  listHeld(now: number): Promise<{ readonly held: readonly string[]; readonly busy: readonly string[] }>;
}

/** One worker a target at a time: IAM has no conditional writes, so that two of them would undo each other's work unseen. Instants in epoch milliseconds. */
export interface TargetLeases {
  /** @returns whether the target is the worker's own until then; who has it already has it again */
  acquire(target: string, worker: string, lease: { readonly now: number; readonly until: number }): Promise<boolean>;
  /** A lease that is not the worker's any more is left alone. */
  release(target: string, worker: string): Promise<void>;
}
