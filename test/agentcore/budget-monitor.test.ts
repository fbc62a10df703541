import { EventType, Metric, SettingName } from '../../src/contract';
import { syncSharedRole } from '../../src/lambdas/core/agents/shared-role';
import { Status } from '../../src/lambdas/core/budget';
import { isoInstant, Item, limitsToItem, NumberText, thresholdsToItem } from '../../src/lambdas/core/budget-item';
import { RECHECK_MS } from '../../src/lambdas/core/decision';
import { usd } from '../../src/lambdas/core/money';
import { MonitorIncompleteError } from '../../src/lambdas/core/monitor';
import { SettingTexts } from '../../src/lambdas/core/settings';
import {
  aBudget, ACCOUNT, AGENT, AGENT_ROLE, agentSettingTexts, ALICE, at, DAY, itemOf, limit, MINUTE, NOON, REGION, ROLE, SECOND, SHARED_AGENTS, TODAY,
} from '../lambdas/core/builders';
import { InMemoryDeployment } from '../lambdas/core/in-memory/deployment';
import { RegistrarWorld } from './registrar-world';

/** The monitor's look at AgentCore runtimes, and what evaluator and enforcer make of it. An agent may spend 10 USD a calendar month. */

const OTHER_AGENT = `agent-runtime/${ACCOUNT}/${REGION}/search-Fg6Hi7Jk8L`;
const APRIL = at('2026-04-01T00:00:00Z');
const TOMORROW = at('2026-03-11T00:00:00Z');

describe('a run, whatever stream records were missed, finds', () => {
  test.each<[string, Status, readonly string[]]>([
    ['6.99', 'active', []],
    ['7', 'warning', ['warning']],
    ['9', 'critical', ['warning', 'critical']],
    ['10', 'grace_period', ['warning', 'critical', 'exceeded']],
  ])('%s of 10 USD: %s', async (spent, status, levels) => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, spent);
    await world.monitor();
    await world.evaluateStream();
    expect(world.status(AGENT)).toBe(status);
    expect(detailsOf(world, EventType.THRESHOLD_CROSSED).map(({ level, principalId }) => [principalId, level])).toEqual(levels.map(level => [AGENT, level]));
  });

  test('a shared budget that reached its limit, which is that of all its runtimes together', async () => {
    const world = given(AGENT, OTHER_AGENT);
    spendUnseen(world, SHARED_AGENTS, '19.99');
    await world.monitor();
    expect(world.status(SHARED_AGENTS)).toBe('critical');
    spendUnseen(world, SHARED_AGENTS, '20');
    await world.monitor();
    expect(world.status(SHARED_AGENTS)).toBe('grace_period');
  });

  test('what a runtime has spent by itself, though it shares a budget now', async () => {
    const world = given(AGENT, OTHER_AGENT);
    spendUnseen(world, AGENT, '10');
    await world.monitor();
    expect(world.status(AGENT)).toBe('grace_period');
  });

  test('an order of which nobody was told', async () => {
    const world = given(AGENT, OTHER_AGENT);
    giveUnseen(world, OTHER_AGENT, { hold: { by: 'ops', reason: 'leak' } });
    await world.monitor();
    await world.runWorkflows();
    expect([world.status(OTHER_AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
  });

  test('nothing to write where nothing is due', async () => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, '5');
    await world.monitor();
    world.budgets.takeStream();
    expect(await monitorLater(world)).toMatchObject({ looked: 1, decided: 0, drift: [] });
    expect(world.budgets.stream).toEqual([]);
  });
});

