import { EnforcerAction, EnforcerOutcome, EventType, Metric, PrincipalKindName } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import { isoInstant, limitsToItem, NumberText } from '../../../src/lambdas/core/budget-item';
import { wantsDeny } from '../../../src/lambdas/core/deny-holders';
import { enforce, QUOTA_RETRY_MS } from '../../../src/lambdas/core/enforcer';
import { usd } from '../../../src/lambdas/core/money';
import { NotYetVisibleError, RetryableIamError } from '../../../src/lambdas/core/ports';
import { FAILURE_RETRY_MS } from '../../../src/lambdas/core/workflow-start';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, aContext, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, at, DAY, HOUR, limit, MINUTE, NOON, ROLE,
  SHARED_AGENTS,
} from './builders';
import { given, meanwhile } from './enforcer-world';
import { InMemoryDeployment } from './in-memory/deployment';

const { RESTRICT, CONFIRM_SUSPENSION, LIFT, CONFIRM_RESTORATION, RECORD_FAILURE } = EnforcerAction;

describe('whether the deny belongs on a principal', () => {
  test.each<[string, Budget, boolean]>([
    ['in a grace period that is over', aBudgetInGrace(), true],
    ['in one whose deadline nobody wrote down', aBudgetInGrace({ graceDeadline: undefined }), true],
    ['suspended and over the limit', aSuspendedBudget(), true],
    ['in a grace period that is not over', aBudgetInGrace({ graceDeadline: NOON + 1 }), false],
    ['in a grace period, but recovered', aBudgetInGrace({ limits: [limit('500')] }), false],
    ['suspended, but recovered', aSuspendedBudget({ limits: [limit('500')] }), false],
    ['being restored', aBudgetBeingRestored(), false],
    ['over the limit, but nobody decided yet', aBudget({ spent: '500' }), false],
    ['within the limit', aBudget(), false],
  ])('%s: %p', (_, budget, wanted) => {
    expect(wantsDeny(budget, aContext(), NOON)).toBe(wanted);
  });
});

