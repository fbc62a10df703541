import { estimatedAttribute, Item, isoInstant, spendAttribute, WatchList } from '../../../../src/lambdas/core/budget-item';
import { RECHECK_MS } from '../../../../src/lambdas/core/decision';
import { correctedAttributes, CorrectionResult, EstimateCorrection, EstimatePage, EstimateStore } from '../../../../src/lambdas/core/estimate-correction';
import { MAX_TRANSACTION_ACTIONS } from '../../../../src/lambdas/core/metering';
import { subtractUsd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { InMemoryBudgetTable } from './budget-table';
import { added, amountOf, InMemoryChargeStore } from './charge-store';
import { Faults } from './faults';

/** The index of estimates and their corrections, with the semantics of `TransactWriteItems`: all of a correction or nothing. */
export class InMemoryEstimateStore implements EstimateStore {
  public readonly corrections: EstimateCorrection[] = [];
  /** So many of the next corrections meet a conflict. */
  public conflicts = 0;
  /** Corrections of these principals are refused whatever comes. */
  public readonly refusing = new Set<string>();
  public pageSize = 3;

  constructor(private readonly charges: InMemoryChargeStore, private readonly budgets: InMemoryBudgetTable, private readonly faults = new Faults()) {}

  /** As the index stood when the walk of the shard began: later pages do not know what was corrected meanwhile. */
  public async* pages(shard: string, after = ''): AsyncIterable<EstimatePage> {
    const key = (row: Item) => String(row.estimatedModel);
    const rows = await this.faults.around('estimates.pages', () => (
      this.open().filter(row => row.estimate === shard && key(row) > after).sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))))
    ));
    for (let from = 0; from < rows.length; from += this.pageSize) {
      yield await this.faults.around('estimates.page', () => ({ rows: rows.slice(from, from + this.pageSize), isLast: from + this.pageSize >= rows.length }));
    }
  }

  public correct(correction: EstimateCorrection): Promise<CorrectionResult> {
    return this.faults.around('estimates.correct', () => this.commit(correction));
  }

  /** Rows that are estimates still. */
  public open(): Item[] {
    return [...this.charges.rows.values()].filter(({ estimate }) => estimate !== undefined);
  }

  private commit(correction: EstimateCorrection): CorrectionResult {
    const { principalId, day, calls, repricedAt, budget } = correction;
    checkLimits(correction);
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      return { result: 'conflict', message: 'TransactionConflict' };
    }
    const superseded = calls.filter(({ estimate: { callId, cost } }) => {
      const row = this.charges.rows.get(callId);
      return row?.estimate === undefined || amountOf(row, 'costUsd') !== cost;
    });
    if (superseded.length > 0) {
      return { result: 'superseded', callIds: new Set(superseded.map(({ estimate }) => estimate.callId)) };
    }
    if (this.refusing.has(principalId)) {
      return { result: 'refused', message: `ValidationError: item of ${principalId}` };
    }
    const item: Item = this.budgets.item(principalId) ?? {};
    if (budget) {
      const [spend, estimated] = [spendAttribute(day), estimatedAttribute(day)];
      const holds = (name: string) => item[name] !== undefined && amountOf(item, name) >= budget.before;
      if (!holds(spend) || (budget.before > 0n && !holds(estimated))) {
        return { result: 'day-forgotten' };
      }
      this.budgets.edit(principalId, {
        watch: item.watch ?? WatchList.OPEN,
        nextCheckAt: item.nextCheckAt ?? isoInstant(repricedAt + RECHECK_MS),
        ...Object.fromEntries([added(item, spend, subtractUsd(budget.after, budget.before))]),
        ...(budget.before > 0n ? Object.fromEntries([added(item, estimated, subtractUsd(ZERO_USD, budget.before))]) : {}),
      });
    }
    for (const call of calls) {
      const { set, remove } = correctedAttributes(call, repricedAt);
      const row = { ...this.charges.rows.get(call.estimate.callId), ...set };
      this.charges.rows.set(call.estimate.callId, Object.fromEntries(Object.entries(row).filter(([name]) => !remove.includes(name))));
    }
    this.corrections.push(correction);
    return { result: 'written' };
  }
}

/** What DynamoDB answers with a `ValidationException`: a mistake of the caller's, so the test ends. */
function checkLimits({ principalId, day, calls, budget }: EstimateCorrection): void {
  if (calls.length === 0 || calls.length + (budget ? 1 : 0) > MAX_TRANSACTION_ACTIONS) {
    throw new Error(`a transaction of ${calls.length} corrections`);
  }
  if (new Set(calls.map(({ estimate }) => estimate.callId)).size !== calls.length) {
    throw new Error('a transaction with two actions on one item');
  }
  if (calls.some(({ estimate }) => estimate.principalId !== principalId || estimate.day !== day)) {
    throw new Error('a transaction with calls of others');
  }
}
