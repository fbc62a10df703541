import { PrincipalKindName } from '../../../contract';
import { Budget } from '../budget';
import { isoInstant } from '../budget-item';
import { RuntimeDirectory } from '../ports';
import { isAgentKind, principalFromId, sharedRolePrincipalId } from '../principal';
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
    ...(operation === 'suspend' ? goneNotes(after, runtimes) : []),
    ...(after.hold && operation !== 'suspend' ? [`It stays suspended until it is restored: ${after.hold.by} holds it (${after.hold.reason}).`] : []),
    ...await sharingNotes(after, operation, runtimes),
  ];
}

/** The system learns that a user or role is gone, but not that it is back: so an order to suspend it is carried out as far as it can be. */
function goneNotes({ status, statusSince, removedAt, kind }: Budget, runtimes: Runtimes | undefined): readonly string[] {
  const isTried = status === 'deleted' && removedAt === undefined && (runtimes !== undefined || !isAgentKind(kind));
  return isTried
    ? [`The user or role was gone when it was last seen (${isoInstant(statusSince)}): suspending it is tried all the same, and its status tells what came of it.`]
    : [];
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
        ...followingNotes(budget, operation),
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

/** What a change of one runtime means for the budget that it shares: see core/agents/shared-role.ts. */
function followingNotes({ exemption }: Budget, operation: ChangeOperation): readonly string[] {
  switch (operation) {
    case 'topUp':
      return ['Top-ups of a single runtime do not count for that budget: give it one of its own.'];
    case 'setThresholds':
      return ['Thresholds of a single runtime do not count for that budget: give it its own.'];
    case 'suspend':
      return [];
    case 'restore':
      return exemption ? [FOLLOWS] : [];
    default:
      return [FOLLOWS];
  }
}

const FOLLOWS = 'That budget follows the limits, exemptions and enforcement of its runtimes within five minutes, where nobody gave it limits or an enforcement of its own.';

function suspendedWithIt(ids: readonly string[]): string {
  const more = ids.length - MAX_NAMED;
  return `Suspended with it: ${ids.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
