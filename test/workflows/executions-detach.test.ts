import { SuspensionStrategy } from '../../src';
import { DetacherAction, EnforcerAction, EventType, Metric } from '../../src/contract';
import { FAILURE_RETRY_MS, WorkflowStart } from '../../src/lambdas/core/workflow-start';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { definitionOf, execute, ExecuteOptions } from './execution';
import { GRACE_SECONDS, OVERRUN_AT, World } from './world';

// The workflows of the strategy DETACH. What they have in common with those of DENY is in executions.test.ts.

const synthesized = synthesizedBudgeteer({ suspensionStrategy: SuspensionStrategy.DETACH });
const POLICY = synthesized.stack.valueOf(synthesized.budgeteer.denyPolicy.managedPolicyArn);
const DEFINITIONS = { suspension: definitionOf(synthesized, 'suspension'), restoration: definitionOf(synthesized, 'restoration') };
const DEADLINE = OVERRUN_AT + GRACE_SECONDS * 1000;
const LATER = DEADLINE + 60_000;

/** Attempts of a step that IAM keeps throttling: the first and its retries. */
const ATTEMPTS_WHEN_THROTTLED = 9;

const OWN = 'arn:aws:iam::111122223333:policy/team/own';
const OF_AWS = 'arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess';

describe.each(['user/indexer', 'role/chat-backend'])('suspending %s', entity => {
  test('denies, records the suspension, and then removes the policies', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: true,
      path: ['WaitForGracePeriod', 'Restrict', 'IsRestricted', 'ConfirmSuspension', 'IsStillDue', 'RemovePolicies', 'AreRemoved', 'Done'],
    }));
    expect(world.iam.writes).toEqual(['attach deny', `detach ${OF_AWS}`, `detach ${OWN}`, 'delete logs']);
    expect([world.iam.denies(entity), world.iam.policies(entity), world.holdsPolicies]).toEqual([true, [], true]);
    expect(world.budget.status).toBe('suspended');
    expect(world.events).toEqual([EventType.DENY_ATTACHED, EventType.POLICIES_REMOVED]);
    expect(world.metrics).toEqual([Metric.SUSPENSIONS, Metric.SECONDS_TO_BLOCK, Metric.OVERSPEND_USD, Metric.POLICIES_REMOVED]);
  });

  test('says suspended before it removes anything: the deny is what counts', async () => {
    const { world, start } = await overrun(entity);
    const seen: string[] = [];

    await run(world, start, { before: action => { seen.push(`${action}: ${world.budget.status}, ${world.iam.policies(entity).length} policies`); } });

    expect(seen).toEqual(['restrict: grace_period, 3 policies', 'confirm-suspension: grace_period, 3 policies', 'remove-policies: suspended, 3 policies']);
  });

  test('lifts the deny again and touches no policy where the budget recovered between attaching and reading back', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start, { before: during(EnforcerAction.CONFIRM_SUSPENSION, () => recover(world, DEADLINE + 1000)) });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.slice(-8)).toEqual(['IsStillDue', 'RestorePolicies', 'AreRestored', 'Lift', 'IsLifted', 'ConfirmRestoration', 'IsRestored', 'Done']);
    expect(world.iam.writes).toEqual(['attach deny', 'detach deny']);
    expect([world.iam.denies(entity), world.holdsPolicies, world.budget.status]).toEqual([false, false, 'active']);
  });

  test('removes nothing from whom recovered right after, and leaves the deny to the workflow of the restoration', async () => {
    const { world, start } = await overrun(entity);
    let restoration: WorkflowStart | undefined;

    const execution = await run(world, start, {
      before: during(DetacherAction.REMOVE, async () => {
        restoration = await recover(world, DEADLINE + 1000);
      }),
    });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.slice(-3)).toEqual(['RemovePolicies', 'AreRemoved', 'Done']);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status]).toEqual([true, [], 'restoring']);

    expect((await run(world, restoration!)).succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status]).toEqual([false, [], 'active']);
  });

  test('has done its work where the principal goes before its policies do', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start, { before: during(DetacherAction.REMOVE, () => world.iam.delete(entity)) });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.at(-1)).toBe('Done');
    expect(world.holdsPolicies).toBe(false);
  });

  test('denies, and leaves the policies of a principal whose policies AWS protects', async () => {
    const { world, start } = await overrun(entity);
    world.iam.failDetacher = call => (call === 'Detach' ? 'UnmodifiableEntity' : undefined);

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status]).toEqual([true, [], 'suspended']);
  });

  test.each(['Throttling', 'ServiceFailureException', 'ConcurrentModificationException'])('tries the removal again when IAM says %s', async error => {
    const { world, start } = await overrun(entity);
    let left = 3;
    world.iam.failDetacher = call => (call === 'Detach' && left-- > 0 ? error : undefined);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Restrict: 1, ConfirmSuspension: 1, RemovePolicies: 4 } }));
    expect(world.iam.policies(entity)).toEqual([]);
  });

  test('tries again where the function itself ran out of time', async () => {
    const { world, start } = await overrun(entity);
    jest.spyOn(world, 'detacher').mockRejectedValueOnce(Object.assign(new Error('Task timed out'), { name: 'Sandbox.Timedout' }));

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: expect.objectContaining({ RemovePolicies: 2 }) }));
  });

  test('changes nothing when the same execution runs twice', async () => {
    const { world, start } = await overrun(entity);
    await run(world, start);
    const [suspended, backup, writes] = [world.budget, world.backups.peek(idOf(entity)), [...world.iam.writes]];

    expect((await run(world, start)).succeeded).toBe(true);
    expect([world.budget, world.backups.peek(idOf(entity))]).toEqual([suspended, backup]);
    expect(world.iam.writes.filter(write => write !== 'attach deny')).toEqual(writes.filter(write => write !== 'attach deny'));
  });
});

