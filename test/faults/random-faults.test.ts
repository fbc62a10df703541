import * as fc from 'fast-check';
import { Fault, WAYS } from './aws/faults';
import { document, documented, RANDOM_SCHEDULES, WRITES } from './depth';
import { explore, told } from './explore';
import { SCENARIOS } from './scenarios';

jest.setTimeout(WRITES ? 4 * 3_600_000 : 300_000);

/** Two to four faults, some of which last for several calls: longer than Lambda repeats, so that dead letters come of them. */
const faults = (calls: number): fc.Arbitrary<Fault[]> => fc.array(
  fc.record({ position: fc.nat(calls - 1), way: fc.constantFrom(...WAYS), times: fc.constantFrom(1, 1, 1, 2, 3, 5) }), { minLength: 2, maxLength: 4 },
);

test.each(SCENARIOS)('$name: holds what must hold, whatever fails together', async scenario => {
  const { calls } = await explore(scenario, []);
  let schedules = 0;
  let met = 0;
  await fc.assert(fc.asyncProperty(faults(calls.length), async drawn => {
    const outcome = await explore(scenario, drawn);
    schedules += 1;
    met += outcome.met.length;
    if (outcome.violations.length > 0) {
      throw new Error(told(scenario, outcome, drawn));
    }
  }), { numRuns: RANDOM_SCHEDULES, seed: 20_260_310, endOnFailure: true });
  expect(met).toBeGreaterThan(schedules);
  if (WRITES) {
    document('random', ['scenario', 'random schedules', 'faults met'], [[scenario.name, String(schedules), String(met)]]);
  }
});

test('every scenario is in the document', () => {
  expect([...documented('random').keys()]).toEqual(SCENARIOS.map(({ name }) => name));
});
