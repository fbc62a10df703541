import { estimatedAttribute, isoInstant, Item, NumberText, spendAttribute, WatchList } from '../../../../src/lambdas/core/budget-item';
import { TransactionResult } from '../../../../src/lambdas/core/charge-once';
import { RECHECK_MS } from '../../../../src/lambdas/core/decision';
import { ledgerRow } from '../../../../src/lambdas/core/ledger-row';
import { BudgetAddition, ChargedCall, ChargeStore, ChargeTransaction, MAX_TRANSACTION_ACTIONS } from '../../../../src/lambdas/core/metering';
import { addUsd, formatUsd, Usd, usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { InMemoryBudgetTable } from './budget-table';
import { Faults } from './faults';

/** Ledger and Budgets with the semantics of `TransactWriteItems`: all of a transaction or nothing, at most 100 actions, none twice on an item. */
export class InMemoryChargeStore implements ChargeStore {
  /** The calls as they were charged. */
  public readonly ledger = new Map<string, ChargedCall>();
  /** Their rows as the ledger has them now: a re-pricing may have corrected them. */
  public readonly rows = new Map<string, Item>();
  public readonly transactions: ChargeTransaction[] = [];
  /** So many of the next transactions meet a conflict. */
  public conflicts = 0;
  /** So many of the next transactions that add to the budget of a principal find it in another transaction, and tell so. */
  public readonly busy = new Map<string, number>();
  /** Items of these principals are refused whatever comes. */
  public readonly refusing = new Set<string>();

  constructor(private readonly budgets: InMemoryBudgetTable, private readonly faults = new Faults()) {}

  public write(transaction: ChargeTransaction): Promise<TransactionResult> {
    return this.faults.around('charges.write', () => this.commit(transaction));
  }

  /** What the ledger says was spent, by principal and day. */
  public ledgerSums(): Map<string, Usd> {
    const sums = new Map<string, Usd>();
    for (const row of this.rows.values()) {
      const key = `${String(row.principalId)} ${String(row.day)}`;
      sums.set(key, addUsd(sums.get(key) ?? ZERO_USD, amountOf(row, 'costUsd')));
    }
    return sums;
  }

  private commit(transaction: ChargeTransaction): TransactionResult {
    const { calls, additions } = transaction;
    checkLimits(transaction);
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return { result: 'conflict', message: 'TransactionConflict' };
    }
    const busy = additions.map(({ principalId }) => principalId).filter(principalId => (this.busy.get(principalId) ?? 0) > 0);
    if (busy.length > 0) {
      busy.forEach(principalId => this.busy.set(principalId, this.busy.get(principalId)! - 1));
      const held = calls.filter(({ usage }) => busy.includes(usage.principal.id));
      return { result: 'conflict', message: 'TransactionConflict', busy: new Set(held.map(({ usage }) => usage.callId)) };
    }
    const known = calls.filter(({ usage }) => this.ledger.has(usage.callId));
    if (known.length > 0) {
      return { result: 'duplicates', callIds: new Set(known.map(({ usage }) => usage.callId)) };
    }
    const refused = additions.find(({ principalId }) => this.refusing.has(principalId));
    if (refused) {
      return { result: 'refused', message: `ValidationError: item of ${refused.principalId}` };
    }
    this.transactions.push(transaction);
    for (const call of calls) {
      this.ledger.set(call.usage.callId, call);
      this.rows.set(call.usage.callId, ledgerRow(call, 90));
    }
    additions.forEach(addition => this.add(addition));
    return { result: 'written' };
  }

  private add({ principalId, kind, spend, estimated, lastCallAt, loggedAt }: BudgetAddition): void {
    const item: Item = this.budgets.item(principalId) ?? {};
    this.budgets.edit(principalId, {
      lastCallAt: isoInstant(lastCallAt),
      kind: item.kind ?? kind,
      registeredAt: item.registeredAt ?? isoInstant(loggedAt),
      anchorDay: item.anchorDay ?? [...spend.keys()].sort()[0],
      watch: item.watch ?? WatchList.OPEN,
      nextCheckAt: item.nextCheckAt ?? isoInstant(loggedAt + RECHECK_MS),
      ...Object.fromEntries([...spend].map(([day, amount]) => added(item, spendAttribute(day), amount))),
      ...Object.fromEntries([...estimated].map(([day, amount]) => added(item, estimatedAttribute(day), amount))),
    });
  }
}

/** The attribute after an `ADD`. */
export function added(item: Item, attribute: string, amount: Usd): readonly [string, NumberText] {
  return [attribute, new NumberText(formatUsd(addUsd(amountOf(item, attribute), amount)))];
}

/** Nothing where the attribute is missing. */
export function amountOf(item: Item, attribute: string): Usd {
  const number = item[attribute];
  return number instanceof NumberText ? usd(number.value) : ZERO_USD;
}

/** What DynamoDB answers with a `ValidationException`: a mistake of the caller's, so the test ends. */
function checkLimits({ calls, additions }: ChargeTransaction): void {
  const keys = [...calls.map(({ usage }) => `call ${usage.callId}`), ...additions.map(({ principalId }) => `budget ${principalId}`)];
  if (keys.length === 0 || keys.length > MAX_TRANSACTION_ACTIONS) {
    throw new Error(`a transaction of ${keys.length} actions`);
  }
  if (new Set(keys).size !== keys.length) {
    throw new Error('a transaction with two actions on one item');
  }
}
