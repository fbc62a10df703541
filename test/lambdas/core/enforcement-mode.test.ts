import { EnforcerAction, EnforcerOutcome, EventType, Metric, PrincipalKindName, SettingName } from '../../../src/contract';
import { announcements } from '../../../src/lambdas/core/announcements';
import { Budget } from '../../../src/lambdas/core/budget';
import { isoInstant } from '../../../src/lambdas/core/budget-item';
import { applyDecision } from '../../../src/lambdas/core/budget-transition';
import { decide, DecisionContext, isSetAside, mayBeDenied, RECHECK_MS } from '../../../src/lambdas/core/decision';
import { exceededAgain } from '../../../src/lambdas/core/deny-holders';
import { enforce } from '../../../src/lambdas/core/enforcer';
import { usd } from '../../../src/lambdas/core/money';
import { notEnforcedIn } from '../../../src/lambdas/core/not-enforced';
import { NotYetVisibleError } from '../../../src/lambdas/core/ports';
import { EnforcementMode } from '../../../src/lambdas/core/settings';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, aContext, AGENT, AGENT_ROLE, agentSettingTexts, ALICE, aSuspendedBudget, HOUR, limit, MINUTE, NOON, ROLE,
  settings,
} from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

/** Pausing enforcement, and lifting it, for everybody: docs/emergencies.md. */

const HOLD = { by: 'security', reason: 'key leaked' };
const PAUSED = 'over the limit; enforcement is paused for everybody';
const LIFTED = 'over the limit; enforcement is lifted for everybody';

function decided(budget: Budget, mode: EnforcementMode, time = NOON, more: Partial<DecisionContext> = {}) {
  return decide(budget, { ...aContext({ settings: settings({ enforcement: mode }) }), ...more }, time);
}

