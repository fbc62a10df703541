import { AttachedPermissionsBoundary, GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { PrincipalIdentity } from '../core/policy-backup/ports';
import { Attachable } from '../core/restriction-target';
import { isError } from './aws-errors';
import { retryableIam } from './iam-retryable';

/** Who bears the name now; `undefined` where nobody does. */
export function identityOf({ type, name }: Attachable, client: IAMClient): Promise<PrincipalIdentity | undefined> {
  return unlessMissing(async () => {
    if (type === 'user') {
      const { User: user } = await client.send(new GetUserCommand({ UserName: name }));
      return identity(user?.UserId, user?.PermissionsBoundary);
    }
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName: name }));
    return identity(role?.RoleId, role?.PermissionsBoundary);
  });
}

/** `undefined` where what was asked for does not exist. */
export function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return retryableIam(async () => {
    try {
      return await ask();
    } catch (error) {
      if (isError(error, 'NoSuchEntity')) {
        return undefined;
      }
      throw error;
    }
  });
}

function identity(uniqueId: string | undefined, boundary: AttachedPermissionsBoundary | undefined): PrincipalIdentity {
  const permissionsBoundary = boundary?.PermissionsBoundaryArn;
  return { uniqueId: uniqueId!, ...(permissionsBoundary ? { permissionsBoundary } : {}) };
}
