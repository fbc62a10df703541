import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, CreatePolicyCommand, DeletePolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, GetRoleCommand,
  GetRolePolicyCommand, GetUserCommand,
  GetUserPolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand, ListRolePoliciesCommand, ListUserPoliciesCommand,
  PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, PutUserPermissionsBoundaryCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { LocalCloud } from '../../local-cloud/local-cloud';
import { Spender } from './spender';

/** What IAM shows of a user or role, in its order. */
export interface Policies {
  /** ARNs of what is attached. */
  readonly managed: readonly string[];
  /** Documents by name, as they were written. */
  readonly inline: Readonly<Record<string, string>>;
  readonly boundary?: string;
}

/** Whoever administers IAM: gives users and roles policies, and looks at them. */
export class IamPolicies {
  private readonly iam: IAMClient;

  constructor(cloud: LocalCloud) {
    this.iam = new IAMClient(cloud.client);
  }

  /** @returns the ARN of a new managed policy */
  public async make(name: string, statement: object): Promise<string> {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { Policy: policy } = await this.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document }));
    return policy!.Arn!;
  }

  public async delete(arn: string): Promise<void> {
    await this.iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
  }

  public async attach(to: Spender, arn: string): Promise<void> {
    const { isUser, name } = entity(to);
    await (isUser
      ? this.iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
      : this.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn })));
  }

  public async detach(from: Spender, arn: string): Promise<void> {
    const { isUser, name } = entity(from);
    await (isUser
      ? this.iam.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
      : this.iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: arn })));
  }

  public async write(to: Spender, policyName: string, document: string): Promise<void> {
    const { isUser, name } = entity(to);
    const policy = { PolicyName: policyName, PolicyDocument: document };
    await (isUser
      ? this.iam.send(new PutUserPolicyCommand({ UserName: name, ...policy }))
      : this.iam.send(new PutRolePolicyCommand({ RoleName: name, ...policy })));
  }

  public async bound(to: Spender, arn: string): Promise<void> {
    const { isUser, name } = entity(to);
    await (isUser
      ? this.iam.send(new PutUserPermissionsBoundaryCommand({ UserName: name, PermissionsBoundary: arn }))
      : this.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: arn })));
  }

  public async of(whom: Spender): Promise<Policies> {
    const { isUser, name } = entity(whom);
    return isUser ? this.ofUser(name) : this.ofRole(name);
  }

  private async ofUser(UserName: string): Promise<Policies> {
    const { AttachedPolicies: attached = [] } = await this.iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    const { PolicyNames: names = [] } = await this.iam.send(new ListUserPoliciesCommand({ UserName }));
    const { User: user } = await this.iam.send(new GetUserCommand({ UserName }));
    const inline = await documents(names, async PolicyName => (await this.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument!);
    return policies(attached, inline, user?.PermissionsBoundary?.PermissionsBoundaryArn);
  }

  private async ofRole(RoleName: string): Promise<Policies> {
    const { AttachedPolicies: attached = [] } = await this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const { PolicyNames: names = [] } = await this.iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { Role: role } = await this.iam.send(new GetRoleCommand({ RoleName }));
    const inline = await documents(names, async PolicyName => (await this.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument!);
    return policies(attached, inline, role?.PermissionsBoundary?.PermissionsBoundaryArn);
  }
}

function entity({ identity: { type, name } }: Spender): { readonly isUser: boolean; readonly name: string } {
  if (type === 'runtime') {
    throw new Error(`${name} is a runtime: policies are those of its role`);
  }
  return { isUser: type === 'user', name };
}

async function documents(names: readonly string[], read: (name: string) => Promise<string>): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    try {
      found[name] = decodeURIComponent(await read(name));
    } catch (error) {
      // Deleted since it was listed.
      if ((error as Error).name !== 'NoSuchEntityException') {
        throw error;
      }
    }
  }
  return found;
}

function policies(attached: readonly { readonly PolicyArn?: string }[], inline: Readonly<Record<string, string>>, boundary: string | undefined): Policies {
  return { managed: attached.map(({ PolicyArn: arn }) => arn!), inline, ...(boundary === undefined ? {} : { boundary }) };
}