describe.each(['user/indexer', 'role/chat-backend'])('where the policies of %s cannot be removed', entity => {
  test('the failure is recorded with its step, the deny holds, and the principal counts as suspended', async () => {
    const { world, start } = await overrun(entity);
    world.iam.failDetacher = refuse('Detach');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: false, error: 'EnforcementFailed', tries: { Restrict: 1, ConfirmSuspension: 1, RemovePolicies: 1, RecordFailure: 1 },
    }));
    expect(execution.path.slice(-4)).toEqual(['RemovePolicies', 'RemovePoliciesFailed', 'RecordFailure', 'Failed']);
    expect(world.iam.denies(entity)).toBe(true);
    expect(world.budget).toEqual(expect.objectContaining({
      status: 'suspended', failure: expect.objectContaining({ workflow: 'suspension', step: 'RemovePolicies', message: expect.stringContaining('AccessDenied') }),
    }));
    expect(world.metrics.at(-1)).toBe(Metric.SUSPENSION_FAILURES);
  });

  test('a step that IAM keeps throttling is recorded like any other', async () => {
    const { world, start } = await overrun(entity);
    world.iam.failDetacher = call => (call === 'Detach' ? 'Throttling' : undefined);

    const execution = await run(world, start);

    expect(execution.tries).toEqual({ Restrict: 1, ConfirmSuspension: 1, RemovePolicies: ATTEMPTS_WHEN_THROTTLED, RecordFailure: 1 });
    expect(world.budget.failure).toEqual(expect.objectContaining({ step: 'RemovePolicies', message: expect.stringContaining('RetryableIamError') }));
  });

  test('the monitor tries again every five minutes until it works, and then no more', async () => {
    const { world, start } = await overrun(entity);
    world.iam.failDetacher = refuse('Detach');
    await run(world, start);
    let { at } = world.budget.failure!;

    for (let time = 1; time <= 3; time += 1) {
      expect(await world.monitor(at + FAILURE_RETRY_MS - 1)).toEqual([]);
      const again = await world.monitor(at + FAILURE_RETRY_MS);
      expect(again.map(({ workflow }) => workflow)).toEqual(['suspension']);
      expect((await run(world, again[0])).succeeded).toBe(false);
      expect(world.budget.failure!.at).toBeGreaterThanOrEqual(at + FAILURE_RETRY_MS);
      expect(world.iam.denies(entity)).toBe(true);
      ({ at } = world.budget.failure!);
    }

    world.iam.failDetacher = () => undefined;
    const [last] = await world.monitor(at + FAILURE_RETRY_MS);
    expect((await run(world, last)).succeeded).toBe(true);
    expect([world.iam.policies(entity), world.holdsPolicies, world.budget.status, world.budget.failure]).toEqual([[], true, 'suspended', undefined]);
    expect(await world.monitor(at + 10 * FAILURE_RETRY_MS)).toEqual([]);
    // Suspended once, however often it was tried.
    expect(world.metrics.filter(metric => metric === Metric.SUSPENSIONS)).toHaveLength(1);
  });

  test('a removal that was lost is made up for, though nothing failed', async () => {
    const { world, start } = await overrun(entity);
    // The execution is stopped, or ends by itself, after the deny was confirmed.
    jest.spyOn(world, 'detacher').mockResolvedValueOnce({ outcome: 'applied', reason: 'it says so' });
    await run(world, start);
    expect([world.budget.status, world.budget.failure, world.holdsPolicies, world.iam.missing(entity)]).toEqual(['suspended', undefined, false, []]);

    const [again, ...others] = await world.monitor(world.budget.statusSince + 60_000);
    expect(others).toEqual([]);
    expect((await run(world, again)).succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.policies(entity), world.holdsPolicies, world.budget.status]).toEqual([true, [], true, 'suspended']);
    expect(await world.monitor(LATER + 10 * FAILURE_RETRY_MS)).toEqual([]);
    // Suspended once, and no drift.
    expect(world.metrics.filter(metric => metric === Metric.SUSPENSIONS)).toHaveLength(1);
    expect(world.events).not.toContain(EventType.DRIFT_DETECTED);
  });

  test('whoever recovers meanwhile is free with all policies', async () => {
    const { world, start } = await overrun(entity);
    world.iam.failDetacher = refuse('Delete');
    await run(world, start);
    expect(world.iam.missing(entity)).not.toEqual([]);
    world.iam.failDetacher = () => undefined;

    const execution = await run(world, (await recover(world, LATER))!);

    expect(execution.succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.holdsPolicies, world.budget.failure]).toEqual([false, [], false, undefined]);
  });
});