describe('a decision', () => {
  test.each<[string, EnforcementMode, Budget, string, string]>([
    ['over the limit, paused: said so, and left alone', 'paused', aBudget({ spent: '120' }), 'exceeded', PAUSED],
    ['over the limit, lifted', 'lifted', aBudget({ spent: '120' }), 'exceeded', LIFTED],
    ['in a grace period that runs, paused: it ends', 'paused', aBudgetInGrace({ graceDeadline: NOON + HOUR }), 'exceeded', PAUSED],
    ['in a grace period that is over, paused', 'paused', aBudgetInGrace(), 'exceeded', PAUSED],
    ['in a grace period, lifted', 'lifted', aBudgetInGrace(), 'exceeded', LIFTED],
    ['suspended, paused: stays so', 'paused', aSuspendedBudget(), 'suspended', aSuspendedBudget().reason],
    ['suspended, lifted', 'lifted', aSuspendedBudget(), 'restoring', LIFTED],
    ['suspended and within the limit, paused: recovers as ever', 'paused', aSuspendedBudget({ limits: [limit('500')] }), 'restoring', 'within budget: 24.0 % of $500.00 spent since 2026-03-01'],
    ['suspended and within the limit, lifted', 'lifted', aSuspendedBudget({ limits: [limit('500')] }), 'restoring', 'within budget: 24.0 % of $500.00 spent since 2026-03-01'],
    ['paused before, lifted now', 'lifted', aBudget({ spent: '120', status: 'exceeded', reason: PAUSED }), 'exceeded', LIFTED],
    ['held, paused', 'paused', aBudget({ hold: HOLD }), 'grace_period', 'held by security: key leaked'],
    ['held, lifted', 'lifted', aBudget({ hold: HOLD, spent: '120' }), 'grace_period', 'held by security: key leaked'],
    ['held in a grace period that runs, lifted', 'lifted', aBudgetInGrace({ hold: HOLD, graceDeadline: NOON + HOUR }), 'grace_period', 'held by security: key leaked'],
    ['held and suspended, lifted: stays so', 'lifted', aSuspendedBudget({ hold: HOLD }), 'suspended', aSuspendedBudget().reason],
    ['out of IAM\'s reach, paused: that is the truer reason', 'paused', aBudget({ principalId: 'root/111122223333', spent: '120' }), 'exceeded', expect.stringContaining('unenforceable') as unknown as string],
    ['observed, paused', 'paused', aBudget({ spent: '120', enforcement: 'observe' }), 'exceeded', 'over the limit; observed only'],
    ['within its limit, lifted', 'lifted', aBudget({ spent: '75' }), 'warning', '75.0 % of $100.00 spent since 2026-03-01'],
    ['exempt, lifted', 'lifted', aBudget({ spent: '120', exemption: { reason: 'partner' } }), 'active', 'exempt: partner'],
    ['an AgentCore runtime, paused', 'paused', aBudget({ principalId: AGENT, role: ROLE, spent: '120' }), 'exceeded', PAUSED],
    ['a suspended AgentCore runtime, lifted', 'lifted', aSuspendedBudget({ principalId: AGENT, role: ROLE }), 'restoring', LIFTED],
  ])('on one %s', (_, mode, budget, status, reason) => {
    expect(decided(budget, mode)).toMatchObject({ status, reason });
  });

  test.each(['paused', 'lifted'] as const)('announces thresholds as ever while enforcement is %s', mode => {
    expect(decided(aBudget({ spent: '120' }), mode).crossed.map(({ level }) => level)).toEqual(['warning', 'critical', 'exceeded']);
  });

  test('that leaves somebody alone is looked at again, and writes nothing where it stays so', () => {
    const budget = aBudget({ spent: '120' });
    const decision = decided(budget, 'paused');
    expect(decision.nextCheckAt).toBe(NOON + RECHECK_MS);
    expect(decided({ ...budget, ...applyDecision(budget, decision, NOON) }, 'paused', NOON + 1).changed).toBe(false);
  });

  test('once enforcement is on again begins a fresh grace period, and the pause does not count as time that it took to block', () => {
    const paused = aBudget({ spent: '120', status: 'exceeded', reason: PAUSED, exceededAt: NOON - 9 * HOUR, lastCallAt: NOON - 8 * HOUR });
    expect(decided(paused, 'on')).toMatchObject({ status: 'grace_period', graceDeadline: NOON + 5 * MINUTE, exceededAt: NOON, workflow: 'suspension' });
    expect(decided({ ...paused, reason: 'over the limit; observed only' }, 'on').exceededAt).toBe(NOON - 9 * HOUR);
  });

  test('once enforcement is on again begins a fresh grace period also of whom IAM refused to restrict before, and is told as one', () => {
    const unenforceable = { code: 'attachment-quota', message: 'full', retryAt: NOON - HOUR };
    const levels = { 'calendar month@2026-03-01': 'exceeded' as const };
    const before = aBudget({ spent: '120', status: 'exceeded', reason: PAUSED, unenforceable, levels });
    const decision = decided(before, 'on');
    expect(decision).toMatchObject({ status: 'grace_period', graceDeadline: NOON + 5 * MINUTE });
    const after: Budget = { ...before, ...applyDecision(before, decision, NOON) };
    expect(announcements(before, after, 'change-1', NOON, aContext()).map(({ type }) => type)).toEqual([EventType.GRACE_PERIOD_STARTED]);
    // Without a pause it is another try, whose grace period is over.
    const retried = { ...before, reason: 'over the limit but unenforceable: full' };
    expect(decided(retried, 'on')).toMatchObject({ status: 'grace_period', graceDeadline: NOON });
    const tried: Budget = { ...retried, ...applyDecision(retried, decided(retried, 'on'), NOON) };
    expect(announcements(retried, tried, 'change-1', NOON, aContext()).map(({ type }) => type)).toEqual([EventType.STATUS_CHANGED]);
  });

  test('frees whose deny was taken off by hand while enforcement is paused, unless an order holds them', () => {
    expect(decided(aSuspendedBudget(), 'paused', NOON, { takenOffByHand: true })).toMatchObject({
      status: 'restoring', workflow: 'restoration', reason: 'the deny policy was taken off by hand while enforcement is paused',
    });
    expect(decided(aSuspendedBudget({ hold: HOLD }), 'paused', NOON, { takenOffByHand: true })).toMatchObject({ status: 'suspended' });
  });

  test('may deny somebody anew only by order while enforcement is not on', () => {
    const may = (budget: Budget) => (['on', 'paused', 'lifted'] as const).map(mode => mayBeDenied(budget, { settings: settings({ enforcement: mode }) }));
    expect([may(aBudget()), may(aBudget({ hold: HOLD }))]).toEqual([[true, false, false], [true, true, true]]);
  });

  test('does not take whom it frees to be suspended again while enforcement is paused', () => {
    const over = aBudgetBeingRestored({ limits: [limit('100')] });
    expect((['on', 'paused', 'lifted'] as const).map(mode => exceededAgain(over, aContext({ settings: settings({ enforcement: mode }) }), NOON))).toEqual([true, false, false]);
  });

  test('tells who was left alone from who is over the limit for another reason', () => {
    expect([PAUSED, LIFTED, 'over the limit; observed only'].map(reason => isSetAside({ status: 'exceeded', reason }))).toEqual([true, true, false]);
    expect(isSetAside({ status: 'restoring', reason: LIFTED })).toBe(false);
  });
});

