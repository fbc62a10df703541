import * as fc from 'fast-check';
import { Budget } from '../../../../src/lambdas/core/budget';
import { isDeniedAnyway, keepsFromMantle } from '../../../../src/lambdas/core/mantle-guard/wish';
import { idOfTarget, isAttachable, restrictionTarget } from '../../../../src/lambdas/core/restriction-target';
import { budgets } from '../arbitraries';
import { aBudget, ACCOUNT, AGENT, AGENT_ROLE, ALICE, DAY, HOUR, KEY_USER, NOON, ROLE, settings, SHARED_AGENTS } from '../builders';
import { armWith, drawnFaults } from '../in-memory/drawn-faults';
import { GuardWorld } from './guard-world';

const IDENTITIES = [ALICE, KEY_USER, ROLE, AGENT_ROLE];

const ofAgents: fc.Arbitrary<Budget> = fc.record({
  principalId: fc.constantFrom(AGENT, `${AGENT}2`, SHARED_AGENTS),
  role: fc.constantFrom(AGENT_ROLE, ROLE),
  enforcement: fc.constantFrom<Budget['enforcement']>('enforced', 'observe'),
  removedAt: fc.option(fc.constant(NOON - DAY), { nil: undefined, freq: 1 }),
}).map(({ principalId, role, removedAt, ...rest }) => aBudget({
  principalId,
  ...rest,
  limits: undefined,
  ...(principalId === SHARED_AGENTS ? {} : { role }),
  ...(removedAt === undefined ? {} : { removedAt }),
}));

type Step = (world: GuardWorld) => Promise<unknown> | void;

/** Whatever happens to budgets, to IAM, and to the guard itself. */
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.oneof(budgets, ofAgents).map((budget): Step => world => world.put(budget)),
  fc.constantFrom(...IDENTITIES, AGENT).map((id): Step => world => void world.budgets.delete(id)),
  fc.tuple(fc.constantFrom(...IDENTITIES), fc.boolean()).map(([id, attached]): Step => world => world.iam.setByHand(id, attached)),
  fc.tuple(fc.constantFrom(...IDENTITIES), fc.record({ full: fc.boolean(), protected: fc.boolean() }))
    .map(([id, traits]): Step => world => world.iam.add(id, traits)),
  fc.constantFrom(...IDENTITIES).map((id): Step => world => world.iam.remove(id)),
  fc.constantFrom('on' as const, 'paused' as const, 'lifted' as const).map((mode): Step => world => void (world.enforcement = mode)),
  fc.tuple(fc.constantFrom(...IDENTITIES, AGENT, SHARED_AGENTS), drawnFaults).map(([id, fault]): Step => async world => {
    armWith(fault, world.faults);
    await world.one(id).catch(() => undefined);
  }),
  fc.tuple(fc.nat(200), drawnFaults, fc.boolean()).map(([hours, fault, hurried]): Step => async world => {
    armWith(fault, world.faults);
    let left = hurried ? 2 : Number.POSITIVE_INFINITY;
    world.remaining = () => (left-- > 0 ? 60_000 : 0);
    await world.all(NOON + hours * HOUR).catch(() => undefined);
    world.remaining = () => 600_000;
  }),
);

/** Whom the budgets of the world want kept from the endpoint, and of whom nothing may be changed. */
function expected(world: GuardWorld, now: number): { readonly wanted: Set<string>; readonly frozen: Set<string> } {
  const wanted = new Set<string>();
  const frozen = new Set<string>();
  for (const budget of world.budgets.values()) {
    const target = restrictionTarget(budget, ACCOUNT);
    if (isAttachable(target)) {
      const id = idOfTarget(target, ACCOUNT);
      if (keepsFromMantle(budget, settings({ enforcement: world.enforcement }), now)) wanted.add(id);
      if (isDeniedAnyway(budget, now) || world.enforcement === 'paused') frozen.add(id);
    }
  }
  return { wanted, frozen };
}

test('whatever happened, after a run without trouble exactly those are kept from the endpoint who are to be and can be', async () => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { maxLength: 12 }), fc.nat(40), async (happened, days) => {
    const world = new GuardWorld();
    IDENTITIES.forEach(id => world.iam.add(id));
    for (const step of happened) {
      await step(world);
    }
    armWith(undefined, world.faults);
    // A first hour of a day: whoever did not exist is looked for again.
    const now = Date.parse('2026-03-11T00:00:00Z') + days * DAY;
    const before = new Set(world.denied(...IDENTITIES));
    await world.all(now);

    const { wanted, frozen } = expected(world, now);
    for (const id of IDENTITIES) {
      const isProtected = world.told.get(id) === 'protected';
      const isFull = world.told.get(id) === 'quota';
      if (!world.iam.exists(id)) {
        expect(world.iam.denies(id)).toBe(false);
      } else if (wanted.has(id) && (frozen.has(id) || isFull || isProtected)) {
        expect({ id, denied: world.iam.denies(id) }).toEqual({ id, denied: before.has(id) });
      } else if (!wanted.has(id) && isProtected) {
        expect(before.has(id)).toBe(true);
      } else {
        expect({ id, denied: world.iam.denies(id) }).toEqual({ id, denied: wanted.has(id) });
      }
    }

    // and once nothing is protected by AWS, a release leaves nobody
    IDENTITIES.filter(id => world.iam.exists(id)).forEach(id => world.iam.add(id, { protected: false }));
    await world.release();
    expect(world.denied(...IDENTITIES)).toEqual([]);
  }), { numRuns: 300 });
});

test('whoever is full or protected is told, and told once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('full', 'protected', 'free'), { minLength: 1, maxLength: 8 }), async states => {
    const world = new GuardWorld();
    world.put(aBudget());
    let news = 0;
    let last = 'free';
    for (const [hour, state] of states.entries()) {
      world.iam.add(ALICE, { attached: false, full: state === 'full', protected: state === 'protected' });
      await world.all(NOON + hour * HOUR);
      news += state !== 'free' && state !== last ? 1 : 0;
      last = state;
    }
    expect(world.events.distinct().filter(({ type }) => type === 'Mantle Deny Failed')).toHaveLength(news);
  }));
});