describe.each(['user/indexer', 'role/chat-backend'])('restoring %s', entity => {
  test('puts the policies back, lifts the deny after that, and says where the principal stands now', async () => {
    const { world, start } = await recovering(entity);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: true,
      path: ['WaitUntilDue', 'RestorePolicies', 'AreRestored', 'Lift', 'IsLifted', 'ConfirmRestoration', 'IsRestored', 'Done'],
    }));
    expect(world.iam.writes.slice(-4)).toEqual([`attach ${OF_AWS}`, `attach ${OWN}`, 'put logs', 'detach deny']);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.holdsPolicies, world.budget.status]).toEqual([false, [], false, 'active']);
    expect(world.backups.history).toHaveLength(1);
    expect(world.events.slice(-2)).toEqual([EventType.POLICIES_RESTORED, EventType.DENY_DETACHED]);
  });

  test('leaves deny and policies as they are where the limit was exceeded again before anything was put back', async () => {
    const { world, start } = await recovering(entity);
    world.setLimit('10');

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect(execution.path).toEqual(['WaitUntilDue', 'RestorePolicies', 'AreRestored', 'Lift', 'IsLifted', 'RemovePoliciesAgain', 'AreRemovedAgain', 'Done']);
    expect([world.iam.denies(entity), world.iam.policies(entity), world.holdsPolicies, world.budget.status]).toEqual([true, [], true, 'suspended']);
    expect(world.iam.writes.filter(write => write.startsWith('attach arn') || write.startsWith('put'))).toEqual([]);
  });

  test('removes the policies again where the limit was exceeded again between their return and the lift', async () => {
    const { world, start } = await recovering(entity);

    const execution = await run(world, start, { before: during(EnforcerAction.LIFT, () => world.setLimit('10')) });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.slice(-6)).toEqual(['AreRestored', 'Lift', 'IsLifted', 'RemovePoliciesAgain', 'AreRemovedAgain', 'Done']);
    expect(world.iam.writes.filter(write => write === 'detach deny')).toEqual([]);
    expect([world.iam.denies(entity), world.iam.policies(entity), world.holdsPolicies, world.budget.status]).toEqual([true, [], true, 'suspended']);
    // and everything comes back when it recovers at last
    await run(world, (await recover(world, LATER + 120_000))!);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status]).toEqual([false, [], 'active']);
  });

  test('records what cannot be removed again, and the monitor tries that again', async () => {
    const { world, start } = await recovering(entity);
    const execution = await run(world, start, {
      before: during(EnforcerAction.LIFT, () => {
        world.setLimit('10');
        world.iam.failDetacher = refuse('Detach');
      }),
    });
    expect(execution).toEqual(expect.objectContaining({ succeeded: false, error: 'EnforcementFailed' }));
    expect(world.budget).toEqual(expect.objectContaining({ status: 'suspended', failure: expect.objectContaining({ workflow: 'suspension', step: 'RemovePoliciesAgain' }) }));
    world.iam.failDetacher = () => undefined;

    const [again] = await world.monitor(world.budget.failure!.at + FAILURE_RETRY_MS);
    expect((await run(world, again)).succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.policies(entity), world.budget.failure]).toEqual([true, [], undefined]);
  });

  test('keeps the deny, records the failure and is tried again where policies cannot be put back', async () => {
    const { world, start } = await recovering(entity);
    world.iam.failDetacher = refuse('Put');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: false, tries: { RestorePolicies: 1, RecordFailure: 1 } }));
    expect([world.iam.denies(entity), world.holdsPolicies]).toEqual([true, true]);
    expect(world.budget).toEqual(expect.objectContaining({ status: 'restoring', failure: expect.objectContaining({ workflow: 'restoration', step: 'RestorePolicies' }) }));
    expect(world.metrics.at(-1)).toBe(Metric.RESTORATION_FAILURES);

    world.iam.failDetacher = () => undefined;
    const [again] = await world.monitor(world.budget.nextCheckAt!);
    expect(again.workflow).toBe('restoration');
    expect((await run(world, again)).succeeded).toBe(true);
    expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status, world.budget.failure]).toEqual([false, [], 'active', undefined]);
  });

  test('never lifts the deny while policies are held, whatever the policy-detacher answers', async () => {
    for (const outcome of ['applied', 'superseded', 'gone'] as const) {
      const { world, start } = await recovering(entity);
      jest.spyOn(world, 'detacher').mockResolvedValue({ outcome, reason: 'it says so' });

      const execution = await run(world, start);

      expect(execution.path.slice(0, 6)).toEqual(['WaitUntilDue', 'RestorePolicies', 'AreRestored', 'Lift', 'IsLifted', 'RemovePoliciesAgain']);
      expect(world.iam.writes).not.toContain('detach deny');
      expect([world.iam.denies(entity), world.holdsPolicies, world.budget.status]).toEqual([true, true, 'restoring']);

      // The monitor starts another, which does what this one was told it had done.
      jest.restoreAllMocks();
      const [again] = await world.monitor(world.budget.nextCheckAt!);
      expect((await run(world, again)).succeeded).toBe(true);
      expect([world.iam.denies(entity), world.iam.missing(entity), world.budget.status]).toEqual([false, [], 'active']);
    }
  });

  test('has done its work where the principal is gone, and nobody of the same name is given anything', async () => {
    const { world, start } = await recovering(entity);
    world.iam.delete(entity);

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect([world.budget.status, world.holdsPolicies]).toEqual(['deleted', false]);
  });

  test('changes nothing when the same execution runs twice', async () => {
    const { world, start } = await recovering(entity);
    await run(world, start);
    const [restored, writes] = [world.budget, [...world.iam.writes]];

    expect((await run(world, start)).succeeded).toBe(true);
    expect(world.budget).toEqual(restored);
    expect(world.iam.writes).toEqual(writes);
  });

  test('is denied, or has everything, after whichever call of the policy-detacher fails, and in the end is free with everything', async () => {
    let reached = 0;
    for (let failing = 1, over = false; !over; failing += 1) {
      const { world, start } = await recovering(entity);
      let calls = 0;
      world.iam.failDetacher = () => {
        calls += 1;
        return calls === failing ? 'AccessDenied' : undefined;
      };
      const seen: boolean[] = [];
      const isSafe = () => world.iam.denies(entity) || world.iam.missing(entity).length === 0;

      await run(world, start, { before: () => { seen.push(isSafe()); } });
      over = calls < failing;
      reached = failing;
      expect([...seen, isSafe()]).not.toContain(false);
      expect(world.holdsPolicies || world.iam.missing(entity).length === 0).toBe(true);

      if (!over) {
        expect(world.budget.failure).toBeDefined();
        await run(world, (await world.monitor(world.budget.nextCheckAt!))[0]);
      }
      expect([world.iam.denies(entity), world.iam.missing(entity), world.holdsPolicies, world.budget.status]).toEqual([false, [], false, 'active']);
    }
    expect(reached).toBeGreaterThan(5);
  });
});

