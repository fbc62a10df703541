import { PrincipalKindName } from '../../contract';
import { payersOf, RoutingPorts } from './agents/usage-routing';
import { dayOf, Day } from './calendar';
import { ChargeConflictError, chargeOnce, MAX_ATTEMPTS, TransactionResult } from './charge-once';
import { groupBy } from './collections';
import { isEstimate } from './estimate';
import { parseInvocationRecord, RecordOptions, UsageRecord } from './invocation-record';
import { addUsd, Usd, ZERO_USD } from './money';
import { hasToBeAsked, ModelDirectory, withModelBehind } from './pricing/model-directory';
import { Charge, PriceCatalog } from './pricing/price-catalog';
import { isAgentKind } from './principal';
import { LoggedLine, SubscriptionBatch } from './subscription-batch';
import { UnreadableCode, UnreadableRecordError } from './unreadable-record';

/**
 * Metering: lines of the invocation log become charges, each exactly once.
 *
 * A call's ledger row and the addition to its principal's budget are written in one transaction, and the row may not exist
 * before. So whatever is redelivered, retried, reordered or cut off in the middle, a call is charged once.
 */

/** One call with its price: a ledger row, and a part of the addition to a budget. */
export interface ChargedCall {
  readonly usage: UsageRecord;
  readonly charge: Charge;
  /** The day on which it counts, in the deployment's time zone. */
  readonly day: Day;
  /** When it was logged, epoch milliseconds: the ledger row's lifetime counts from here, however old the call. */
  readonly loggedAt: number;
}

/** What a transaction adds to one budget. */
export interface BudgetAddition {
  readonly principalId: string;
  readonly kind: PrincipalKindName;
  readonly spend: ReadonlyMap<Day, Usd>;
  /** The part of the spend that is an estimate, on days that have one. */
  readonly estimated: ReadonlyMap<Day, Usd>;
  readonly lastCallAt: number;
  readonly loggedAt: number;
}

/** One transaction: some ledger rows, and one addition for each principal among them. */
export interface ChargeTransaction {
  readonly calls: readonly ChargedCall[];
  readonly additions: readonly BudgetAddition[];
}

/** The Ledger and Budgets tables, as far as charging goes. @throws where it is unknown whether the transaction was written */
export interface ChargeStore {
  write(transaction: ChargeTransaction): Promise<TransactionResult>;
}

/** A line that could not be charged, and why. */
export interface UnreadableLine {
  readonly line: LoggedLine;
  readonly code: UnreadableCode | 'refused-by-table';
  readonly message: string;
}

/** Where lines that could not be charged are kept. @throws if they could not be */
export interface UnreadableStore {
  keep(origin: Pick<SubscriptionBatch, 'logGroup' | 'logStream'>, lines: readonly UnreadableLine[]): Promise<void>;
}

export interface MeteringPorts {
  readonly store: ChargeStore;
  readonly unreadable: UnreadableStore;
  readonly catalog: PriceCatalog;
  readonly models: ModelDirectory;
  /** Absent where AgentCore runtimes have no budgets. */
  readonly routing?: RoutingPorts;
  /** Waits before the given attempt (1, 2, …) at a transaction that met a conflict. */
  backOff(attempt: number): Promise<void>;
}

export interface MeteringOptions extends RecordOptions {
  readonly timeZone: string;
  /** Kinds that are metered; IAM users always are. */
  readonly trackedKinds: ReadonlySet<PrincipalKindName>;
}

export interface MeteringSummary {
  readonly charged: readonly ChargedCall[];
  readonly duplicates: number;
  readonly untracked: number;
  readonly unreadable: readonly UnreadableLine[];
  /** Why some of it was not charged, or why nobody knows whether it was: the delivery must come again, and what is told here was done all the same. */
  readonly failures: readonly Error[];
}

/** DynamoDB's limit of actions in a transaction; 4 MB is far away at less than 1 KB a row. */
export const MAX_TRANSACTION_ACTIONS = 100;

/**
 * Meters a delivery.
 *
 * @returns what was charged, also where something failed: whoever tells of it tells of each call once, since it is a duplicate when the delivery comes again
 * @throws whatever the ports throw before anything is charged
 */
export async function meterBatch(batch: SubscriptionBatch, ports: MeteringPorts, options: MeteringOptions): Promise<MeteringSummary> {
  const { records: read, duplicates: repeated, unreadable } = readBatch(batch, options);
  const records = (await routed(read, ports)).filter(({ usage }) => isTracked(usage.principal.kind, options));
  const calls = await priceCalls(records, ports, options);
  const { charged, duplicates, refused, failures } = await chargeAll(calls, ports);
  const rejected = [...unreadable, ...refused];
  if (failures.length === 0 && rejected.length > 0) {
    await ports.unreadable.keep(batch, rejected).catch(error => failures.push(error));
  }
  // Whatever is not charged comes again, and is told then.
  return failures.length > 0
    ? { charged, duplicates: 0, untracked: 0, unreadable: [], failures }
    : { charged, duplicates: repeated + duplicates, untracked: read.length - records.length, unreadable: rejected, failures };
}

