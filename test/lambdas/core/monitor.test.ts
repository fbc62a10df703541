import { EventType, Metric, SettingName } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import { limitsToItem, NumberText } from '../../../src/lambdas/core/budget-item';
import { usd } from '../../../src/lambdas/core/money';
import { MonitorIncompleteError } from '../../../src/lambdas/core/monitor';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, AGENT, ALICE, aSuspendedBudget, at, DAY, HOUR, KEY_USER, limit, MINUTE, NOON, ROLE, agentSettingTexts,
} from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

const APRIL = at('2026-04-01T00:00:00Z');
const MARCH = 'calendar month@2026-03-01';

describe('who is looked at', () => {
  test('is who is due, and nobody else', async () => {
    const world = given(
      aBudget({ principalId: ALICE, nextCheckAt: NOON, spent: '5' }),
      aBudget({ principalId: ROLE, nextCheckAt: NOON + 1, spent: '5' }),
      aBudget({ principalId: KEY_USER, spent: '5' }),
    );
    expect(await world.monitor()).toMatchObject({ looked: 1, decided: 0, unevaluated: 0, suspended: 0, drift: [], failures: 0, settingsChanged: false });
  });

  test('is not looked at again where nothing is due any more', async () => {
    const world = given(aBudget({ nextCheckAt: NOON, spent: '5' }));
    await world.monitor();
    expect(world.budgets.item(ALICE)).not.toHaveProperty('watch');
    expect(await world.monitor()).toMatchObject({ looked: 0 });
  });

  test('costs no write where the next look is unchanged', async () => {
    const world = given(aSuspendedBudget({ nextCheckAt: APRIL }), aBudget({ principalId: ROLE }));
    world.iam.setByHand(ALICE, true);
    await world.monitor();
    expect(world.budgets.stream).toEqual([]);
  });

  test('costs the others nothing where it cannot be read', async () => {
    const world = given(aBudget({ nextCheckAt: NOON }), aBudget({ principalId: ROLE, spent: '75', nextCheckAt: NOON }));
    world.budgets.edit(ALICE, { graceDeadline: 'tomorrow' });
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    expect(world.status(ROLE)).toBe('warning');
    expect(world.metrics.total(Metric.EVALUATION_FAILURES)).toBe(1);
    expect(world.metrics.total(Metric.MONITOR_RUNS)).toBe(1);
  });

  test('costs the others nothing where the table fails for it', async () => {
    const world = given(aBudget({ nextCheckAt: NOON }), aBudget({ principalId: ROLE, spent: '75', nextCheckAt: NOON }));
    world.faults.plan('budgets.read');
    await expect(world.monitor()).rejects.toThrow('1 principals could not be looked at');
    expect(world.status(ROLE)).toBe('warning');
    expect(world.metrics.total(Metric.EVALUATION_FAILURES)).toBe(0);
  });
});

describe('a run', () => {
  test('is told in one line, with how many are suspended and what differs in IAM', async () => {
    const world = given(aSuspendedBudget(), aBudget({ principalId: KEY_USER, spent: '75', nextCheckAt: NOON }), aBudget({ principalId: ROLE }));
    world.iam.setByHand(ROLE, true);
    await world.monitor();
    expect(world.log.entries.at(-1)).toEqual({
      level: 'info',
      message: 'monitored',
      facts: {
        enforcement: 'on', settingsChanged: false, looked: 2, decided: 1, unevaluated: 0, suspended: 1, failures: 0, drift: [`missing ${ALICE}`, `orphaned ${ROLE}`],
      },
    });
    const { MONITOR_RUNS, PRINCIPALS_SUSPENDED, DRIFT_DETECTED, UNEVALUATED_FOUND, ENFORCEMENT_PAUSED } = Metric;
    const metrics = [MONITOR_RUNS, PRINCIPALS_SUSPENDED, DRIFT_DETECTED, UNEVALUATED_FOUND, ENFORCEMENT_PAUSED];
    expect(metrics.map(metric => world.metrics.total(metric))).toEqual([1, 1, 2, 0, 0]);
  });

  test('logs what it decided', async () => {
    const world = given(aBudget({ spent: '75', nextCheckAt: NOON }));
    await world.monitor();
    expect(world.log.entries[0]).toEqual({ level: 'info', message: 'decided', facts: { principalId: ALICE, to: 'warning', reason: '75.0 % of $100.00 spent since 2026-03-01' } });
  });

  test('logs whom it could not look at, and why', async () => {
    const world = given(aBudget({ nextCheckAt: NOON }));
    world.budgets.edit(ALICE, { graceDeadline: 'tomorrow' });
    expect(String(await world.monitor().catch(error => error))).toBe('MonitorIncompleteError: 1 principals could not be looked at; see the errors logged before');
    expect(world.log.entries[0]).toEqual({
      level: 'error',
      message: 'could not look at a principal',
      facts: { principalId: ALICE, problem: 'BudgetItemError: attribute graceDeadline "tomorrow" is no ISO 8601 instant' },
    });
  });
});

