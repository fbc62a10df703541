import { Principal, principalFromId, sharedRolePrincipalId } from '../principal';

/**
 * Whose budget pays for what happens in the name of an execution role: model calls, which the log tells by role alone, and AgentCore's own compute.
 *
 * One budget for everything a runtime costs: that of the runtime where the role is its own, that of the role where several registered runtimes share it,
 * and the role itself where no runtime is registered with it.
 *
 * @param runtimeIds principal ids of the registered runtimes whose execution role this is
 * @param region the region of the deployment, whose runtimes these are
 */
export function chargedScope(role: Principal, runtimeIds: readonly string[], region: string): Principal {
  switch (runtimeIds.length) {
    case 0:
      return role;
    case 1:
      return principalOfId(runtimeIds[0]);
    default:
      return principalOfId(sharedRolePrincipalId(role, region));
  }
}

function principalOfId(id: string): Principal {
  const principal = principalFromId(id);
  if (!principal) {
    throw new TypeError(`"${id.slice(0, 120)}" is no principal id: nothing can be charged to it`);
  }
  return principal;
}