test.each(['paused', 'lifted'] as const)('a grace period that ends since enforcement is %s is told as that, and not as somebody who cannot be suspended', mode => {
  const before = aBudgetInGrace();
  const context = aContext({ settings: settings({ enforcement: mode }) });
  const after: Budget = { ...before, ...applyDecision(before, decide(before, context, NOON), NOON) };
  expect(announcements(before, after, 'change-1', NOON, context).map(({ type }) => type)).toEqual([EventType.GRACE_PERIOD_CANCELLED]);
});

test.each([['on', ''], ['paused', '; enforcement is paused for everybody'], ['lifted', '; enforcement is lifted for everybody']] as const)(
  'thresholds that are reached while enforcement is %s say so', (mode, said) => {
    const before = aBudget({ spent: '120' });
    const context = aContext({ settings: settings({ enforcement: mode }) });
    const after: Budget = { ...before, ...applyDecision(before, decide(before, context, NOON), NOON) };
    const reasons = announcements(before, after, 'change-1', NOON, context).filter(({ type }) => type === EventType.THRESHOLD_CROSSED).map(({ detail }) => detail.reason);
    expect(reasons).toEqual(['warning', 'critical', 'exceeded'].map(level => `${level} threshold reached${said}`));
  },
);

test('a reason says of enforcement what it ends with, and nothing where somebody only wrote of it', () => {
  expect([PAUSED, LIFTED, 'over the limit; observed only', `held by bob: ${PAUSED}?`].map(notEnforcedIn)).toEqual([
    'enforcement is paused for everybody', 'enforcement is lifted for everybody', undefined, undefined,
  ]);
});

