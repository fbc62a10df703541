import { isoInstant } from '../../src/lambdas/core/budget-item';
import { EnforcerAnswer } from '../../src/lambdas/core/enforcer';
import { restoreUntilNothingIsHeld } from '../../src/lambdas/core/policy-backup/restore-all';
import { RetryableIamError } from '../../src/lambdas/core/ports';
import { Attachable } from '../../src/lambdas/core/restriction-target';
import { ACCOUNT, NOON } from '../lambdas/core/builders';
import { DENY, OWN, POLICIES, PolicyWorld } from './policy-world';

const ALICE: Attachable & { readonly type: 'user' } = { type: 'user', name: 'alice' };
const WRITER: Attachable = { type: 'role', name: 'writer' };
const WRITER_ID = `iam-role/${ACCOUNT}/writer`;

/** A user and a role that are suspended and have lost their policies. */
async function stripped(): Promise<PolicyWorld> {
  const world = new PolicyWorld(ALICE);
  world.iam.add(WRITER, { managed: [OWN, DENY] });
  world.isToBeDenied({ principalId: WRITER_ID });
  await world.remove();
  await world.remove(WRITER_ID);
  return world;
}

const untilNothingIsHeld = (world: PolicyWorld) => restoreUntilNothingIsHeld({ action: 'restore-all-policies', now: isoInstant(NOON) }, world.ports(), world.context);

