import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DeleteRolePolicyCommand, DeleteUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand,
  GetPolicyCommand, GetRolePolicyCommand, GetUserPolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand, ListUserPoliciesCommand, ListUsersCommand, PutRolePolicyCommand, PutUserPolicyCommand, User,
} from '@aws-sdk/client-iam';
import { GiveResult, ManagedPolicyFacts, PrincipalIdentity, PrincipalPolicies, PutResult, RemoveResult } from '../core/policy-backup/ports';
import { RetryableIamError } from '../core/ports';
import { Attachable } from '../core/restriction-target';
import { errorCode, errorMessage, isError } from './aws-errors';
import { identityOf, unlessMissing } from './iam-identity';
import { retryableIam } from './iam-retryable';

/** A page of one of IAM's lists, whichever it is. */
interface Page<T> {
  readonly items: readonly (T | undefined)[] | undefined;
  readonly next: string | undefined;
}

/** The attached and inline policies of users and roles in IAM. */
export class IamPrincipalPolicies implements PrincipalPolicies {
  /** @param ownPolicyArn a managed policy of the system's own, which is none of the principal's: it is neither listed nor touched */
  constructor(private readonly client: IAMClient, private readonly ownPolicyArn?: string) {}

  public identity(target: Attachable): Promise<PrincipalIdentity | undefined> {
    return identityOf(target, this.client);
  }

  public async locate(formerly: Attachable, uniqueId: string): Promise<Attachable | undefined> {
    if ((await this.identity(formerly))?.uniqueId === uniqueId) {
      return formerly;
    }
    // Roles cannot be renamed.
    const name = formerly.type === 'user' ? (await this.userOf(uniqueId))?.UserName : undefined;
    if (name === formerly.name) {
      throw new RetryableIamError(`IAM lists the user ${name} under a name that it does not know, or knows as another's`);
    }
    return name === undefined ? undefined : { type: 'user', name };
  }

  public listManaged({ type, name }: Attachable): Promise<readonly string[]> {
    return pages(async marker => {
      const page = type === 'user'
        ? await this.client.send(new ListAttachedUserPoliciesCommand({ UserName: name, Marker: marker }))
        : await this.client.send(new ListAttachedRolePoliciesCommand({ RoleName: name, Marker: marker }));
      const arns = page.AttachedPolicies?.map(({ PolicyArn: arn }) => arn);
      return { items: arns?.filter(arn => arn !== this.ownPolicyArn), next: page.IsTruncated ? page.Marker : undefined };
    });
  }

  public listInline({ type, name }: Attachable): Promise<readonly string[]> {
    return pages(async marker => {
      const page = type === 'user'
        ? await this.client.send(new ListUserPoliciesCommand({ UserName: name, Marker: marker }))
        : await this.client.send(new ListRolePoliciesCommand({ RoleName: name, Marker: marker }));
      return { items: page.PolicyNames, next: page.IsTruncated ? page.Marker : undefined };
    });
  }

