import * as fc from 'fast-check';
import { COMPUTE_UNITS } from '../../../../src/lambdas/core/agents/compute-prices';
import { addUsd, usd, Usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { ACCOUNT, AGENT_ROLE, at, HOUR, REGION, ROLE, SHARED_AGENTS } from '../builders';
import { InjectedFault, Moment } from '../in-memory/faults';
import { ComputeWorld } from './compute-world';

jest.setTimeout(60_000);

const START = at('2026-03-10T00:00:00Z');
const HOURS = 12;

/** Ten-millionths of an hour that a runtime used, by runtime, unit and hour. */
const usages = fc.array(fc.record({
  runtime: fc.constantFrom('first-1', 'second-2', 'alone-3'),
  unit: fc.constantFrom(...COMPUTE_UNITS),
  hour: fc.nat(HOURS - 1),
  parts: fc.integer({ min: 0, max: 100_000_000 }),
}), { maxLength: 40 });

/** Runs in any order, of any hour, as often as it may be; the last of them looks at all hours. */
const runs = fc.array(fc.integer({ min: 0, max: HOURS + 22 }), { maxLength: 8 }).map(offsets => [...offsets, HOURS + 2]);

/** What becomes of the calls to tables and metrics, one after another; when the list is over, they all pass. */
const fates = fc.array(fc.constantFrom<Moment | 'conflict' | 'pass'>('before', 'after', 'conflict', 'pass', 'pass'), { maxLength: 20 });

test('every hour is charged exactly once, for what it used times the list price, whatever fails, is repeated, reordered or runs at the same time', async () => {
  await fc.assert(fc.asyncProperty(usages, runs, fates, fc.scheduler(), fc.boolean(), async (used, offsets, planned, scheduler, atOnce) => {
    const world = new ComputeWorld();
    world.registered('first-1', AGENT_ROLE);
    world.registered('second-2', AGENT_ROLE);
    world.registered('alone-3', ROLE);
    const parts = new Map<string, number>();
    used.forEach(({ runtime, unit, hour, parts: some }) => parts.set(`${runtime} ${unit} ${hour}`, some));
    for (const runtime of ['first-1', 'second-2', 'alone-3']) {
      for (const unit of COMPUTE_UNITS) {
        const sums = Array.from({ length: HOURS }, (_, hour) => [START + hour * HOUR, (parts.get(`${runtime} ${unit} ${hour}`) ?? 0) / 1e7] as const);
        world.measured(runtime, unit, new Map(sums));
      }
    }
    world.faults.draw = () => {
      const fate = planned.shift();
      if (fate === 'conflict') {
        world.store.conflicts += 1;
      }
      return fate === 'before' || fate === 'after' ? { moment: fate } : undefined;
    };
    const run = async (offset: number) => {
      world.now = START + offset * HOUR;
      await world.run().catch((error: Error) => {
        if (!(error instanceof InjectedFault) && error.name !== 'ComputeMeteringIncompleteError') {
          throw error;
        }
      });
    };
    if (atOnce) {
      world.faults.gate = call => scheduler.schedule(Promise.resolve(), call);
      await scheduler.waitFor(Promise.all(offsets.map(run)));
      world.faults.gate = async () => undefined;
    } else {
      for (const offset of offsets) {
        await run(offset);
      }
    }
    planned.length = 0;
    await run(HOURS + 2);

    const priceOfPart = { vcpuHours: 8_950n, gbHours: 945n };
    const costOf = (key: string) => COMPUTE_UNITS.reduce((sum, unit) => sum + BigInt(parts.get(key.replace('*', unit)) ?? 0) * priceOfPart[unit], 0n) as Usd;
    const expected = new Map<string, Usd>();
    const paid = new Map<string, Usd>();
    for (const [runtime, payer] of [['first-1', SHARED_AGENTS], ['second-2', SHARED_AGENTS], ['alone-3', `agent-runtime/${ACCOUNT}/${REGION}/alone-3`]]) {
      for (let hour = 0; hour < HOURS; hour += 1) {
        const cost = costOf(`${runtime} * ${hour}`);
        if (cost > 0n) {
          expected.set(`agent-compute/agent-runtime/${ACCOUNT}/${REGION}/${runtime}/2026-03-10T${String(hour).padStart(2, '0')}:00Z`, cost);
          paid.set(payer, addUsd(paid.get(payer) ?? ZERO_USD, cost));
        }
      }
    }
    expect(new Map([...world.store.rows].map(([key, row]) => [key, usd((row.costUsd as { value: string }).value)]))).toEqual(expected);
    for (const payer of [SHARED_AGENTS, `agent-runtime/${ACCOUNT}/${REGION}/alone-3`]) {
      expect(new Map((await world.budgets.read(payer))?.spend)).toEqual(new Map(paid.has(payer) ? [['2026-03-10', paid.get(payer)]] : []));
    }
  }), { numRuns: 200 });
});
