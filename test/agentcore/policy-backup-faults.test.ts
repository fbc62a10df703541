import fc from 'fast-check';
import { EnforcerAction } from '../../src/contract';
import { EnforcerAnswer } from '../../src/lambdas/core/enforcer';
import { LEASE_MS } from '../../src/lambdas/core/policy-backup/lease';
import { RetryableIamError } from '../../src/lambdas/core/ports';
import { Attachable } from '../../src/lambdas/core/restriction-target';
import { Moment } from '../lambdas/core/in-memory/faults';
import { DENY, POLICIES, PolicyWorld } from './policy-world';

const TARGETS: readonly Attachable[] = [{ type: 'user', name: 'alice' }, { type: 'role', name: 'report-writer' }];

/** What can happen to one call. After a crash nothing of that attempt happens any more. */
interface Mishap {
  readonly moment: Moment;
  readonly error: () => Error;
  readonly fatal?: boolean;
}

const refused = () => Object.assign(new Error('is not authorized'), { name: 'AccessDenied' });
const throttled = () => new RetryableIamError('Throttling');

const MISHAPS: Readonly<Record<string, Mishap>> = {
  'a crash before': { moment: 'before', error: () => new Error('crash'), fatal: true },
  'a crash after': { moment: 'after', error: () => new Error('crash'), fatal: true },
  'a throttle of': { moment: 'before', error: throttled },
  'a lost answer of': { moment: 'after', error: throttled },
  'a refusal of': { moment: 'before', error: refused },
};

type Step = 'remove' | 'restore';

/** Where a step begins: everything in place and denied, or everything removed. */
async function begin(target: Attachable, step: Step): Promise<PolicyWorld> {
  const world = new PolicyWorld(target);
  if (step === 'restore') {
    await world.remove();
    world.isToBeFree();
  }
  return world;
}

/** Lets a mishap happen to the n-th call, counted from 1. @returns the name of that call, once it was made */
function mishapAt(world: PolicyWorld, n: number, { moment, error, fatal }: Mishap): () => string | undefined {
  let calls = 0;
  let struck: string | undefined;
  world.faults.draw = call => {
    calls += 1;
    if (calls === n) {
      struck = call;
      return { moment, error: error() };
    }
    return calls > n && fatal ? { moment: 'before', error: new Error('dead') } : undefined;
  };
  return () => struck;
}

/** Restricted with a complete backup of whatever is missing, or unrestricted with everything in place. */
function expectNothingLost(world: PolicyWorld): void {
  expect(world.lost()).toEqual([]);
  if (!world.denied) {
    expect(world.notInPlace()).toEqual([]);
  }
}

async function untilApplied(attempt: () => Promise<EnforcerAnswer>, world: PolicyWorld): Promise<void> {
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const answer = await attempt().catch(() => undefined);
    expectNothingLost(world);
    if (answer?.outcome === 'applied') {
      return;
    }
    expect(answer).toBeUndefined();
    // Whoever died leaves a lease behind.
    world.time += LEASE_MS;
  }
  throw new Error('does not come to an end');
}

describe.each(TARGETS)('a $type', target => {
  describe.each<Step>(['remove', 'restore'])('%s', step => {
    test.each(Object.keys(MISHAPS))('%s any single call loses nothing, and the next tries finish', async name => {
      const struck = new Set<string>();
      for (let n = 1; ; n += 1) {
        const world = await begin(target, step);
        const call = mishapAt(world, n, MISHAPS[name]);
        const first = await world[step]().catch(() => undefined);
        expectNothingLost(world);
        if (call() === undefined) {
          expect(first).toMatchObject({ outcome: 'applied' });
          break;
        }
        struck.add(call()!);
        world.faults.draw = () => undefined;
        world.time += LEASE_MS;
        await untilApplied(() => world[step](), world);
        expectEnd(world, step);
        expect(world.backups.history).toHaveLength(step === 'restore' ? 1 : 0);
      }
      expect([...struck].sort()).toEqual([...CALLS[step], ...(step === 'restore' && target.type === 'role' ? ['runtimes.of'] : [])].sort());
    });
  });

  test('any mishaps in any attempts at both, one after the other, lose nothing', async () => {
    const mishap = fc.record({ n: fc.integer({ min: 1, max: 45 }), name: fc.constantFrom(...Object.keys(MISHAPS)) });
    await fc.assert(fc.asyncProperty(fc.array(mishap, { maxLength: 4 }), fc.array(mishap, { maxLength: 4 }), async (removing, restoring) => {
      const world = await begin(target, 'remove');
      for (const [step, mishaps] of [['remove', removing], ['restore', restoring]] as const) {
        for (const { n, name } of mishaps) {
          mishapAt(world, n, MISHAPS[name]);
          await world[step]().catch(() => undefined);
          expectNothingLost(world);
          world.time += LEASE_MS;
        }
        world.faults.draw = () => undefined;
        await untilApplied(() => world[step](), world);
        expectNothingLost(world);
        world.isToBeFree();
      }
      await world.enforce(EnforcerAction.LIFT);
      expect([world.denied, world.notInPlace(), world.backup]).toEqual([false, [], undefined]);
    }), { numRuns: 60 });
  });

  test.each<[Step, Step]>([['remove', 'restore'], ['restore', 'remove']])('in the middle of a %s, at any single call, a %s loses nothing', async (step, other) => {
    let met = 0;
    for (let n = 1; ; n += 1) {
      const world = await begin(target, step);
      let calls = 0;
      let between: Promise<unknown> | undefined;
      world.faults.gate = async () => {
        calls += 1;
        if (calls === n) {
          if (other === 'restore') {
            world.isToBeFree();
          } else {
            world.isToBeDenied();
          }
          // All of it happens while the first is at its n-th call.
          between = world[other]().catch(error => {
            met += error instanceof RetryableIamError ? 1 : 0;
          });
          await between;
        }
      };
      await world[step]().catch(() => undefined);
      world.faults.gate = async () => undefined;
      expectNothingLost(world);
      if (!between) {
        break;
      }
      await untilApplied(() => world[other](), world);
      expectEnd(world, other);
    }
    // Mostly they met, and the other had to wait.
    expect(met).toBeGreaterThan(10);
  });
});

const LEASED = ['budgets.read', 'iam.identity', 'iam.listManaged', 'iam.readInline', 'leases.acquire', 'leases.release', 'settings.load', 'backups.readCurrent', 'events.publish'];

/** Every call that the steps make, so that none goes without its mishap. */
const CALLS: Readonly<Record<Step, readonly string[]>> = {
  remove: [...LEASED, 'backups.create', 'iam.deleteInline', 'iam.describeManaged', 'iam.detach', 'iam.listInline'],
  restore: [...LEASED, 'backups.listHeld', 'backups.markAsHistory', 'iam.attach', 'iam.describeManaged', 'iam.putInline'],
};

function expectEnd(world: PolicyWorld, step: Step): void {
  if (step === 'remove') {
    expect(world.policies()).toEqual({ managed: [DENY], inline: {} });
    expect([world.backup?.managed.length, world.backup?.inline.length]).toEqual([3, 2]);
  } else {
    expect(world.policies().inline).toEqual(POLICIES.inline);
    expect([world.notInPlace(), world.backup]).toEqual([[], undefined]);
  }
  expect(world.denied).toBe(true);
}
