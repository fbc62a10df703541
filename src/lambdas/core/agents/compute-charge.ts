import { LedgerAttribute } from '../../../contract';
import { isoInstant, Item, NumberText } from '../budget-item';
import { Day, dayOf } from '../calendar';
import { TransactionResult } from '../charge-once';
import { addUsd, formatUsd, Usd, ZERO_USD } from '../money';
import { Principal } from '../principal';
import { COMPUTE_PRICE_SOURCE, COMPUTE_PRICE_VERSION, COMPUTE_PRICES, ComputeUnit } from './compute-prices';
import { costOfHours, formatHours, Hours } from './compute-quantity';
import { HourOfCompute } from './compute-usage';

/** How a ledger row tells that it is no model call. */
export const COMPUTE_SOURCE = 'agentcore-compute';

const SECONDS_PER_DAY = 24 * 60 * 60;

/** One hour of one runtime with its price: a ledger row, and a part of the addition to a budget. */
export interface ComputeCharge {
  /** Key of the ledger row: the same whoever is charged, so that an hour can be charged once. */
  readonly callId: string;
  /** Whose budget pays. */
  readonly principal: Principal;
  /** Principal id of the runtime. */
  readonly runtime: string;
  readonly hour: number;
  /** The day on which it counts, in the deployment's time zone: that in which the hour begins. */
  readonly day: Day;
  readonly used: Readonly<Record<ComputeUnit, Hours>>;
  readonly costs: Readonly<Record<ComputeUnit, Usd>>;
  readonly cost: Usd;
  /** Epoch milliseconds; the ledger row's lifetime counts from here. */
  readonly chargedAt: number;
}

/** The Ledger and Budgets tables: rows of some hours, all charged to one principal, and the addition to its budget in one transaction. */
export interface ComputeChargeStore {
  /** @throws where it is unknown whether the transaction was written */
  write(charges: readonly ComputeCharge[]): Promise<TransactionResult>;
}

function computeCallId(runtime: string, hour: number): string {
  return `agent-compute/${runtime}/${isoHour(hour)}`;
}

export function computeCharge({ hour, used }: HourOfCompute, runtime: string, principal: Principal, timeZone: string, chargedAt: number): ComputeCharge {
  const costs = { vcpuHours: costOfHours(used.vcpuHours, COMPUTE_PRICES.vcpuHours), gbHours: costOfHours(used.gbHours, COMPUTE_PRICES.gbHours) };
  return {
    callId: computeCallId(runtime, hour),
    principal,
    runtime,
    hour,
    day: dayOf(hour, timeZone),
    used,
    costs,
    cost: addUsd(costs.vcpuHours, costs.gbHours),
    chargedAt,
  };
}

/** The ledger's row of an hour of compute: no call, and so without any of a call's attributes but those that say who paid how much on which day. */
export function computeLedgerRow({ callId, principal, runtime, hour, day, used, costs, cost, chargedAt }: ComputeCharge, retentionDays: number): Item {
  return {
    [LedgerAttribute.CALL_ID]: callId,
    source: COMPUTE_SOURCE,
    principalId: principal.id,
    runtime,
    hour: isoHour(hour),
    loggedAt: isoInstant(chargedAt),
    day,
    vcpuHours: new NumberText(formatHours(used.vcpuHours)),
    gbHours: new NumberText(formatHours(used.gbHours)),
    prices: amounts(COMPUTE_PRICES),
    costs: amounts(costs),
    costUsd: new NumberText(formatUsd(cost)),
    priceSource: COMPUTE_PRICE_SOURCE,
    priceVersion: COMPUTE_PRICE_VERSION,
    // DynamoDB deletes by epoch seconds.
    [LedgerAttribute.EXPIRES_AT]: new NumberText(String(Math.floor(chargedAt / 1000) + retentionDays * SECONDS_PER_DAY)),
  };
}

/** What some hours, all charged to one principal, cost by day. */
export function computeCostByDay(charges: readonly ComputeCharge[]): ReadonlyMap<Day, Usd> {
  const costs = new Map<Day, Usd>();
  for (const { day, cost } of charges) {
    costs.set(day, addUsd(costs.get(day) ?? ZERO_USD, cost));
  }
  return costs;
}

function amounts(byUnit: Readonly<Record<ComputeUnit, Usd>>): Item {
  return { vcpuHours: new NumberText(formatUsd(byUnit.vcpuHours)), gbHours: new NumberText(formatUsd(byUnit.gbHours)) };
}

/** An hour as ISO 8601 writes it: `2026-03-10T09:00Z`. */
function isoHour(hour: number): string {
  return `${isoInstant(hour).slice(0, 16)}Z`;
}
