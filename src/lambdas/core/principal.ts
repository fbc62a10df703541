import { PrincipalKindName } from '../../contract';
import { BoundedCache } from './bounded-cache';

/**
 * Who made a call: the IAM identity behind `identity.arn`, stable under paths and sessions.
 *
 * Ids: `iam-user/<account>/<name>`, `iam-role/<account>/<name>`, `federated-user/<account>/<name>`, `root/<account>`; and what a role's calls may
 * be charged to in its place: `agent-runtime/<account>/<region>/<runtime id>`, `agent-role/<account>/<region>/<role name>`.
 * Names are unique in an account whatever their path, and the log drops a role's path anyway.
 */
export interface Principal {
  readonly id: string;
  /** What the ARN alone tells. Whether an IAM user holds an API key is found out by the registrar. */
  readonly kind: PrincipalKindName;
  readonly accountId: string;
  /** Absent for the root user. */
  readonly name?: string;
  /** Of AgentCore runtimes alone. */
  readonly region?: string;
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

/** The same callers come again and again. */
const KNOWN = new BoundedCache<Principal>(10_000);

/** @throws UnknownIdentityError */
export function principalFromArn(arn: string): Principal {
  return KNOWN.getOrCreate(arn, () => readArn(arn));
}

function readArn(arn: string): Principal {
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
const NAMED_KINDS: readonly PrincipalKindName[] = [PrincipalKindName.IAM_USER, PrincipalKindName.IAM_ROLE, PrincipalKindName.FEDERATED_USER];
const AGENT_KINDS: readonly PrincipalKindName[] = [PrincipalKindName.AGENT_RUNTIME, PrincipalKindName.AGENT_ROLE];

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z0-9-]{1,30}$/;
const WHOLE_NAME = new RegExp(`^${NAME}$`);
/** AgentCore's own ids: a name and a suffix. */
const RUNTIME_ID = /^[A-Za-z0-9_-]{1,100}$/;

/** The principal that an id names, or `undefined` where it is no id of ours. */
export function principalFromId(id: string): Principal | undefined {
  const [kind, accountId, ...names] = id.split('/');
  if (!ACCOUNT.test(accountId ?? '')) {
    return undefined;
  }
  if (kind === PrincipalKindName.ROOT) {
    return names.length === 0 ? principalOf(kind, accountId) : undefined;
  }
  const named = NAMED_KINDS.find(value => value === kind);
  if (named) {
    return names.length === 1 && WHOLE_NAME.test(names[0]) ? principalOf(named, accountId, names[0]) : undefined;
  }
  const agent = AGENT_KINDS.find(value => value === kind);
  const [region, name] = names;
  return agent && names.length === 2 && REGION.test(region) && (agent === PrincipalKindName.AGENT_ROLE ? WHOLE_NAME : RUNTIME_ID).test(name)
    ? { id, kind: agent, accountId, name, region }
    : undefined;
}

/** Whether an id or kind is that of AgentCore runtimes, one by itself or several that share a role. */
export function isAgentKind(kind: PrincipalKindName): boolean {
  return AGENT_KINDS.includes(kind);
}

/** The id of an AgentCore runtime's budget. */
export function runtimePrincipalId(accountId: string, region: string, runtimeId: string): string {
  return `${PrincipalKindName.AGENT_RUNTIME}/${accountId}/${region}/${runtimeId}`;
}

/** The id of the budget that the runtimes of one execution role share. */
export function sharedRolePrincipalId(role: Principal, region: string): string {
  return `${PrincipalKindName.AGENT_ROLE}/${role.accountId}/${region}/${role.name}`;
}

/** Users that the Bedrock console makes for API keys are named so; keys made by the API may belong to any user. */
export function looksLikeApiKeyUser(principal: Principal): boolean {
  return principal.kind === PrincipalKindName.IAM_USER && /^BedrockAPIKey-/.test(principal.name ?? '');
}