describe('thresholds', () => {
  const LOW: Partial<SettingTexts> = { [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: '20', [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: '30' };

  test('of agents are apart from those of the rest', async () => {
    const world = given(AGENT);
    settingsAre(world, LOW);
    world.given(aBudget({ limits: [limit('10')], nextCheckAt: NOON }));
    spendUnseen(world, AGENT, '2.5');
    spendUnseen(world, ALICE, '2.5');
    await world.monitor();
    expect([world.status(AGENT), world.status(ALICE)]).toEqual(['warning', 'active']);
    spendUnseen(world, AGENT, '3');
    spendUnseen(world, ALICE, '7');
    world.now += 15 * MINUTE;
    world.budgets.edit(ALICE, { watch: 'open', nextCheckAt: isoInstant(world.now) });
    await world.monitor();
    expect([world.status(AGENT), world.status(ALICE)]).toEqual(['critical', 'warning']);
  });

  test('of one budget are its own, and nobody else’s', async () => {
    const world = given(AGENT, [OTHER_AGENT, ROLE]);
    giveUnseen(world, AGENT, { thresholds: thresholdsToItem({ warningPercent: usd('40'), criticalPercent: usd('50') }) });
    spendUnseen(world, AGENT, '4.5');
    spendUnseen(world, OTHER_AGENT, '4.5');
    await world.monitor();
    expect([world.status(AGENT), world.status(OTHER_AGENT)]).toEqual(['warning', 'active']);
    spendUnseen(world, AGENT, '5');
    await world.monitor();
    expect(world.status(AGENT)).toBe('critical');
  });
});

describe('a grace period', () => {
  test('starts, as long as that of agents, and is told with its end', async () => {
    const world = given(AGENT);
    settingsAre(world, { [SettingName.AGENT_GRACE_PERIOD_SECONDS]: '60' });
    spendUnseen(world, AGENT, '10');
    await world.monitor();
    await world.evaluateStream();
    expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'suspension', input: expect.objectContaining({ principalId: AGENT, notBefore: isoInstant(NOON + MINUTE) }) })]);
    expect(detailsOf(world, EventType.GRACE_PERIOD_STARTED)).toEqual([expect.objectContaining({ principalId: AGENT, principalKind: 'agent-runtime', graceDeadline: isoInstant(NOON + MINUTE) })]);
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['grace_period', false]);
  });

  test('that expires suspends the runtime through its execution role, and is told', async () => {
    const world = await suspended(AGENT);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    expect(world.events.types()).toEqual(expect.arrayContaining([EventType.DENY_ATTACHED, EventType.GRACE_PERIOD_EXPIRED, EventType.PRINCIPAL_SUSPENDED]));
    expect(detailsOf(world, EventType.PRINCIPAL_SUSPENDED)).toEqual([expect.objectContaining({ principalId: AGENT, previousStatus: 'grace_period', suspension: expect.anything() })]);
  });

  test('whose workflow was lost is found, and the runtime suspended all the same', async () => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, '10');
    world.faults.plan('workflows.start');
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    world.budgets.takeStream();
    world.executions = [];
    world.now += 20 * MINUTE;
    await world.monitor();
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
  });

  test.each<[string, Item, number]>([
    ['a raised limit', { limits: limitsToItem([limit('50')]) }, MINUTE],
    ['a top-up', { topUps: [{ amountUsd: new NumberText('50'), expiresAt: isoInstant(APRIL) }] }, MINUTE],
    ['an exemption', { exemption: { reason: 'migration' } }, MINUTE],
    ['a limit of its own that is met, in a period that has turned', { limits: limitsToItem([limit('10', 'calendar day')]) }, TOMORROW - NOON],
  ])('is cancelled by %s, and nobody is denied when its end comes', async (_, order, after) => {
    const world = given(AGENT);
    settingsAre(world, { [SettingName.AGENT_GRACE_PERIOD_SECONDS]: String((2 * DAY) / SECOND) });
    spendUnseen(world, AGENT, '12');
    await world.monitor();
    await world.evaluateStream();
    expect(world.status(AGENT)).toBe('grace_period');
    giveUnseen(world, AGENT, order);
    world.now += after;
    await world.monitor();
    await world.evaluateStream();
    expect(detailsOf(world, EventType.GRACE_PERIOD_CANCELLED)).toEqual([expect.objectContaining({ principalId: AGENT, previousStatus: 'grace_period', status: 'active' })]);
    world.now += 2 * DAY;
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['active', false]);
  });
});

describe('a suspended runtime', () => {
  test.each<[string, Item]>([
    ['a raised limit', { limits: limitsToItem([limit('50')]) }],
    ['a top-up', { topUps: [{ amountUsd: new NumberText('50'), expiresAt: isoInstant(APRIL) }] }],
    ['an exemption', { exemption: { reason: 'migration' } }],
    ['observation', { enforcement: 'observe' }],
  ])('is restored by %s, and that is told', async (_, order) => {
    const world = await suspended(AGENT);
    giveUnseen(world, AGENT, order);
    await monitorLater(world);
    await world.evaluateStream();
    await world.runWorkflows();
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
    expect(world.events.types().slice(-3)).toEqual([EventType.RESTORATION_STARTED, EventType.DENY_DETACHED, EventType.PRINCIPAL_RESTORED]);
  });

  test.each<[string, number]>([
    ['calendar day', TOMORROW],
    ['calendar week', at('2026-03-16T00:00:00Z')],
    ['calendar month', APRIL],
    ['3 days', at('2026-03-13T00:00:00Z')],
  ])('is restored when its period turns (%s), with nobody spending, and not before', async (period, turns) => {
    const world = given(AGENT);
    settingsAre(world, { [SettingName.AGENT_REFRESH_PERIOD]: period });
    world.budgets.edit(AGENT, { anchorDay: '2026-03-10' });
    spendUnseen(world, AGENT, '10');
    await untilQuiet(world);
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    world.now = turns - 1;
    await world.monitor();
    expect(world.status(AGENT)).toBe('suspended');
    world.now = turns;
    await world.monitor();
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['active', false]);
  });

  test('that is held stays so over the turn of the period, until the hold ends', async () => {
    const world = given(AGENT);
    giveUnseen(world, AGENT, { hold: { by: 'ops', reason: 'leak' } });
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    for (const time of [APRIL, APRIL + 31 * DAY]) {
      world.now = time;
      await untilQuiet(world);
      expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    }
    giveUnseen(world, AGENT, { hold: undefined });
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['active', false]);
  });

  test('whose deny somebody took off is denied again', async () => {
    const world = await suspended(AGENT);
    world.iam.setByHand(AGENT_ROLE, false);
    expect(await monitorLater(world)).toMatchObject({ drift: [{ kind: 'missing', principalId: AGENT }] });
    await world.runWorkflows();
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    expect(await monitorLater(world)).toMatchObject({ drift: [] });
  });
});

