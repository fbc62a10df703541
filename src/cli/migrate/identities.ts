import type { IAMClient } from '@aws-sdk/client-iam';
import { PrincipalKindName } from '../../contract';
import { principalFromArn, principalFromId, UnknownIdentityError } from '../../lambdas/core/principal';
import { asking } from '../aws-clients';
import { textOf } from './items';
import { Mapped } from './mapped';

/** What stands behind a principal in IAM. */
export interface Identity {
  readonly type: 'user' | 'role';
  readonly accountId: string;
  readonly name: string;
}

/** `undefined` where nothing does: a federated user, or a role whose ARN is none. */
export function identityOf({ item, principalId }: Mapped): Identity | undefined {
  const principal = item.table === 'runtimes' ? roleOf(textOf(item, 'role_arn')) : principalFromId(principalId ?? '');
  const type = principal?.kind === PrincipalKindName.IAM_USER ? 'user' : principal?.kind === PrincipalKindName.IAM_ROLE ? 'role' : undefined;
  return type && { type, accountId: principal!.accountId, name: principal!.name! };
}

function roleOf(arn: string | undefined) {
  try {
    return arn === undefined ? undefined : principalFromArn(arn);
  } catch (error) {
    if (!(error instanceof UnknownIdentityError)) {
      throw error;
    }
    return undefined;
  }
}

/** Whether IAM, of the caller's account, still has it. @throws CommandFailure */
export async function exists(iam: IAMClient, { type, name }: Identity): Promise<boolean> {
  const { GetRoleCommand, GetUserCommand } = await import('@aws-sdk/client-iam');
  return asking(`whether ${type} "${name}" is still there cannot be found out`, async () => {
    try {
      await (type === 'user' ? iam.send(new GetUserCommand({ UserName: name })) : iam.send(new GetRoleCommand({ RoleName: name })));
      return true;
    } catch (error) {
      return isMissing(error) ? false : fail(error);
    }
  });
}

export function isMissing(error: unknown): boolean {
  return ['NoSuchEntity', 'NoSuchEntityException'].includes((error as Error).name);
}

function fail(error: unknown): never {
  throw error;
}
