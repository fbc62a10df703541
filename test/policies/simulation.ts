import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, SynthesizedResource, SynthesizedStack } from '../synthesized/synthesized-stack';

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: PolicyDocument;
}

export interface Role {
  readonly logicalId: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly NamedPolicy[];
}

/** Somebody asks AWS for something. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

export interface Requester {
  readonly arn: string;
  readonly policies: readonly NamedPolicy[];
}

/** Every role of a template, with all that is attached to it. */
export function rolesOf(stack: SynthesizedStack): readonly Role[] {
  const attached = stack.resources('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  return stack.resources('AWS::IAM::Role').map(role => {
    const { properties, logicalId } = role;
    if ((properties.ManagedPolicyArns ?? []).length > 0) {
      throw new Error(`${logicalId} has managed policies: ${properties.ManagedPolicyArns}; what they allow is not known here`);
    }
    const name = stack.attribute(role, 'Ref');
    return {
      logicalId,
      arn: stack.attribute(role, 'Arn'),
      trust: properties.AssumeRolePolicyDocument,
      policies: [
        ...(properties.Policies ?? []).map((inline: any) => ({ name: inline.PolicyName, policy: inline.PolicyDocument })),
        ...attached.filter(policy => policy.properties.Roles?.includes(name))
          .map(policy => ({ name: policy.logicalId, policy: policy.properties.PolicyDocument })),
      ],
    };
  });
}

/** The role of a function. */
export function roleOf(stack: SynthesizedStack, fn: SynthesizedResource): Role {
  return rolesOf(stack).find(({ arn }) => arn === fn.properties.Role)!;
}

/** Somebody with the policies of all these roles. */
export function together(roles: readonly Role[]): Requester {
  const [{ arn }] = roles;
  return { arn, policies: roles.flatMap(({ logicalId, policies }) => policies.map(({ name, policy }) => ({ name: `${logicalId}/${name}`, policy }))) };
}

/**
 * What AWS would answer.
 *
 * @param resourcePolicy of the resource that is asked for, where it has one
 */
export async function verdictOn({ arn, policies }: Requester, { action, resource, context = {} }: Request, resourcePolicy?: PolicyDocument): Promise<Verdict> {
  const result = await runSimulation({
    request: { principal: arn, action, resource: { resource, accountId: ACCOUNT }, contextVariables: { ...context } },
    identityPolicies: policies.map(({ name, policy }) => ({ name, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy ? { resourcePolicy } : {}),
  }, {});
  if (result.resultType === 'error') {
    throw new Error(`${action} on ${resource} cannot be simulated: ${JSON.stringify(result.errors)}`);
  }
  return result.overallResult as Verdict;
}

/** What a function itself allows to roles; `undefined` where it allows none anything. */
export function functionPolicyOf(stack: SynthesizedStack, functionArn: string): PolicyDocument | undefined {
  const statements = stack.resources('AWS::Lambda::Permission')
    .map(({ properties }) => properties)
    .filter(({ FunctionName: name, Principal: principal }) => name === functionArn && principal.startsWith('arn:'))
    .map(({ Action: action, Principal: principal }) => ({ Effect: 'Allow' as const, Action: action, Resource: functionArn, Principal: { AWS: principal } }));
  return statements.length > 0 ? { Version: '2012-10-17', Statement: statements } : undefined;
}

export function allow(action: string | readonly string[], resource: string | readonly string[] = '*'): NamedPolicy {
  return { name: `allow ${action}`, policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] } };
}

/** The value of a list that IAM also writes as a single text. */
export function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat() as string[];
}
