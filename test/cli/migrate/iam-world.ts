import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DeleteRolePolicyCommand, GetRoleCommand, GetUserCommand, IAMClient, ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand, ListRolePoliciesCommand, ListRoleTagsCommand, ListUserTagsCommand, PutRolePolicyCommand, UntagRoleCommand, UntagUserCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { ACCOUNT } from '../../lambdas/core/builders';

/** Somebody in IAM. */
export interface Somebody {
  arn: string;
  tags: string[];
  managed: string[];
  inline: Map<string, string>;
}

/** An IAM in memory: users and roles with their policies and tags, a page an item. */
export class IamWorld {
  public readonly client = mockClient(IAMClient);
  private readonly sts = mockClient(STSClient);
  /** Whose credentials are used. */
  public account = ACCOUNT;
  public readonly users = new Map<string, Somebody>();
  public readonly roles = new Map<string, Somebody>();
  /** Policies that nobody can attach any more. */
  public readonly deleted = new Set<string>();
  /** Names of commands that were carried out and change something, in their order. */
  public readonly changes: string[] = [];
  /** The command that is denied. */
  public denied?: string;
  /** What is attached and put is lost. */
  public isForgetful = false;

  public reset(): void {
    this.client.reset();
    this.sts.reset();
    this.account = ACCOUNT;
    this.sts.on(GetCallerIdentityCommand).callsFake(async () => ({ Account: this.account }));
    this.users.clear();
    this.roles.clear();
    this.deleted.clear();
    this.changes.length = 0;
    this.denied = undefined;
    this.isForgetful = false;
    this.client.on(GetUserCommand).callsFake(async ({ UserName }) => ({ User: { Arn: this.of(this.users, UserName).arn } }));
    this.client.on(GetRoleCommand).callsFake(async ({ RoleName }) => ({ Role: { Arn: this.of(this.roles, RoleName).arn } }));
    this.client.on(ListUserTagsCommand).callsFake(async ({ UserName, Marker }) => paged('Tags', this.of(this.users, UserName).tags.map(Key => ({ Key })), Marker));
    this.client.on(ListRoleTagsCommand).callsFake(async ({ RoleName, Marker }) => paged('Tags', this.of(this.roles, RoleName).tags.map(Key => ({ Key })), Marker));
    this.client.on(ListAttachedUserPoliciesCommand).callsFake(async ({ UserName, Marker }) => (
      paged('AttachedPolicies', this.of(this.users, UserName).managed.map(PolicyArn => ({ PolicyArn })), Marker)));
    this.client.on(ListAttachedRolePoliciesCommand).callsFake(async ({ RoleName, Marker }) => (
      paged('AttachedPolicies', this.of(this.roles, RoleName).managed.map(PolicyArn => ({ PolicyArn })), Marker)));
    this.client.on(ListRolePoliciesCommand).callsFake(async ({ RoleName, Marker }) => paged('PolicyNames', [...this.of(this.roles, RoleName).inline.keys()], Marker));
    this.client.on(AttachUserPolicyCommand).callsFake(async ({ UserName, PolicyArn }) => this.change('AttachUserPolicy', () => this.attach(this.of(this.users, UserName), PolicyArn)));
    this.client.on(AttachRolePolicyCommand).callsFake(async ({ RoleName, PolicyArn }) => this.change('AttachRolePolicy', () => this.attach(this.of(this.roles, RoleName), PolicyArn)));
    this.client.on(PutRolePolicyCommand).callsFake(async ({ RoleName, PolicyName, PolicyDocument }) => this.change('PutRolePolicy', () => {
      if (!this.isForgetful) this.of(this.roles, RoleName).inline.set(PolicyName, PolicyDocument);
    }));
    this.client.on(DeleteRolePolicyCommand).callsFake(async ({ RoleName, PolicyName }) => this.change('DeleteRolePolicy', () => {
      if (!this.of(this.roles, RoleName).inline.delete(PolicyName)) throw missing(PolicyName);
    }));
    this.client.on(UntagUserCommand).callsFake(async ({ UserName, TagKeys }) => this.change('UntagUser', () => untag(this.of(this.users, UserName), TagKeys)));
    this.client.on(UntagRoleCommand).callsFake(async ({ RoleName, TagKeys }) => this.change('UntagRole', () => untag(this.of(this.roles, RoleName), TagKeys)));
  }

  public user(name: string, state: Partial<Somebody> = {}): Somebody {
    const user = { arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, tags: [], managed: [], inline: new Map<string, string>(), ...state };
    this.users.set(name, user);
    return user;
  }

  public role(name: string, state: Partial<Somebody> = {}): Somebody {
    const role = { arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, tags: [], managed: [], inline: new Map<string, string>(), ...state };
    this.roles.set(name, role);
    return role;
  }

  private of(all: ReadonlyMap<string, Somebody>, name: string): Somebody {
    const found = all.get(name);
    if (!found) throw missing(name);
    return found;
  }

  private change(name: string, make: () => void): object {
    if (this.denied === name) {
      throw Object.assign(new Error(`not authorized to perform ${name}`), { name: 'AccessDenied' });
    }
    make();
    this.changes.push(name);
    return {};
  }

  private attach(somebody: Somebody, arn: string): void {
    if (this.deleted.has(arn)) throw missing(arn);
    if (!this.isForgetful && !somebody.managed.includes(arn)) somebody.managed.push(arn);
  }
}

function untag(somebody: Somebody, keys: readonly string[]): void {
  somebody.tags = somebody.tags.filter(tag => !keys.includes(tag));
}

function missing(what: string): Error {
  return Object.assign(new Error(`${what} cannot be found`), { name: 'NoSuchEntityException' });
}

function paged(field: string, items: readonly unknown[], marker: string | undefined): object {
  const start = Number(marker ?? 0);
  return { [field]: items.slice(start, start + 1), ...(start + 1 < items.length ? { IsTruncated: true, Marker: String(start + 1) } : { IsTruncated: false }) };
}
