import { PrincipalKindName } from '../../contract';

/**
 * Who made a call: the IAM identity behind `identity.arn`, stable under paths and sessions.
 *
 * Ids: `iam-user/<account>/<name>`, `iam-role/<account>/<name>`, `federated-user/<account>/<name>`, `root/<account>`.
 * Names are unique in an account whatever their path, and the log drops a role's path anyway.
 */
export interface Principal {
  readonly id: string;
  /** What the ARN alone tells. Whether an IAM user holds an API key is found out by the registrar. */
  readonly kind: PrincipalKindName;
  readonly accountId: string;
  /** Absent for the root user. */
  readonly name?: string;
}

/** Thrown for an identity that is none of the known forms. */
export class UnknownIdentityError extends Error {
  public readonly name = 'UnknownIdentityError';
}

// IAM's own alphabet of names; anything else is refused rather than carried into keys, logs and messages.
const NAME = '[\\w+=,.@-]{1,64}';
const PATH = '(?:[\\x21-\\x2e\\x30-\\x7e]+/)*';
const ARN_FORMS: readonly (readonly [RegExp, PrincipalKindName])[] = [
  [new RegExp(`^arn:aws[a-z-]*:iam::(\\d{12}):user/${PATH}(${NAME})$`), PrincipalKindName.IAM_USER],
  [new RegExp(`^arn:aws[a-z-]*:sts::(\\d{12}):assumed-role/(${NAME})/${NAME}$`), PrincipalKindName.IAM_ROLE],
  [new RegExp(`^arn:aws[a-z-]*:iam::(\\d{12}):role/${PATH}(${NAME})$`), PrincipalKindName.IAM_ROLE],
  [new RegExp(`^arn:aws[a-z-]*:sts::(\\d{12}):federated-user/(${NAME})$`), PrincipalKindName.FEDERATED_USER],
  [/^arn:aws[a-z-]*:iam::(\d{12}):root$/, PrincipalKindName.ROOT],
];

/** An ARN is at most 2,048 characters; a longer text is not one. */
const MAX_ARN_LENGTH = 2048;

/** @throws UnknownIdentityError */
export function principalFromArn(arn: string): Principal {
  if (arn.length <= MAX_ARN_LENGTH) {
    for (const [form, kind] of ARN_FORMS) {
      const match = form.exec(arn);
      if (match) {
        return principalOf(kind, match[1], match[2]);
      }
    }
  }
  throw new UnknownIdentityError('identity.arn is none of the known forms: IAM user, role, assumed role, federated user, root');
}

function principalOf(kind: PrincipalKindName, accountId: string, name?: string): Principal {
  return name === undefined ? { id: `${kind}/${accountId}`, kind, accountId } : { id: `${kind}/${accountId}/${name}`, kind, accountId, name };
}

/**
 * Kinds that stand in ids. A user who holds an API key stays the IAM user that it is: two ids of one principal would be two budgets
 * that fight over one deny policy.
 */
const KINDS_OF_IDS: readonly PrincipalKindName[] = [
  PrincipalKindName.IAM_USER, PrincipalKindName.IAM_ROLE, PrincipalKindName.FEDERATED_USER, PrincipalKindName.ROOT,
];

/** The principal that an id names, or `undefined` where it is no id of ours. */
export function principalFromId(id: string): Principal | undefined {
  const [kind, accountId, name, ...rest] = id.split('/');
  const known = KINDS_OF_IDS.find(value => value === kind);
  if (!known || !/^\d{12}$/.test(accountId ?? '') || rest.length > 0) {
    return undefined;
  }
  if (known === PrincipalKindName.ROOT) {
    return name === undefined ? principalOf(known, accountId) : undefined;
  }
  return name !== undefined && new RegExp(`^${NAME}$`).test(name) ? principalOf(known, accountId, name) : undefined;
}

/** Users that the Bedrock console makes for API keys are named so; keys made by the API may belong to any user. */
export function looksLikeApiKeyUser(principal: Principal): boolean {
  return principal.kind === PrincipalKindName.IAM_USER && /^BedrockAPIKey-/.test(principal.name ?? '');
}

/** What the deny policy is attached to. */
export interface Attachable {
  readonly type: 'user' | 'role';
  readonly name: string;
}

/** Why a principal cannot be restricted through IAM, and what to do instead. */
export interface Unrestrictable {
  readonly code: 'root' | 'federated-user' | 'other-account' | 'protected-role' | 'unknown-kind';
  readonly message: string;
}

/**
 * Where the deny policy goes, or why it can go nowhere.
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
