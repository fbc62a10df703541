import { PrincipalKindName } from '../../../../src/contract';
import { Budget } from '../../../../src/lambdas/core/budget';
import { budgetFromItem, isoInstant, Item, NumberText, stateAttributes, WatchList as WatchLists } from '../../../../src/lambdas/core/budget-item';
import { BudgetState } from '../../../../src/lambdas/core/budget-transition';
import { BudgetChange } from '../../../../src/lambdas/core/evaluator';
import { BudgetStore, RegisteredRuntime, RuntimeDirectory, WatchList } from '../../../../src/lambdas/core/ports';
import { Faults } from './faults';

type Attributes = Readonly<Record<string, unknown>>;

/** The Budgets table: items as DynamoDB has them, conditional on their revision, with a stream of every change. */
export class InMemoryBudgetTable implements BudgetStore, WatchList, RuntimeDirectory {
  /** Changes that nobody has consumed yet, oldest first. */
  public readonly stream: BudgetChange[] = [];
  private readonly items = new Map<string, Attributes>();
  private changes = 0;
  /** What the index of runtimes shows while it lags behind. */
  private staleRuntimes?: readonly RegisteredRuntime[];

  constructor(private readonly clock: () => number, private readonly faults = new Faults()) {}

  /** Told of every write. */
  public onWrite: (before: Item | undefined, after: Item) => void = () => undefined;

  public read(principalId: string): Promise<Budget | undefined> {
    return this.faults.around('budgets.read', () => this.peek(principalId));
  }

  public saveState(principalId: string, state: BudgetState, expectedRevision: number): Promise<boolean> {
    return this.faults.around('budgets.saveState', () => {
      const item = this.items.get(principalId);
      const revision = (item?.revision as NumberText | undefined)?.value ?? '0';
      if (!item || revision !== String(expectedRevision)) {
        return false;
      }
      const { set, remove } = stateAttributes(state);
      this.edit(principalId, { ...set, ...Object.fromEntries(remove.map(name => [name, undefined])) });
      return true;
    });
  }

  public register(principalId: string, kind: PrincipalKindName, registeredAt: number, anchorDay: string): Promise<void> {
    return this.faults.around('budgets.register', () => {
      const item = this.items.get(principalId) ?? {};
      if (item.kind !== kind) {
        this.edit(principalId, { kind, registeredAt: item.registeredAt ?? isoInstant(registeredAt), anchorDay: item.anchorDay ?? anchorDay });
      }
    });
  }

  public async* open(now?: number): AsyncIterable<string> {
    yield* await this.faults.around('watchList.open', () => this.watched(WatchLists.OPEN, now));
  }

  public async* suspended(): AsyncIterable<string> {
    yield* await this.faults.around('watchList.suspended', () => this.watched(WatchLists.SUSPENDED));
  }

  public runtimesOf(roleId: string): Promise<readonly string[]> {
    return this.faults.around('runtimes.runtimesOf', () => this.runtimes().filter(runtime => runtime.roleId === roleId).map(({ principalId }) => principalId));
  }

  public async* all(): AsyncIterable<RegisteredRuntime> {
    yield* await this.faults.around('runtimes.all', () => this.runtimes());
  }

  public readMany(principalIds: readonly string[]): Promise<ReadonlyMap<string, Budget>> {
    return this.faults.around('budgets.readMany', () => {
      const found = principalIds.map(id => this.peek(id)).filter(budget => budget !== undefined);
      return new Map(found.map(budget => [budget.principalId, budget]));
    });
  }

  // What tests do to the table

  /** Sets attributes, and removes those that are `undefined`, as an operator or another writer does. */
  public edit(principalId: string, attributes: Attributes): void {
    const before = this.items.get(principalId);
    const after = Object.fromEntries(Object.entries({ ...before, principalId, ...attributes }).filter(([, value]) => value !== undefined));
    // A write that changes nothing leaves no record in the stream.
    if (before && JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))) {
      return;
    }
    this.items.set(principalId, after);
    this.changes += 1;
    this.stream.push({ changeId: `change-${this.changes}`, at: this.clock(), after, ...(before ? { before } : {}) });
    this.onWrite(before, after);
  }

  public put(item: Item): void {
    this.edit(String(item.principalId), item);
  }

  /** As an operator does who deletes the item by hand. */
  public remove(principalId: string): void {
    this.items.delete(principalId);
  }

  public item(principalId: string): Item | undefined {
    return this.items.get(principalId);
  }

  /** Reads without the faults. */
  public peek(principalId: string): Budget | undefined {
    const item = this.items.get(principalId);
    return item && budgetFromItem(item);
  }

  public allItems(): readonly Item[] {
    return [...this.items.values()];
  }

  public budgets(): Budget[] {
    return [...this.items.values()].filter(({ principalId }) => !String(principalId).startsWith('deployment/')).map(budgetFromItem);
  }

  /** Takes all unconsumed changes. */
  public takeStream(): BudgetChange[] {
    return this.stream.splice(0);
  }

  /** The index of runtimes keeps showing what it shows now, until it is told otherwise. */
  public holdIndex(lags: boolean): void {
    this.staleRuntimes = lags ? this.staleRuntimes ?? this.runtimes() : undefined;
  }

  /** The sparse index of runtimes: whatever has an active role. */
  public runtimes(): readonly RegisteredRuntime[] {
    return this.staleRuntimes ?? [...this.items.values()]
      .filter(({ activeRole }) => activeRole !== undefined)
      .map(({ principalId, activeRole }) => ({ principalId: String(principalId), roleId: String(activeRole) }))
      .sort((a, b) => (a.principalId < b.principalId ? -1 : 1));
  }

  private watched(list: string, now?: number): string[] {
    return [...this.items.values()]
      .filter(item => item.watch === list && (now === undefined || String(item.nextCheckAt) <= isoInstant(now)))
      .map(item => String(item.principalId));
  }
}

function sorted(attributes: Attributes): unknown {
  return Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
}