describe('what passes without anybody spending', () => {
  test.each<[string, Budget, number, string]>([
    ['a window of a warned principal', aBudget({ spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: APRIL }), APRIL, 'active'],
    ['a window of a suspended principal', aSuspendedBudget(), APRIL, 'restoring'],
    ['a window of one in its grace period', aBudgetInGrace({ graceDeadline: APRIL + DAY, nextCheckAt: APRIL }), APRIL, 'active'],
    ['an exemption', aBudget({ spent: '120', exemption: { reason: 'x', until: NOON }, nextCheckAt: NOON }), NOON, 'grace_period'],
    ['a top-up', aBudget({ spent: '120', topUps: [{ amount: usd('50'), expiresAt: NOON }], nextCheckAt: NOON }), NOON, 'grace_period'],
    ['the wait for a free attachment', aBudget({ spent: '120', status: 'exceeded', unenforceable: { code: 'attachment-quota', message: 'x', retryAt: NOON }, nextCheckAt: NOON }), NOON, 'grace_period'],
  ])('%s', async (_, budget, time, status) => {
    const world = given(budget);
    world.now = time;
    await world.monitor();
    expect(world.status(ALICE)).toBe(status);
  });

  test('a workflow that never came to its end is started again', async () => {
    const world = given(aBudgetInGrace());
    world.now = NOON + 10 * MINUTE;
    await world.monitor();
    expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'suspension', executionName: expect.stringMatching(/-r4-[0-9a-z]+$/) })]);
  });
});

describe('spend that nobody evaluated', () => {
  test('is found and counted', async () => {
    const world = given(aBudget({ spent: '100', lastCallAt: NOON - HOUR, nextCheckAt: NOON }));
    expect(await world.monitor()).toMatchObject({ decided: 1, unevaluated: 1 });
    expect(world.metrics.total(Metric.UNEVALUATED_FOUND)).toBe(1);
    expect(world.status(ALICE)).toBe('grace_period');
  });

  test.each<[string, Partial<Budget>]>([
    ['an exemption ended after the last call', { exemption: { reason: 'x', until: NOON } }],
    ['a top-up ended after the last call', { topUps: [{ amount: usd('500'), expiresAt: NOON }] }],
  ])('is not what it is called where %s', async (_, change) => {
    const world = given(aBudget({ spent: '120', lastCallAt: NOON - HOUR, nextCheckAt: NOON, ...change }));
    expect(await world.monitor()).toMatchObject({ decided: 1, unevaluated: 0 });
  });

  test('is not what it is called where the settings changed', async () => {
    const world = given(aBudget({ spent: '60', lastCallAt: NOON - HOUR, nextCheckAt: NOON + MINUTE }));
    await world.monitor();
    world.settings.texts = agentSettingTexts({ [SettingName.WARNING_THRESHOLD_PERCENT]: '50' });
    expect(await world.monitor()).toMatchObject({ settingsChanged: true, decided: 1, unevaluated: 0 });
    expect(world.status(ALICE)).toBe('warning');
  });
});