describe('restricting', () => {
  test('attaches the deny, and leaves it to the confirmation to say so', async () => {
    const { world, ask } = given(aBudgetInGrace());
    expect(await ask(RESTRICT)).toEqual({ outcome: EnforcerOutcome.APPLIED, reason: aBudgetInGrace().reason });
    expect(world.iam.denies(ALICE)).toBe(true);
    expect(world.status(ALICE)).toBe('grace_period');
  });

  test('attaches it to roles', async () => {
    const { world, ask } = given(aBudgetInGrace({ principalId: ROLE }));
    await ask(RESTRICT, { principalId: ROLE });
    expect(world.iam.denies(ROLE)).toBe(true);
  });

  test('puts it back on who is suspended', async () => {
    const { world, ask } = given(aSuspendedBudget());
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    expect(world.iam.denies(ALICE)).toBe(true);
  });

  test.each<[string, Budget]>([
    ['who recovered meanwhile', aBudgetInGrace({ limits: [limit('500')] })],
    ['whose grace period is not over', aBudgetInGrace({ graceDeadline: NOON + HOUR })],
    ['who is being restored', aBudgetBeingRestored()],
    ['who is within the limit', aBudget()],
  ])('leaves alone %s', async (_, budget) => {
    const { world, ask } = given(budget);
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
    expect(world.iam.denies(ALICE)).toBe(false);
  });

  test('leaves alone who has no budget any more', async () => {
    const { ask } = given(aBudget({ principalId: ROLE }));
    expect(await ask(RESTRICT)).toEqual({ outcome: EnforcerOutcome.SUPERSEDED, reason: 'no such budget' });
  });

  test('does not take a clock that runs behind for the end of the grace period', async () => {
    const { ask } = given(aBudgetInGrace());
    expect(await ask(RESTRICT, { now: NOON - HOUR })).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
  });

  test('counts as done where the principal is gone', async () => {
    const { world, ask } = given(aBudgetInGrace(), 'absent');
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.GONE });
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'deleted', statusSince: NOON, revision: 4 });
    expect(world.budgets.item(ALICE)).not.toHaveProperty('nextCheckAt');
  });

  test('is tried again in an hour where the quota is full', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.iam.add(ALICE, { full: true });
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.UNENFORCEABLE });
    expect(world.budgets.peek(ALICE)).toMatchObject({
      status: 'exceeded', statusSince: NOON, unenforceable: { code: 'attachment-quota', retryAt: NOON + QUOTA_RETRY_MS }, nextCheckAt: NOON + 15 * MINUTE,
    });
    expect(world.budgets.peek(ALICE)).not.toHaveProperty('graceDeadline');
  });

  test('is given up where AWS protects the principal', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.iam.add(ALICE, { protected: true });
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.UNENFORCEABLE });
    expect(world.budgets.peek(ALICE)?.unenforceable).toEqual({ code: 'protected', message: expect.stringContaining('only modifiable by AWS') });
  });

  test('does not mark who recovered in the meantime', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.iam.add(ALICE, { full: true });
    meanwhile(world, 'iam.attach', () => world.budgets.edit(ALICE, { limits: limitsToItem([limit('500')]) }));
    expect(await ask(RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.UNENFORCEABLE });
    expect(world.budgets.peek(ALICE)).not.toHaveProperty('unenforceable');
  });

  test.each([['root', `root/${ACCOUNT}`], ['other-account', 'iam-role/777788889999/reader']])('does not even ask IAM about %s', async (code, principalId) => {
    const { world, ask } = given(aSuspendedBudget({ principalId }), 'absent');
    expect(await ask(RESTRICT, { principalId })).toMatchObject({ outcome: EnforcerOutcome.UNENFORCEABLE });
    expect(world.budgets.peek(principalId)).toMatchObject({ status: 'exceeded', unenforceable: { code } });
  });

  test('fails where the id is of no known form', async () => {
    const { ask, world } = given(aSuspendedBudget(), 'absent');
    world.budgets.edit('agent-runtime/x', { ...world.budgets.item(ALICE), principalId: 'agent-runtime/x' });
    expect(await ask(RESTRICT, { principalId: 'agent-runtime/x' })).toMatchObject({ outcome: EnforcerOutcome.UNENFORCEABLE, reason: 'is not a known principal' });
  });

  test('lets errors of IAM through, for the state machine to retry', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.faults.plan('iam.attach', 'before', new RetryableIamError('Throttling'));
    await expect(ask(RESTRICT)).rejects.toThrow(RetryableIamError);
    expect(world.status(ALICE)).toBe('grace_period');
  });
});

