import { EnforcerAction, EventType, Metric } from '../../src/contract';
import { QUOTA_RETRY_MS } from '../../src/lambdas/core/enforcer';
import { formatUsd } from '../../src/lambdas/core/money';
import { FAILURE_RETRY_MS, WorkflowStart } from '../../src/lambdas/core/workflow-start';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { definitionOf, execute, ExecuteOptions } from './execution';
import { GRACE_SECONDS, OVERRUN_AT, World } from './world';

const synthesized = synthesizedBudgeteer();
const POLICY = synthesized.stack.valueOf(synthesized.budgeteer.denyPolicy.managedPolicyArn);
const DEFINITIONS = { suspension: definitionOf(synthesized, 'suspension'), restoration: definitionOf(synthesized, 'restoration') };
const DEADLINE = OVERRUN_AT + GRACE_SECONDS * 1000;
const LATER = DEADLINE + 60_000;

/** Attempts of a step that IAM keeps throttling, and of one that it does not show: the first and its retries. */
const ATTEMPTS_WHEN_THROTTLED = 9;
const ATTEMPTS_UNTIL_VISIBLE = 11;

describe.each(['user/indexer', 'role/chat-backend'])('suspending %s', entity => {
  test('denies after the grace period, reads IAM back, and records the suspension', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: true,
      path: ['WaitForGracePeriod', 'Restrict', 'IsRestricted', 'ConfirmSuspension', 'IsStillDue', 'Done'],
    }));
    expect(world.iam.denies(entity)).toBe(true);
    expect(world.budget.status).toBe('suspended');
    expect(world.budget.graceDeadline).toBeUndefined();
    expect(world.budget.suspension!.secondsToBlock).toBe(GRACE_SECONDS + 0.4);
    expect(formatUsd(world.budget.suspension!.overspend)).toBe('0.5');
    expect(world.metrics).toEqual([Metric.SUSPENSIONS, Metric.SECONDS_TO_BLOCK, Metric.OVERSPEND_USD]);
    expect(world.events).toEqual([EventType.DENY_ATTACHED]);
  });

  test('denies all the same where the bus does not answer', async () => {
    const { world, start } = await overrun(entity);
    world.busIsUp = false;

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect(world.budget.status).toBe('suspended');
    expect(world.metrics[0]).toBe(Metric.UNAUDITED_CHANGES);
  });

  test('says nothing of a suspension before IAM has shown it', async () => {
    const { world, start } = await overrun(entity);
    const seen: string[] = [];

    await run(world, start, { before: action => { seen.push(`${action}: ${world.budget.status}`); } });

    expect(seen).toEqual(['restrict: grace_period', 'confirm-suspension: grace_period']);
  });

  test('attaches nothing where the budget recovered during the wait', async () => {
    const { world, start } = await overrun(entity);
    world.setLimit('100');
    await world.decide(OVERRUN_AT + 60_000);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, path: ['WaitForGracePeriod', 'Restrict', 'IsRestricted', 'Done'] }));
    expect(world.iam.calls).toEqual([]);
    expect(world.budget.status).toBe('active');
  });

  test('attaches nothing where the limit was raised and nobody has decided on it yet', async () => {
    const { world, start } = await overrun(entity);
    world.setLimit('100');

    await run(world, start);

    expect(world.iam.calls).toEqual([]);
  });

  test('lifts the deny again where the budget recovered between attaching and reading back', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start, {
      before: async action => {
        if (action === EnforcerAction.CONFIRM_SUSPENSION) {
          world.setLimit('100');
          await world.decide(DEADLINE + 1000);
        }
      },
    });

    expect(execution.path.slice(-6)).toEqual(['IsStillDue', 'Lift', 'IsLifted', 'ConfirmRestoration', 'IsRestored', 'Done']);
    expect(execution.succeeded).toBe(true);
    expect(world.iam.denies(entity)).toBe(false);
    expect(world.budget.status).toBe('active');
    expect(world.metrics).toEqual([]);
  });

  test('marks a principal without a free slot unenforceable, to be tried again', async () => {
    const { world, start } = await overrun(entity);
    world.iam.refuse('Attach', 'LimitExceededException');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Restrict: 1 } }));
    expect(world.budget).toEqual(expect.objectContaining({
      status: 'exceeded', unenforceable: expect.objectContaining({ code: 'attachment-quota', retryAt: DEADLINE + 400 + QUOTA_RETRY_MS }),
    }));
  });

  test('marks a protected principal unenforceable for good', async () => {
    const { world, start } = await overrun(entity);
    world.iam.refuse('Attach', 'UnmodifiableEntityException');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Restrict: 1 } }));
    expect(world.budget).toEqual(expect.objectContaining({ status: 'exceeded', unenforceable: expect.objectContaining({ code: 'protected' }) }));
    expect(world.budget.unenforceable!.retryAt).toBeUndefined();
  });

  test('has done its work where the principal is gone', async () => {
    const { world, start } = await overrun(entity);
    world.iam.delete(entity);

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect(world.budget.status).toBe('deleted');
  });

  test('has done its work where the principal goes between attaching and reading back', async () => {
    const { world, start } = await overrun(entity);

    const execution = await run(world, start, { before: action => (action === EnforcerAction.CONFIRM_SUSPENSION ? world.iam.delete(entity) : undefined) });

    expect(execution.succeeded).toBe(true);
    expect(world.budget.status).toBe('deleted');
  });

  test.each(['Throttling', 'ServiceFailureException', 'ConcurrentModificationException', 'EntityTemporarilyUnmodifiableException', 'RequestTimeout'])(
    'tries again when IAM says %s', async error => {
      const { world, start } = await overrun(entity);
      world.iam.refuse('Attach', error, 3);

      const execution = await run(world, start);

      expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Restrict: 4, ConfirmSuspension: 1 } }));
      expect(world.budget.status).toBe('suspended');
    },
  );

  test.each(['budgets.read', 'budgets.saveState'])('tries again when the table throttles (%s)', async call => {
    const { world, start } = await overrun(entity);
    const throttled = Object.assign(new Error('too many requests'), { name: 'ThrottlingException' });
    world.faults.plan(call, 'before', throttled);
    world.faults.plan(call, 'before', throttled);

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect(Object.values(execution.tries).reduce((sum, tries) => sum + tries, 0)).toBe(4);
    expect(world.budget.status).toBe('suspended');
  });

  test('gives up, says why, and leaves it to the monitor where IAM keeps throttling', async () => {
    const { world, start } = await overrun(entity);
    world.iam.refuse('Attach', 'Throttling');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: false, error: 'EnforcementFailed', tries: { Restrict: ATTEMPTS_WHEN_THROTTLED, RecordFailure: 1 },
    }));
    expect(world.budget.failure).toEqual(expect.objectContaining({ workflow: 'suspension', step: 'Restrict' }));
    expect(world.budget.failure!.message).toContain('RetryableIamError');
  });

  test('records at once what IAM refuses, with the step and the error, and fails', async () => {
    const { world, start } = await overrun(entity);
    world.iam.refuse('Attach', 'AccessDenied');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: false,
      error: 'EnforcementFailed',
      path: ['WaitForGracePeriod', 'Restrict', 'RestrictFailed', 'RecordFailure', 'Failed'],
      tries: { Restrict: 1, RecordFailure: 1 },
    }));
    expect(execution.requests.at(-1)).toEqual(expect.objectContaining({
      action: EnforcerAction.RECORD_FAILURE, failedStep: 'Restrict', error: expect.stringContaining('AccessDenied'),
    }));
    expect(world.budget).toEqual(expect.objectContaining({
      status: 'grace_period',
      failure: expect.objectContaining({ workflow: 'suspension', step: 'Restrict', message: expect.stringContaining(`Attach of ${entity} was refused`) }),
      nextCheckAt: DEADLINE + 400 + FAILURE_RETRY_MS,
    }));
    expect(world.metrics).toEqual([Metric.SUSPENSION_FAILURES]);
  });

  test('is tried again by the monitor after a failure, and then succeeds', async () => {
    const { world, start } = await overrun(entity);
    world.iam.refuse('Attach', 'AccessDenied', 1);
    await run(world, start);

    const again = await world.decide(world.budget.nextCheckAt!);
    const execution = await run(world, again!);

    expect(again!.executionName).not.toBe(start.executionName);
    expect(execution.succeeded).toBe(true);
    expect(world.budget.status).toBe('suspended');
    expect(world.budget.failure).toBeUndefined();
  });

  test('reads IAM back until it shows the deny', async () => {
    const { world, start } = await overrun(entity);
    world.iam.showChangesAfter(4);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Restrict: 1, ConfirmSuspension: 5 } }));
    expect(world.budget.status).toBe('suspended');
  });

  test('records a failure where IAM never shows the deny, and does not say suspended', async () => {
    const { world, start } = await overrun(entity);
    world.iam.showChangesAfter(1000);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: false, tries: { Restrict: 1, ConfirmSuspension: ATTEMPTS_UNTIL_VISIBLE, RecordFailure: 1 },
    }));
    expect(world.budget).toEqual(expect.objectContaining({ status: 'grace_period', failure: expect.objectContaining({ step: 'ConfirmSuspension' }) }));
  });

  test('changes nothing when the same execution runs twice', async () => {
    const { world, start } = await overrun(entity);
    await run(world, start);
    const suspended = world.budget;

    const execution = await run(world, start);

    expect(execution.succeeded).toBe(true);
    expect(world.budget).toEqual(suspended);
    expect(world.iam.denies(entity)).toBe(true);
    expect(world.metrics.filter(metric => metric === Metric.SUSPENSIONS)).toHaveLength(1);
  });

  test('counts one suspension when two executions run side by side', async () => {
    const { world, start } = await overrun(entity);

    const executions = await Promise.all([run(world, start), run(world, start)]);

    expect(executions.map(({ succeeded }) => succeeded)).toEqual([true, true]);
    expect(world.metrics.filter(metric => metric === Metric.SUSPENSIONS)).toHaveLength(1);
  });

  test('puts back a deny that somebody removed', async () => {
    const { world, start } = await overrun(entity);
    await run(world, start);
    world.iam.detachByHand(entity);

    const execution = await run(world, world.repair('suspension', LATER));

    expect(execution.succeeded).toBe(true);
    expect(world.iam.denies(entity)).toBe(true);
    expect(world.metrics.filter(metric => metric === Metric.SUSPENSIONS)).toHaveLength(1);
  });

  test('suspends at once whom an operator holds', async () => {
    const world = new World(POLICY, entity);
    world.setLimit('100');
    world.hold();
    const start = (await world.decide(OVERRUN_AT))!;

    const execution = await run(world, start);

    expect(Date.parse(start.input.notBefore)).toBe(OVERRUN_AT);
    expect(execution.succeeded).toBe(true);
    expect(world.budget.status).toBe('suspended');
  });
});

