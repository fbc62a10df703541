import { CoreContext } from '../evaluator';
import { Attachable, idOfTarget } from '../restriction-target';
import { LeasePorts, StillMine } from './lease';
import { PolicyOwner } from './policy-backup';
import { announceRetirement, AnnouncingPorts, Occasion } from './policy-events';
import { BackupStore, PrincipalPolicies } from './ports';
import { Report } from './retire';

export interface BackupPorts extends LeasePorts, AnnouncingPorts {
  readonly policies: PrincipalPolicies;
  readonly backups: BackupStore;
}

export interface BackupContext extends CoreContext {
  readonly denyPolicyArn: string;
}

/** A user or role that is the worker's own for a while. */
export interface PolicyWork {
  readonly target: Attachable;
  /** Who the target was when the work began. Whoever bears its name later and has another unique id is none of it. */
  readonly owner: PolicyOwner;
  readonly denyPolicyArn: string;
  readonly policies: PrincipalPolicies;
  readonly backups: BackupStore;
  readonly stillMine: StillMine;
  /** Told before a backup becomes history. */
  readonly report: Report;
  clock(): number;
}

export function ownerOf(target: Attachable, uniqueId: string, { ownAccountId }: Pick<CoreContext, 'ownAccountId'>): PolicyOwner {
  return { uniqueId, principalId: idOfTarget(target, ownAccountId) };
}

export function workOn(
  target: Attachable, owner: PolicyOwner, stillMine: StillMine, ports: BackupPorts, { denyPolicyArn }: Pick<BackupContext, 'denyPolicyArn'>, occasion: Occasion,
): PolicyWork {
  const { policies, backups } = ports;
  return {
    ...{ target, owner, denyPolicyArn, policies, backups, stillMine },
    clock: () => ports.clock(),
    // One step may find the backups of others of the same name: what is told of those is no other delivery of what is told of its own.
    report: retirement => announceRetirement(
      retirement, retirement.end === 'restored' ? occasion : { ...occasion, id: `${occasion.id}/${retirement.end}/${retirement.backup.uniqueId}` }, ports,
    ),
  };
}