describe('a runtime that is no more', () => {
  test('is not looked at, not counted and not restricted, whatever it had spent', async () => {
    const world = given(AGENT, [OTHER_AGENT, ROLE]);
    spendUnseen(world, AGENT, '100');
    world.registrar.remove(AGENT);
    world.budgets.takeStream();
    expect(await world.monitor()).toMatchObject({ looked: 1 });
    expect(world.metrics.total(Metric.AGENTS_MONITORED)).toBe(1);
    expect(world.metrics.total(Metric.AGENTS_EXCEEDED)).toBe(0);
    await untilQuiet(world);
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
  });

  test('while it is suspended has its role freed first, and is deleted then', async () => {
    const world = await suspended(AGENT);
    const seen: [unknown, boolean][] = [];
    world.budgets.onWrite = (_, { principalId, status }) => void (principalId === AGENT && seen.push([status, world.iam.denies(AGENT_ROLE)]));
    world.registrar.remove(AGENT);
    await world.evaluateStream();
    await world.runWorkflows();
    expect(seen).toEqual([['suspended', true], ['restoring', true], ['deleted', false]]);
    expect(world.events.types()).toEqual(expect.arrayContaining([EventType.RESTORATION_STARTED, EventType.DENY_DETACHED, EventType.PRINCIPAL_GONE]));
    expect(world.metrics.total(Metric.RESTORATIONS)).toBe(1);
  });

  test('while it is suspended is found, though the record of its removal was lost', async () => {
    const world = await suspended(AGENT);
    world.registrar.remove(AGENT);
    world.budgets.takeStream();
    expect(await monitorLater(world)).toMatchObject({ drift: [] });
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['deleted', false]);
  });

  test('and whose role is being freed is no drift', async () => {
    const world = await suspended(AGENT);
    world.registrar.remove(AGENT);
    await world.evaluateStream();
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['restoring', true]);
    expect(await monitorLater(world)).toMatchObject({ drift: [] });
    await world.runWorkflows();
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
  });

  test('and left its role denied for nobody is drift, and mended', async () => {
    const world = await suspended(AGENT);
    world.budgets.remove(AGENT);
    expect(await monitorLater(world)).toMatchObject({ drift: [{ kind: 'orphaned', principalId: AGENT_ROLE }] });
    await world.runWorkflows();
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
  });

  test('is freed even where it is held', async () => {
    const world = given(AGENT);
    giveUnseen(world, AGENT, { hold: { by: 'ops', reason: 'leak' } });
    await untilQuiet(world);
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    world.registrar.remove(AGENT);
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['deleted', false]);
  });

  test('in its grace period is not suspended', async () => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, '10');
    await world.monitor();
    world.registrar.remove(AGENT);
    world.budgets.takeStream();
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['deleted', false]);
  });

  test('and is there again is restricted as before, without having to call first', async () => {
    const world = await suspended(AGENT);
    world.registrar.remove(AGENT);
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['deleted', false]);
    world.registrar.register(AGENT, AGENT_ROLE);
    world.budgets.takeStream();
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
  });
});

