import type { IAMClient, ListAttachedRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import { asking, problemOf } from '../aws-clients';
import { Identity, isMissing } from './identities';
import { DENY_ALL_POLICY } from './predecessor';
import { IamState, Restoration } from './restrictions';

/** The policies and marks of users and roles, with the caller's rights. */
export class Access {
  constructor(private readonly iam: IAMClient) {}

  /** @throws CommandFailure */
  public async stateOf(identity: Identity): Promise<IamState | undefined> {
    return asking(`${identity.type} "${identity.name}" cannot be looked at`, () => (identity.type === 'user' ? this.userState(identity.name) : this.roleState(identity.name)));
  }

  /**
   * Gives everything back, looks whether it is there, and lifts the deny last: whoever stops in between leaves somebody shut out as before, and may begin
   * again.
   *
   * @returns what is not as it was: policies that do not exist any more, marks that stay
   * @throws Error where it is not done
   */
  public async restore(identity: Identity, { attach, put, liftDenyAll, untag }: Restoration): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const arn of attach) {
      try {
        await this.attach(identity, arn);
      } catch (error) {
        if (!isMissing(error)) {
          throw error;
        }
        missing.push(`${arn} does not exist any more`);
      }
    }
    for (const [name, document] of put) {
      const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
      await this.iam.send(new PutRolePolicyCommand({ RoleName: identity.name, PolicyName: name, PolicyDocument: document }));
    }
    await this.verify(identity, attach.filter(arn => !missing.some(text => text.startsWith(`${arn} `))), [...put.keys()]);
    if (liftDenyAll) {
      const { DeleteRolePolicyCommand } = await import('@aws-sdk/client-iam');
      await this.iam.send(new DeleteRolePolicyCommand({ RoleName: identity.name, PolicyName: DENY_ALL_POLICY }));
    }
    try {
      await this.untag(identity, untag);
    } catch (error) {
      missing.push(`the marks of the predecessor, ${untag.join(', ')}, cannot be removed (${problemOf(error)})`);
    }
    return missing;
  }

  private async attach({ type, name }: Identity, arn: string): Promise<void> {
    const { AttachRolePolicyCommand, AttachUserPolicyCommand } = await import('@aws-sdk/client-iam');
    await (type === 'user'
      ? this.iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
      : this.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn })));
  }

  private async verify(identity: Identity, managed: readonly string[], inline: readonly string[]): Promise<void> {
    const state = await this.stateOf(identity);
    const absent = [...managed.filter(arn => !state?.managed.includes(arn)), ...inline.filter(name => !state?.inline.includes(name))];
    if (absent.length > 0) {
      throw new Error(`${absent.join(', ')} was given back, but is not there: give the command again`);
    }
  }

  private async untag({ type, name }: Identity, tags: readonly string[]): Promise<void> {
    if (tags.length > 0) {
      const { UntagRoleCommand, UntagUserCommand } = await import('@aws-sdk/client-iam');
      await (type === 'user'
        ? this.iam.send(new UntagUserCommand({ UserName: name, TagKeys: [...tags] }))
        : this.iam.send(new UntagRoleCommand({ RoleName: name, TagKeys: [...tags] })));
    }
  }

  private async userState(name: string): Promise<IamState | undefined> {
    const { GetUserCommand, ListAttachedUserPoliciesCommand, ListUserTagsCommand } = await import('@aws-sdk/client-iam');
    const arn = await this.iam.send(new GetUserCommand({ UserName: name })).then(({ User: user }) => user!.Arn!, ignoringMissing);
    return arn === undefined ? undefined : {
      arn,
      tags: await allOf(Marker => this.iam.send(new ListUserTagsCommand({ UserName: name, Marker })), ({ Tags }) => Tags?.map(({ Key }) => Key!)),
      managed: await allOf(Marker => this.iam.send(new ListAttachedUserPoliciesCommand({ UserName: name, Marker })), attachedIn),
      inline: [],
      hasDenyAll: false,
    };
  }

  private async roleState(name: string): Promise<IamState | undefined> {
    const { GetRoleCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, ListRoleTagsCommand } = await import('@aws-sdk/client-iam');
    const arn = await this.iam.send(new GetRoleCommand({ RoleName: name })).then(({ Role: role }) => role!.Arn!, ignoringMissing);
    if (arn === undefined) {
      return undefined;
    }
    const inline = await allOf(Marker => this.iam.send(new ListRolePoliciesCommand({ RoleName: name, Marker })), ({ PolicyNames }) => PolicyNames);
    return {
      arn,
      tags: await allOf(Marker => this.iam.send(new ListRoleTagsCommand({ RoleName: name, Marker })), ({ Tags }) => Tags?.map(({ Key }) => Key!)),
      managed: await allOf(Marker => this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name, Marker })), attachedIn),
      inline: inline.filter(policy => policy !== DENY_ALL_POLICY),
      hasDenyAll: inline.includes(DENY_ALL_POLICY),
    };
  }
}

function ignoringMissing(error: Error): undefined {
  if (!isMissing(error)) {
    throw error;
  }
}

function attachedIn({ AttachedPolicies: policies }: ListAttachedRolePoliciesCommandOutput): readonly string[] | undefined {
  return policies?.map(({ PolicyArn: arn }) => arn!);
}

interface MarkedPage {
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
}

async function allOf<P extends MarkedPage, T>(
  ask: (marker: string | undefined) => Promise<P>, itemsOf: (page: P) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    const page = await ask(marker);
    items.push(...itemsOf(page) ?? []);
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return items;
}