describe('confirming a suspension', () => {
  test('writes it with its measure, once IAM shows the deny', async () => {
    const { world, ask } = given(aBudgetInGrace({ spent: '120.5', exceededAt: NOON - 6 * MINUTE }), { denied: true });
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    const budget = world.budgets.peek(ALICE)!;
    expect(budget).toMatchObject({
      status: 'suspended',
      statusSince: NOON,
      nextCheckAt: at('2026-04-01T00:00:00Z'),
      suspension: { confirmedAt: NOON, secondsToBlock: 360, overspend: usd('20.5') },
    });
    expect(budget).not.toHaveProperty('graceDeadline');
    expect([Metric.SUSPENSIONS, Metric.SECONDS_TO_BLOCK, Metric.OVERSPEND_USD].map(metric => world.metrics.total(metric))).toEqual([1, 360, 20.5]);
  });

  test('waits until IAM shows the deny', async () => {
    const { world, ask } = given(aBudgetInGrace());
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow(NotYetVisibleError);
    expect(world.status(ALICE)).toBe('grace_period');
  });

  test('counts as done where the principal is gone', async () => {
    const { world, ask } = given(aBudgetInGrace(), 'absent');
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.GONE });
    expect(world.status(ALICE)).toBe('deleted');
  });

  test.each<[string, Budget]>([
    ['recovered', aBudgetInGrace({ limits: [limit('500')] })],
    ['was decided to be within its limit', aBudget()],
    ['is being restored', aBudgetBeingRestored()],
  ])('has the deny lifted again from who %s meanwhile', async (_, budget) => {
    const { world, ask } = given(budget, { denied: true });
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.LIFT });
    expect(world.budgets.stream).toEqual([]);
    expect(world.metrics.total(Metric.SUSPENSIONS)).toBe(0);
  });

  test('has the deny lifted where there is no budget any more', async () => {
    const { world, ask } = given(aBudget({ principalId: ROLE }));
    world.iam.add(ALICE, { attached: true });
    expect(await ask(CONFIRM_SUSPENSION)).toEqual({ outcome: EnforcerOutcome.LIFT, reason: 'no such budget' });
  });

  test('writes and counts a suspension once', async () => {
    const { world, ask } = given(aBudgetInGrace(), { denied: true });
    await ask(CONFIRM_SUSPENSION);
    await ask(CONFIRM_SUSPENSION, { now: NOON + MINUTE });
    expect(world.metrics.total(Metric.SUSPENSIONS)).toBe(1);
    expect(world.budgets.peek(ALICE)).toMatchObject({ revision: 4, statusSince: NOON });
  });

  test('of a deny that was put back forgets what had failed, and counts nothing', async () => {
    const failure = { workflow: 'suspension' as const, step: 'Restrict', message: 'x', at: NOON - HOUR };
    const { world, ask } = given(aSuspendedBudget({ failure, suspension: { confirmedAt: NOON - HOUR, secondsToBlock: 1, overspend: usd('1') } }), { denied: true });
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect(world.budgets.peek(ALICE)).not.toHaveProperty('failure');
    expect(world.metrics.total(Metric.SUSPENSIONS)).toBe(0);
  });

  test('forgets that it once could not be enforced: the next overrun has its grace period', async () => {
    const { world, ask } = given(aBudgetInGrace({ unenforceable: { code: 'attachment-quota', message: 'full', retryAt: NOON } }), { denied: true });
    await ask(CONFIRM_SUSPENSION);
    expect(world.budgets.peek(ALICE)).not.toHaveProperty('unenforceable');
  });

  test('decides anew where somebody wrote in between', async () => {
    const { world, ask } = given(aBudgetInGrace(), { denied: true });
    meanwhile(world, 'budgets.saveState', () => world.budgets.edit(ALICE, { limits: limitsToItem([limit('500')]), revision: new NumberText('9') }));
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.LIFT });
    expect(world.status(ALICE)).toBe('grace_period');
  });

  test('gives up where somebody always writes in between', async () => {
    const { world, ask } = given(aBudgetInGrace(), { denied: true });
    let revision = 10;
    world.faults.draw = call => {
      if (call === 'budgets.saveState') {
        revision += 1;
        world.budgets.edit(ALICE, { revision: new NumberText(String(revision)) });
      }
      return undefined;
    };
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow(/changed under 6 attempts/);
  });
});

