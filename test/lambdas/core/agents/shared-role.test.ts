import * as fc from 'fast-check';
import { PrincipalKindName } from '../../../../src/contract';
import { SharingMember, sharedLimits } from '../../../../src/lambdas/core/agents/shared-limits';
import { syncSharedRole } from '../../../../src/lambdas/core/agents/shared-role';
import { Limit } from '../../../../src/lambdas/core/budget';
import { budgetFromItem, limitsToItem, NumberText } from '../../../../src/lambdas/core/budget-item';
import { addDays, parsePeriod, windowOf } from '../../../../src/lambdas/core/calendar';
import { usd } from '../../../../src/lambdas/core/money';
import { parseSettings } from '../../../../src/lambdas/core/settings';
import { idOf, RegistrarWorld, roleId } from '../../../agentcore/registrar-world';
import { agentSettingTexts, aBudget, limit, NOON, settingTexts, SHARED_AGENTS, TODAY } from '../builders';

const withAgents = parseSettings(agentSettingTexts());
const member = (...limits: readonly Limit[]): SharingMember => ({ kind: PrincipalKindName.AGENT_RUNTIME, limits });
const byDefault: SharingMember = { kind: PrincipalKindName.AGENT_RUNTIME };

describe('what runtimes of one role may spend together', () => {
  test('is left to the default where none has limits of its own', () => {
    expect(sharedLimits([byDefault, byDefault], withAgents)).toBeUndefined();
  });

  test('is the sum, own or default, for a period that all have', () => {
    expect(sharedLimits([member(limit('25')), byDefault], withAgents)).toEqual([limit('35')]);
    expect(sharedLimits([member(limit('1', '7 days')), member(limit('2', '7 days')), member(limit('4', '7 days'))], withAgents)).toEqual([limit('7', '7 days')]);
  });

  test('takes for a period that not all have what their other limits leave in it at most', () => {
    const some = member(limit('25'), limit('4', 'calendar day'));
    // In a day a runtime may spend its whole month's.
    expect(sharedLimits([some, member(limit('5'))], withAgents)).toEqual([limit('30'), limit('9', 'calendar day')]);
    expect(sharedLimits([some, member(limit('5'), limit('1', 'calendar day'))], withAgents)).toEqual([limit('30'), limit('5', 'calendar day')]);
    // In a month of 31 days it may spend as much as in 31 days; of 30 days, three periods of 7 and parts of two more reach into it, or of a month two.
    expect(sharedLimits([member(limit('4', 'calendar day')), byDefault], withAgents)).toEqual([limit('14', 'calendar day'), limit('134')]);
    expect(sharedLimits([member(limit('1', '30 days')), member(limit('2', '7 days'))], withAgents)).toEqual([limit('13', '30 days'), limit('4', '7 days')]);
  });

  test.each(['1 days', '7 days', '30 days', '366 days', 'calendar day', 'calendar week', 'calendar month'])('never is less than two may spend one by one: %s and any other', period => {
    fc.assert(fc.property(
      fc.constantFrom('1 days', '2 days', '10 days', '28 days', '31 days', 'calendar day', 'calendar week', 'calendar month'),
      fc.integer({ min: 0, max: 800 }),
      (other, offset) => {
        const [shared] = sharedLimits([member(limit('5', period)), member(limit('3', other))], withAgents)!;
        const window = windowOf(parsePeriod(period), addDays('2026-01-01', offset), '2026-01-01');
        const touched = new Set<string>();
        for (let day = window.start; day <= window.end; day = addDays(day, 1)) {
          touched.add(windowOf(parsePeriod(other), day, '2026-01-01').start);
        }
        const most = period === other ? 3 : 3 * touched.size;
        expect(shared.amount >= usd(String(5 + most))).toBe(true);
      },
    ));
  });

  test('is not limited at all where one is without any limit', () => {
    expect(sharedLimits([member(limit('4')), member()], withAgents)).toEqual([]);
    expect(sharedLimits([member(limit('4')), byDefault], parseSettings(settingTexts()))).toEqual([]);
  });

  test('counts the smaller of two limits of one period, and days from the shared budget\'s own anchor', () => {
    expect(sharedLimits([member(limit('9', '7 days', '2026-01-01'), limit('3', '7 days')), member(limit('2', '7 days', '2026-02-02'))], withAgents))
      .toEqual([limit('5', '7 days')]);
    expect(sharedLimits([member(limit('3'), limit('9')), member(limit('2'))], withAgents)).toEqual([limit('5')]);
  });

  test('is computed in any case where they are more than the item lists', () => {
    expect(sharedLimits(Array.from({ length: 100 }, () => byDefault), withAgents)).toBeUndefined();
    expect(sharedLimits(Array.from({ length: 101 }, () => byDefault), withAgents)).toEqual([limit('1010')]);
  });
});