describe('a suspended principal whom IAM does not deny', () => {
  test('is denied again, counted and told', async () => {
    const world = given(aSuspendedBudget());
    expect(await world.monitor()).toMatchObject({ suspended: 1, drift: [{ kind: 'missing', principalId: ALICE }] });
    expect(world.metrics.total(Metric.DRIFT_DETECTED)).toBe(1);
    const [{ executionName }] = world.workflows.started;
    expect(world.events.published[0].detail).toMatchObject({ eventId: `drift/${executionName}`, actor: 'budget-monitor', occurredAt: '2026-03-10T12:00:00.000Z' });
    expect(world.events.published).toEqual([expect.objectContaining({
      type: EventType.DRIFT_DETECTED, detail: expect.objectContaining({ principalId: ALICE, before: { denied: false }, after: { denied: true }, reason: expect.stringContaining('put back') }),
    })]);
    await world.runWorkflows();
    expect(world.iam.denies(ALICE)).toBe(true);
    expect(await monitorLater(world)).toMatchObject({ drift: [] });
  });

  test('is told once, where the monitor runs twice at a time', async () => {
    const world = given(aSuspendedBudget());
    await world.monitor();
    await world.monitor();
    expect(world.events.distinct()).toHaveLength(1);
    expect(world.workflows.started).toHaveLength(1);
  });

  test('is left alone while IAM may still be catching up', async () => {
    const world = given(aSuspendedBudget({ statusSince: NOON - 30_000 }));
    expect(await world.monitor()).toMatchObject({ suspended: 1, drift: [] });
  });

  test('and is gone from IAM is found out', async () => {
    const world = new InMemoryDeployment();
    world.given(aSuspendedBudget(), 'absent');
    await world.monitor();
    await world.runWorkflows();
    expect(world.status(ALICE)).toBe('deleted');
    expect(await monitorLater(world)).toMatchObject({ drift: [], suspended: 0 });
  });

  test('is not put back where it is to be restored', async () => {
    const world = given(aSuspendedBudget());
    world.now = APRIL;
    expect(await world.monitor()).toMatchObject({ drift: [], suspended: 0 });
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['active', false]);
  });

  test('and never could be denied is not looked for', async () => {
    const world = new InMemoryDeployment();
    world.given(aSuspendedBudget({ principalId: `root/${ACCOUNT}` }), 'absent');
    expect(await world.monitor()).toMatchObject({ suspended: 0, drift: [] });
  });
});

describe('a suspended principal whose policies could not be removed', () => {
  const failure = (changes: Partial<NonNullable<Budget['failure']>> = {}) => ({ workflow: 'suspension' as const, step: 'RemovePolicies', message: 'AccessDenied', at: NOON - 5 * MINUTE, ...changes });
  const denied = (changes: Parameters<typeof aSuspendedBudget>[0]) => {
    const world = given(aSuspendedBudget(changes));
    world.iam.setByHand(ALICE, true);
    return world;
  };

  test('is tried again after five minutes: by a workflow of the suspension, without an event and without being counted as drift', async () => {
    const world = denied({ failure: failure(), revision: 7 });
    expect(await world.monitor()).toMatchObject({ suspended: 1, drift: [], decided: 0 });
    expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'suspension', input: expect.objectContaining({ principalId: ALICE, revision: 7 }) })]);
    expect(world.events.published).toEqual([]);
  });

  test('is left alone until then, and where nothing failed', async () => {
    for (const budget of [{ failure: failure({ at: NOON - 5 * MINUTE + 1 }) }, { failure: undefined }, { failure: failure({ workflow: 'restoration' }) }]) {
      const world = denied(budget);
      await world.monitor();
      expect(world.workflows.started).toEqual([]);
    }
  });

  test('is tried again for as long as it fails, once a run', async () => {
    const world = denied({ failure: failure() });
    await world.monitor();
    await world.monitor();
    expect(world.workflows.started).toHaveLength(1);
    await monitorLater(world);
    expect(world.workflows.started).toHaveLength(2);
  });

  test('is started once where the deny is missing as well', async () => {
    const world = given(aSuspendedBudget({ failure: failure() }));
    expect(await world.monitor()).toMatchObject({ drift: [{ kind: 'missing', principalId: ALICE }] });
    expect(world.workflows.started).toHaveLength(1);
  });

  test('is not tried again where it is to be restored by now', async () => {
    const world = denied({ failure: failure(), spent: '10', nextCheckAt: NOON });
    await world.monitor();
    expect(world.status(ALICE)).toBe('restoring');
    expect(world.workflows.started.map(({ workflow }) => workflow)).toEqual(['restoration']);
  });

  test('costs the others nothing where the workflow cannot be started', async () => {
    const world = denied({ failure: failure() });
    world.given(aSuspendedBudget({ principalId: ROLE, failure: failure() }), { denied: true });
    world.faults.plan('workflows.start');
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    expect(world.workflows.started).toHaveLength(1);
  });
});