describe('the enforcer', () => {
  function asking(budget: Budget, mode: EnforcementMode, denied = false) {
    const world = new InMemoryDeployment({ texts: { [SettingName.ENFORCEMENT]: mode } });
    world.given(budget, { denied });
    const workflow = { principalId: budget.principalId, revision: 3, notBefore: isoInstant(NOON), asOf: isoInstant(NOON - MINUTE) };
    return { world, ask: (action: EnforcerAction) => enforce({ action, workflow, now: isoInstant(NOON), executionName: 'x-1' }, world.enforcerPorts, world.context) };
  }

  test.each(['paused', 'lifted'] as const)('denies nobody by a budget while enforcement is %s: a workflow that wakes up then does nothing', async mode => {
    for (const budget of [aBudgetInGrace(), aSuspendedBudget()]) {
      const { world, ask } = asking(budget, mode);
      expect(await ask(EnforcerAction.RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
      expect(world.iam.denies(ALICE)).toBe(false);
    }
  });

  test.each(['paused', 'lifted'] as const)('denies whom an order holds while enforcement is %s', async mode => {
    const { world, ask } = asking(aBudgetInGrace({ hold: HOLD }), mode);
    expect(await ask(EnforcerAction.RESTRICT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    expect(await ask(EnforcerAction.CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.CONFIRMED });
    expect(world.status(ALICE)).toBe('suspended');
  });

  test('takes the deny off again that it attached a moment before the pause, whether or not IAM shows it yet', async () => {
    for (const denied of [true, false]) {
      const { ask } = asking(aBudgetInGrace(), 'paused', denied);
      expect(await ask(EnforcerAction.CONFIRM_SUSPENSION)).toMatchObject({ outcome: EnforcerOutcome.LIFT });
    }
    await expect(asking(aBudgetInGrace(), 'on').ask(EnforcerAction.CONFIRM_SUSPENSION)).rejects.toThrow(NotYetVisibleError);
  });

  test.each(['paused', 'lifted'] as const)('leaves its trace where enforcement is %s for a moment that the monitor never sees', async mode => {
    for (const [action, outcome, denied] of [
      [EnforcerAction.RESTRICT, EnforcerOutcome.SUPERSEDED, false], [EnforcerAction.CONFIRM_SUSPENSION, EnforcerOutcome.LIFT, true],
      [EnforcerAction.CONFIRM_SUSPENSION, EnforcerOutcome.LIFT, false],
    ] as const) {
      const { world, ask } = asking(aBudgetInGrace(), mode, denied);
      expect(await ask(action)).toMatchObject({ outcome });
      const reason = mode === 'paused' ? PAUSED : LIFTED;
      expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'exceeded', reason });
      expect(world.metrics.total(Metric.ENFORCEMENT_PAUSED)).toBe(1);
      expect(world.log.entries.filter(({ level }) => level === 'warn')).toEqual([
        { level: 'warn', message: 'not suspended: enforcement is not on', facts: { principalId: ALICE, enforcement: mode } },
      ]);
      // Resumed before anybody looked: it is told, and what begins is a fresh grace period.
      world.settings.texts = { ...world.settings.texts, [SettingName.ENFORCEMENT]: 'on' };
      await world.evaluateStream();
      expect(world.events.published[0]).toMatchObject({ type: EventType.GRACE_PERIOD_CANCELLED, detail: { reason, status: 'exceeded' } });
      expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'grace_period', graceDeadline: NOON + 5 * MINUTE });
    }
  });

  test('counts every step that is taken while enforcement is not on, and none of the others', async () => {
    for (const [mode, budget, action, counted] of [
      ['on', aBudgetInGrace(), EnforcerAction.RESTRICT, 0], ['paused', aSuspendedBudget(), EnforcerAction.RESTRICT, 1],
      ['lifted', aBudgetBeingRestored(), EnforcerAction.LIFT, 1],
    ] as const) {
      const { world, ask } = asking(budget, mode);
      await ask(action);
      expect(world.metrics.total(Metric.ENFORCEMENT_PAUSED)).toBe(counted);
      expect(world.log.entries.filter(({ level }) => level === 'warn')).toEqual([]);
    }
  });

  test('writes nothing about who recovered, or is in a grace period that still runs', async () => {
    for (const budget of [aBudgetInGrace({ limits: [limit('500')] }), aBudgetInGrace({ graceDeadline: NOON + HOUR })]) {
      const { world, ask } = asking(budget, 'paused');
      await ask(EnforcerAction.RESTRICT);
      expect(world.budgets.peek(ALICE)).toEqual(budget);
    }
  });

  test('leaves the deny on who is suspended while enforcement is paused', async () => {
    const { world, ask } = asking(aSuspendedBudget(), 'paused', true);
    expect(await ask(EnforcerAction.LIFT)).toMatchObject({ outcome: EnforcerOutcome.SUPERSEDED });
    expect(world.iam.denies(ALICE)).toBe(true);
  });

  test('finishes the restoration of whom it frees while enforcement is paused, although they are over their limit', async () => {
    const { world, ask } = asking(aBudgetBeingRestored({ limits: [limit('100')] }), 'paused', true);
    expect(await ask(EnforcerAction.LIFT)).toMatchObject({ outcome: EnforcerOutcome.APPLIED });
    await ask(EnforcerAction.CONFIRM_RESTORATION);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'exceeded', reason: PAUSED });
    expect(world.iam.denies(ALICE)).toBe(false);
  });
});