describe.each(['user/indexer', 'role/chat-backend'])('restoring %s', entity => {
  test('lifts the deny, reads IAM back, and says where the principal stands now', async () => {
    const { world, start } = await recovering(entity);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({
      succeeded: true,
      path: ['WaitUntilDue', 'Lift', 'IsLifted', 'ConfirmRestoration', 'IsRestored', 'Done'],
    }));
    expect(world.iam.denies(entity)).toBe(false);
    expect(world.budget.status).toBe('active');
    expect(world.metrics.at(-1)).toBe(Metric.RESTORATIONS);
    expect(world.events).toEqual([EventType.DENY_ATTACHED, EventType.DENY_DETACHED]);
  });

  test('frees nobody in the table before IAM has', async () => {
    const { world, start } = await recovering(entity);
    const seen: string[] = [];

    await run(world, start, { before: action => { seen.push(`${action}: ${world.budget.status}`); } });

    expect(seen).toEqual(['lift: restoring', 'confirm-restoration: restoring']);
  });

  test('leaves the deny where the limit was exceeded again before it was lifted', async () => {
    const { world, start } = await recovering(entity);
    world.setLimit('10');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, path: ['WaitUntilDue', 'Lift', 'IsLifted', 'Done'] }));
    expect(world.iam.count('Detach')).toBe(0);
    expect(world.iam.denies(entity)).toBe(true);
    expect(world.budget.status).toBe('suspended');
  });

  test('gives a new grace period where the limit was exceeded again after it was lifted', async () => {
    const { world, start } = await recovering(entity);

    const execution = await run(world, start, { before: action => (action === EnforcerAction.CONFIRM_RESTORATION ? world.setLimit('10') : undefined) });

    expect(execution.succeeded).toBe(true);
    expect(world.iam.denies(entity)).toBe(false);
    expect(world.budget.status).toBe('grace_period');
    expect(world.budget.workflowRevision).toBe(world.budget.revision);
  });

  test('records what IAM refuses, stays with restoring, and fails', async () => {
    const { world, start } = await recovering(entity);
    world.iam.refuse('Detach', 'AccessDenied');

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: false, error: 'EnforcementFailed', tries: { Lift: 1, RecordFailure: 1 } }));
    expect(world.budget).toEqual(expect.objectContaining({
      status: 'restoring',
      failure: expect.objectContaining({ workflow: 'restoration', step: 'Lift', message: expect.stringContaining('AccessDenied') }),
    }));
    expect(world.metrics.at(-1)).toBe(Metric.RESTORATION_FAILURES);
  });

  test('is tried again by the monitor after a failure, and then succeeds', async () => {
    const { world, start } = await recovering(entity);
    world.iam.refuse('Detach', 'AccessDenied', 1);
    await run(world, start);

    const again = await world.decide(world.budget.nextCheckAt!);
    const execution = await run(world, again!);

    expect(execution.succeeded).toBe(true);
    expect(world.iam.denies(entity)).toBe(false);
    expect(world.budget.status).toBe('active');
    expect(world.budget.failure).toBeUndefined();
  });

  test('tries again when IAM throttles, and reads back until the deny is gone', async () => {
    const { world, start } = await recovering(entity);
    world.iam.refuse('Detach', 'Throttling', 2);
    world.iam.showChangesAfter(3);

    const execution = await run(world, start);

    expect(execution).toEqual(expect.objectContaining({ succeeded: true, tries: { Lift: 3, ConfirmRestoration: 4 } }));
    expect(world.budget.status).toBe('active');
  });

  test('has done its work where somebody else detached the deny, or the principal is gone', async () => {
    const { world, start } = await recovering(entity);
    world.iam.detachByHand(entity);
    expect((await run(world, start)).succeeded).toBe(true);
    expect(world.budget.status).toBe('active');

    const other = await recovering(entity);
    other.world.iam.delete(entity);
    expect((await run(other.world, other.start)).succeeded).toBe(true);
    expect(other.world.budget.status).toBe('deleted');
  });

  test('changes nothing when the same execution runs twice', async () => {
    const { world, start } = await recovering(entity);
    await run(world, start);
    const restored = world.budget;

    expect((await run(world, start)).succeeded).toBe(true);
    expect(world.budget).toEqual(restored);
    expect(world.metrics.filter(metric => metric === Metric.RESTORATIONS)).toHaveLength(1);
  });

  test('frees nobody who has been suspended anew since it was started', async () => {
    const { world, start } = await recovering(entity);
    await run(world, start);
    world.setLimit('10');
    await run(world, (await world.decide(LATER + 120_000))!);
    expect(world.budget.status).toBe('suspended');

    await run(world, start);

    expect(world.iam.denies(entity)).toBe(true);
    expect(world.budget.status).toBe('suspended');
  });

  test('lifts a deny that nothing asks for', async () => {
    const world = new World(POLICY, entity);
    world.setLimit('100');
    world.iam.attachByHand(entity);

    const execution = await run(world, world.repair('restoration', LATER));

    expect(execution.succeeded).toBe(true);
    expect(world.iam.denies(entity)).toBe(false);
    expect(world.metrics).toEqual([]);
  });
});