describe('lifting', () => {
  test('takes the deny off, and leaves it to the confirmation to say so', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), { denied: true });
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    expect(world.iam.denies(ALICE)).toBe(false);
    expect(world.status(ALICE)).toBe('restoring');
  });

  test.each<[string, Budget]>([
    ['who is suspended', aSuspendedBudget()],
    ['who is suspended, even if it recovered: nobody has decided that yet', aSuspendedBudget({ limits: [limit('500')] })],
    ['whose grace period is over', aBudgetInGrace()],
    ['who is held', aSuspendedBudget({ hold: { by: 'ops', reason: 'x' }, limits: [limit('500')] })],
  ])('leaves the deny on %s', async (_, budget) => {
    const { world, ask } = given(budget, { denied: true });
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
    expect(world.iam.denies(ALICE)).toBe(true);
  });

  test('goes back to the suspension where the limit was exceeded again', async () => {
    const { world, ask } = given(aBudgetBeingRestored({ spent: '500' }), { denied: true });
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
    expect(world.iam.denies(ALICE)).toBe(true);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'suspended', statusSince: NOON, reason: 'exceeded again before the deny was lifted' });
  });

  test('does not say suspended where an earlier lift had taken the deny off', async () => {
    const { world, ask } = given(aBudgetBeingRestored({ spent: '500' }), { denied: false });
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    expect(world.status(ALICE)).toBe('restoring');
    await ask(CONFIRM_RESTORATION);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'grace_period', graceDeadline: NOON + 5 * MINUTE });
  });

  test('takes off a deny that nothing holds', async () => {
    const { world, ask } = given(aBudget({ principalId: ROLE }));
    world.iam.add(ALICE, { attached: true });
    expect(await ask(LIFT)).toEqual({ outcome: EnforcerOutcome.APPLIED, reason: 'no budget holds the deny' });
    expect(world.iam.denies(ALICE)).toBe(false);
  });

  test('of a deny that is off already is done', async () => {
    const { ask } = given(aBudgetBeingRestored());
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
  });

  test('counts as done where the principal is gone', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), 'absent');
    expect(await ask(LIFT)).toMatchObject({ outcome: EnforcerOutcome.GONE });
    expect(world.status(ALICE)).toBe('deleted');
  });

  test('fails loudly where IAM refuses it', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), { denied: true });
    world.iam.add(ALICE, { protected: true });
    await expect(ask(LIFT)).rejects.toThrow(/IAM refuses to detach the deny policy/);
  });

  test('has nothing to do for who cannot be denied', async () => {
    const { ask } = given(aBudget({ principalId: `root/${ACCOUNT}` }), 'absent');
    expect(await ask(LIFT, { principalId: `root/${ACCOUNT}` })).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
  });
});

describe('confirming a restoration', () => {
  test('writes it once IAM shows that the deny is off', async () => {
    const { world, ask } = given(aBudgetBeingRestored());
    expect(await ask(CONFIRM_RESTORATION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'active', statusSince: NOON, reason: 'restored: within budget: 60.0 % of $200.00 spent since 2026-03-01' });
    expect(world.metrics.total(Metric.RESTORATIONS)).toBe(1);
  });

  test('waits until IAM shows that the deny is off', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), { denied: true });
    await expect(ask(CONFIRM_RESTORATION)).rejects.toThrow(NotYetVisibleError);
    expect(world.status(ALICE)).toBe('restoring');
  });

  test('counts as done where the principal is gone', async () => {
    const { world, ask } = given(aBudgetBeingRestored(), 'absent');
    expect(await ask(CONFIRM_RESTORATION)).toMatchObject({ outcome: EnforcerOutcome.GONE });
    expect(world.status(ALICE)).toBe('deleted');
  });

  test.each<[string, string, Partial<Budget>]>([
    ['a threshold', '150', { status: 'warning' }],
    ['a new grace period', '250', { status: 'grace_period', graceDeadline: NOON + 5 * MINUTE, workflowRevision: 4 }],
  ])('puts the principal where its spend says: at %s', async (_, spent, state) => {
    const { world, ask } = given(aBudgetBeingRestored({ spent }));
    await ask(CONFIRM_RESTORATION);
    expect(world.budgets.peek(ALICE)).toMatchObject(state);
  });

  test('of a deny that nothing held changes no budget', async () => {
    const { world, ask } = given(aBudget());
    expect(await ask(CONFIRM_RESTORATION)).toEqual({ outcome: EnforcerOutcome.CONFIRMED, reason: 'the deny policy is off' });
    expect(world.budgets.stream).toEqual([]);
    expect(world.metrics.total(Metric.RESTORATIONS)).toBe(0);
  });

  test('of an id that cannot have been denied is a mistake', async () => {
    const { ask } = given(aBudget());
    await expect(ask(CONFIRM_RESTORATION, { principalId: `root/${ACCOUNT}` })).rejects.toThrow(/root user/);
    await expect(ask(CONFIRM_RESTORATION, { principalId: 'nobody' })).rejects.toThrow(/is not a known principal/);
  });
});