describe.each(['user/indexer', 'role/chat-backend'])('where %s is deleted while its policies are held', entity => {
  /** What the history says of the backup. */
  const ends = (world: World) => world.backups.history.map(({ end }) => end);

  test.each([
    ['before it is denied again', EnforcerAction.RESTRICT, ['IsRestricted', 'RetireBackup', 'IsRetired', 'Done']],
    ['before the deny is read back', EnforcerAction.CONFIRM_SUSPENSION, ['IsStillDue', 'RetireBackup', 'IsRetired', 'Done']],
  ])('%s, its backup becomes history', async (_, action, path) => {
    const { world, start } = await overrun(entity);
    await run(world, start);
    expect(world.holdsPolicies).toBe(true);

    const execution = await run(world, world.repair('suspension', LATER), { before: during(action, () => world.iam.delete(entity)) });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.slice(-4)).toEqual(path);
    expect([world.budget.status, world.holdsPolicies, ends(world)]).toEqual(['deleted', false, ['principal-gone']]);
  });

  test.each([
    ['before the deny is lifted', EnforcerAction.LIFT, ['IsLifted', 'RetireBackup', 'IsRetired', 'Done']],
    ['before it is seen to be free', EnforcerAction.CONFIRM_RESTORATION, ['IsRestored', 'RetireBackup', 'IsRetired', 'Done']],
  ])('%s, whatever is held by then becomes history', async (_, action, path) => {
    const { world, start: suspension } = await overrun(entity);
    const taken = jest.spyOn(world.backups, 'create');
    await run(world, suspension);
    const [[backup]] = taken.mock.calls;
    const start = (await recover(world, LATER))!;

    // The policies are back, and another workflow removes them and backs them up while this one is at work.
    let isGone = false;
    const execution = await run(world, start, {
      before: async asked => {
        if (asked === action) {
          world.iam.delete(entity);
          isGone = true;
        } else if (asked === DetacherAction.RESTORE && isGone) {
          await world.backups.create(backup);
        }
      },
    });

    expect(execution.succeeded).toBe(true);
    expect(execution.path.slice(-4)).toEqual(path);
    expect(execution.tries).toMatchObject({ RestorePolicies: 1, RetireBackup: 1 });
    expect([world.budget.status, world.holdsPolicies, ends(world)]).toEqual(['deleted', false, ['restored', 'principal-gone']]);
  });

  test('a backup that cannot be given up is told, and tried no further', async () => {
    const { world, start } = await recovering(entity);
    world.iam.delete(entity);
    const answer = world.detacher.bind(world);
    let asked = 0;
    jest.spyOn(world, 'detacher').mockImplementation(async payload => {
      asked += 1;
      if (asked > 1) {
        throw new Error('the table is gone');
      }
      return answer(payload);
    });

    expect(await run(world, start)).toEqual(expect.objectContaining({
      succeeded: false, error: 'EnforcementFailed', tries: { RestorePolicies: 1, Lift: 1, RetireBackup: 1, RecordFailure: 1 },
    }));
    expect(world.budget.status).toBe('deleted');
  });
});

