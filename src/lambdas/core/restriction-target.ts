import { PrincipalKindName } from '../../contract';
import { Budget } from './budget';
import { Principal, principalFromId } from './principal';

/** What the deny policy is attached to. */
export interface Attachable {
  readonly type: 'user' | 'role';
  readonly name: string;
}

/** Why a principal cannot be restricted through IAM, and what to do instead. */
export interface Unrestrictable {
  readonly code: 'root' | 'federated-user' | 'other-account' | 'protected-role' | 'no-role' | 'unknown-kind';
  readonly message: string;
}

/**
 * Where the deny policy of a budget goes, or why it can go nowhere. That of an AgentCore runtime goes to its execution role, which several runtimes and
 * the role's own budget may have in common: see `denyHolders`.
 */
export function restrictionTarget({ principalId, role }: Pick<Budget, 'principalId' | 'role'>, ownAccountId: string): Attachable | Unrestrictable {
  const principal = principalFromId(principalId);
  switch (principal?.kind) {
    case undefined:
      return { code: 'unknown-kind', message: 'is not a known principal' };
    case PrincipalKindName.AGENT_RUNTIME: {
      const restricted = role === undefined ? undefined : principalFromId(role);
      return restricted ? attachmentTarget(restricted, ownAccountId) : { code: 'no-role', message: 'is an AgentCore runtime whose execution role is not known yet' };
    }
    case PrincipalKindName.AGENT_ROLE:
      return attachmentTarget({ ...principal!, kind: PrincipalKindName.IAM_ROLE }, ownAccountId);
    default:
      return attachmentTarget(principal!, ownAccountId);
  }
}

/**
 * Where the deny policy goes for an identity of IAM.
 *
 * Sources: IAM refuses to change service-linked roles and the roles of IAM Identity Center ("only modifiable by AWS");
 * the root user can be denied by a service control policy alone; a federated session follows the user that made it.
 */
export function attachmentTarget(principal: Principal, ownAccountId: string): Attachable | Unrestrictable {
  if (principal.accountId !== ownAccountId) {
    return { code: 'other-account', message: `belongs to account ${principal.accountId}: restrict it there` };
  }
  switch (principal.kind) {
    case PrincipalKindName.API_KEY_USER:
    case PrincipalKindName.IAM_USER:
      return { type: 'user', name: principal.name! };
    case PrincipalKindName.IAM_ROLE:
      return /^(AWSReservedSSO_|AWSServiceRoleFor)/.test(principal.name!)
        ? { code: 'protected-role', message: 'is a role that only AWS may modify: restrict it in its permission set or by a service control policy' }
        : { type: 'role', name: principal.name! };
    case PrincipalKindName.FEDERATED_USER:
      return { code: 'federated-user', message: 'is a federated session: restrict the IAM user that issues it' };
    case PrincipalKindName.ROOT:
      return { code: 'root', message: 'is the root user: only a service control policy can restrict it' };
    default:
      return { code: 'unknown-kind', message: `principals of kind ${principal.kind} cannot be restricted by this version` };
  }
}

export function isAttachable(target: Attachable | Unrestrictable): target is Attachable {
  return 'type' in target;
}

/** Principal id of a user or role to which a policy can be attached. */
export function idOfTarget({ type, name }: Attachable, accountId: string): string {
  return `${type === 'user' ? PrincipalKindName.IAM_USER : PrincipalKindName.IAM_ROLE}/${accountId}/${name}`;
}