describe('the shared budget', () => {
  let world: RegistrarWorld;
  const time = { at: NOON, today: TODAY };
  const sync = (...written: readonly string[]) => syncSharedRole(roleId('agents'), written, time, world.ports, world.deployment.context);

  function given(id: string, attributes: Record<string, unknown> = {}): void {
    world.deployment.budgets.put({ principalId: idOf(id), kind: 'agent-runtime', role: roleId('agents'), activeRole: roleId('agents'), labels: { name: id }, ...attributes });
  }

  beforeEach(() => {
    world = new RegistrarWorld();
  });

  test('is not made for one runtime, nor for none', async () => {
    await sync();
    given('a');
    await sync(idOf('a'));
    expect(world.store.writes).toEqual([]);
  });

  test('is written once', async () => {
    ['a', 'b'].forEach(id => given(id));
    await sync();
    await sync();
    expect(world.store.writes).toHaveLength(1);
  });

  test('is, in whole, what its runtimes make of it, sorted by their ids and named by their labels', async () => {
    given('b', { labels: { name: 'second' }, limits: limitsToItem([limit('5')]) });
    given('a', { labels: 'broken' });
    given('c', { enforcement: 'observe' });
    await sync();
    expect(world.shared('agents')).toEqual({
      principalId: SHARED_AGENTS,
      kind: 'agent-role',
      registeredAt: '2026-03-10T12:00:00.000Z',
      anchorDay: TODAY,
      runtimes: ['a', 'b', 'c'].map(idOf),
      labels: { runtimes: 'a, second, c' },
      limits: limitsToItem([limit('25')]),
      computedLimits: limitsToItem([limit('25')]),
      enforcement: 'observe',
      computedEnforcement: 'observe',
      updatedBy: 'agent-registrar',
    });
    expect(world.store.writes.map(({ change }) => change.remove)).toEqual([[]]);
    expect(world.deployment.log.entries).toEqual([{ level: 'info', message: 'shared budget of a role', facts: { principalId: SHARED_AGENTS, members: 3 } }]);
  });

  test('lists its runtimes in order, in whatever order they are read', async () => {
    ['a', 'b', 'c'].forEach(id => given(id));
    let reads = 0;
    world.deployment.faults.gate = async call => {
      reads += call === 'runtimeStore.read' ? 1 : 0;
      // The first read is of the shared budget itself, the second that of the first runtime, which takes long.
      if (call === 'runtimeStore.read' && reads === 2) await new Promise(resolve => { setImmediate(resolve); });
    };
    await sync();
    expect(world.shared('agents')).toMatchObject({ runtimes: ['a', 'b', 'c'].map(idOf), labels: { runtimes: 'a, b, c' } });
  });

  test('whose computed limits somebody took away gets them again', async () => {
    given('a', { limits: limitsToItem([limit('5')]) });
    given('b');
    await sync();
    world.deployment.budgets.edit(SHARED_AGENTS, { limits: undefined });
    await sync();
    expect(budgetFromItem(world.shared('agents')!).limits).toEqual([limit('15')]);
  });

  test('forgets what stands among its runtimes and is none', async () => {
    ['a', 'b'].forEach(id => given(id));
    world.deployment.budgets.put({ principalId: SHARED_AGENTS, runtimes: [7, null, 'nonsense', roleId('agents'), idOf('a'), idOf('b')] });
    await sync();
    expect(world.shared('agents')!.runtimes).toEqual([7, null, 'nonsense', roleId('agents'), idOf('a'), idOf('b')]);
    given('c');
    await sync();
    expect(world.shared('agents')!.runtimes).toEqual(['a', 'b', 'c'].map(idOf));
  });

  test('goes back to the default once no runtime has limits of its own', async () => {
    given('a', { limits: limitsToItem([limit('5')]) });
    given('b');
    await sync();
    world.deployment.budgets.edit(idOf('a'), { limits: undefined });
    await sync();
    expect(world.shared('agents')).not.toHaveProperty('limits');
    expect(world.shared('agents')).toMatchObject({ updatedBy: 'agent-registrar' });
    expect(world.shared('agents')).not.toHaveProperty('computedLimits');
  });

  test('is no more once fewer than two have the role, since then and once', async () => {
    ['a', 'b'].forEach(id => given(id));
    await sync();
    world.deployment.budgets.edit(idOf('b'), { activeRole: undefined });
    await sync();
    const writes = world.store.writes.length;
    expect(world.shared('agents')).toMatchObject({ removedAt: '2026-03-10T12:00:00.000Z', runtimes: ['a', 'b'].map(idOf) });
    expect(world.store.writes.at(-1)!.change).toEqual({ set: { removedAt: '2026-03-10T12:00:00.000Z' }, defaults: {}, remove: [] });
    await sync();
    expect(world.store.writes).toHaveLength(writes);
    world.deployment.budgets.edit(idOf('b'), { activeRole: roleId('agents') });
    await sync();
    expect(world.shared('agents')).not.toHaveProperty('removedAt');
  });

  test.each([[100, 'r-000, r-001'], [101, '101 runtimes, of which the first 100 are listed: r-000, r-001']])('of %i runtimes says which are listed', async (count, beginning) => {
    Array.from({ length: count }, (_, index) => given(`r-${String(index).padStart(3, '0')}`));
    await sync();
    const { runtimes, labels } = budgetFromItem(world.shared('agents')!);
    expect([runtimes!.length, labels.runtimes.startsWith(beginning)]).toEqual([100, true]);
  });

  test('names a runtime by sixty characters at most', async () => {
    given('a', { labels: { name: 'n'.repeat(61) } });
    given('b', { labels: { name: 'm'.repeat(60) } });
    await sync();
    expect(world.shared('agents')!.labels).toEqual({ runtimes: `${'n'.repeat(59)}…, ${'m'.repeat(60)}` });
  });

  test('has the default of its kind, times its runtimes', async () => {
    ['a', 'b', 'c'].forEach(id => given(id));
    await sync();
    expect(budgetFromItem(world.shared('agents')!)).toMatchObject({ kind: 'agent-role', runtimes: ['a', 'b', 'c'].map(idOf) });
    expect(budgetFromItem(world.shared('agents')!)).not.toHaveProperty('limits');
  });

  test('lists so many runtimes alone, says so, and has the limits of all', async () => {
    Array.from({ length: 103 }, (_, index) => given(`r-${String(index).padStart(3, '0')}`));
    await sync();
    const shared = budgetFromItem(world.shared('agents')!);
    expect(shared.runtimes).toHaveLength(100);
    expect(shared.labels.runtimes).toMatch(/^103 runtimes, of which the first 100 are listed: r-000, r-001/);
    expect(shared.labels.runtimes.length).toBeLessThanOrEqual(256);
    expect(shared.limits).toEqual([limit('1030')]);
  });

  test('that the meter made before keeps its spend and gets the rest', async () => {
    world.deployment.budgets.put({ 'principalId': SHARED_AGENTS, 'spend#2026-03-10': new NumberText('3') });
    ['a', 'b'].forEach(id => given(id));
    await sync();
    expect(world.shared('agents')).toMatchObject({ 'kind': 'agent-role', 'registeredAt': '2026-03-10T12:00:00.000Z', 'spend#2026-03-10': new NumberText('3') });
  });

  test('keeps an operator\'s labels beside its own, and leaves those of a stack alone', async () => {
    ['a', 'b'].forEach(id => given(id));
    world.deployment.budgets.put({ principalId: SHARED_AGENTS, labels: { team: 'care' } });
    await sync();
    expect(world.shared('agents')!.labels).toEqual({ team: 'care', runtimes: 'a, b' });
    const declared = { limits: limitsToItem([limit('3')]), labels: { team: 'x' }, enforcement: 'enforced' };
    world.deployment.budgets.put({ principalId: SHARED_AGENTS, ...declared, declared });
    given('c');
    await sync();
    expect(world.shared('agents')).toMatchObject({ ...declared, runtimes: ['a', 'b', 'c'].map(idOf) });
    expect(world.shared('agents')!.labels).toEqual({ team: 'x' });
  });

  test('follows the limits of its runtimes while these are what it was given here, whatever else an operator orders', async () => {
    given('a', { limits: limitsToItem([limit('1')]) });
    given('b');
    await sync();
    world.deployment.budgets.edit(SHARED_AGENTS, { hold: { by: 'kim', reason: 'audit' }, updatedBy: 'kim' });
    given('a', { limits: limitsToItem([limit('2')]) });
    await sync();
    expect(budgetFromItem(world.shared('agents')!)).toMatchObject({ limits: [limit('12')], hold: { by: 'kim' } });
  });

  test('compares limits by what they say, not by how they are written', async () => {
    given('a', { limits: limitsToItem([limit('1')]) });
    given('b');
    await sync();
    world.deployment.budgets.edit(SHARED_AGENTS, { limits: [{ period: 'calendar month', limitUsd: new NumberText('11.00') }] });
    given('a', { limits: limitsToItem([limit('2')]) });
    await sync();
    expect(budgetFromItem(world.shared('agents')!).limits).toEqual([limit('12')]);
  });

  test('keeps limits that cannot be read, since they are somebody\'s', async () => {
    ['a', 'b'].forEach(id => given(id));
    world.deployment.budgets.edit(SHARED_AGENTS, { limits: 'much' });
    await sync();
    expect(world.shared('agents')).toMatchObject({ limits: 'much', runtimes: [idOf('a'), idOf('b')] });
  });

  test('is not guessed where the limits of a runtime cannot be read', async () => {
    given('a', { limits: [{ limitUsd: 'much' }] });
    given('b');
    await expect(sync()).rejects.toMatchObject({ name: 'BudgetItemError' });
    expect(world.shared('agents')).toBeUndefined();
  });

  test('finds a runtime that the index does not show and another has put there before', async () => {
    ['a', 'b'].forEach(id => given(id));
    await sync();
    given('c');
    jest.spyOn(world.deployment.budgets, 'runtimesOf').mockResolvedValue([idOf('c')]);
    await sync();
    expect(world.shared('agents')).toMatchObject({ runtimes: ['a', 'b', 'c'].map(idOf) });
  });

  test('is made anew where somebody writes between reading and writing', async () => {
    ['a', 'b'].forEach(id => given(id));
    let once = true;
    world.deployment.faults.gate = async call => {
      if (call === 'runtimeStore.write' && once) {
        once = false;
        given('c');
        world.deployment.budgets.edit(SHARED_AGENTS, { kind: 'agent-role', runtimes: [idOf('a'), idOf('c')] });
      }
    };
    await sync();
    expect(world.shared('agents')).toMatchObject({ runtimes: ['a', 'b', 'c'].map(idOf) });
  });

  test('fails where somebody keeps writing', async () => {
    ['a', 'b'].forEach(id => given(id));
    jest.spyOn(world.store, 'write').mockResolvedValue(false);
    await expect(sync()).rejects.toMatchObject({ name: 'RuntimeContentionError', message: expect.stringContaining(SHARED_AGENTS) });
    expect(world.waits).toBe(8);
  });

  test('an active role that somebody broke by hand is told of, and costs nothing else', async () => {
    await syncSharedRole('nonsense', [], time, world.ports, world.deployment.context);
    await syncSharedRole(`root/${'1'.repeat(130)}`, [idOf('a')], time, world.ports, world.deployment.context);
    await syncSharedRole(SHARED_AGENTS, [], time, world.ports, world.deployment.context);
    expect(world.deployment.log.entries).toEqual([['nonsense', []], [`root/${'1'.repeat(115)}`, [idOf('a')]], [SHARED_AGENTS, []]].map(([roleOfIt, written]) => (
      { level: 'warn', message: 'an active role is no role: mend the attribute by hand', facts: { roleId: roleOfIt, written } })));
  });

  test('that is suspended has its role restored where the runtimes share it no longer', async () => {
    given('a');
    world.deployment.given(aBudget({ principalId: SHARED_AGENTS, status: 'suspended', spent: '500', runtimes: [idOf('a'), idOf('b')] }), 'absent');
    await sync();
    await world.deployment.evaluateStream();
    expect(world.deployment.status(SHARED_AGENTS)).toBe('restoring');
  });

  describe('of runtimes that are not to be restricted', () => {
    const enforcement = () => world.shared('agents')?.enforcement;
    const exempt = (until?: number) => ({ exemption: { reason: 'launch', ...(until === undefined ? {} : { until: new Date(until).toISOString() }) } });

    test.each([
      ['observed only', { enforcement: 'observe' }],
      ['exempt without end', exempt()],
      ['exempt for a while', exempt(NOON + 1)],
    ])('is observed while one of them is %s, and enforced again when none is', async (_, attributes) => {
      given('a', attributes);
      given('b');
      await sync();
      expect(enforcement()).toBe('observe');
      await sync();
      given('a');
      world.deployment.budgets.edit(idOf('a'), { enforcement: undefined, exemption: undefined });
      await sync();
      expect(world.shared('agents')).not.toHaveProperty('enforcement');
      expect(world.shared('agents')).not.toHaveProperty('computedEnforcement');
    });

    test('is enforced where an exemption is over', async () => {
      given('a', exempt(NOON));
      given('b');
      await sync();
      expect(enforcement()).toBeUndefined();
    });

    test.each(['enforced', 'observe'])('stays %s where somebody said so', async said => {
      given('a', said === 'enforced' ? { enforcement: 'observe' } : {});
      given('b');
      await sync();
      world.deployment.budgets.edit(SHARED_AGENTS, { enforcement: said, computedEnforcement: undefined });
      await sync();
      expect(enforcement()).toBe(said);
    });
  });
});
