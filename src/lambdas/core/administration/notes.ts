import { PrincipalKindName } from '../../../contract';
import { Budget } from '../budget';
import { isoInstant } from '../budget-item';
import { RuntimeDirectory } from '../ports';
import { principalFromId, sharedRolePrincipalId } from '../principal';
import { isAttachable, restrictionTarget } from '../restriction-target';
import { ChangeOperation } from './requests';

type Runtimes = Pick<RuntimeDirectory, 'runtimesOf'>;

/** How many principals a note names. */
const MAX_NAMED = 10;

/** What whoever changes this budget should know, whatever it is that they change. */
export async function standingNotes(
  after: Budget, operation: ChangeOperation, ownAccountId: string, runtimes: Runtimes | undefined,
): Promise<readonly string[]> {
  const target = restrictionTarget(after, ownAccountId);
  return [
    ...(after.removedAt === undefined ? [] : [`It is no more since ${isoInstant(after.removedAt)}: nothing is enforced.`]),
    ...(isAttachable(target) ? [] : [`It cannot be restricted: it ${target.message}.`]),
    ...(after.hold && operation !== 'suspend' ? [`It stays suspended until it is restored: ${after.hold.by} holds it (${after.hold.reason}).`] : []),
    ...await sharingNotes(after, operation, runtimes),
  ];
}

/** The deny policy goes to the role, and so to everybody who runs as it. */
async function sharingNotes(budget: Budget, operation: ChangeOperation, runtimes: Runtimes | undefined): Promise<readonly string[]> {
  const principal = principalFromId(budget.principalId);
  const suspends = operation === 'suspend';
  switch (principal?.kind) {
    case PrincipalKindName.AGENT_RUNTIME: {
      const role = budget.role === undefined ? undefined : principalFromId(budget.role);
      const others = role && runtimes ? (await runtimes.runtimesOf(role.id)).filter(id => id !== budget.principalId) : [];
      return others.length === 0 ? [] : [
        `Other runtimes have its execution role ${role!.id}, and the log cannot tell their calls apart: they are charged to ${sharedRolePrincipalId(role!, principal.region!)}.`,
        ...(suspends ? [suspendedWithIt(others)] : []),
      ];
    }
    case PrincipalKindName.AGENT_ROLE: {
      const members = budget.runtimes ?? [];
      return suspends && members.length > 0 ? [suspendedWithIt(members)] : [];
    }
    case PrincipalKindName.IAM_ROLE: {
      const running = suspends && runtimes ? await runtimes.runtimesOf(budget.principalId) : [];
      return running.length > 0 ? [suspendedWithIt(running)] : [];
    }
    default:
      return [];
  }
}

function suspendedWithIt(ids: readonly string[]): string {
  const more = ids.length - MAX_NAMED;
  return `Suspended with it: ${ids.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
