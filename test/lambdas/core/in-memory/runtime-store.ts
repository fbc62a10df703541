import { ItemChange, READ_ATTRIBUTES, RuntimeStore } from '../../../../src/lambdas/core/agents/agent-core';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { InMemoryBudgetTable } from './budget-table';
import { Faults } from './faults';

/** The Budgets table, as far as the registration of runtimes goes. */
export class InMemoryRuntimeStore implements RuntimeStore {
  /** Every write that took effect. */
  public readonly writes: { readonly principalId: string; readonly change: ItemChange }[] = [];

  constructor(private readonly table: InMemoryBudgetTable, private readonly faults = new Faults()) {}

  public read(principalId: string): Promise<Item | undefined> {
    return this.faults.around('runtimeStore.read', () => this.table.item(principalId));
  }

  public write(principalId: string, change: ItemChange, readBefore: Item | undefined): Promise<boolean> {
    return this.faults.around('runtimeStore.write', () => {
      const item = this.table.item(principalId);
      if (READ_ATTRIBUTES.some(name => JSON.stringify(item?.[name]) !== JSON.stringify(readBefore?.[name]))) {
        return false;
      }
      const defaults = Object.fromEntries(Object.entries(change.defaults).filter(([name]) => item?.[name] === undefined));
      this.table.edit(principalId, { ...defaults, ...change.set, ...Object.fromEntries(change.remove.map(name => [name, undefined])) });
      this.writes.push({ principalId, change });
      return true;
    });
  }
}
