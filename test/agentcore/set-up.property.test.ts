import * as fc from 'fast-check';
import { Metric } from '../../src/contract';
import { CloudTrailEvent } from '../lambdas/core/in-memory/agent-core';
import { idOf, LONG_AFTER, RegistrarWorld } from './registrar-world';

jest.setTimeout(60_000);

const IDS = ['one-Aa11', 'two-Bb22', 'three-Cc33'] as const;
const ROLES = ['red', 'blue'] as const;
const HARNESS = 'desk-Hh11';
const INNER = 'inner-Ii22';

type Act = { readonly what: 'create' | 'update' | 'delete' | 'delete-version' | 'endpoint' | 'fail'; readonly id: string; readonly role: string }
| { readonly what: 'create-harness' | 'update-harness' | 'delete-harness'; readonly id: string; readonly role: string };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(fc.oneof(
  fc.record({
    what: fc.constantFrom('create', 'create', 'update', 'delete', 'delete-version', 'endpoint', 'fail'), id: fc.constantFrom(...IDS), role: fc.constantFrom(...ROLES),
  }),
  fc.record({ what: fc.constantFrom('create-harness', 'update-harness', 'delete-harness'), id: fc.constant(HARNESS), role: fc.constantFrom(...ROLES) }),
) as fc.Arbitrary<Act>, { maxLength: 14 });

/** Does it, where it can be done: an id is AgentCore's, and used once. */
function perform({ what, id, role }: Act, { agentCore }: RegistrarWorld, used: Set<string>): CloudTrailEvent | undefined {
  const exists = agentCore.runtimes.has(id) || agentCore.harnesses.has(id);
  switch (what) {
    case 'create':
    case 'create-harness':
      if (used.has(id)) {
        return undefined;
      }
      used.add(id);
      return what === 'create' ? agentCore.create(id, { role }) : agentCore.createHarness(id, { role, runtimeId: INNER });
    case 'update': return exists ? agentCore.update(id, { role }) : undefined;
    case 'update-harness': {
      if (exists) {
        agentCore.update(INNER, { role });
      }
      return exists ? agentCore.updateHarness(id) : undefined;
    }
    case 'delete': return exists ? agentCore.delete(id) : undefined;
    case 'delete-harness': return exists ? agentCore.deleteHarness(id) : undefined;
    case 'delete-version': return exists ? agentCore.deleteVersion(id, '1') : undefined;
    case 'endpoint': return exists ? agentCore.endpoint(id) : undefined;
    case 'fail': return agentCore.event('DeleteAgentRuntime', { agentRuntimeId: id }, null, { errorCode: 'AccessDenied' });
  }
}

async function expectWhatAgentCoreShows(world: RegistrarWorld): Promise<void> {
  const shown = Object.fromEntries([...world.agentCore.runtimes.values()].map(({ id, roleArn }) => [id, roleArn.split('/').pop()!]));
  expect(await world.registered()).toEqual(shown);
  for (const role of ROLES) {
    const members = Object.keys(shown).filter(id => shown[id] === role).sort().map(idOf);
    const shared = world.shared(role);
    if (members.length >= 2) {
      expect(shared).toMatchObject({ kind: 'agent-role', runtimes: members });
      expect(shared).not.toHaveProperty('removedAt');
    } else if (shared) {
      expect(shared).toHaveProperty('removedAt');
    }
  }
}

test('any order and repetition of the events of some runtimes\' lives, and a sweep, end in what AgentCore shows, nothing registered twice', async () => {
  await fc.assert(fc.asyncProperty(
    acts, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat({ max: 9 })), fc.infiniteStream(fc.nat({ max: 30 })),
    async (lives, order, lags, faults) => {
      const world = new RegistrarWorld();
      const used = new Set<string>();
      const events: CloudTrailEvent[] = [];
      const states = [undefined, ...lives.flatMap(act => {
        world.pass(1_000);
        const event = perform(act, world, used);
        if (event) {
          events.push(event);
        }
        world.agentCore.freeze();
        const state = world.agentCore.stale;
        world.agentCore.thaw();
        return event ? [state] : [];
      })];
      const draw = <T>(stream: fc.Stream<T>) => stream.next().value as T;
      // Each comes once or more, in any order, to a handler that sees some state of then or now, and that may fail on the way.
      const queue = [...events, ...events.filter(() => draw(lags) < 4)];
      world.deployment.faults.draw = () => (draw(faults) === 0 ? { moment: draw(lags) < 5 ? 'before' : 'after' } : undefined);
      for (let deliveries = 0; queue.length > 0; deliveries += 1) {
        const [event] = queue.splice(draw(order) % queue.length, 1);
        world.pass(1_000);
        world.agentCore.stale = draw(lags) < 3 ? states[draw(order) % states.length] : undefined;
        try {
          await world.deliver(event);
        } catch {
          // As Lambda does, though more patiently.
          if (deliveries < 100) {
            queue.push(event);
          }
        }
      }
      world.deployment.faults.draw = () => undefined;
      world.agentCore.thaw();
      world.pass(LONG_AFTER);
      await world.sweep();
      await expectWhatAgentCoreShows(world);
      expect(world.runtimeItems().filter(id => ![...IDS, INNER, HARNESS].includes(id))).toEqual([]);
      const everRegistered = new Set(world.store.writes.filter(({ change }) => change.set.activeRole !== undefined).map(({ principalId }) => principalId));
      expect(world.deployment.metrics.total(Metric.RUNTIMES_REGISTERED)).toBeLessThanOrEqual(everRegistered.size);
      const writes = world.store.writes.length;
      await world.sweep();
      expect(world.store.writes).toHaveLength(writes);
    },
  ), { numRuns: 400 });
});

test('events that are handled side by side, call by call in any order, and a sweep, end in what AgentCore shows', async () => {
  await fc.assert(fc.asyncProperty(acts, fc.scheduler(), async (lives, scheduler) => {
    const world = new RegistrarWorld();
    const used = new Set<string>();
    const events = lives.flatMap(act => {
      world.pass(1_000);
      return perform(act, world, used) ?? [];
    });
    world.deployment.faults.gate = () => scheduler.schedule(Promise.resolve());
    const handled = Promise.all(events.map(event => world.deliver(event)));
    await scheduler.waitFor(handled);
    world.deployment.faults.gate = async () => undefined;
    // At once, but for shares that two who registered at one moment did not see of each other, and for a harness's runtime that its creation tells of
    // at the moment of its deletion.
    const shown = Object.fromEntries([...world.agentCore.runtimes.values()].map(({ id, roleArn }) => [id, roleArn.split('/').pop()!]));
    const { [INNER]: inner, ...registered } = await world.registered();
    expect(shown[INNER] === undefined ? registered : { ...registered, [INNER]: inner }).toEqual(shown);
    world.pass(LONG_AFTER);
    await world.sweep();
    await expectWhatAgentCoreShows(world);
  }), { numRuns: 200 });
});