describe('a suspended principal whose policies nobody has removed', () => {
  const denied = (changes: Parameters<typeof aSuspendedBudget>[0] = {}, held: readonly string[] = []) => {
    const world = given(aSuspendedBudget(changes));
    world.iam.setByHand(ALICE, true);
    world.held = new Set(held);
    return world;
  };

  test('is suspended again, as often as it takes: the removal was lost, or the strategy is new', async () => {
    const world = denied({ revision: 7 });
    for (let run = 1; run <= 3; run += 1) {
      expect(await monitorLater(world)).toMatchObject({ suspended: 1, drift: [], decided: 0, failures: 0 });
      expect(world.workflows.started).toHaveLength(run);
    }
    expect(world.workflows.started[0]).toMatchObject({ workflow: 'suspension', input: { principalId: ALICE, revision: 7 } });
    // The deny is where it should be.
    expect(world.events.published).toEqual([]);
    expect(world.metrics.total(Metric.DRIFT_DETECTED)).toBe(0);
    world.held!.add(ALICE);
    await monitorLater(world);
    expect(world.workflows.started).toHaveLength(3);
  });

  test.each<[string, Parameters<typeof aSuspendedBudget>[0]]>([
    ['its workflow may still be at work', { statusSince: NOON - MINUTE + 1 }],
    ['its removal failed a moment ago, and is tried again later', { failure: { workflow: 'suspension', step: 'RemovePolicies', message: 'x', at: NOON - MINUTE } }],
  ])('is left alone where %s', async (_, changes) => {
    const world = denied(changes);
    await world.monitor();
    expect(world.workflows.started).toEqual([]);
  });

  test('is left alone where suspending removes no policies', async () => {
    const world = denied();
    world.held = undefined;
    await world.monitor();
    expect(world.workflows.started).toEqual([]);
  });

  test.each<[string, Parameters<typeof aSuspendedBudget>[0]]>([
    ['has been suspended for a minute', { statusSince: NOON - MINUTE }],
    ['has a failure of a restoration from before', { failure: { workflow: 'restoration', step: 'Lift', message: 'x', at: NOON - MINUTE } }],
    ['has failed for five minutes', { failure: { workflow: 'suspension', step: 'RemovePolicies', message: 'x', at: NOON - 5 * MINUTE } }],
  ])('is suspended again, once, where it %s', async (_, changes) => {
    const world = denied(changes);
    await world.monitor();
    expect(world.workflows.started).toHaveLength(1);
  });

  test('is not, where the deny is missing as well: that is mended first, and is drift', async () => {
    const world = given(aSuspendedBudget());
    world.held = new Set();
    expect(await world.monitor()).toMatchObject({ drift: [{ kind: 'missing' }] });
    expect(world.workflows.started).toHaveLength(1);
  });

  test('costs the others nothing where the table of backups fails for it', async () => {
    const world = denied();
    world.given(aSuspendedBudget({ principalId: ROLE }), { denied: true });
    world.faults.plan('backups.holds');
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    expect(world.workflows.started).toHaveLength(1);
  });
});

describe('a denied principal whom the table holds for free', () => {
  test.each<[string, Budget | undefined]>([
    ['within its limit', aBudget()],
    ['with no budget at all', undefined],
    ['in its grace period', aBudgetInGrace({ graceDeadline: NOON + HOUR, nextCheckAt: NOON + HOUR })],
  ])('%s is freed, counted and told', async (_, budget) => {
    const world = given(...(budget ? [budget] : []));
    world.iam.add(ALICE, { attached: true });
    expect(await world.monitor()).toMatchObject({ drift: [{ kind: 'orphaned', principalId: ALICE }] });
    expect(world.events.published).toEqual([expect.objectContaining({
      type: EventType.DRIFT_DETECTED, detail: expect.objectContaining({ before: { denied: true }, after: { denied: false }, reason: expect.stringContaining('lifted') }),
    })]);
    await world.runWorkflows();
    expect(world.iam.denies(ALICE)).toBe(false);
  });

  test('a role is freed, too', async () => {
    const world = given(aBudget({ principalId: ROLE }));
    world.iam.setByHand(ROLE, true);
    await world.monitor();
    await world.runWorkflows();
    expect(world.iam.denies(ROLE)).toBe(false);
  });

  test.each<[string, Budget]>([
    ['suspended', aSuspendedBudget()],
    ['about to be suspended', aBudgetInGrace()],
    ['being restored', aBudgetBeingRestored()],
  ])('is none while it is %s', async (_, budget) => {
    const world = given(budget);
    world.iam.setByHand(ALICE, true);
    expect(await world.monitor()).toMatchObject({ drift: [] });
  });

  test('one that cannot be read costs the others nothing', async () => {
    const world = given(aBudget(), aBudget({ principalId: ROLE }));
    world.budgets.edit(ALICE, { graceDeadline: 'tomorrow' });
    world.iam.setByHand(ALICE, true);
    world.iam.setByHand(ROLE, true);
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    await world.runWorkflows();
    expect([world.iam.denies(ALICE), world.iam.denies(ROLE)]).toEqual([true, false]);
  });
});

