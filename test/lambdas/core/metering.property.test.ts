import * as fc from 'fast-check';
import { PrincipalKindName } from '../../../src/contract';
import { ChargeConflictError } from '../../../src/lambdas/core/charge-once';
import { MAX_TRANSACTION_ACTIONS, meterBatch, planTransactions } from '../../../src/lambdas/core/metering';
import { addUsd, Usd } from '../../../src/lambdas/core/money';
import { principalFromArn } from '../../../src/lambdas/core/principal';
import { LoggedLine } from '../../../src/lambdas/core/subscription-batch';
import { aBatch, aCall, ACCOUNT, aLine, aRecordLine, at, dollarATokenCatalog, NO_ARNS } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';
import { InjectedFault, Moment } from './in-memory/faults';

jest.setTimeout(60_000);

/** 35,001 picodollars a token. */
const PRICE = '0.000000035001';

/** What is made: a readable call, a line that nobody can read, or a call that the table refuses. */
interface MadeLine {
  readonly kind: 'call' | 'garbage' | 'refused';
  readonly user: string;
  readonly tokens: number;
  readonly day: string;
}

const madeLines: fc.Arbitrary<readonly MadeLine[]> = fc.array(fc.record({
  kind: fc.constantFrom('call', 'call', 'call', 'call', 'garbage', 'refused'),
  user: fc.constantFrom('alice', 'bob', 'carol'),
  tokens: fc.integer({ min: 0, max: 100_000_000 }),
  day: fc.constantFrom('2026-03-09', '2026-03-10'),
}), { minLength: 1, maxLength: 40 });

/** How the lines are delivered: each at least once, in batches, with repeats, in any order. */
const deliveries = madeLines.chain(made => {
  const indexes = fc.array(fc.nat(made.length - 1), { maxLength: 25 });
  const once = fc.tuple(fc.shuffledSubarray(made.map((_, index) => index), { minLength: made.length }), fc.integer({ min: 1, max: 15 }))
    .map(([order, size]) => slices(order, size));
  const batches = fc.tuple(once, fc.array(indexes, { maxLength: 4 })).map(([needed, repeated]) => [...needed, ...repeated]);
  return fc.record({ made: fc.constant(made), batches });
});

/** What becomes of the calls to the tables and queues, one after another; when the list is over, they all pass. */
type Fate = Moment | 'conflict' | 'alice is busy' | 'bob is busy' | 'pass';
const fates = fc.array(fc.constantFrom<Fate>('before', 'after', 'conflict', 'alice is busy', 'bob is busy', 'pass', 'pass', 'pass'), { maxLength: 40 });

test('every readable call is charged exactly once, whatever is repeated, reordered, split, cut off in the middle or delivered at the same time', async () => {
  await fc.assert(fc.asyncProperty(deliveries, fates, fc.scheduler(), async ({ made, batches }, planned, scheduler) => {
    const { world, lines, deliver } = given(made, [...planned], scheduler);

    await scheduler.waitFor(Promise.all(batches.map(batch => deliver(batch.map(index => lines[index])))));

    const calls = made.map((line, index) => ({ ...line, index })).filter(({ kind }) => kind === 'call');
    expect([...world.charges.ledger.keys()].sort()).toEqual(calls.map(({ index }) => `${ACCOUNT}/eu-central-1/r-${index}`).sort());
    expect(spendOf(world)).toEqual(expectedSpend(calls));
    expect(world.charges.ledgerSums()).toEqual(spendOf(world));

    const kept = new Set(world.unreadable.kept.map(({ line }) => line.id));
    expect(kept).toEqual(new Set(lines.filter((_, index) => made[index].kind !== 'call').map(({ id }) => id)));
  }), { numRuns: 250 });
});

test('the summary of a delivery that passed tells of each of its lines', async () => {
  await fc.assert(fc.asyncProperty(deliveries, fates, async ({ made, batches }, planned) => {
    const { lines, deliver } = given(made, [...planned]);
    for (const batch of batches) {
      const { charged, duplicates, unreadable, untracked } = await deliver(batch.map(index => lines[index]));
      expect(charged.length + duplicates + unreadable.length + untracked).toBe(batch.length);
    }
  }), { numRuns: 150 });
});

test('each call that was charged is told once, whatever failed beside it; but for answers that were lost', async () => {
  await fc.assert(fc.asyncProperty(deliveries, fates, async ({ made, batches }, planned) => {
    const { world, lines, deliver, told } = given(made, [...planned]);
    for (const batch of batches) {
      await deliver(batch.map(index => lines[index]));
    }
    expect(new Set(told).size).toBe(told.length);
    const untold = [...world.charges.ledger.keys()].filter(callId => !told.includes(callId));
    if (!planned.includes('after')) {
      expect(untold).toEqual([]);
    }
  }), { numRuns: 300 });
});

