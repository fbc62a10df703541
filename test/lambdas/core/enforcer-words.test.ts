import { EnforcerAction, EventType } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import { usd } from '../../../src/lambdas/core/money';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, HOUR, limit, NOON, settingTexts } from './builders';
import { given } from './enforcer-world';

/** What the steps answer to the state machines, where operators read it, and what they leave in the log and in the audit trail. */
const { RESTRICT, CONFIRM_SUSPENSION, LIFT, CONFIRM_RESTORATION, RECORD_FAILURE } = EnforcerAction;
const PAUSED = settingTexts({ enforcement: 'paused' });

describe('a step answers', () => {
  test.each<[string, EnforcerAction, Budget, Parameters<typeof given>[1], object]>([
    ['a restriction of whom nobody restricts', RESTRICT, aBudget({ reason: 'within budget' }), {}, { outcome: 'superseded', reason: 'active: within budget' }],
    ['a confirmation of whom nobody restricts', CONFIRM_SUSPENSION, aBudget(), { denied: true }, { outcome: 'lift', reason: 'recovered meanwhile: active' }],
    ['a restriction of whom is gone', RESTRICT, aBudgetInGrace(), 'absent', { outcome: 'gone', reason: 'the user or role no longer exists' }],
    ['a lift of who is to be denied', LIFT, aSuspendedBudget(), { denied: true }, { outcome: 'superseded', reason: `still to be denied: ${aSuspendedBudget().reason}` }],
    ['a lift of who is over the limit again', LIFT, aBudgetBeingRestored({ limits: [limit('100')] }), { denied: true }, {
      outcome: 'superseded', reason: 'the limit was exceeded again before the deny was lifted',
    }],
    ['a lift of a deny that no budget holds', LIFT, aBudget({ reason: 'within budget' }), { denied: true }, { outcome: 'applied', reason: 'within budget' }],
    ['a confirmation of a restoration of whom nobody restores', CONFIRM_RESTORATION, aBudget(), {}, { outcome: 'confirmed', reason: 'the deny policy is off' }],
  ])('%s', async (_, action, budget, inIam, answer) => {
    expect(await given(budget, inIam).ask(action)).toEqual(answer);
  });

  test('a lift of whose policies are not back yet, and leaves the deny', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), { denied: true });
    world.held = new Set([ALICE]);
    expect(await ask(LIFT)).toEqual({ outcome: 'superseded', reason: 'the policies of the principal are not back yet' });
    expect(world.iam.denies(ALICE)).toBe(true);
  });

  test('a confirmation that finds nobody denied while enforcement is paused', async () => {
    const { world, ask } = given(aSuspendedBudget());
    world.settings.texts = PAUSED;
    expect(await ask(CONFIRM_SUSPENSION)).toEqual({ outcome: 'lift', reason: 'enforcement is paused or lifted for everybody' });
  });

  test('a confirmation of a grace period that a pause has ended, with where the principal stands now', async () => {
    const { world, ask } = given(aBudgetInGrace(), { denied: true });
    world.settings.texts = PAUSED;
    expect(await ask(CONFIRM_SUSPENSION)).toEqual({ outcome: 'lift', reason: 'over the limit; enforcement is paused for everybody' });
    expect(world.status(ALICE)).toBe('exceeded');
  });

  test.each<[EnforcerAction, Budget, boolean, string]>([
    [CONFIRM_SUSPENSION, aBudgetInGrace(), false, 'IAM does not list the deny policy on the principal yet'],
    [CONFIRM_RESTORATION, aBudgetBeingRestored(), true, 'IAM still lists the deny policy on the principal'],
  ])('%s with what it waits for', async (action, budget, denied, message) => {
    await expect(given(budget, { denied }).ask(action)).rejects.toThrow(new RegExp(`^${message}$`));
  });

  test('why nobody can be restricted', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.iam.add(ALICE, { full: true });
    const { reason } = await ask(RESTRICT);
    expect(reason).toMatch(/^no managed policy can be attached any more: ./);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'exceeded', reason: `over the limit but unenforceable: ${reason}`, unenforceable: { message: reason } });
    expect(world.log.entries[0]).toEqual({ level: 'warn', message: 'principal cannot be restricted', facts: { principalId: ALICE, code: 'attachment-quota' } });
  });
});

