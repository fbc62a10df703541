import { setImmediate } from 'node:timers/promises';
import { Random } from '../../demo/fixture/random';
import { PrincipalKindName } from '../../src/contract';
import { fullJitter } from '../../src/lambdas/adapters/waiting';
import { ChargeConflictError, throwFailures, TransactionResult } from '../../src/lambdas/core/charge-once';
import { ChargeTransaction, meterBatch, MeteringPorts } from '../../src/lambdas/core/metering';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { LoggedLine } from '../../src/lambdas/core/subscription-batch';
import { madeRecords } from '../made-calls';
import { METER } from '../own-cost/assumptions';

const ACCOUNT = '000000000000';
const FROM = Date.parse('2026-11-22T10:00:00Z');
/** Until a cancelled transaction is answered. */
const CANCELLED_MS = 5;

export interface Scene {
  readonly principals: number;
  readonly handlers: number;
  readonly deliveries: number;
  readonly callsADelivery: number;
  /** The part of the calls that are the first principal's; the others come from all of them by chance. */
  readonly ofTheFirst: number;
  /** At most, by chance, between two deliveries of a handler; @default 0 */
  readonly pauseMs?: number;
}

/** Over whose items a transaction met a conflict, as far as it is told. */
export type Told = 'nobody' | 'one of them' | 'all of them';

export interface Outcome {
  readonly callsASecond: number;
  /** Deliveries that were given up after all attempts. */
  readonly cameAgain: number;
  /** Rows and additions of all transactions, those in conflict included: DynamoDB is paid for both. */
  readonly actionsACall: number;
}

/**
 * Meters at work on the same budgets in simulated time, where each transaction has its items for itself while it is written: the real core, and a DynamoDB
 * that writes any number of transactions side by side. The same seed makes the same outcome.
 */
export async function simulate(scene: Scene, told: Told, seed: number): Promise<Outcome> {
  const numbers = new Random(seed);
  const random = () => numbers.next();
  const clock = new SimulatedClock();
  const tables = new BusyTables(clock, told);
  const ports: MeteringPorts = {
    store: tables,
    unreadable: { keep: () => Promise.reject(new Error('all can be read')) },
    catalog: embeddedCatalog(),
    models: { modelsBehind: async () => new Map() },
    backOff: attempt => clock.wait(fullJitter(attempt, 50, 3_200, random)),
  };
  const options = { timeZone: 'UTC', trackedKinds: new Set(Object.values(PrincipalKindName)) };
  const waiting = deliveriesOf(scene, random);
  let cameAgain = 0;
  await clock.run(Array.from({ length: scene.handlers }, async () => {
    for (let lines = waiting.shift(); lines; lines = waiting.shift()) {
      try {
        throwFailures((await meterBatch({ logGroup: 'invocations', logStream: 'simulated', lines }, ports, options)).failures);
      } catch (error) {
        if (!(error instanceof ChargeConflictError)) {
          throw error;
        }
        cameAgain += 1;
        waiting.push(lines);
      }
      await clock.wait(METER.msADelivery + random() * (scene.pauseMs ?? 0));
    }
  }));
  const calls = scene.deliveries * scene.callsADelivery;
  if (tables.rows !== calls) {
    throw new Error(`${tables.rows} of ${calls} calls were charged`);
  }
  return { callsASecond: calls / clock.now * 1000, cameAgain, actionsACall: tables.actions / calls };
}

function deliveriesOf({ principals, deliveries, callsADelivery, ofTheFirst }: Scene, random: () => number): LoggedLine[][] {
  const count = deliveries * callsADelivery;
  const arn = (index: number) => `arn:aws:iam::${ACCOUNT}:user/user-${index}`;
  const callers = Array.from({ length: count }, () => arn(random() < ofTheFirst ? 0 : Math.floor(random() * principals)));
  const lines = madeRecords({ count, callers: [''], account: ACCOUNT, from: FROM })
    .map((record, index) => ({ id: String(index), loggedAt: FROM + count * 1000, message: record.replace('"arn":""', `"arn":"${callers[index]}"`) }));
  return Array.from({ length: deliveries }, (_, index) => lines.slice(index * callsADelivery, (index + 1) * callsADelivery));
}

/** Ledger and Budgets, as far as conflicts go. */
class BusyTables {
  public actions = 0;
  private readonly charged = new Set<string>();
  private readonly busy = new Set<string>();

  constructor(private readonly clock: SimulatedClock, private readonly told: Told) {}

  public get rows(): number {
    return this.charged.size;
  }

  public async write({ calls, additions }: ChargeTransaction): Promise<TransactionResult> {
    const [callIds, principals] = [calls.map(({ usage }) => usage.callId), additions.map(({ principalId }) => principalId)];
    this.actions += callIds.length + principals.length;
    const inConflict = principals.filter(principalId => this.busy.has(principalId));
    if (inConflict.length > 0) {
      const told = this.told === 'nobody' ? [] : this.told === 'one of them' ? inConflict.slice(0, 1) : inConflict;
      await this.clock.wait(CANCELLED_MS);
      const held = calls.map(({ usage }) => usage).filter(({ principal }) => told.includes(principal.id));
      return { result: 'conflict', message: 'TransactionConflict', busy: new Set(held.map(({ callId }) => callId)) };
    }
    principals.forEach(principalId => this.busy.add(principalId));
    await this.clock.wait(METER.msATransaction);
    principals.forEach(principalId => this.busy.delete(principalId));
    const known = callIds.filter(callId => this.charged.has(callId));
    if (known.length > 0) {
      return { result: 'duplicates', callIds: new Set(known) };
    }
    callIds.forEach(callId => this.charged.add(callId));
    return { result: 'written' };
  }
}

/** Time that passes where everybody waits. */
class SimulatedClock {
  public now = 0;
  private readonly waiting: { readonly at: number; readonly goOn: () => void }[] = [];

  public wait(milliseconds: number): Promise<void> {
    return new Promise(goOn => {
      const at = this.now + milliseconds;
      const place = this.waiting.findIndex(other => other.at > at);
      this.waiting.splice(place < 0 ? this.waiting.length : place, 0, { at, goOn });
    });
  }

  /** Lets time pass until all of them have ended. */
  public async run(work: readonly Promise<void>[]): Promise<void> {
    let hasEnded = false;
    const all = Promise.all(work).finally(() => {
      hasEnded = true;
    });
    for (;;) {
      // Whoever can go on without waiting does so first.
      await setImmediate();
      const next = hasEnded ? undefined : this.waiting.shift();
      if (!next) {
        break;
      }
      this.now = next.at;
      next.goOn();
    }
    await all;
  }
}