  public readInline({ type, name }: Attachable, policyName: string): Promise<string | undefined> {
    return unlessMissing(async () => {
      const { PolicyDocument: encoded } = type === 'user'
        ? await this.client.send(new GetUserPolicyCommand({ UserName: name, PolicyName: policyName }))
        : await this.client.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policyName }));
      return decoded(encoded!);
    });
  }

  public describeManaged(arn: string): Promise<ManagedPolicyFacts | undefined> {
    return unlessMissing(async () => {
      const { Policy: policy = {} } = await this.client.send(new GetPolicyCommand({ PolicyArn: arn }));
      return {
        // Only a policy of which IAM says so cannot be attached.
        attachable: policy.IsAttachable !== false,
        ...(policy.PolicyId ? { policyId: policy.PolicyId } : {}),
        ...(policy.DefaultVersionId ? { defaultVersionId: policy.DefaultVersionId } : {}),
        ...(policy.Description ? { description: policy.Description } : {}),
      };
    });
  }

  public attach(target: Attachable, arn: string): Promise<GiveResult> {
    return retryableIam<GiveResult>(async () => {
      const { type, name } = target;
      try {
        await (type === 'user'
          ? this.client.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
          : this.client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn })));
        return { result: 'done' };
      } catch (error) {
        if (isError(error, 'PolicyNotAttachable')) {
          return { result: 'unattachable' };
        }
        if (isError(error, 'NoSuchEntity') && await this.identity(target)) {
          return this.missing(arn, error);
        }
        return resultOf(error);
      }
    });
  }

  public detach({ type, name }: Attachable, arn: string): Promise<RemoveResult> {
    return removed(async () => {
      await (type === 'user'
        ? this.client.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
        : this.client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: arn })));
    });
  }

  public putInline(target: Attachable, policyName: string, document: string): Promise<PutResult> {
    return retryableIam<PutResult>(async () => {
      const { type, name } = target;
      const policy = { PolicyName: policyName, PolicyDocument: document };
      try {
        await (type === 'user'
          ? this.client.send(new PutUserPolicyCommand({ UserName: name, ...policy }))
          : this.client.send(new PutRolePolicyCommand({ RoleName: name, ...policy })));
        return { result: 'done' };
      } catch (error) {
        return resultOf(error);
      }
    });
  }

  public deleteInline({ type, name }: Attachable, policyName: string): Promise<RemoveResult> {
    return removed(async () => {
      await (type === 'user'
        ? this.client.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName: policyName }))
        : this.client.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policyName })));
    });
  }

  /** IAM finds nobody by the unique id: all users are looked through, of whom an account has a few thousand at most. */
  private userOf(uniqueId: string): Promise<User | undefined> {
    return retryableIam(async () => {
      let marker: string | undefined;
      do {
        const page = await this.client.send(new ListUsersCommand({ Marker: marker, MaxItems: 1000 }));
        const found = page.Users?.find(({ UserId: id }) => id === uniqueId);
        if (found) {
          return found;
        }
        marker = page.IsTruncated ? page.Marker : undefined;
      } while (marker);
      return undefined;
    });
  }

  private async missing(arn: string, cause: unknown): Promise<GiveResult> {
    if (await this.describeManaged(arn)) {
      throw new RetryableIamError(`IAM does not find ${arn}, which exists`, { cause });
    }
    return { result: 'missing' };
  }
}

/** What an error of IAM means for a policy that is given back. @throws the error itself where it means nothing for it */
function resultOf(error: unknown): PutResult {
  switch (errorCode(error)) {
    case 'NoSuchEntity': return { result: 'gone' };
    case 'LimitExceeded': return { result: 'quota', message: errorMessage(error) };
    case 'UnmodifiableEntity': return { result: 'protected', message: errorMessage(error) };
    // Not IAM's message, which may quote from the document.
    case 'MalformedPolicyDocument': return { result: 'refused', message: errorCode(error) };
    default: throw error;
  }
}

async function removed(remove: () => Promise<void>): Promise<RemoveResult> {
  return retryableIam(async () => {
    try {
      await remove();
      return { result: 'done' };
    } catch (error) {
      switch (errorCode(error)) {
        case 'NoSuchEntity': return { result: 'done' };
        case 'UnmodifiableEntity': return { result: 'protected', message: errorMessage(error) };
        default: throw error;
      }
    }
  });
}

/** All pages of a list. Where the user or role is gone by now, the next try begins with the question whether it exists. */
function pages(read: (marker: string | undefined) => Promise<Page<string>>): Promise<readonly string[]> {
  return retryableIam(async () => {
    const all: string[] = [];
    let marker: string | undefined;
    try {
      do {
        const { items, next } = await read(marker);
        all.push(...(items ?? []).map(item => item!));
        marker = next;
      } while (marker);
    } catch (error) {
      if (isError(error, 'NoSuchEntity')) {
        throw new RetryableIamError('the user or role was deleted between two questions', { cause: error });
      }
      throw error;
    }
    return all;
  });
}

/**
 * IAM encodes documents as RFC 3986 has it, where a plus sign stands for itself. A document with a brace is not encoded: not every endpoint
 * that speaks IAM's language does so.
 */
function decoded(document: string): string {
  return document.includes('{') ? document : decodeURIComponent(document);
}
