import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, GetRoleCommand, GetUserCommand, IAMClient,
  ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { AttachResult, DenyAttachments } from '../core/ports';
import { Attachable } from '../core/restriction-target';
import { errorCode, errorMessage, isError } from './aws-errors';
import { retryableIam } from './iam-retryable';

/** Thrown where the deny policy itself does not exist any more: nobody can be restricted until the stack is deployed again. */
export class DenyPolicyMissingError extends Error {
  public readonly name = 'DenyPolicyMissingError';
}

/** Attaches and detaches the one deny policy, and nothing else. */
export class IamDenyAttachments implements DenyAttachments {
  constructor(private readonly client: IAMClient, private readonly policyArn: string) {}

  public attach(target: Attachable): Promise<AttachResult> {
    return retryableIam(async () => {
      try {
        await this.sendAttach(target);
        return { result: 'done' };
      } catch (error) {
        if (isError(error, 'NoSuchEntity') && await this.exists(target)) {
          throw new DenyPolicyMissingError(`${this.policyArn} does not exist: deploy the stack again`, { cause: error });
        }
        return resultOf(error);
      }
    });
  }

  public detach(target: Attachable): Promise<AttachResult> {
    return retryableIam(async () => {
      try {
        await this.sendDetach(target);
        return { result: 'done' };
      } catch (error) {
        if (isError(error, 'NoSuchEntity') && await this.exists(target)) {
          return { result: 'done' };
        }
        return resultOf(error);
      }
    });
  }

  public isAttached(target: Attachable): Promise<boolean | undefined> {
    return retryableIam(async () => {
      try {
        for await (const arn of this.attachedPolicies(target)) {
          if (arn === this.policyArn) {
            return true;
          }
        }
        return false;
      } catch (error) {
        if (isError(error, 'NoSuchEntity')) {
          return undefined;
        }
        throw error;
      }
    });
  }

  private async sendAttach({ type, name }: Attachable): Promise<void> {
    await (type === 'user'
      ? this.client.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: this.policyArn }))
      : this.client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: this.policyArn })));
  }

  private async sendDetach({ type, name }: Attachable): Promise<void> {
    await (type === 'user'
      ? this.client.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: this.policyArn }))
      : this.client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: this.policyArn })));
  }

  private async exists({ type, name }: Attachable): Promise<boolean> {
    try {
      await (type === 'user' ? this.client.send(new GetUserCommand({ UserName: name })) : this.client.send(new GetRoleCommand({ RoleName: name })));
      return true;
    } catch (error) {
      if (isError(error, 'NoSuchEntity')) {
        return false;
      }
      throw error;
    }
  }

  private async* attachedPolicies({ type, name }: Attachable): AsyncIterable<string | undefined> {
    let marker: string | undefined;
    do {
      const page = type === 'user'
        ? await this.client.send(new ListAttachedUserPoliciesCommand({ UserName: name, Marker: marker }))
        : await this.client.send(new ListAttachedRolePoliciesCommand({ RoleName: name, Marker: marker }));
      for (const policy of page.AttachedPolicies ?? []) {
        yield policy.PolicyArn;
      }
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker);
  }
}

/** What an error of IAM means for the principal. @throws the error itself where it means nothing for it */
function resultOf(error: unknown): AttachResult {
  switch (errorCode(error)) {
    case 'NoSuchEntity': return { result: 'gone' };
    case 'LimitExceeded': return { result: 'quota', message: errorMessage(error) };
    case 'UnmodifiableEntity': return { result: 'protected', message: errorMessage(error) };
    default: throw error;
  }
}