describe('giving everybody back what is held', () => {
  test('asks no budget, and leaves the denies to be lifted last', async () => {
    const world = await stripped();
    expect(await world.restoreAll()).toEqual({ restored: [WRITER_ID, world.id], failed: [] });
    expect([world.notInPlace(), world.iam.peek(WRITER)?.managed]).toEqual([[], [DENY, OWN]]);
    expect([world.backup, world.backups.history.length, world.denied]).toEqual([undefined, 2, true]);
    expect(world.events.distinct().slice(-2).map(({ detail }) => [detail.principalId, detail.eventId])).toEqual(expect.arrayContaining([
      [WRITER_ID, `restore-all-policies/2026-03-10T12:00:00.000Z/${world.iam.peek(WRITER)?.uniqueId}`],
    ]));
  });

  test('a second time changes nothing', async () => {
    const world = await stripped();
    await world.restoreAll();
    world.iam.writes.length = 0;
    expect(await world.restoreAll()).toEqual({ restored: [], failed: [] });
    expect(world.iam.writes).toEqual([]);
  });

  test('is patient with IAM, and with whoever is at work on somebody', async () => {
    const world = await stripped();
    await world.backups.acquire(world.uniqueId!, 'somebody else', { now: NOON, until: NOON + 100_000 });
    world.faults.plan('iam.attach', 'before', new RetryableIamError('Throttling'));
    expect(await world.restoreAll()).toMatchObject({ restored: [WRITER_ID, world.id], failed: [] });
    expect(world.waits).toEqual(expect.arrayContaining([1_000, 2_000, 60_000]));
  });

  test('waits until IAM shows what was put back', async () => {
    const world = await stripped();
    world.iam.lag = 4;
    expect(await world.restoreAll()).toMatchObject({ failed: [] });
    expect(world.notInPlace()).toEqual([]);
  });

  test('names who could not be given back everything; the others are', async () => {
    const world = await stripped();
    world.iam.limit(ALICE, { managedQuota: 2 });
    expect(await world.restoreAll()).toEqual({
      restored: [WRITER_ID], failed: [{ target: world.id, problem: expect.stringMatching(/^PoliciesNotRestoredError: 2 of 5 policies/) }],
    });
    expect([world.lost(), world.log.messages('error')]).toEqual([[], ['policies could not be given back']]);
  });

  test('counts who does not exist any more neither as restored nor as failed', async () => {
    const world = await stripped();
    world.iam.delete(ALICE);
    expect(await world.restoreAll()).toEqual({ restored: [WRITER_ID], failed: [] });
    expect(world.backups.history.map(({ end }) => end).sort()).toEqual(['principal-gone', 'restored']);
  });

  test('gives a user that was renamed its own under the present name, and tells of it by that', async () => {
    const world = await stripped();
    const { uniqueId } = world.backup!;
    world.iam.rename(ALICE, 'alice2');
    world.iam.add(ALICE, { managed: [DENY] });
    expect(await world.restoreAll()).toEqual({ restored: [WRITER_ID, world.id], failed: [] });
    expect(world.iam.peek({ type: 'user', name: 'alice2' })).toMatchObject({ uniqueId, managed: [DENY, ...POLICIES.managed], inline: POLICIES.inline });
    expect(world.policies()).toEqual({ managed: [DENY], inline: {} });
    expect(world.events.distinct().map(({ detail }) => [detail.principalId, detail.eventId])).toContainEqual([
      `iam-user/${ACCOUNT}/alice2`, `restore-all-policies/2026-03-10T12:00:00.000Z/${uniqueId}`,
    ]);
  });

  test('gives a role that was made anew nothing of the former, whose backup becomes history', async () => {
    const world = await stripped();
    world.iam.delete(WRITER);
    world.iam.add(WRITER, { managed: [DENY] });
    expect(await world.restoreAll()).toEqual({ restored: [world.id], failed: [] });
    expect([world.iam.peek(WRITER)?.managed, world.backups.history.map(({ end }) => end).sort()]).toEqual([[DENY], ['principal-replaced', 'restored']]);
  });

  test('finds a backup gone that somebody else put back meanwhile', async () => {
    const world = await stripped();
    world.isToBeFree();
    let met = false;
    world.faults.gate = async call => {
      if (call === 'leases.acquire' && !met) {
        met = true;
        await world.restore();
      }
    };
    expect(await world.restoreAll()).toEqual({ restored: [WRITER_ID], failed: [] });
    expect(world.backups.history).toHaveLength(2);
  });

  test('and that of one who is deleted as well', async () => {
    const world = await stripped();
    world.iam.delete(ALICE);
    let met = false;
    world.faults.gate = async call => {
      if (call === 'leases.acquire' && !met) {
        met = true;
        await world.restore();
      }
    };
    expect(await world.restoreAll()).toEqual({ restored: [WRITER_ID], failed: [] });
    expect(world.backups.history).toHaveLength(2);
  });

  test.each([
    ['iam-role/777788889999/writer', 'belongs to account 777788889999: restrict it there'],
    ['nonsense', 'is not a user or role: somebody changed the table by hand'],
  ])('touches no %s', async (target, problem) => {
    const world = await stripped();
    world.backups.put({ ...world.backups.history[0], target: 'AROA7', principalId: target, state: 'current' });
    expect((await world.restoreAll()).failed).toEqual([{ target, problem }]);
  });

  test('ends in time, and names who is not done', async () => {
    const world = await stripped();
    world.remaining = 33_000;
    world.faults.draw = call => (call === 'iam.attach' ? { moment: 'before', error: new RetryableIamError('Throttling') } : undefined);
    expect((await world.restoreAll()).failed).toEqual(expect.arrayContaining([{ target: world.id, problem: 'RetryableIamError: Throttling' }]));
    expect(world.remaining).toBeGreaterThanOrEqual(30_000);
    expect(world.lost()).toEqual([]);
  });
});

