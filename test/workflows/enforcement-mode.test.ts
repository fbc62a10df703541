import { SuspensionStrategy } from '../../src';
import { DetacherAction, EnforcerAction } from '../../src/contract';
import { WorkflowStart } from '../../src/lambdas/core/workflow-start';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { definitionOf, execute, ExecuteOptions } from './execution';
import { GRACE_SECONDS, OVERRUN_AT, World } from './world';

// The state machines while enforcement is paused, or lifted, for everybody.

const ENTITY = 'user/indexer';
const DEADLINE = OVERRUN_AT + GRACE_SECONDS * 1000;
const LATER = DEADLINE + 60 * 60_000;

describe.each([SuspensionStrategy.DENY, SuspensionStrategy.DETACH])('with the strategy %s', suspensionStrategy => {
  const detaches = suspensionStrategy === SuspensionStrategy.DETACH;
  const synthesized = synthesizedBudgeteer({ suspensionStrategy });
  const policy = synthesized.stack.valueOf(synthesized.budgeteer.denyPolicy.managedPolicyArn);
  const definitions = { suspension: definitionOf(synthesized, 'suspension'), restoration: definitionOf(synthesized, 'restoration') };
  const run = (world: World, start: WorkflowStart, options?: ExecuteOptions) => execute(definitions[start.workflow], start, world, options);

  /** At the beginning of its grace period. */
  async function overrun() {
    const world = new World(policy, ENTITY, detaches);
    return { world, start: (await world.decide(OVERRUN_AT))! };
  }

  /** Suspended. */
  async function suspended(): Promise<World> {
    const { world, start } = await overrun();
    await run(world, start);
    expect([world.iam.denies(ENTITY), world.holdsPolicies]).toEqual([true, detaches]);
    return world;
  }

  test.each(['paused', 'lifted'] as const)('a suspension that wakes up while enforcement is %s denies nobody', async mode => {
    const { world, start } = await overrun();
    world.enforcement = mode;

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, path: ['WaitForGracePeriod', 'Restrict', 'IsRestricted', 'Done'] }));
    expect([world.iam.denies(ENTITY), world.iam.writes]).toEqual([false, []]);
  });

  test('a deny that was attached a moment before the pause is taken off again, and no policy is touched', async () => {
    const { world, start } = await overrun();

    const execution = await run(world, start, {
      before: action => {
        world.enforcement = action === EnforcerAction.CONFIRM_SUSPENSION ? 'paused' : world.enforcement;
      },
    });

    expect(execution.succeeded).toBe(true);
    expect(execution.path).toContain('Lift');
    expect(world.iam.writes).toEqual(['attach deny', 'detach deny']);
    expect(world.budget.status).not.toBe('suspended');
  });

  test('a pause leaves who is suspended suspended, with what was taken from them', async () => {
    const world = await suspended();
    world.enforcement = 'paused';
    expect(await world.monitor(LATER)).toEqual([]);
    expect([world.budget.status, world.iam.denies(ENTITY), world.holdsPolicies]).toEqual(['suspended', true, detaches]);
  });

  test('a pause between the deny and the removal of policies leaves the policies where they are', async () => {
    const { world, start } = await overrun();

    const execution = await run(world, start, {
      before: action => {
        world.enforcement = action === DetacherAction.REMOVE ? 'paused' : world.enforcement;
      },
    });

    expect(execution.succeeded).toBe(true);
    expect([world.budget.status, world.iam.denies(ENTITY), world.holdsPolicies, world.iam.writes]).toEqual(['suspended', true, false, ['attach deny']]);
  });

  test('lifting gives access back, and policies with it', async () => {
    const world = await suspended();
    world.enforcement = 'lifted';

    const [start, ...others] = await world.monitor(LATER);
    expect([start.workflow, others]).toEqual(['restoration', []]);
    expect((await run(world, start)).succeeded).toBe(true);

    expect([world.iam.denies(ENTITY), world.holdsPolicies]).toEqual([false, false]);
    expect(world.budget).toMatchObject({ status: 'exceeded', reason: 'over the limit; enforcement is lifted for everybody' });
  });

  test('a deny that was detached by hand while enforcement is paused stays off, and policies come back', async () => {
    const world = await suspended();
    world.enforcement = 'paused';
    world.iam.detachByHand(ENTITY);

    const [start] = await world.monitor(LATER);
    expect(start.workflow).toBe('restoration');
    expect((await run(world, start)).succeeded).toBe(true);

    expect([world.iam.denies(ENTITY), world.holdsPolicies, world.budget.status]).toEqual([false, false, 'exceeded']);
  });

  test('resumed, the principal has a fresh grace period and is suspended after it', async () => {
    const world = await suspended();
    world.enforcement = 'lifted';
    await run(world, (await world.monitor(LATER))[0]);
    world.enforcement = 'on';

    const start = (await world.decide(LATER + 60_000))!;
    expect(start.input.notBefore).toBe(new Date(LATER + 60_000 + GRACE_SECONDS * 1000).toISOString());
    expect((await run(world, start)).succeeded).toBe(true);

    expect([world.budget.status, world.iam.denies(ENTITY)]).toEqual(['suspended', true]);
    expect(world.budget.suspension!.secondsToBlock).toBeLessThan(GRACE_SECONDS + 60);
  });

  test.each(['paused', 'lifted'] as const)('whom an order holds is suspended while enforcement is %s', async mode => {
    const { world } = await overrun();
    world.enforcement = mode;
    world.hold();

    expect((await run(world, (await world.decide(OVERRUN_AT + 1000))!)).succeeded).toBe(true);

    expect([world.budget.status, world.iam.denies(ENTITY), world.holdsPolicies]).toEqual(['suspended', true, detaches]);
  });
});