describe('metrics', () => {
  test('tell how many runtimes there are, how many budgets are exceeded, and how far the pool is used', async () => {
    const world = given(AGENT, [OTHER_AGENT, ROLE]);
    giveUnseen(world, OTHER_AGENT, { limits: limitsToItem([limit('30')]) });
    spendUnseen(world, AGENT, '12');
    spendUnseen(world, OTHER_AGENT, '1');
    await world.monitor();
    expect(agentMetrics(world)).toEqual({ monitored: 2, exceeded: 1, used: 32.5 });
  });

  test('count a suspended runtime still, and what was spent by one before it came to share', async () => {
    const world = await suspended(AGENT);
    world.registrar.register(OTHER_AGENT, AGENT_ROLE);
    world.budgets.takeStream();
    spendUnseen(world, SHARED_AGENTS, '3');
    const before = agentMetrics(world);
    await monitorLater(world);
    // 10 and 3 of the 20 that both may spend together.
    expect(agentMetrics(world)).toEqual({ monitored: before.monitored + 2, exceeded: before.exceeded + 1, used: before.used + 65 });
  });

  test('are told where there is no agent, and not at all where agents have no budgets', async () => {
    const [none, off] = [given(), given()];
    off.agentCore = false;
    await Promise.all([none.monitor(), off.monitor()]);
    expect(none.metrics.names()).toEqual(expect.arrayContaining([Metric.AGENTS_MONITORED, Metric.AGENTS_EXCEEDED, Metric.AGENT_POOL_USED_PERCENT]));
    expect(agentMetrics(none)).toEqual({ monitored: 0, exceeded: 0, used: 0 });
    expect(off.metrics.names()).not.toEqual(expect.arrayContaining([Metric.AGENTS_MONITORED]));
  });
});

describe('spend of which nobody has decided yet', () => {
  test('is no fault of the stream’s a moment after the call', async () => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, '10', NOON - 10 * SECOND);
    expect(await world.monitor()).toMatchObject({ decided: 1, unevaluated: 0 });
  });

  test('is one when the stream has had its time', async () => {
    const world = given(AGENT);
    spendUnseen(world, AGENT, '10', NOON - 15 * MINUTE);
    expect(await world.monitor()).toMatchObject({ decided: 1, unevaluated: 1 });
  });
});

describe('what cannot be read', () => {
  test('costs the others nothing', async () => {
    const world = given(AGENT, [OTHER_AGENT, ROLE]);
    world.budgets.edit(AGENT, { graceDeadline: 'tomorrow' });
    world.budgets.readMany = async ids => new Map(ids.filter(id => id !== AGENT).map(id => [id, world.budgets.peek(id)!]));
    spendUnseen(world, OTHER_AGENT, '10');
    await expect(world.monitor()).rejects.toThrow('1 principals could not be looked at');
    expect(world.status(OTHER_AGENT)).toBe('grace_period');
    expect(world.metrics.total(Metric.EVALUATION_FAILURES)).toBe(1);
    expect(world.metrics.total(Metric.AGENTS_MONITORED)).toBe(2);
    expect(world.metrics.total(Metric.MONITOR_RUNS)).toBe(1);
  });

  test('costs nobody the repair of what else is wrong, where it is the index of runtimes', async () => {
    const world = given(AGENT);
    world.given(aBudget());
    world.iam.setByHand(ALICE, true);
    world.faults.plan('runtimes.all');
    await expect(world.monitor()).rejects.toThrow(MonitorIncompleteError);
    await world.runWorkflows();
    expect(world.iam.denies(ALICE)).toBe(false);
    expect(world.log.entries).toContainEqual(expect.objectContaining({ level: 'error', facts: expect.objectContaining({ problem: expect.stringContaining('runtimes.all failed') }) }));
  });

  test('is no reason to leave runtimes out whose role is broken', async () => {
    const world = given(AGENT, OTHER_AGENT);
    [AGENT, OTHER_AGENT].forEach(agent => world.budgets.edit(agent, { activeRole: 'no role at all' }));
    spendUnseen(world, OTHER_AGENT, '10');
    await world.monitor();
    expect(world.status(OTHER_AGENT)).toBe('grace_period');
  });
});

describe('what a run costs', () => {
  test('is a question to the index and one for the runtimes, however many principals there are: never the whole table', async () => {
    const world = given();
    const agents = Array.from({ length: 60 }, (_, index) => `agent-runtime/${ACCOUNT}/${REGION}/agent_${index}-Ab12Cd34Ef`);
    agents.forEach((agent, index) => world.registrar.register(agent, `iam-role/${ACCOUNT}/role-${index}`));
    world.budgets.takeStream();
    const callsOf = async () => {
      const calls: string[] = [];
      world.faults.draw = name => void calls.push(name);
      await monitorLater(world);
      return calls;
    };
    const before = await callsOf();
    for (let index = 0; index < 500; index += 1) {
      world.budgets.put(itemOf(aBudget({ principalId: `iam-user/${ACCOUNT}/user-${index}`, spent: '1' })));
    }
    expect(before).toEqual(['settings.load', 'memory.recall', 'watchList.open', 'iam.list', 'watchList.suspended', 'runtimes.all', 'budgets.readMany']);
    expect(await callsOf()).toEqual(before);
  });

  test('is a read and a write more for each runtime that something is to be decided for', async () => {
    const world = given(AGENT, [OTHER_AGENT, ROLE]);
    spendUnseen(world, AGENT, '7');
    const calls: string[] = [];
    world.faults.draw = name => void calls.push(name);
    await world.monitor();
    expect(calls.filter(name => name.startsWith('budgets.'))).toEqual(['budgets.readMany', 'budgets.read', 'budgets.saveState']);
  });
});