async function chargeAll(calls: readonly ReadCall[], ports: MeteringPorts) {
  const charged: ChargedCall[] = [];
  const refused: UnreadableLine[] = [];
  const failures: Error[] = [];
  let duplicates = 0;
  const pending = planTransactions(calls.map(({ call }) => call));
  for (let next = pending.shift(); next; next = pending.shift()) {
    const transaction = next;
    // Once it is known that the delivery comes again, nobody is waited for any more: each of the others has one try.
    const outcome = await chargeOnce(transaction.calls, ({ usage }) => usage.callId, {
      write: remaining => ports.store.write(remaining === transaction.calls ? transaction : transactionOf(remaining)),
      backOff: attempt => ports.backOff(attempt),
    }, failures.length > 0 ? MAX_ATTEMPTS - 1 : 0);
    duplicates += outcome.duplicates;
    charged.push(...outcome.written);
    failures.push(...outcome.failures);
    if (failures.some(failure => !(failure instanceof ChargeConflictError))) {
      break;
    }
    if (outcome.refusal === undefined) {
      continue;
    }
    if (outcome.remaining.length === 1) {
      const [poisoned] = outcome.remaining;
      const { line } = calls.find(({ call }) => call === poisoned)!;
      refused.push({ line, code: 'refused-by-table', message: outcome.refusal });
    } else {
      // One poisoned item must not cost the others their charge: halve until it stands alone.
      const middle = Math.ceil(outcome.remaining.length / 2);
      pending.unshift(...[outcome.remaining.slice(0, middle), outcome.remaining.slice(middle)].flatMap(planTransactions));
    }
  }
  return { charged, duplicates, refused, failures };
}

interface ReadRecord {
  readonly usage: UsageRecord;
  readonly line: LoggedLine;
}

interface ReadCall {
  readonly call: ChargedCall;
  readonly line: LoggedLine;
}

function readBatch(batch: SubscriptionBatch, options: MeteringOptions) {
  const records = new Map<string, ReadRecord>();
  const unreadable: UnreadableLine[] = [];
  let duplicates = 0;
  for (const line of batch.lines) {
    try {
      const usage = parseInvocationRecord(line.message, line.loggedAt, options);
      if (!usage) {
        continue;
      }
      if (records.has(usage.callId)) {
        duplicates += 1;
      } else {
        records.set(usage.callId, { usage, line });
      }
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) {
        throw error;
      }
      unreadable.push({ line, code: error.code, message: error.message });
    }
  }
  return { records: [...records.values()], duplicates, unreadable };
}

/** Execution roles of AgentCore runtimes do not pay for themselves. */
async function routed(records: readonly ReadRecord[], { routing }: MeteringPorts): Promise<readonly ReadRecord[]> {
  const payers = routing && await payersOf(records.map(({ usage }) => usage.principal), routing);
  return records.map(record => {
    const payer = payers?.get(record.usage.principal.id);
    return payer ? { ...record, usage: { ...record.usage, principal: payer, caller: record.usage.principal } } : record;
  });
}

/** IAM users always are; agents are there only where they have budgets. */
function isTracked(kind: PrincipalKindName, { trackedKinds }: MeteringOptions): boolean {
  return kind === PrincipalKindName.IAM_USER || isAgentKind(kind) || trackedKinds.has(kind);
}

async function priceCalls(records: readonly ReadRecord[], { catalog, models }: MeteringPorts, { timeZone }: MeteringOptions): Promise<readonly ReadCall[]> {
  const behind = await models.modelsBehind(records.filter(({ usage }) => hasToBeAsked(usage)).map(({ usage }) => usage.modelId));
  return records.map(({ usage, line }) => ({
    line,
    call: { usage, charge: catalog.priceOf(withModelBehind(usage, behind)), day: dayOf(usage.calledAt, timeZone), loggedAt: line.loggedAt },
  }));
}

/** Packs calls into as few transactions as the limit of actions allows: calls of one principal together, since they share one addition. */
export function planTransactions(calls: readonly ChargedCall[]): ChargeTransaction[] {
  const byPrincipal = groupBy(calls, ({ usage }) => usage.principal.id);
  const packs: ChargedCall[][] = [];
  let pack: ChargedCall[] = [];
  let actions = 0;
  for (const own of byPrincipal.values()) {
    let opened = false;
    for (const call of own) {
      if (actions + (opened ? 1 : 2) > MAX_TRANSACTION_ACTIONS) {
        packs.push(pack);
        pack = [];
        actions = 0;
        opened = false;
      }
      actions += opened ? 1 : 2;
      opened = true;
      pack.push(call);
    }
  }
  return [...packs, pack].filter(({ length }) => length > 0).map(transactionOf);
}

function transactionOf(calls: readonly ChargedCall[]): ChargeTransaction {
  const byPrincipal = groupBy(calls, ({ usage }) => usage.principal.id);
  return { calls, additions: [...byPrincipal.values()].map(additionOf) };
}

function additionOf(calls: readonly ChargedCall[]): BudgetAddition {
  const { principal } = calls[0].usage;
  return {
    principalId: principal.id,
    kind: principal.kind,
    spend: costByDay(calls),
    estimated: costByDay(calls.filter(call => isEstimate(call) && call.charge.cost > 0n)),
    lastCallAt: Math.max(...calls.map(({ usage }) => usage.calledAt)),
    loggedAt: Math.max(...calls.map(({ loggedAt }) => loggedAt)),
  };
}

function costByDay(calls: readonly ChargedCall[]): ReadonlyMap<Day, Usd> {
  const costs = new Map<Day, Usd>();
  for (const { day, charge: { cost } } of calls) {
    costs.set(day, addUsd(costs.get(day) ?? ZERO_USD, cost));
  }
  return costs;
}