describe('a failure', () => {
  test.each<[string, Budget, 'suspension' | 'restoration', Metric]>([
    ['a suspension', aBudgetInGrace(), 'suspension', Metric.SUSPENSION_FAILURES],
    ['a deny that should be put back', aSuspendedBudget(), 'suspension', Metric.SUSPENSION_FAILURES],
    ['a restoration', aBudgetBeingRestored(), 'restoration', Metric.RESTORATION_FAILURES],
  ])('of %s is kept, told and soon tried again', async (_, budget, workflow, metric) => {
    const { world, ask } = given(budget);
    expect(await ask(RECORD_FAILURE, { failedStep: 'Step', error: 'AccessDenied' })).toMatchObject({ outcome: EnforcerOutcome.RECORDED });
    expect(world.budgets.peek(ALICE)).toMatchObject({
      status: budget.status, failure: { workflow, step: 'Step', message: 'AccessDenied', at: NOON }, nextCheckAt: NOON + FAILURE_RETRY_MS, revision: 4,
    });
    expect(world.metrics.total(metric)).toBe(1);
    await world.evaluateStream();
    expect(world.events.types()).toEqual([workflow === 'suspension' ? EventType.SUSPENSION_FAILED : EventType.RESTORATION_FAILED]);
  });

  test('of removing policies is told once, though confirming the deny succeeds before each further attempt, and again after a day', async () => {
    const { world, ask } = given(aSuspendedBudget(), { denied: true });
    const failures = () => world.events.distinct().filter(({ type }) => type === EventType.SUSPENSION_FAILED);
    const failAt = async (error: string, now: number) => {
      await ask(CONFIRM_SUSPENSION, { now });
      await ask(RECORD_FAILURE, { failedStep: 'RemovePolicies', error, now });
      await world.evaluateStream();
      return failures().filter(({ detail }) => !detail.repeated).length;
    };
    expect(await failAt('AccessDenied in request 3f2a-1', NOON)).toBe(1);
    expect(await failAt('AccessDenied in request 4b7c-2', NOON + 5 * MINUTE)).toBe(1);
    expect(await failAt('LimitExceeded', NOON + 10 * MINUTE)).toBe(2);
    expect(await failAt('LimitExceeded', NOON + DAY)).toBe(2);
    expect(await failAt('LimitExceeded', NOON + DAY + 10 * MINUTE)).toBe(3);
    // Nothing is missing from the audit trail.
    expect(failures()).toHaveLength(5);
  });

  test('is counted, but not kept, where the budget has moved on', async () => {
    const { world, ask } = given(aBudget());
    await ask(RECORD_FAILURE);
    expect(world.budgets.stream).toEqual([]);
    expect(world.metrics.total(Metric.SUSPENSION_FAILURES)).toBe(1);
  });

  test.each(['Lift', 'ConfirmRestoration', EnforcerAction.LIFT, EnforcerAction.CONFIRM_RESTORATION])('to lift the deny of nobody (%s) is counted as one of a restoration', async failedStep => {
    const { world, ask } = given(aBudget());
    await ask(RECORD_FAILURE, { failedStep });
    expect([world.metrics.total(Metric.RESTORATION_FAILURES), world.metrics.total(Metric.SUSPENSION_FAILURES)]).toEqual([1, 0]);
  });

  test('without an error is kept as unknown, and a long one is cut', async () => {
    const { world, ask } = given(aBudgetInGrace());
    await ask(RECORD_FAILURE);
    expect(world.budgets.peek(ALICE)?.failure).toMatchObject({ step: 'unknown', message: 'unknown error' });
    await ask(RECORD_FAILURE, { error: 'x'.repeat(5000) });
    expect(world.budgets.peek(ALICE)?.failure?.message).toHaveLength(500);
  });
});