describe('where principals stand', () => {
  const told = (world: InMemoryDeployment) => world.log.entries.filter(({ message }) => message === 'standing').map(({ facts }) => facts!);
  const inGrace = () => aBudgetInGrace({ principalId: ROLE, graceDeadline: NOON + 5 * DAY, nextCheckAt: NOON + 5 * DAY });

  test('is told of everybody above a threshold once an hour', async () => {
    const world = given(
      aBudget({ principalId: KEY_USER, spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + HOUR }), aSuspendedBudget(), inGrace(),
    );
    world.iam.setByHand(ALICE, true);
    await world.monitor();
    expect(told(world).map(({ principalId, status, sharePercent }) => [principalId, status, sharePercent]).sort()).toEqual([
      [ROLE, 'grace_period', 120], [KEY_USER, 'warning', 75], [ALICE, 'suspended', 120],
    ]);
  });

  test('is told in between of who was due alone, and read anyway', async () => {
    const world = given(
      aBudget({ principalId: KEY_USER, spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + 5 * MINUTE }), aSuspendedBudget(), inGrace(),
    );
    world.iam.setByHand(ALICE, true);
    world.now = NOON + 5 * MINUTE;
    world.faults.plan('budgets.readMany');
    expect(await world.monitor()).toMatchObject({ failures: 0 });
    expect(told(world).map(({ principalId }) => principalId)).toEqual([KEY_USER]);
  });

  test('is not told of who is free, watched or not', async () => {
    const world = given(aBudget({ spent: '5', nextCheckAt: NOON }), aBudget({ principalId: ROLE, spent: '5', nextCheckAt: NOON + MINUTE }));
    await world.monitor();
    expect(told(world)).toEqual([]);
  });

  test('is told as it was decided in this run', async () => {
    const world = given(aBudget({ spent: '95', nextCheckAt: NOON }));
    await world.monitor();
    expect(told(world)).toEqual([expect.objectContaining({ principalId: ALICE, status: 'critical' })]);
  });

  test('is bounded, and what is left out is counted', async () => {
    const many = Array.from({ length: 252 }, (_, index) => aBudget({
      principalId: `iam-role/${ACCOUNT}/r-${index}`, spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + HOUR,
    }));
    const world = given(...many, inGrace());
    await world.monitor();
    expect(told(world).map(({ status }) => status).sort()).toEqual(['grace_period', ...Array(250).fill('warning')]);
    expect(world.log.entries).toContainEqual(expect.objectContaining({ level: 'warn', facts: { toldOfEach: 250, leftOut: { warning: 2 } } }));
  });

  test.each<[string, Budget, string]>([
    ['due', aBudget({ spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON }), 'iam.list'],
    ['suspended', aSuspendedBudget(), 'budgets.readMany'],
    ['an AgentCore runtime', aBudget({ principalId: AGENT, role: ROLE, spent: '75', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + HOUR }), 'budgets.readMany'],
  ])('is told at the look, so that whoever is free before the run ends is not told as it was: %s', async (_, budget, call) => {
    const world = given(inGrace());
    world.given(budget, 'absent');
    world.agentCore = true;
    world.iam.add(ALICE, { attached: true });
    if (budget.role) {
      world.registrar.write(AGENT, ROLE);
    }
    // The evaluator tells that it is free, while the monitor goes on with others.
    let free = false;
    world.faults.draw = made => {
      const isTold = told(world).some(({ principalId }) => principalId === budget.principalId);
      if (!free && isTold && made === call) {
        free = true;
        world.log.info('standing', { principalId: budget.principalId, status: 'active' });
      }
      return undefined;
    };
    await world.monitor();
    expect(free).toBe(true);
    expect(told(world).filter(({ principalId }) => principalId === budget.principalId).map(({ status }) => status)).toEqual([budget.status, 'active']);
  });

  test('of a suspended one whose deny was taken off by hand during a pause is that it is being restored', async () => {
    const world = given(aSuspendedBudget());
    world.settings.texts = agentSettingTexts({ [SettingName.ENFORCEMENT]: 'paused' });
    await world.monitor();
    expect(told(world).at(-1)).toMatchObject({ principalId: ALICE, status: 'restoring' });
  });

  test('costs nobody their look where it cannot be read', async () => {
    const world = given(aSuspendedBudget(), inGrace());
    world.faults.plan('budgets.readMany');
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    expect(world.metrics.total(Metric.MONITOR_RUNS)).toBe(1);
    expect(world.workflows.started).toHaveLength(1);
  });
});

