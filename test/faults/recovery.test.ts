import * as fc from 'fast-check';
import { Handler, SettingName } from '../../src/contract';
import { ALICE, HOUR, KEY_USER } from '../lambdas/core/builders';
import { EVALUATION_FAILURES } from './aws/cloud';
import { budgeteer } from './aws/command-line';
import { document, RANDOM_SCHEDULES, RUNS_ALL, WRITES } from './depth';
import { definitions } from './explore';
import { violations } from './invariants';
import { World } from './world';

jest.setTimeout(WRITES ? 4 * 3_600_000 : 300_000);

let world: World;
afterEach(() => world.close());

function given(timeZone = 'UTC'): World {
  world = new World({ at: Date.parse('2026-03-10T08:00:00Z'), definitions: definitions(), timeZone });
  ['user/BedrockAPIKey-a1b2', 'user/alice'].forEach(entity => world.cloud.iam.add(entity));
  world.limits.set(KEY_USER, 10);
  return world;
}

const spend = (usd: number) => world.call('user/BedrockAPIKey-a1b2', usd, { payer: KEY_USER });

async function rests(): Promise<void> {
  await world.settle(() => violations(world, world.over()).length === 0);
  expect(violations(world, world.over())).toEqual([]);
}

async function rebuilds(...more: readonly string[]): Promise<void> {
  const { code, stderr } = await budgeteer(['ledger', 'rebuild', '--apply', '--yes', '--reason', 'a table was restored', ...more], world.now);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}

/** What is lost, and what an operator does about it, as docs/emergencies.md says. */
const LOSSES = {
  'the budgets are older than the ledger': { tables: ['Budgets'], metersAgain: false },
  'the ledger is older than the budgets': { tables: ['Ledger'], metersAgain: true },
  'both are older, to the same second': { tables: ['Budgets', 'Ledger'], metersAgain: true },
} as const;

describe.each(Object.entries(LOSSES))('a table is restored from a backup: %s', (loss, { tables, metersAgain }) => {
  test('the ledger\'s sums come back, and IAM follows', async () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 5 });
    await fc.assert(fc.asyncProperty(amounts, fc.nat(4), fc.boolean(), async (spent, place, overnight) => {
      given();
      const since: string[] = [];
      let backups: Record<string, ReturnType<World['cloud']['tables']['backup']>> = {};
      for (const [index, usd] of spent.entries()) {
        if (index === Math.min(place, spent.length - 1)) {
          backups = Object.fromEntries(tables.map(table => [table, world.cloud.tables.backup(table)]));
          since.length = 0;
        }
        const line = spend(usd);
        since.push(line);
        world.deliver(line);
        await world.pass(8);
        world.monitor();
        await world.pass(2);
      }
      if (overnight) {
        await world.passUntil('2026-03-11T01:00:00Z');
        world.monitor();
        await world.pass(5);
      }
      Object.entries(backups).forEach(([table, items]) => world.cloud.tables.restore(table, items));
      world.monitor();
      await world.pass(10);
      // What the budgets know and the ledger does not would be charged a second time, until the ledger's sums are put right: meanwhile nobody is to be denied.
      world.cloud.setParameter(SettingName.ENFORCEMENT, 'paused');
      await world.pass(2);
      if (metersAgain) {
        world.deliver(...since);
        await world.pass(5);
      }
      await rebuilds();
      world.cloud.setParameter(SettingName.ENFORCEMENT, 'on');
      await rests();
      world.close();
    }), { numRuns: Math.ceil(RANDOM_SCHEDULES / 3), seed: 20_260_310, endOnFailure: true });
    if (WRITES) {
      document('others', ['what', 'random schedules'], [[`a table is restored: ${loss}`, String(Math.ceil(RANDOM_SCHEDULES / 3))]]);
    }
  });
});

test('a table of budgets that is lost comes back from the ledger, and those who are denied for nothing are free', async () => {
  given();
  world.deliver(spend(11), world.call('user/alice', 3, { payer: ALICE }));
  await world.pass(10);
  expect(world.cloud.iam.deniedEntities()).toEqual(['user/BedrockAPIKey-a1b2']);
  world.cloud.tables.restore('Budgets', []);
  await rebuilds();
  await rests();
});

describe('a day of dead letters', () => {
  test.each(['UTC', 'America/New_York'])('is replayed in any order and twice, and every call counts on its day (%s)', async timeZone => {
    await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async numbers => {
      given(timeZone);
      world.cloud.plan.outage = ({ caller, operation }) => (caller === Handler.USAGE_METER && operation === 'TransactWriteItems' ? 'denied' : undefined);
      for (let hour = 0; hour < 24; hour += 1) {
        const twice = spend(1);
        world.deliver(twice, world.call('user/alice', 0.5, { payer: ALICE }), ...hour % 6 === 0 ? [world.garbage()] : []);
        world.deliver(twice);
        await world.cloud.passUntil(world.now + HOUR);
        world.monitor();
      }
      expect(world.cloud.givenUp(Handler.USAGE_METER)).toHaveLength(48);
      expect(world.inLedger()).toEqual({});
      world.cloud.plan.outage = () => undefined;
      const queue = `${Handler.USAGE_METER}-failures`;
      const letters = world.cloud.queues.bodies(queue);
      for (let round = 0; round < 2; round += 1) {
        world.cloud.queues.purge(queue);
        const shuffled = letters.map(letter => [numbers.next().value!, letter] as const).sort(([a], [b]) => a - b);
        shuffled.forEach(([, letter]) => world.cloud.queues.send(queue, letter));
        await world.replayDeadLetters();
        expect(world.cloud.givenUp(Handler.USAGE_METER)).toEqual([]);
      }
      await rests();
      expect(Object.keys(world.inBudgets()[ALICE]).length).toBe(2);
      world.close();
    }), { numRuns: RUNS_ALL ? 20 : 1, seed: 20_260_310, endOnFailure: true });
  });

  test('of the evaluator: whatever nobody decided on is decided on after the replay', async () => {
    given();
    world.deliver(spend(2));
    await world.pass(5);
    world.cloud.plan.outage = ({ caller, operation }) => (caller === Handler.BUDGET_EVALUATOR && operation === 'UpdateItem' ? 'denied' : undefined);
    world.deliver(spend(9));
    world.held.add(ALICE);
    await world.order({ operation: 'suspend', principalId: ALICE, reason: 'left' });
    await world.pass(24 * 60 - 30);
    expect(world.cloud.queues.bodies(EVALUATION_FAILURES).length).toBeGreaterThan(0);
    world.cloud.plan.outage = () => undefined;
    world.deliver(spend(11));
    await rests();
    expect(world.cloud.iam.deniedEntities()).toEqual(['user/BedrockAPIKey-a1b2', 'user/alice']);
  });
});