describe('the whole way', () => {
  test('from the limit to the deny and back', async () => {
    const world = new InMemoryDeployment();
    world.given(aBudget());
    world.iam.lag = 3;
    world.budgets.edit(ALICE, { 'spend#2026-03-10': new NumberText('120') });
    await world.evaluateStream();
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['grace_period', false]);

    world.now += 5 * MINUTE;
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);

    world.budgets.edit(ALICE, { limits: limitsToItem([limit('200')]) });
    await world.evaluateStream();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['restoring', true]);
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['active', false]);
    expect(world.events.types().filter(type => type !== EventType.THRESHOLD_CROSSED)).toEqual([
      EventType.GRACE_PERIOD_STARTED, EventType.DENY_ATTACHED, EventType.PRINCIPAL_SUSPENDED, EventType.GRACE_PERIOD_EXPIRED,
      EventType.BUDGET_CHANGED, EventType.RESTORATION_STARTED, EventType.DENY_DETACHED, EventType.PRINCIPAL_RESTORED,
    ]);
  });

  test('a bus that takes no events does not stop it: what is missing from the audit trail is counted', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.faults.draw = call => (call === 'events.publish' ? { moment: 'before', error: new Error('bus is down') } : undefined);
    await expect(ask(RESTRICT)).resolves.toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    expect(world.iam.denies(ALICE)).toBe(true);
    expect(world.metrics.total(Metric.UNAUDITED_CHANGES)).toBe(1);
  });

  test('a failure is recorded although the settings cannot be read', async () => {
    const { world, ask } = given(aBudgetInGrace());
    world.faults.draw = call => (call === 'settings.load' ? { moment: 'before', error: new Error('SSM is down') } : undefined);
    await expect(ask(EnforcerAction.RECORD_FAILURE, { failedStep: 'Restrict', error: 'SSM is down' })).resolves.toMatchObject({ outcome: EnforcerOutcome.RECORDED });
    expect(world.budgets.peek(ALICE)).toMatchObject({ failure: { step: 'Restrict', message: 'SSM is down' } });
  });

  test('a hold that is ordered while a restoration is being confirmed is not lost', async () => {
    // given a principal whose deny was just lifted
    const world = new InMemoryDeployment();
    world.given(aBudgetBeingRestored({ limits: [limit('1000')] }), { denied: false });
    await world.evaluateStream();

    // when the order comes between the enforcer's reading and its writing
    meanwhile(world, 'budgets.saveState', () => world.budgets.edit(ALICE, { hold: { by: 'security', reason: 'leaked key' }, updatedBy: 'security' }));
    await enforce({
      action: EnforcerAction.CONFIRM_RESTORATION,
      workflow: { principalId: ALICE, revision: 3, notBefore: isoInstant(NOON), asOf: isoInstant(NOON) },
      now: isoInstant(NOON),
    }, world.enforcerPorts, world.context);
    await world.evaluateStream();
    await world.runWorkflows();

    // then
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);
  });

  test.each<[string, Partial<Record<'iam.attach' | 'iam.isAttached', Error>>]>([
    ['refuses to attach', { 'iam.attach': new Error('AccessDenied') }],
    ['cannot be read back', { 'iam.isAttached': new Error('AccessDenied') }],
  ])('IAM that %s fails the workflow; the monitor tries again', async (_, failing) => {
    const world = new InMemoryDeployment();
    world.given(aBudget());
    world.budgets.edit(ALICE, { 'spend#2026-03-10': new NumberText('120') });
    await world.evaluateStream();
    world.faults.draw = call => (call in failing ? { moment: 'before', error: failing[call as 'iam.attach'] } : undefined);
    world.now += 5 * MINUTE;
    await world.runWorkflows();
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'grace_period', failure: { message: 'Error: AccessDenied' } });

    world.faults.draw = () => undefined;
    world.now += FAILURE_RETRY_MS;
    await world.monitor();
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);
    expect(world.budgets.peek(ALICE)).not.toHaveProperty('failure');
  });
});