describe('the monitor', () => {
  function given(...budgets: readonly (readonly [Budget, boolean])[]): InMemoryDeployment {
    const world = new InMemoryDeployment();
    budgets.forEach(([budget, denied]) => world.given(budget, { denied }));
    world.memory.snapshot = { texts: agentSettingTexts(), refused: [] };
    return world;
  }

  function set(world: InMemoryDeployment, mode: EnforcementMode): void {
    world.settings.texts = { ...world.settings.texts, [SettingName.ENFORCEMENT]: mode };
  }

  async function cycle(world: InMemoryDeployment) {
    const summary = await world.monitor();
    await world.evaluateStream();
    await world.runWorkflows();
    return summary;
  }

  test('applies a pause to everybody at its next run, not only to who is due', async () => {
    const world = given([aBudgetInGrace({ graceDeadline: NOON + HOUR, nextCheckAt: NOON + 2 * HOUR }), false], [aSuspendedBudget({ principalId: ROLE }), true]);
    set(world, 'paused');
    expect(await cycle(world)).toMatchObject({ enforcement: 'paused', settingsChanged: true, suspended: 1, drift: [] });
    expect([world.status(ALICE), world.status(ROLE)]).toEqual(['exceeded', 'suspended']);
    expect(world.iam.denies(ROLE)).toBe(true);
  });

  test('restores everybody at once when enforcement is lifted, but for whom an order holds', async () => {
    const world = given([aSuspendedBudget(), true], [aSuspendedBudget({ principalId: ROLE, hold: HOLD }), true]);
    set(world, 'lifted');
    expect(await cycle(world)).toMatchObject({ enforcement: 'lifted', decided: 1, suspended: 1 });
    expect([world.iam.denies(ALICE), world.iam.denies(ROLE)]).toEqual([false, true]);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'exceeded', reason: LIFTED });
    expect(world.status(ROLE)).toBe('suspended');
    const told = [EventType.CONFIGURATION_CHANGED, EventType.RESTORATION_STARTED, EventType.PRINCIPAL_RESTORED];
    expect(world.events.types()).toEqual(expect.arrayContaining(told));
  });

  test('looks at the suspended first while enforcement is lifted: a run that is cut off among the others has started their restoration', async () => {
    const world = given([aSuspendedBudget(), true], [aBudget({ principalId: ROLE, nextCheckAt: NOON }), false]);
    set(world, 'lifted');
    const open = world.budgets.open.bind(world.budgets);
    world.budgets.open = () => {
      throw new Error('timed out');
    };
    await expect(world.monitor()).rejects.toThrow('timed out');
    world.budgets.open = open;
    expect(world.status(ALICE)).toBe('restoring');
  });

  test('does not fight whoever takes the deny off by hand while enforcement is paused: the table follows, and a fresh grace period comes after it', async () => {
    const world = given([aSuspendedBudget(), false]);
    set(world, 'paused');
    expect(await cycle(world)).toMatchObject({ suspended: 0, drift: [] });
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'exceeded', reason: PAUSED });
    expect(world.events.types()).not.toContain(EventType.DRIFT_DETECTED);
    set(world, 'on');
    world.now += 5 * MINUTE;
    await cycle(world);
    expect(world.budgets.peek(ALICE)).toMatchObject({ status: 'grace_period', graceDeadline: world.now + 5 * MINUTE });
    expect(world.iam.denies(ALICE)).toBe(false);
  });

  describe('of a suspended runtime that is given another role during a pause', () => {
    const suspension = { confirmedAt: NOON - HOUR, secondsToBlock: 300, overspend: usd('1') };
    const moving = aSuspendedBudget({ principalId: AGENT, kind: PrincipalKindName.AGENT_RUNTIME, role: AGENT_ROLE, suspension });

    function suspendedRuntime(): InMemoryDeployment {
      const world = given();
      world.agentCore = true;
      world.given(moving, 'absent');
      world.iam.add(AGENT_ROLE, { attached: true });
      world.iam.add(ROLE);
      set(world, 'paused');
      return world;
    }

    const standsAt = (world: InMemoryDeployment) => [world.status(AGENT), world.iam.denies(AGENT_ROLE), world.iam.denies(ROLE)];

    test('moves the restriction with it: nobody frees themselves by another role', async () => {
      const world = suspendedRuntime();
      world.registrar.write(AGENT, ROLE);
      world.now += 1000;
      await world.evaluateStream();
      await world.runWorkflows();
      expect(standsAt(world)).toEqual(['suspended', false, true]);
      world.now += 5 * MINUTE;
      expect(await cycle(world)).toMatchObject({ suspended: 1, drift: [] });
      expect(standsAt(world)).toEqual(['suspended', false, true]);
    });

    test('moves it also where the workflow that was to do so was lost', async () => {
      const world = suspendedRuntime();
      world.registrar.write(AGENT, ROLE);
      world.budgets.takeStream();
      world.iam.setByHand(AGENT_ROLE, false);
      world.now += 5 * MINUTE;
      expect(await cycle(world)).toMatchObject({ drift: [{ kind: 'missing', principalId: AGENT }] });
      expect(standsAt(world)).toEqual(['suspended', false, true]);
    });

    test('does not fight whoever takes the deny off the new role by hand, once it has been there', async () => {
      const world = suspendedRuntime();
      world.registrar.write(AGENT, ROLE);
      world.now += 1000;
      await world.evaluateStream();
      await world.runWorkflows();
      expect(world.budgets.peek(AGENT)!.suspension).toEqual({ ...suspension, movedAt: world.now });
      world.iam.setByHand(ROLE, false);
      world.now += 5 * MINUTE;
      expect(await cycle(world)).toMatchObject({ suspended: 0, drift: [] });
      expect(standsAt(world)).toEqual(['exceeded', false, false]);
    });

    test('frees it of the new role where enforcement is lifted', async () => {
      const world = suspendedRuntime();
      set(world, 'lifted');
      world.registrar.write(AGENT, ROLE);
      world.now += 1000;
      await cycle(world);
      expect(standsAt(world)).toEqual(['exceeded', false, false]);
    });

    test('moves it back with the runtime', async () => {
      const world = suspendedRuntime();
      for (const role of [ROLE, AGENT_ROLE]) {
        world.registrar.write(AGENT, role);
        world.now += 1000;
        await world.evaluateStream();
        await world.runWorkflows();
      }
      expect(standsAt(world)).toEqual(['suspended', true, false]);
    });
  });

  test('puts a deny back that an order asks for, paused or lifted', async () => {
    for (const mode of ['paused', 'lifted'] as const) {
      const world = given([aSuspendedBudget({ hold: HOLD }), false]);
      set(world, mode);
      await cycle(world);
      expect(world.iam.denies(ALICE)).toBe(true);
    }
  });

  test('starts no workflow for policies that could not be removed while enforcement is paused', async () => {
    const failure = { workflow: 'suspension' as const, step: 'RemovePolicies', message: 'x', at: NOON - HOUR };
    const world = given([aSuspendedBudget({ failure }), true], [aSuspendedBudget({ principalId: ROLE }), true]);
    world.held = new Set();
    set(world, 'paused');
    await world.monitor();
    expect(world.workflows.started).toEqual([]);
  });

  test.each<[EnforcementMode, number]>([['on', 0], ['paused', 1], ['lifted', 1]])('tells at every run whether enforcement is on: %s', async (mode, value) => {
    const world = given();
    set(world, mode);
    await world.monitor();
    expect(world.metrics.names()).toContain(Metric.ENFORCEMENT_PAUSED);
    await world.monitor();
    expect(world.metrics.total(Metric.ENFORCEMENT_PAUSED)).toBe(2 * value);
  });

  test('tells who changed it, from what to what', async () => {
    const world = given();
    world.authors.set(SettingName.ENFORCEMENT, 'arn:aws:sts::111122223333:assumed-role/ops/ann');
    set(world, 'paused');
    await world.monitor();
    expect(world.events.published).toEqual([expect.objectContaining({
      type: EventType.CONFIGURATION_CHANGED,
      detail: expect.objectContaining({
        actor: 'arn:aws:sts::111122223333:assumed-role/ops/ann',
        before: expect.objectContaining({ enforcement: 'on' }),
        after: expect.objectContaining({ enforcement: 'paused' }),
      }),
    })]);
  });

  test('names an operator where SSM does not tell who it was', async () => {
    const world = given();
    set(world, 'paused');
    await world.monitor();
    expect(world.events.published[0].detail.actor).toBe('an operator, through SSM');
  });
});