test.each<[EnforcerAction, Budget, boolean, EventType, string]>([
  [RESTRICT, aBudgetInGrace(), false, EventType.DENY_ATTACHED, 'execution/restrict'],
  [LIFT, aBudgetBeingRestored(), true, EventType.DENY_DETACHED, 'execution/lift'],
])('the audit trail has the change of IAM by %s', async (action, budget, denied, type, eventId) => {
  const { world, ask } = given(budget, { denied });
  await ask(action);
  expect(world.events.published).toEqual([{
    type,
    detail: {
      schemaVersion: '1',
      deploymentId: 'dep-1',
      environmentName: 'test',
      eventId,
      occurredAt: '2026-03-10T12:00:00.000Z',
      actor: 'enforcer',
      principalId: ALICE,
      reason: budget.reason,
      before: { denied },
      after: { denied: !denied },
    },
  }]);
});

test('a change of IAM that cannot be announced is logged with what it was', async () => {
  const { world, ask } = given(aBudgetInGrace());
  world.faults.plan('events.publish');
  await ask(RESTRICT);
  expect(world.log.entries).toContainEqual({
    level: 'error', message: 'a change of IAM could not be announced', facts: { principalId: ALICE, type: EventType.DENY_ATTACHED, problem: expect.any(String) },
  });
});

test('every step is logged with its answer', async () => {
  const { world, ask } = given(aBudgetInGrace());
  const answer = await ask(RESTRICT);
  expect(world.log.entries).toEqual([{ level: 'info', message: 'restrict', facts: { principalId: ALICE, execution: 'execution', ...answer } }]);
});

test('every step asks for the settings that are in force by now; recording a failure needs none', async () => {
  const { world, ask } = given(aBudgetInGrace());
  const load = jest.spyOn(world.settings, 'load');
  await ask(RECORD_FAILURE, { failedStep: 'Restrict', error: 'AccessDenied' });
  expect(load).not.toHaveBeenCalled();
  await ask(RESTRICT);
  expect(load.mock.calls).toEqual([[true]]);
});

test('a failure is logged with the step and the problem', async () => {
  const { world, ask } = given(aBudgetInGrace());
  expect(await ask(RECORD_FAILURE, { failedStep: 'Restrict', error: 'AccessDenied' })).toEqual({ outcome: 'recorded', reason: 'AccessDenied' });
  expect(world.log.entries[0]).toEqual({ level: 'error', message: 'enforcement failed', facts: { principalId: ALICE, step: 'Restrict', problem: 'AccessDenied' } });
});

describe('who is gone', () => {
  test('is written down as that once', async () => {
    const { world, ask } = given(aBudgetInGrace(), 'absent');
    await ask(RESTRICT);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'deleted', reason: 'the user or role no longer exists', decidedAt: NOON, revision: 4 });
    await ask(CONFIRM_SUSPENSION, { now: NOON + HOUR });
    expect(world.budgets.peek(ALICE)).toMatchObject({ statusSince: NOON, revision: 4 });
  });

  test('is so not before the last decision, whatever the clock says', async () => {
    const { world, ask } = given(aBudgetInGrace({ decidedAt: NOON + HOUR }), 'absent');
    await ask(RESTRICT);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'deleted', decidedAt: NOON + HOUR });
  });
});

describe('the deny of a suspended runtime that was given another role', () => {
  const moving = (until: number) => aSuspendedBudget({
    principalId: AGENT, role: AGENT_ROLE, formerRole: { id: AGENT_ROLE, until }, suspension: { confirmedAt: NOON - HOUR, secondsToBlock: 1, overspend: usd('20') },
  });

  test.each([['has arrived', NOON - 1, { movedAt: NOON }], ['may still be that of the former role', NOON, {}]])('%s', async (_, until, moved) => {
    const budget = moving(until);
    const { world, ask } = given(budget, 'absent');
    world.agentCore = true;
    world.iam.add(AGENT_ROLE, { attached: true });
    await ask(CONFIRM_SUSPENSION, { principalId: AGENT });
    expect(world.budgets.peek(AGENT)?.suspension).toEqual({ ...budget.suspension, ...moved });
    expect(world.budgets.peek(AGENT)?.revision).toBe('movedAt' in moved ? 4 : 3);
  });
});
