import * as fc from 'fast-check';
import { aYearOfAlice, tracesIn } from './a-year-of-alice';
import { Crash, ErasureWorld, OTHER, SMITH, SMITHSON } from './erasure-world';

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(units => `${units / 10n ** 12n}.${String(units % 10n ** 12n).padStart(12, '0')}`);
const day = fc.constantFrom('2026-02-27', '2026-03-08', '2026-03-09', '2026-03-10');
const call = fc.record({
  principalId: fc.constantFrom(SMITH, OTHER, SMITHSON),
  day,
  cost: amount,
  isEstimate: fc.boolean(),
  callerId: fc.option(fc.constantFrom(SMITH, OTHER), { nil: undefined }),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function worldOf(calls: readonly Call[]): ErasureWorld {
  const world = aYearOfAlice();
  calls.forEach(({ principalId, day: on, cost, ...more }, index) => world.charge(`drawn-${index}`, principalId, on, cost, more));
  return world;
}

/** What differs from run to run: random names. */
function withoutRandomness(text: string): string {
  return text.replace(/erased-[0-9a-f]{8,32}/g, 'erased-*').replace(/erased\/[0-9a-f]{32}/g, 'erased/*').replace(/"versionId":"v\d+"/g, '"versionId":"*"');
}

/** Runs until it is done, as somebody who starts it again whenever it dies. */
async function eraseStubbornly(world: ErasureWorld, deaths: readonly { readonly at: number; readonly after: boolean }[]): Promise<number> {
  let died = 0;
  for (const death of deaths) {
    world.writes = 0;
    world.dies = death;
    try {
      await world.erase();
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
      died += 1;
    }
  }
  world.dies = undefined;
  await world.erase();
  return died;
}

test('wherever it dies, starting it again ends as if it had not', async () => {
  const undisturbed = aYearOfAlice();
  await undisturbed.erase();
  const total = undisturbed.writes;
  expect(total).toBeGreaterThan(12);
  for (let at = 1; at <= total; at += 1) {
    for (const after of [false, true]) {
      const world = aYearOfAlice();
      const died = await eraseStubbornly(world, [{ at, after }]);
      const is = JSON.parse(withoutRandomness(world.text));
      expect({ at, after, died, is }).toEqual({ at, after, died: 1, is: JSON.parse(withoutRandomness(undisturbed.text)) });
    }
  }
});

test('whoever called what, and however often it dies: no name is left, and every sum is what it was', async () => {
  const death = fc.record({ at: fc.integer({ min: 1, max: 25 }), after: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(call, { maxLength: 12 }), fc.array(death, { maxLength: 4 }), async (calls, deaths) => {
    const world = worldOf(calls);
    const before = { totals: world.totals(), costs: costsOf(world), differences: [...world.differences()].map(([key, value]) => [key.split(' ')[1], value]) };
    await eraseStubbornly(world, deaths);
    expect(tracesIn(world)).toEqual([]);
    expect(world.totals()).toEqual(before.totals);
    expect(costsOf(world)).toEqual(before.costs);
    expect([...world.differences()].map(([key, value]) => [key.split(' ')[1], value]).sort()).toEqual(before.differences.sort());
  }), { numRuns: 60 });
});

/** Whose they are apart. */
function costsOf(world: ErasureWorld): readonly unknown[] {
  return [...world.rows.values()].map(({ callId, day: on, cost, isEstimate }) => [callId, on, cost, isEstimate]).sort();
}

test('in the middle of everything, ledger and budgets agree', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.boolean(), async (at, after) => {
    const world = aYearOfAlice();
    world.items.set(SMITH, Object.fromEntries(Object.entries(world.items.get(SMITH)!).filter(([name]) => name !== 'spend#2025-12-01')));
    expect([...world.differences()]).toEqual([]);
    world.dies = { at, after };
    await world.erase().catch(error => expect(error).toBeInstanceOf(Crash));
    expect([...world.differences()]).toEqual([]);
  }), { numRuns: 30 });
});
