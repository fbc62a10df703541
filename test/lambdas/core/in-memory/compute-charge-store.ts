import { ComputeCharge, ComputeChargeStore, computeCostByDay, computeLedgerRow } from '../../../../src/lambdas/core/agents/compute-charge';
import { isoInstant, Item, spendAttribute } from '../../../../src/lambdas/core/budget-item';
import { TransactionResult } from '../../../../src/lambdas/core/charge-once';
import { addUsd, Usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { InMemoryBudgetTable } from './budget-table';
import { added, amountOf } from './charge-store';
import { Faults } from './faults';

/** Ledger and Budgets as far as compute goes, with the semantics of `TransactWriteItems`. */
export class InMemoryComputeChargeStore implements ComputeChargeStore {
  public readonly rows = new Map<string, Item>();
  /** So many of the next transactions meet a conflict. */
  public conflicts = 0;
  /** Items of these principals are refused whatever comes. */
  public readonly refusing = new Set<string>();

  constructor(private readonly budgets: InMemoryBudgetTable, private readonly faults = new Faults()) {}

  public write(charges: readonly ComputeCharge[]): Promise<TransactionResult> {
    return this.faults.around('compute.write', () => this.commit(charges));
  }

  /** What the ledger says was spent, by principal and day. */
  public sums(): Map<string, Usd> {
    const sums = new Map<string, Usd>();
    for (const row of this.rows.values()) {
      const key = `${String(row.principalId)} ${String(row.day)}`;
      sums.set(key, addUsd(sums.get(key) ?? ZERO_USD, amountOf(row, 'costUsd')));
    }
    return sums;
  }

  private commit(charges: readonly ComputeCharge[]): TransactionResult {
    const payers = new Set(charges.map(({ principal }) => principal.id));
    if (payers.size !== 1 || charges.length > 99) {
      throw new Error(`a transaction of ${charges.length} hours for ${payers.size} principals`);
    }
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return { result: 'conflict', message: 'TransactionConflict' };
    }
    const known = charges.filter(({ callId }) => this.rows.has(callId));
    if (known.length > 0) {
      return { result: 'duplicates', callIds: new Set(known.map(({ callId }) => callId)) };
    }
    const [{ principal, chargedAt }] = charges;
    if (this.refusing.has(principal.id)) {
      return { result: 'refused', message: `ValidationError: item of ${principal.id}` };
    }
    charges.forEach(charge => this.rows.set(charge.callId, computeLedgerRow(charge, 90)));
    const item: Item = this.budgets.item(principal.id) ?? {};
    this.budgets.edit(principal.id, {
      kind: item.kind ?? principal.kind,
      registeredAt: item.registeredAt ?? isoInstant(chargedAt),
      ...Object.fromEntries([...computeCostByDay(charges)].map(([day, amount]) => added(item, spendAttribute(day), amount))),
    });
    return { result: 'written' };
  }
}