test('a group that somebody attached the deny to is told to a person', async () => {
  const world = given();
  world.iam.groups.push('developers');
  await world.monitor();
  expect(world.metrics.total(Metric.DRIFT_DETECTED)).toBe(1);
  expect(world.log.entries).toContainEqual({ level: 'error', message: expect.stringContaining('group'), facts: { group: 'developers' } });
});

describe('settings', () => {
  const LOWER = agentSettingTexts({ [SettingName.DEFAULT_API_KEY_BUDGET_USD]: '10' });

  test('that change are told, with before and after, and concern everybody on the watch list', async () => {
    const world = given(aBudget({ principalId: KEY_USER, kind: 'api-key-user', limits: undefined, spent: '20', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + 14 * MINUTE }));
    await world.monitor();
    world.settings.texts = LOWER;
    expect(await world.monitor()).toMatchObject({ settingsChanged: true, looked: 1 });
    expect(world.status(KEY_USER)).toBe('grace_period');
    expect(world.events.types()).toEqual([EventType.CONFIGURATION_CHANGED]);
    expect(world.events.published[0].detail).toMatchObject({ before: agentSettingTexts(), after: LOWER });
    expect(await world.monitor()).toMatchObject({ settingsChanged: false });
  });

  test('that change twice within a second are two events', async () => {
    const world = given();
    await world.monitor();
    for (const texts of [LOWER, agentSettingTexts()]) {
      world.settings.texts = texts;
      await world.monitor();
    }
    const [lower, back] = world.events.published.map(({ detail }) => detail);
    expect([lower.occurredAt, back.occurredAt]).toEqual([lower.occurredAt, lower.occurredAt]);
    expect(lower.eventId).not.toBe(back.eventId);
  });

  test('that are seen for the first time are no change', async () => {
    const world = given();
    expect(await world.monitor()).toMatchObject({ settingsChanged: false });
    expect(world.memory.snapshot).toEqual({ texts: agentSettingTexts(), refused: [] });
    expect(world.events.published).toEqual([]);
  });

  test('that come in another order are no change', async () => {
    const world = given();
    await world.monitor();
    world.settings.texts = Object.fromEntries(Object.entries(agentSettingTexts()).reverse()) as typeof LOWER;
    expect(await world.monitor()).toMatchObject({ settingsChanged: false });
  });

  test('that are refused are told once each', async () => {
    const world = given();
    world.settings.refused = [{ setting: SettingName.GRACE_PERIOD_SECONDS, message: 'grace is "soon"' }];
    await world.monitor();
    world.settings.refused = [...world.settings.refused, { setting: SettingName.REFRESH_PERIOD, message: 'period is "monthly"' }];
    expect(await monitorLater(world)).toMatchObject({ settingsChanged: false });
    await monitorLater(world);
    expect(world.events.distinct().map(({ type, detail }) => [type, detail.reason])).toEqual([
      [EventType.CONFIGURATION_INVALID, 'grace is "soon"; the last good value stays in force'],
      [EventType.CONFIGURATION_INVALID, 'period is "monthly"; the last good value stays in force'],
    ]);
  });

  test('that several people changed are told with all of them, each once', async () => {
    const world = given();
    const { WARNING_THRESHOLD_PERCENT, GRACE_PERIOD_SECONDS, DEFAULT_API_KEY_BUDGET_USD } = SettingName;
    world.authors.set(WARNING_THRESHOLD_PERCENT, 'arn:bob').set(GRACE_PERIOD_SECONDS, 'arn:carol').set(DEFAULT_API_KEY_BUDGET_USD, 'arn:bob').set(SettingName.REFRESH_PERIOD, 'arn:dave');
    world.settings.texts = agentSettingTexts({ [WARNING_THRESHOLD_PERCENT]: '60', [GRACE_PERIOD_SECONDS]: '60', [DEFAULT_API_KEY_BUDGET_USD]: '10' });
    await world.monitor();
    expect(world.events.published[0].detail.actor.split(', ').sort()).toEqual(['arn:bob', 'arn:carol']);
  });

  test('that nobody is known to have changed are told as somebody’s', async () => {
    const world = given();
    world.settings.texts = LOWER;
    await world.monitor();
    expect(world.events.published[0].detail).toMatchObject({ actor: 'an operator, through SSM', reason: 'run-time settings changed', eventId: expect.stringMatching(/^2026-03-10T12:00:00\.000Z\/configuration-changed-[0-9a-f]{12}$/) });
  });

  test('that are refused before anybody knew any are told, each with an id of its own', async () => {
    const world = given();
    world.memory.snapshot = undefined;
    world.settings.refused = ['one', 'two'].map(message => ({ setting: SettingName.GRACE_PERIOD_SECONDS, message }));
    await world.monitor();
    expect(world.events.published.map(({ detail }) => [detail.eventId, detail.actor, detail.reason])).toEqual(['one', 'two'].map((message, index) => [
      `2026-03-10T12:00:00.000Z/configuration-invalid-${index}`, 'budget-monitor', `${message}; the last good value stays in force`,
    ]));
  });

  test('that are refused in another order are known already, and cost no write', async () => {
    const world = given();
    const refused = ['one', 'two'].map(message => ({ setting: SettingName.GRACE_PERIOD_SECONDS, message }));
    world.settings.refused = refused;
    await world.monitor();
    const { snapshot } = world.memory;
    world.settings.refused = [...refused].reverse();
    await world.monitor();
    expect(world.memory.snapshot).toBe(snapshot);
  });

  test('are not taken as seen before everybody was looked at', async () => {
    const world = given(aBudget({ principalId: KEY_USER, kind: 'api-key-user', limits: undefined, spent: '20', status: 'warning', levels: { [MARCH]: 'warning' }, nextCheckAt: NOON + DAY }));
    await world.monitor();
    world.settings.texts = LOWER;
    world.faults.plan('watchList.open');
    await expect(world.monitor()).rejects.toThrow('watchList.open failed');
    await world.monitor();
    expect(world.status(KEY_USER)).toBe('grace_period');
  });
});