describe('an answer that the workflow does not know', () => {
  test.each([
    ['the removal', 'RemovePolicies', async () => overrun('user/indexer')],
    ['the return', 'RestorePolicies', async () => recovering('user/indexer')],
  ])('to %s fails it, and nobody is freed', async (_, step, begun) => {
    const { world, start } = await begun();
    jest.spyOn(world, 'detacher').mockResolvedValue({ outcome: 'unheard-of' as never, reason: '' });

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: false, error: 'UnknownOutcome', tries: expect.objectContaining({ [step]: 1 }) }));
    expect(execution.path.at(-1)).toBe('UnknownOutcome');
    expect(world.iam.denies('user/indexer')).toBe(true);
  });

  test('to the second removal fails it as well', async () => {
    const { world, start } = await recovering('user/indexer');
    world.setLimit('10');
    const answer = world.detacher.bind(world);
    jest.spyOn(world, 'detacher').mockImplementation(async payload => ((payload as { readonly action: string }).action === DetacherAction.REMOVE
      ? { outcome: 'unheard-of' as never, reason: '' }
      : answer(payload)));

    expect(await run(world, start)).toEqual(expect.objectContaining({ succeeded: false, error: 'UnknownOutcome', tries: expect.objectContaining({ RemovePoliciesAgain: 1 }) }));
  });
});

