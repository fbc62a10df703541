import { LedgerAttribute } from '../../contract';
import { isoInstant, Item, NumberText } from './budget-item';
import { Day } from './calendar';
import { MAX_ATTEMPTS } from './charge-once';
import { groupBy } from './collections';
import { Estimate } from './estimate-row';
import { chargeAttributes } from './ledger-row';
import { MAX_TRANSACTION_ACTIONS } from './metering';
import { addUsd, formatUsd, Usd } from './money';
import { Charge } from './pricing/price-catalog';

/**
 * Correcting estimates: the ledger rows of some calls and their principal's budget, in one transaction. A row is corrected only while it
 * still is the estimate that was read, so whatever runs twice, at the same time or is cut off in the middle, a call is corrected once.
 */

/** A call that was charged by an estimate, and what it costs now that its price is known. */
export interface CorrectedCall {
  readonly estimate: Estimate;
  readonly charge: Charge;
}

/** One transaction: calls of one principal on one day. */
export interface EstimateCorrection {
  readonly principalId: string;
  readonly day: Day;
  readonly calls: readonly CorrectedCall[];
  /** Epoch milliseconds. */
  readonly repricedAt: number;
  /** Sums of the calls: what the day's spend loses, as does its estimated part, and what it gains. Absent: the ledger alone is corrected. */
  readonly budget?: { readonly before: Usd; readonly after: Usd };
}

export type CorrectionResult =
  | { readonly result: 'written' }
  /** Nothing was written, since the rows of these calls are no longer the estimates that were read. */
  | { readonly result: 'superseded'; readonly callIds: ReadonlySet<string> }
  /** Nothing was written, since the budget does not hold what is to be taken from it: it has forgotten the day, or is gone. */
  | { readonly result: 'day-forgotten' }
  /** Nothing was written, and trying again may help. */
  | { readonly result: 'conflict'; readonly message: string }
  /** Nothing was written, and trying the same again never helps. */
  | { readonly result: 'refused'; readonly message: string };

export interface EstimatePage {
  readonly rows: readonly Item[];
  readonly isLast: boolean;
}

/** The index of estimates, and the tables as far as correcting goes. */
export interface EstimateStore {
  /**
   * Ledger rows of the estimates in a shard, page by page in the order of their models. Eventually consistent: a row may have been corrected since.
   *
   * @param after only of models that come after this key
   */
  pages(shard: string, after?: string): AsyncIterable<EstimatePage>;
  /** @throws where it is unknown whether the correction was written */
  correct(correction: EstimateCorrection): Promise<CorrectionResult>;
}

export interface CorrectionPorts {
  readonly store: Pick<EstimateStore, 'correct'>;
  /** Waits before the given attempt (1, 2, …) at a transaction that met a conflict. */
  backOff(attempt: number): Promise<void>;
}

/** What became of a group of calls. */
export interface CorrectionOutcome {
  readonly corrected: readonly CorrectedCall[];
  /** Still estimates, for the next run. */
  readonly left: readonly CorrectedCall[];
  readonly refusal?: string;
}

/** Packs calls into transactions: of one principal and day each, beside which the budget takes one action. */
export function planCorrections(calls: readonly CorrectedCall[]): (readonly CorrectedCall[])[] {
  const groups = groupBy(calls, ({ estimate }) => `${estimate.principalId} ${estimate.day}`);
  return [...groups.values()].flatMap(group => slices(group, MAX_TRANSACTION_ACTIONS - 1));
}

/** Corrects the calls of one transaction, without those that turn out to be corrected already. */
export async function correctEstimates(calls: readonly CorrectedCall[], repricedAt: number, ports: CorrectionPorts): Promise<CorrectionOutcome> {
  let remaining = calls;
  let dayIsKnown = true;
  for (let attempt = 1; remaining.length > 0;) {
    const outcome = await ports.store.correct(correctionOf(remaining, repricedAt, dayIsKnown));
    switch (outcome.result) {
      case 'written':
        return { corrected: remaining, left: [] };
      case 'superseded': {
        const still = remaining.filter(({ estimate }) => !outcome.callIds.has(estimate.callId));
        if (still.length === remaining.length) {
          return { corrected: [], left: remaining, refusal: 'the table reports corrected rows that are not in the transaction' };
        }
        remaining = still;
        // The sums have changed: what the budget did not hold for all of them it may hold for the rest.
        dayIsKnown = true;
        break;
      }
      case 'day-forgotten':
        if (!dayIsKnown) {
          return { corrected: [], left: remaining, refusal: 'the table reports a forgotten day that is not in the transaction' };
        }
        dayIsKnown = false;
        break;
      case 'refused':
        return { corrected: [], left: remaining, refusal: outcome.message };
      case 'conflict':
        if (attempt >= MAX_ATTEMPTS) {
          return { corrected: [], left: remaining };
        }
        await ports.backOff(attempt);
        attempt += 1;
        dayIsKnown = true;
        break;
    }
  }
  return { corrected: [], left: [] };
}

/** The attributes of a ledger row to set and to remove. The estimate stays readable beside the price that took its place. */
export function correctedAttributes({ estimate, charge }: CorrectedCall, repricedAt: number): { readonly set: Item; readonly remove: readonly string[] } {
  const attributes = chargeAttributes(charge, estimate.usage.modelId);
  return {
    set: {
      ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
      repricedAt: isoInstant(repricedAt),
      estimatedCostUsd: new NumberText(formatUsd(estimate.cost)),
    },
    remove: [LedgerAttribute.ESTIMATE, LedgerAttribute.ESTIMATED_MODEL, ...Object.keys(attributes).filter(name => attributes[name] === undefined)],
  };
}

function correctionOf(calls: readonly CorrectedCall[], repricedAt: number, dayIsKnown: boolean): EstimateCorrection {
  const [{ estimate: { principalId, day } }] = calls;
  const budget = { before: addUsd(...calls.map(({ estimate }) => estimate.cost)), after: addUsd(...calls.map(({ charge }) => charge.cost)) };
  return { principalId, day, calls, repricedAt, ...(dayIsKnown ? { budget } : {}) };
}

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
