import { PrincipalKindName } from '../../../../src/contract';
import { isoInstant, Item } from '../../../../src/lambdas/core/budget-item';
import { dayOf } from '../../../../src/lambdas/core/calendar';
import { principalFromId, sharedRolePrincipalId } from '../../../../src/lambdas/core/principal';
import { REGION } from '../builders';
import { InMemoryBudgetTable } from './budget-table';

/** What the registration of AgentCore runtimes writes into the Budgets table, and nothing else of it. */
export class InMemoryAgentRegistrar {
  constructor(private readonly budgets: InMemoryBudgetTable, private readonly clock: () => number) {}

  /** A runtime is there, with this execution role; the budget that it shares with others of the role follows. */
  public register(runtimeId: string, roleId: string): void {
    const left = this.write(runtimeId, roleId);
    this.share(roleId);
    if (left !== undefined && left !== roleId) {
      this.share(left);
    }
  }

  /** The runtime's own item alone, as it stands before the shared budget has followed. @returns the role that it had */
  public write(runtimeId: string, roleId: string): string | undefined {
    const item = this.budgets.item(runtimeId) ?? {};
    this.budgets.edit(runtimeId, {
      ...this.firstSeen(item),
      kind: PrincipalKindName.AGENT_RUNTIME,
      role: roleId,
      activeRole: roleId,
      removedAt: undefined,
      ...(item.role === undefined || item.role === roleId ? {} : { unenforceable: undefined, formerRole: { id: item.role, until: isoInstant(this.clock()) } }),
    });
    return item.activeRole as string | undefined;
  }

  /** The runtime is no more. Its role stays on the item: that is where a restriction is. */
  public remove(runtimeId: string): void {
    const { role } = this.budgets.item(runtimeId)!;
    this.budgets.edit(runtimeId, { removedAt: isoInstant(this.clock()), activeRole: undefined });
    this.share(String(role));
  }

  /** The budget that the runtimes of a role share is there while two or more are. */
  public share(roleId: string): void {
    const members = this.membersOf(roleId);
    const sharedId = sharedRolePrincipalId(principalFromId(roleId)!, REGION);
    const item = this.budgets.item(sharedId);
    if (members.length > 1) {
      this.budgets.edit(sharedId, { ...this.firstSeen(item ?? {}), kind: PrincipalKindName.AGENT_ROLE, runtimes: members, removedAt: undefined });
    } else if (item && item.removedAt === undefined) {
      this.budgets.edit(sharedId, { removedAt: isoInstant(this.clock()) });
    }
  }

  /** By the items themselves, whatever the index shows. */
  private membersOf(roleId: string): string[] {
    return this.budgets.allItems().filter(({ activeRole }) => activeRole === roleId).map(({ principalId }) => String(principalId)).sort();
  }

  private firstSeen(item: Item): Item {
    return { registeredAt: item.registeredAt ?? isoInstant(this.clock()), anchorDay: item.anchorDay ?? dayOf(this.clock(), 'UTC') };
  }
}