describe('a role that runtimes share', () => {
  test('is denied for all of them by their shared budget, and free for all of them again', async () => {
    const world = given(AGENT, OTHER_AGENT);
    spendUnseen(world, SHARED_AGENTS, '20');
    await untilQuiet(world);
    expect([world.status(SHARED_AGENTS), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    expect(detailsOf(world, EventType.PRINCIPAL_SUSPENDED)).toEqual([expect.objectContaining({ principalId: SHARED_AGENTS, principalKind: 'agent-role' })]);
    // Neither of them has a restriction of its own that could stay behind.
    expect([world.status(AGENT), world.status(OTHER_AGENT)]).toEqual(['active', 'active']);
    world.now = APRIL;
    await untilQuiet(world);
    expect([world.status(SHARED_AGENTS), world.iam.denies(AGENT_ROLE)]).toEqual(['active', false]);
  });

  test('is free when too few runtimes are left to share it', async () => {
    const world = given(AGENT, OTHER_AGENT);
    spendUnseen(world, SHARED_AGENTS, '20');
    await untilQuiet(world);
    world.registrar.remove(OTHER_AGENT);
    await untilQuiet(world);
    expect([world.status(SHARED_AGENTS), world.status(AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['deleted', 'active', false]);
  });

  test('has its policies removed once, though several budgets would have them removed', async () => {
    const world = given(AGENT, OTHER_AGENT);
    [AGENT, OTHER_AGENT].forEach(agent => giveUnseen(world, agent, { hold: { by: 'ops', reason: 'leak' } }));
    await untilQuiet(world);
    expect([world.status(AGENT), world.status(OTHER_AGENT), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', 'suspended', true]);
    world.held = new Set();
    const before = world.workflows.started.length;
    expect(await monitorLater(world)).toMatchObject({ suspended: 2, drift: [] });
    expect(world.workflows.started.slice(before).map(({ workflow }) => workflow)).toEqual(['suspension']);
    // They are held by the role, whoever's budget it was.
    world.held.add(AGENT_ROLE);
    await monitorLater(world);
    expect(world.workflows.started).toHaveLength(before + 1);
  });

  const HOLDERS = [AGENT_ROLE, AGENT, SHARED_AGENTS] as const;
  const sequences = HOLDERS.flatMap(first => HOLDERS.filter(other => other !== first)
    .map(second => [first, second, HOLDERS.find(third => third !== first && third !== second)!] as const));

  test.each(sequences)('stays denied until the last of its three budgets lets go: %s, then %s, then %s', async (...letGo) => {
    const world = given(AGENT, OTHER_AGENT);
    world.budgets.put(itemOf(aBudget({ principalId: AGENT_ROLE, limits: [limit('10')] })));
    HOLDERS.forEach(holder => spendUnseen(world, holder, '50'));
    await untilQuiet(world);
    expect(HOLDERS.map(holder => world.status(holder))).toEqual(['suspended', 'suspended', 'suspended']);
    for (const [index, holder] of letGo.entries()) {
      expect(world.iam.denies(AGENT_ROLE)).toBe(true);
      give(world, holder, { limits: limitsToItem([limit('1000')]) });
      await untilQuiet(world);
      expect(world.status(holder)).toBe('active');
      expect(letGo.slice(index + 1).map(other => world.status(other))).toEqual(letGo.slice(index + 1).map(() => 'suspended'));
    }
    expect(world.iam.denies(AGENT_ROLE)).toBe(false);
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
    expect(world.metrics.total(Metric.RESTORATION_FAILURES) + world.metrics.total(Metric.SUSPENSION_FAILURES)).toBe(0);
  });

  test('is not told to be free while another budget has it denied', async () => {
    const world = given(AGENT);
    world.budgets.put(itemOf(aBudget({ principalId: AGENT_ROLE, limits: [limit('10')] })));
    [AGENT, AGENT_ROLE].forEach(holder => spendUnseen(world, holder, '50'));
    await untilQuiet(world);
    for (const holder of [AGENT, AGENT_ROLE]) {
      give(world, holder, { limits: limitsToItem([limit('1000')]) });
      await untilQuiet(world);
    }
    const [first, second] = detailsOf(world, EventType.PRINCIPAL_RESTORED);
    expect([first.principalId, first.reason]).toEqual([AGENT, expect.stringMatching(`; still denied for ${AGENT_ROLE}$`)]);
    expect([second.principalId, second.reason]).toEqual([AGENT_ROLE, expect.not.stringContaining('still denied')]);
  });

  test('is put back once, not once for each budget, where somebody took its deny off', async () => {
    const world = given(AGENT, OTHER_AGENT);
    [AGENT, SHARED_AGENTS].forEach(holder => spendUnseen(world, holder, '50'));
    await untilQuiet(world);
    world.iam.setByHand(AGENT_ROLE, false);
    const { drift, suspended: count } = await monitorLater(world);
    expect([drift.length, count]).toEqual([1, 2]);
    await world.runWorkflows();
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
  });

  test('is not left denied by a grace period that ended and came to nothing', async () => {
    const world = await suspended(AGENT);
    world.budgets.put(itemOf(aBudget({ principalId: AGENT_ROLE, limits: [limit('10')] })));
    spend(world, AGENT_ROLE, '50');
    await world.evaluateStream();
    world.now += 5 * MINUTE;
    // The role's own grace period is over, and nobody has come to suspend it yet: it may still recover.
    give(world, AGENT, { limits: limitsToItem([limit('1000')]) });
    await world.evaluateStream();
    await world.executions.find(({ started }) => started.workflow === 'restoration')!.run(world.now);
    give(world, AGENT_ROLE, { limits: limitsToItem([limit('1000')]) });
    await untilQuiet(world);
    expect([world.status(AGENT), world.status(AGENT_ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['active', 'active', false]);
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
  });

  test.each(['iam.detach', 'iam.isAttached', 'budgets.saveState'] as const)('stays denied where one budget is suspended while another is restored (right before %s)', async call => {
    const world = await suspended(AGENT);
    world.budgets.put(itemOf(aBudget({ principalId: AGENT_ROLE, limits: [limit('10')] })));
    spend(world, AGENT_ROLE, '50');
    await world.evaluateStream();
    world.now += 5 * MINUTE;
    give(world, AGENT, { limits: limitsToItem([limit('1000')]) });
    await world.evaluateStream();
    const restoration = world.executions.find(({ started }) => started.workflow === 'restoration')!;
    const suspension = world.executions.find(({ started }) => started.workflow === 'suspension' && started.input.principalId === AGENT_ROLE)!;
    // The one runs to its end within a step of the other.
    const [outer, inner] = call === 'iam.detach' ? [restoration, suspension] : [suspension, restoration];
    let begun = false;
    world.faults.gate = async name => {
      if (name === call && !begun) {
        begun = true;
        await inner.run(world.now);
      }
    };
    await outer.run(world.now);
    expect(begun).toBe(true);
    await untilQuiet(world);
    expect([world.status(AGENT), world.status(AGENT_ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['active', 'suspended', true]);
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
    expect(detailsOf(world, EventType.SUSPENSION_FAILED)).toEqual([]);
  });
});

describe('a suspended runtime that is given another role', () => {
  test('takes the deny with it: the old role is free', async () => {
    const world = await suspended(AGENT);
    world.registrar.register(AGENT, ROLE);
    await world.evaluateStream();
    await world.runWorkflows();
    expect([world.status(AGENT), world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true, false]);
    expect(await monitorLater(world)).toMatchObject({ drift: [], suspended: 1 });
  });

  test('takes it with it, though the record of the change was lost', async () => {
    const world = await suspended(AGENT);
    world.registrar.register(AGENT, ROLE);
    world.budgets.takeStream();
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true, false]);
  });

  test('frees the old role, though the index of runtimes still has it there', async () => {
    const world = await suspended(AGENT);
    world.budgets.holdIndex(true);
    world.registrar.register(AGENT, ROLE);
    await world.evaluateStream();
    await world.runWorkflows();
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([true, false]);
  });

  test('leaves nothing behind on the old role that the monitor would not find, though record and index lag behind', async () => {
    const world = await suspended(AGENT);
    world.budgets.holdIndex(true);
    world.registrar.register(AGENT, ROLE);
    world.budgets.takeStream();
    const { drift } = await monitorLater(world);
    expect(drift.map(({ kind, principalId }) => [kind, principalId])).toEqual([['missing', AGENT], ['orphaned', AGENT_ROLE]]);
    await world.runWorkflows();
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([true, false]);
  });

  test('is no drift while the restriction is on its way: neither on the new role nor on the old one', async () => {
    const world = await suspended(AGENT);
    world.registrar.register(AGENT, ROLE);
    world.now += 20 * SECOND;
    expect(await world.monitor()).toMatchObject({ drift: [] });
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([false, true]);
  });

  test('leaves the old role denied where that is suspended by its own budget, until that lets go', async () => {
    const world = await suspended(AGENT);
    world.budgets.put(itemOf(aBudget({ principalId: AGENT_ROLE, limits: [limit('10')] })));
    spend(world, AGENT_ROLE, '50');
    await untilQuiet(world);
    world.registrar.register(AGENT, ROLE);
    await untilQuiet(world);
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([true, true]);
    give(world, AGENT_ROLE, { limits: limitsToItem([limit('1000')]) });
    await untilQuiet(world);
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE), world.status(AGENT)]).toEqual([true, false, 'suspended']);
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
  });

  test('leaves the old role denied where another runtime of it is suspended', async () => {
    const world = given(AGENT, OTHER_AGENT);
    [AGENT, OTHER_AGENT].forEach(agent => spendUnseen(world, agent, '10'));
    await untilQuiet(world);
    world.registrar.register(AGENT, ROLE);
    await untilQuiet(world);
    expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([true, true]);
  });

  test('and the first one back, within a minute, is denied there and nowhere else', async () => {
    const world = await suspended(AGENT);
    for (const role of [ROLE, AGENT_ROLE, ROLE, AGENT_ROLE, ROLE]) {
      world.now += 2 * SECOND;
      world.registrar.register(AGENT, role);
      await world.evaluateStream();
      await world.runWorkflows();
      expect([world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual([role === ROLE, role === AGENT_ROLE]);
    }
    expect(detailsOf(world, EventType.DRIFT_DETECTED)).toEqual([]);
  });

  test('while its suspension is being confirmed is denied through the new one, and no failure', async () => {
    const world = given(AGENT);
    spend(world, AGENT, '10');
    await world.evaluateStream();
    world.now += 5 * MINUTE;
    const [suspension] = world.executions;
    await suspension.step(world.now);
    await suspension.step(world.now);
    expect(world.iam.denies(AGENT_ROLE)).toBe(true);
    world.registrar.register(AGENT, ROLE);
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true, false]);
    expect(detailsOf(world, EventType.SUSPENSION_FAILED)).toEqual([]);
  });

  test('is not told to be suspended by what was read of the old one', async () => {
    const world = given(AGENT);
    spend(world, AGENT, '10');
    await world.evaluateStream();
    world.now += 5 * MINUTE;
    const claims: unknown[] = [];
    world.budgets.onWrite = (before, after) => void (after.status === 'suspended' && before?.status !== 'suspended' && claims.push(world.iam.denies(String(after.role))));
    world.faults.gate = async name => {
      if (name === 'budgets.saveState' || name === 'iam.isAttached') {
        world.faults.gate = async () => undefined;
        world.registrar.register(AGENT, ROLE);
      }
    };
    await untilQuiet(world);
    expect([world.status(AGENT), world.iam.denies(ROLE), world.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true, false]);
    expect(claims).toEqual([true]);
  });
});

/** A deployment with these runtimes, of the role of agents where none is named. */
function given(...agents: readonly (string | readonly [string, string])[]): InMemoryDeployment {
  const world = new InMemoryDeployment({ texts: agentSettingTexts() });
  world.agentCore = true;
  world.memory.snapshot = { texts: agentSettingTexts(), refused: [] };
  [AGENT_ROLE, ROLE].forEach(role => world.iam.add(role));
  for (const agent of agents) {
    const [principalId, role] = typeof agent === 'string' ? [agent, AGENT_ROLE] : agent;
    world.registrar.register(principalId, role);
  }
  world.budgets.takeStream();
  return world;
}

async function suspended(agent: string): Promise<InMemoryDeployment> {
  const world = given(agent);
  spendUnseen(world, agent, '10');
  await untilQuiet(world);
  expect(world.status(agent)).toBe('suspended');
  return world;
}

function settingsAre(world: InMemoryDeployment, texts: Partial<SettingTexts>): void {
  world.settings.texts = agentSettingTexts(texts);
  world.memory.snapshot = { texts: world.settings.texts, refused: [] };
}

/** As a charge leaves the budget. */
function spend(world: InMemoryDeployment, principalId: string, amount: string, lastCallAt = world.now): void {
  const { watch = 'open', nextCheckAt = isoInstant(world.now + RECHECK_MS) } = world.budgets.item(principalId) ?? {};
  world.budgets.edit(principalId, { 'spend#2026-03-10': new NumberText(amount), 'lastCallAt': isoInstant(lastCallAt), watch, nextCheckAt });
}

/** What was spent, with the stream's record of it lost. */
function spendUnseen(world: InMemoryDeployment, principalId: string, amount: string, lastCallAt?: number): void {
  spend(world, principalId, amount, lastCallAt);
  world.budgets.takeStream();
}

function give(world: InMemoryDeployment, principalId: string, orders: Item): void {
  world.budgets.edit(principalId, { ...orders, updatedBy: 'boss' });
}

function giveUnseen(world: InMemoryDeployment, principalId: string, orders: Item): void {
  give(world, principalId, orders);
  world.budgets.takeStream();
}

function monitorLater(world: InMemoryDeployment) {
  world.now += 5 * MINUTE;
  return world.monitor();
}

/** The schedule goes on for an hour. */
async function untilQuiet(world: InMemoryDeployment): Promise<void> {
  for (let run = 0; run < 12; run += 1) {
    await world.evaluateStream();
    await world.runWorkflows();
    await monitorLater(world);
    await world.evaluateStream();
    await world.runWorkflows();
  }
}

function detailsOf(world: InMemoryDeployment, type: EventType) {
  return world.events.distinct().filter(event => event.type === type).map(({ detail }) => detail);
}

function agentMetrics({ metrics }: InMemoryDeployment) {
  return {
    monitored: metrics.total(Metric.AGENTS_MONITORED),
    exceeded: metrics.total(Metric.AGENTS_EXCEEDED),
    used: metrics.total(Metric.AGENT_POOL_USED_PERCENT),
  };
}

describe('a shared budget is kept as its runtimes are', () => {
  function sharing(): RegistrarWorld {
    const world = new RegistrarWorld();
    world.deployment.agentCore = true;
    world.deployment.sharing = { sync: (roleIdOf, now) => syncSharedRole(roleIdOf, [], { at: now, today: TODAY }, world.ports, world.deployment.context) };
    return world;
  }
  const register = (world: RegistrarWorld, id: string) =>
    world.deployment.budgets.put({ ...itemOf(aBudget({ principalId: id, role: AGENT_ROLE, limits: undefined })), activeRole: AGENT_ROLE });

  test('also where two runtimes were registered in one moment and missed each other', async () => {
    const world = sharing();
    register(world, AGENT);
    register(world, OTHER_AGENT);
    await world.deployment.monitor();
    expect(world.deployment.budgets.item(SHARED_AGENTS)).toMatchObject({ runtimes: [OTHER_AGENT, AGENT].sort() });
    await world.deployment.evaluateStream();
    expect(world.deployment.events.types()).toContain(EventType.RUNTIMES_SHARE_ROLE);
  });

  test('and follows a limit that was raised by the next run', async () => {
    const world = sharing();
    register(world, AGENT);
    register(world, OTHER_AGENT);
    await world.deployment.monitor();
    world.deployment.budgets.edit(AGENT, { limits: limitsToItem([limit('1000')]) });
    await world.deployment.monitor();
    expect(world.deployment.budgets.item(SHARED_AGENTS)?.limits).toEqual(limitsToItem([limit('1010')]));
  });

  test('and does not keep a role denied for a share that nobody has any more', async () => {
    const world = sharing();
    const { deployment } = world;
    deployment.iam.add(AGENT_ROLE);
    register(world, AGENT);
    register(world, OTHER_AGENT);
    await deployment.monitor();
    deployment.budgets.edit(SHARED_AGENTS, { hold: { by: 'ops', reason: 'leak' } });
    await deployment.evaluateStream();
    await deployment.runWorkflows();
    expect([deployment.status(SHARED_AGENTS), deployment.iam.denies(AGENT_ROLE)]).toEqual(['suspended', true]);
    [AGENT, OTHER_AGENT].forEach(id => deployment.budgets.edit(id, { activeRole: undefined, removedAt: isoInstant(NOON) }));
    await monitorLater(deployment);
    await deployment.evaluateStream();
    await deployment.runWorkflows();
    expect([deployment.budgets.item(SHARED_AGENTS)?.removedAt, deployment.iam.denies(AGENT_ROLE)]).toEqual([isoInstant(deployment.now), false]);
  });

  test('and a role whose budget cannot be kept costs the others nothing', async () => {
    const world = sharing();
    register(world, AGENT);
    register(world, OTHER_AGENT);
    world.deployment.sharing = { sync: async () => { throw new Error('throttled'); } };
    spendUnseen(world.deployment, AGENT, '10');
    await expect(world.deployment.monitor()).rejects.toThrow(MonitorIncompleteError);
    expect(world.deployment.status(AGENT)).toBe('grace_period');
  });
});