test('calls are packed without loss, in transactions that the table accepts, no more of them than the limit asks for', () => {
  const users = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 400 });
  fc.assert(fc.property(users, list => {
    const calls = list.map((user, index) => aCall({ requestId: `r-${index}`, principal: principalFromArn(`arn:aws:iam::${ACCOUNT}:user/user-${user}`) }));
    const plan = planTransactions(calls);
    expect(plan.flatMap(transaction => transaction.calls).map(({ usage }) => usage.callId).sort()).toEqual(calls.map(({ usage }) => usage.callId).sort());
    for (const { calls: own, additions } of plan) {
      expect(own.length + additions.length).toBeLessThanOrEqual(MAX_TRANSACTION_ACTIONS);
      expect(additions.map(({ principalId }) => principalId).sort()).toEqual([...new Set(own.map(({ usage }) => usage.principal.id))].sort());
      expect(addUsd(...additions.flatMap(({ spend }) => [...spend.values()]))).toBe(addUsd(...own.map(({ charge }) => charge.cost)));
    }
    // Nearly full: all but the last have room for a new principal's call at most.
    expect(plan.slice(0, -1).every(({ calls: own, additions }) => own.length + additions.length >= MAX_TRANSACTION_ACTIONS - 1)).toBe(true);
  }));
});

function given(made: readonly MadeLine[], planned: Fate[], scheduler?: fc.Scheduler) {
  const world = new InMemoryDeployment();
  world.charges.refusing.add(`iam-user/${ACCOUNT}/refused`);
  const lines = made.map(lineOf);
  world.faults.gate = scheduler ? call => scheduler.schedule(Promise.resolve(), call) : async () => undefined;
  world.faults.draw = call => {
    const fate = planned.shift();
    if (fate === 'conflict' && call === 'charges.write') {
      world.charges.conflicts += 1;
    }
    if (fate === 'alice is busy' || fate === 'bob is busy') {
      const principalId = `iam-user/${ACCOUNT}/${fate.split(' ')[0]}`;
      world.charges.busy.set(principalId, (world.charges.busy.get(principalId) ?? 0) + 1);
    }
    return fate === 'before' || fate === 'after' ? { moment: fate } : undefined;
  };
  const ports = { store: world.charges, unreadable: world.unreadable, catalog: dollarATokenCatalog(PRICE), models: NO_ARNS, backOff: async () => undefined };
  const options = { timeZone: 'UTC', trackedKinds: new Set<PrincipalKindName>() };
  /** Calls of which a summary tells that they were charged. */
  const told: string[] = [];
  /** As Lambda does: a delivery that fails comes again as it was. */
  const deliver = async (own: readonly LoggedLine[]): ReturnType<typeof meterBatch> => {
    const summary = await meterBatch(aBatch(...own), ports, options);
    told.push(...summary.charged.map(({ usage }) => usage.callId));
    const unforeseen = summary.failures.find(failure => !(failure instanceof InjectedFault || failure instanceof ChargeConflictError));
    if (unforeseen) {
      throw unforeseen;
    }
    return summary.failures.length > 0 ? deliver(own) : summary;
  };
  return { world, lines, deliver, told };
}

function lineOf({ kind, user, tokens, day }: MadeLine, index: number): LoggedLine {
  const timestamp = `${day}T10:00:00Z`;
  const identity = { arn: `arn:aws:iam::${ACCOUNT}:user/${kind === 'refused' ? 'refused' : user}` };
  const record = aRecordLine({ requestId: `r-${index}`, timestamp, identity, input: { inputTokenCount: kind === 'garbage' ? -1 : tokens }, output: {} });
  return aLine(record, at('2026-03-10T12:00:00Z'));
}

function spendOf(world: InMemoryDeployment): Map<string, Usd> {
  return new Map(world.budgets.budgets().flatMap(({ principalId, spend }) => [...spend].map(([day, amount]): [string, Usd] => [`${principalId} ${day}`, amount])).sort(byKey));
}

/** Reckoned without the code under test: tokens times price, in integers. */
function expectedSpend(calls: readonly MadeLine[]): Map<string, Usd> {
  const sums = new Map<string, bigint>();
  for (const { user, day, tokens } of calls) {
    const key = `iam-user/${ACCOUNT}/${user} ${day}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(tokens) * 35_001n);
  }
  return new Map([...sums].map(([key, sum]): [string, Usd] => [key, sum as Usd]).sort(byKey));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