describe('a whole cycle', () => {
  test('costs as much with a thousand idle principals as with none', async () => {
    const world = given(aSuspendedBudget());
    world.iam.setByHand(ALICE, true);
    const callsOf = async () => {
      const calls: string[] = [];
      world.faults.draw = call => { calls.push(call); return undefined; };
      await world.monitor();
      return calls;
    };
    await world.monitor();
    const before = await callsOf();
    for (let index = 0; index < 1000; index += 1) {
      world.given(aBudget({ principalId: `iam-user/${ACCOUNT}/user-${index}`, spent: '1' }));
    }
    expect(await callsOf()).toEqual(before);
  });

  test('brings back who was suspended when the window turns, with nobody spending', async () => {
    const world = given(aBudget());
    world.budgets.edit(ALICE, { 'spend#2026-03-10': new NumberText('120') });
    await world.evaluateStream();
    world.now += 5 * MINUTE;
    await world.runWorkflows();
    expect(world.iam.denies(ALICE)).toBe(true);
    world.now = APRIL;
    await world.monitor();
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['active', false]);
  });

  test('ends a hold when it is removed, and not before', async () => {
    const world = given(aBudget());
    world.budgets.edit(ALICE, { hold: { by: 'ops', reason: 'leak' } });
    await world.evaluateStream();
    await world.runWorkflows();
    world.now = APRIL;
    world.budgets.edit(ALICE, { limits: limitsToItem([limit('1000')]) });
    await world.evaluateStream();
    await world.monitor();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);
    world.budgets.edit(ALICE, { hold: undefined });
    await world.evaluateStream();
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['active', false]);
  });
});

function given(...budgets: readonly Budget[]): InMemoryDeployment {
  const world = new InMemoryDeployment();
  budgets.forEach(budget => world.given(budget));
  world.memory.snapshot = { texts: agentSettingTexts(), refused: [] };
  return world;
}

function monitorLater(world: InMemoryDeployment) {
  world.now += 5 * MINUTE;
  return world.monitor();
}