describe('when the strategy goes', () => {
  test('it is looked a second time before it is believed that nothing is held', async () => {
    const world = await stripped();
    await untilNothingIsHeld(world);
    expect([world.notInPlace(), world.backup, world.waits]).toEqual([[], undefined, [10_000, 10_000]]);
  });

  test('an execution that began before removes nothing any more, neither between the looks nor afterwards', async () => {
    const world = await stripped();
    const ports = world.ports();
    let looks = 0;
    const answers: EnforcerAnswer[] = [];
    await restoreUntilNothingIsHeld({ action: 'restore-all-policies', now: isoInstant(NOON) }, {
      ...ports,
      pause: async milliseconds => {
        looks += 1;
        if (looks === 2) {
          // After the first look that found nothing.
          answers.push(await world.remove());
        }
        return ports.pause(milliseconds);
      },
    }, world.context);
    answers.push(await world.remove());
    expect(answers).toEqual(Array(2).fill({ outcome: 'superseded', reason: 'no policies are removed any more: the strategy, or the deployment, goes' }));
    expect([world.notInPlace(), world.backup, looks]).toEqual([[], undefined, 2]);
  });

  test('no single call of an execution that began before is too late or too early for it', async () => {
    const outcomes = new Set<string>();
    for (let n = 1; ; n += 1) {
      const world = new PolicyWorld(ALICE);
      let calls = 0;
      let between: Promise<unknown> | undefined;
      world.faults.gate = async () => {
        calls += 1;
        if (calls === n) {
          // Whoever is at work is not waited for here, but by the one who asks again.
          world.remaining = 0;
          between = world.restoreAll();
          await between;
          world.remaining = Number.POSITIVE_INFINITY;
        }
      };
      outcomes.add((await world.remove()).outcome);
      world.faults.gate = async () => undefined;
      if (!between) {
        break;
      }
      await world.restoreAll();
      expect([world.notInPlace(), world.backup]).toEqual([[], undefined]);
      expect((await world.remove()).outcome).toBe('superseded');
      expect(world.notInPlace()).toEqual([]);
    }
    expect([...outcomes].sort()).toEqual(['applied', 'superseded']);
  });

  test('policies are removed again where the strategy comes back', async () => {
    const world = await stripped();
    await untilNothingIsHeld(world);
    await world.backups.open();
    expect(await world.remove()).toMatchObject({ outcome: 'applied' });
    expect(world.backup).toBeDefined();
  });

  test('nothing is looked for while backups may still be taken', async () => {
    const world = await stripped();
    world.faults.draw = call => (call === 'backups.close' ? { moment: 'before' } : undefined);
    await expect(untilNothingIsHeld(world)).rejects.toThrow('backups.close failed');
    await expect(world.restoreAll()).rejects.toThrow('backups.close failed');
    expect(world.iam.peek(ALICE)?.managed).toEqual([DENY]);
  });

  test('whoever is at work on somebody is waited for', async () => {
    const world = await stripped();
    await world.backups.acquire('AIDABOB', 'somebody else', { now: NOON, until: NOON + 25_000 });
    await untilNothingIsHeld(world);
    expect(world.waits).toEqual([10_000, 10_000, 10_000, 10_000]);
  });

  test('it fails where somebody would be left without, by name and with what to do', async () => {
    const world = await stripped();
    world.iam.limit(ALICE, { managedQuota: 2 });
    await expect(untilNothingIsHeld(world)).rejects.toMatchObject({
      name: 'PoliciesStillHeldError', message: expect.stringMatching(new RegExp(`1 users and roles.*Mend what is in the way.*try again.*${world.id} \\(PoliciesNotRestoredError`)),
    });
    expect(world.lost()).toEqual([]);
  });

  test('it names twenty, and counts the others', async () => {
    const world = await stripped();
    const backup = world.backup!;
    for (let number = 10; number < 35; number += 1) {
      await world.backups.create({ ...backup, uniqueId: `AROA${number}`, principalId: `iam-role/777788889999/role-${number}` });
    }
    await expect(untilNothingIsHeld(world)).rejects.toThrow(/role-29 .* and 5 more$/);
  });

  test('where nothing was ever held it looks twice and touches nothing', async () => {
    const world = new PolicyWorld(ALICE);
    await untilNothingIsHeld(world);
    expect([world.waits, world.iam.writes]).toEqual([[10_000], []]);
  });

  test('it fails where there is no time for a second look', async () => {
    const world = await stripped();
    world.remaining = 35_000;
    await expect(untilNothingIsHeld(world)).rejects.toThrow('no time left to make sure');
    expect(world.notInPlace()).toEqual([]);
  });
});