function run(world: World, start: WorkflowStart, options?: ExecuteOptions) {
  return execute(DEFINITIONS[start.workflow], start, world, options);
}

/** Has something happen before an action is asked for. */
function during(action: EnforcerAction | DetacherAction, happens: () => unknown): ExecuteOptions['before'] {
  return async asked => {
    if (asked === action) {
      await happens();
    }
  };
}

function refuse(refused: string): (call: string) => string | undefined {
  return call => (call === refused ? 'AccessDenied' : undefined);
}

/** The limit is raised, and decided on. */
async function recover(world: World, at: number): Promise<WorkflowStart | undefined> {
  world.setLimit('100');
  return world.decide(at);
}

function idOf(entity: string): string {
  const [type, name] = entity.split('/');
  return `iam-${type}/111122223333/${name}`;
}

/** A principal at the beginning of its grace period, and the workflow that this started. */
async function overrun(entity: string): Promise<{ readonly world: World; readonly start: WorkflowStart }> {
  const world = new World(POLICY, entity, true);
  const start = (await world.decide(OVERRUN_AT))!;
  expect(start.workflow).toBe('suspension');
  return { world, start };
}

/** A suspended principal without its policies whose limit was raised, and the workflow that this started. */
async function recovering(entity: string): Promise<{ readonly world: World; readonly start: WorkflowStart }> {
  const { world, start: suspension } = await overrun(entity);
  await run(world, suspension);
  expect([world.iam.denies(entity), world.iam.policies(entity)]).toEqual([true, []]);
  const start = (await recover(world, LATER))!;
  expect(start.workflow).toBe('restoration');
  return { world, start };
}