test('an answer that the workflow does not know fails it', async () => {
  const { world, start } = await overrun('user/indexer');
  jest.spyOn(world, 'enforcer').mockResolvedValue({ outcome: 'unheard-of' as never, reason: '' });

  expect(await run(world, start)).toEqual(expect.objectContaining({ succeeded: false, error: 'UnknownOutcome' }));
});

test.each(['principalId', 'revision', 'asOf'] as const)('an input without %s fails the workflow before it suspends anybody', async field => {
  const { world, start } = await overrun('user/indexer');
  const { [field]: _left, ...input } = start.input;

  const execution = await run(world, { ...start, input: input as WorkflowStart['input'] });

  expect(execution.succeeded).toBe(false);
  expect(world.iam.calls).toEqual([]);
});

function run(world: World, start: WorkflowStart, options?: ExecuteOptions) {
  return execute(DEFINITIONS[start.workflow], start, world, options);
}

/** A principal at the beginning of its grace period, and the workflow that this started. */
async function overrun(entity: string): Promise<{ readonly world: World; readonly start: WorkflowStart }> {
  const world = new World(POLICY, entity);
  const start = (await world.decide(OVERRUN_AT))!;
  expect(start).toEqual(expect.objectContaining({ workflow: 'suspension', input: expect.objectContaining({ notBefore: new Date(DEADLINE).toISOString() }) }));
  return { world, start };
}

/** A suspended principal whose limit was raised, and the workflow that this started. */
async function recovering(entity: string): Promise<{ readonly world: World; readonly start: WorkflowStart }> {
  const { world, start: suspension } = await overrun(entity);
  await run(world, suspension);
  expect(world.iam.denies(entity)).toBe(true);
  world.setLimit('100');
  const start = (await world.decide(LATER))!;
  expect(start.workflow).toBe('restoration');
  return { world, start };
}