describe('a role that several budgets may have denied', () => {
  const OTHER = `${AGENT}-2`;
  const ofAgent = (budget: Budget, changes: Partial<Budget> = {}): Budget =>
    ({ ...budget, principalId: AGENT, kind: PrincipalKindName.AGENT_RUNTIME, role: AGENT_ROLE, ...changes });
  const ofRole = (budget: Budget): Budget => ({ ...budget, principalId: AGENT_ROLE, kind: PrincipalKindName.IAM_ROLE });

  test.each<[string, Budget]>([
    ['the role itself', ofRole(aSuspendedBudget())],
    ['another runtime', ofAgent(aSuspendedBudget(), { principalId: OTHER })],
    ['the budget that its runtimes share', { ...aSuspendedBudget(), principalId: SHARED_AGENTS, kind: PrincipalKindName.AGENT_ROLE }],
  ])('stays denied for %s when a runtime is restored, which is told', async (_, holder) => {
    const { world, ask } = onRole(ofAgent(aBudgetBeingRestored()), holder);
    expect(await ask(LIFT)).toEqual({ outcome: EnforcerOutcome.APPLIED, reason: `free by its own budget, but still denied for ${holder.principalId}` });
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    expect(world.events.published).toEqual([]);
    expect(await ask(CONFIRM_RESTORATION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect(world.budgets.peek(AGENT)).toMatchObject({ status: 'active', reason: expect.stringMatching(`; still denied for ${holder.principalId}$`) });
    expect(world.status(holder.principalId)).toBe('suspended');
  });

  test.each<[string, Budget]>([
    ['within its limit', ofRole(aBudget())],
    ['about to be suspended', ofRole(aBudgetInGrace())],
    ['being restored as well', ofRole(aBudgetBeingRestored())],
    ['a runtime that is no more', ofAgent(aSuspendedBudget(), { principalId: OTHER, removedAt: NOON })],
    ['a runtime that has another role', ofAgent(aSuspendedBudget(), { principalId: OTHER, role: ROLE })],
  ])('is free where the other one is %s', async (_, other) => {
    const { world, ask } = onRole(ofAgent(aBudgetBeingRestored()), other);
    await ask(LIFT);
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
    await ask(CONFIRM_RESTORATION);
    expect(world.budgets.peek(AGENT)).toMatchObject({ status: 'active', reason: expect.not.stringContaining('still denied') });
  });

  test('is not told to be free while it is denied and nobody is known for whom', async () => {
    const { ask } = onRole(ofAgent(aBudgetBeingRestored()), ofRole(aBudget()));
    await expect(ask(CONFIRM_RESTORATION)).rejects.toThrow(NotYetVisibleError);
  });

  test('is told to be so by the other one’s budget as well where that is about to be suspended, and denied already', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetBeingRestored()), ofRole(aBudgetInGrace()));
    expect(await ask(CONFIRM_RESTORATION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED, reason: expect.stringContaining(`still denied for ${AGENT_ROLE}`) });
    expect(world.status(AGENT)).toBe('active');
  });

  test('is freed of the deny that moved on, but for whoever holds it there', async () => {
    const moved = ofAgent(aSuspendedBudget(), { role: ROLE });
    const free = onRole(moved, ofRole(aBudget()));
    await free.ask(LIFT, { principalId: AGENT_ROLE });
    expect(free.world.iam.denies(AGENT_ROLE)).toBe(false);
    const held = onRole(moved, ofAgent(aSuspendedBudget(), { principalId: OTHER }));
    expect(await held.ask(LIFT, { principalId: AGENT_ROLE })).toMatchObject({ outcome: EnforcerOutcome.APPLIED, reason: expect.stringContaining(OTHER) });
    expect(await held.ask(CONFIRM_RESTORATION, { principalId: AGENT_ROLE })).toEqual({ outcome: EnforcerOutcome.CONFIRMED, reason: `the deny policy stays for ${OTHER}` });
    expect(held.world.iam.denies(AGENT_ROLE)).toBe(true);
  });

  test('is denied again where another budget was suspended while the deny was taken off', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetBeingRestored()), ofRole(aBudgetInGrace()));
    meanwhile(world, 'iam.detach', () => world.budgets.edit(AGENT_ROLE, { status: 'suspended', graceDeadline: undefined }));
    expect(await ask(LIFT)).toEqual({ outcome: EnforcerOutcome.APPLIED, reason: `free by its own budget, but denied for ${AGENT_ROLE}` });
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    expect(world.events.types()).toEqual([EventType.DENY_DETACHED, EventType.DENY_ATTACHED]);
    expect(world.events.published.map(({ detail: { eventId } }) => eventId)).toEqual(['execution/lift', 'execution/lift/again']);
    expect(world.log.entries).toContainEqual({
      level: 'warn', message: 'the deny policy was taken off and put back', facts: { principalId: AGENT, holder: AGENT_ROLE, result: 'done' },
    });
    await ask(CONFIRM_RESTORATION);
    expect(world.status(AGENT)).toBe('active');
  });

  test('is denied again by a confirmation that finds the deny gone', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetInGrace()));
    world.iam.setByHand(AGENT_ROLE, false);
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow(NotYetVisibleError);
    expect(world.events.published[0].detail.eventId).toBe('execution/confirm-suspension/again');
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect(world.status(AGENT)).toBe('suspended');
  });

  test('is not denied by a confirmation where the runtime recovered meanwhile', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetInGrace({ limits: [limit('500')] })));
    world.iam.setByHand(AGENT_ROLE, false);
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow(NotYetVisibleError);
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
  });

  test('is denied again where it was freed between the look at IAM and the word of the table', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetInGrace()));
    meanwhile(world, 'budgets.saveState', () => world.iam.setByHand(AGENT_ROLE, false));
    expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    expect(world.events.types()).toEqual([EventType.DENY_ATTACHED]);
  });

  test('is not denied again while enforcement is paused, by a confirmation that finds the deny taken off between its two looks', async () => {
    const failure = { workflow: 'suspension' as const, step: 'Restrict', message: 'x', at: NOON };
    for (const [enforcement, denied] of [['on', true], ['paused', false]] as const) {
      const { world, ask } = onRole(ofAgent(aSuspendedBudget({ failure })));
      world.settings.texts = { ...world.settings.texts, enforcement };
      meanwhile(world, 'budgets.saveState', () => world.iam.setByHand(AGENT_ROLE, false));
      expect(await ask(CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
      expect(world.iam.denies(AGENT_ROLE)).toBe(denied);
    }
  });

  test('and cannot be denied any more fails the confirmation, and says nothing of a deny', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetInGrace()));
    world.iam.setByHand(AGENT_ROLE, false);
    world.iam.add(AGENT_ROLE, { full: true });
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow(NotYetVisibleError);
    expect(world.events.published).toEqual([]);
  });

  test('is not what is confirmed where the runtime is given another one meanwhile', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetInGrace()));
    meanwhile(world, 'iam.isAttached', () => world.registrar.register(AGENT, ROLE));
    await expect(ask(CONFIRM_SUSPENSION)).rejects.toThrow('the execution role has changed meanwhile');
    expect(world.status(AGENT)).toBe('grace_period');
  });

  test('is not looked at twice where agents have no budgets', async () => {
    const { world, ask } = onRole(ofRole(aBudgetInGrace()));
    world.agentCore = false;
    const calls: string[] = [];
    world.faults.draw = name => void calls.push(name);
    await ask(CONFIRM_SUSPENSION, { principalId: AGENT_ROLE });
    expect(calls.filter(name => name.startsWith('iam.') || name.startsWith('runtimes.'))).toEqual(['iam.isAttached']);
  });

  test('cannot be freed while the index does not answer', async () => {
    const { world, ask } = onRole(ofAgent(aBudgetBeingRestored()));
    world.faults.plan('runtimes.runtimesOf');
    await expect(ask(LIFT)).rejects.toThrow('runtimes.runtimesOf failed');
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
  });

  /** The role is denied; the first budget is asked about where no other is named. */
  function onRole(...budgets: readonly Budget[]) {
    const { world, ask } = given(budgets[0], 'absent');
    world.agentCore = true;
    [AGENT_ROLE, ROLE].forEach(role => world.iam.add(role, { attached: role === AGENT_ROLE }));
    budgets.forEach(budget => world.given(budget, 'absent'));
    return { world, ask: (action: EnforcerAction, options: Parameters<typeof ask>[1] = {}) => ask(action, { principalId: AGENT, ...options }) };
  }
});
