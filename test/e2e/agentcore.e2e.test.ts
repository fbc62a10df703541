import { EventType, LedgerAttribute, Metric } from '../../src/contract';
import { Budget } from '../../src/lambdas/core/budget';
import { parsePeriod } from '../../src/lambdas/core/calendar';
import { addUsd, Usd, usd, ZERO_USD } from '../../src/lambdas/core/money';
import { AgentCore, Runtime } from './support/agent-core';
import { BedrockUser } from './support/bedrock-user';
import { callCosting } from './support/calls';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const HOUR_MS = 3_600_000;
const CREATOR = 'arn:aws:iam::000000000000:user/platform';

/** Handlers run with their own roles in this file, and whoever is denied is refused. */
describe('runtimes of AgentCore', () => {
  let instance: Instance;
  let agentCore: AgentCore;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'agentcore', 'AgentCore')));
    agentCore = new AgentCore(instance, CREATOR);
    await cloud.enforceIam(true);
  });

  /** A runtime with a role of its own, of which CloudTrail has told. */
  async function registered(name: string, options: { readonly tags?: Record<string, string> } = {}): Promise<Runtime & { readonly role: Spender }> {
    const role = await instance.role(`${name}-role`);
    const runtime = await agentCore.create(name.replaceAll('-', '_'), role, options);
    await isRegistered(runtime);
    return { ...runtime, role };
  }

  function isRegistered({ spender }: Runtime): Promise<Budget> {
    return spender.eventually('is registered', budget => (budget?.role === undefined ? 'is not' : budget));
  }

  /** Registered with a role of its own, and suspended: $10.50 of $10. */
  async function suspended(name: string): Promise<Runtime & { readonly role: Spender }> {
    const runtime = await registered(name);
    await runtime.spender.spends('10.50');
    await runtime.spender.reaches('suspended');
    expect(await runtime.spender.isDenied()).toBe(true);
    return runtime;
  }

  function spendOf(budget: Budget | undefined): Usd {
    return addUsd(ZERO_USD, ...budget?.spend.values() ?? []);
  }

  describe('are found', () => {
    test('by what CloudTrail tells: role, name, creator and tags', async () => {
      const runtime = await registered('support', { tags: { team: 'support', name: 'Ms Agent' } });
      const { spender, role, principalId } = runtime;

      const budget = await isRegistered(runtime);
      expect(budget).toMatchObject({
        principalId,
        kind: 'agent-runtime',
        role: role.id,
        labels: { 'name': 'support', 'creator': CREATOR, 'team': 'support', 'tag:name': 'Ms Agent' },
        status: 'active',
      });
      expect(budget.limits).toBeUndefined();
      expect(await spender.isRecorded(EventType.PRINCIPAL_REGISTERED)).toEqual([expect.objectContaining({ actor: 'agent-registrar' })]);
    });

    test('by a look at all of them, where nothing told of them', async () => {
      const role = await instance.role('elder-role', '/agents/');
      const elders: Runtime[] = [];
      // More than a page of AgentCore's list.
      for (let number = 1; number <= 11; number += 1) {
        elders.push(await agentCore.create(`elder_${number}`, role, { trail: false, tags: { generation: 'old' } }));
      }
      const lone = await agentCore.create('lone_elder', await instance.role('lone-elder-role'), { trail: false, tags: { generation: 'old' } });

      const tally = await instance.invoke(instance.names.agentRegistrar!, scheduled(Date.now()));

      expect(tally).toMatchObject({ registered: 12, refused: 0, removed: 0 });
      const budget = await isRegistered(lone);
      expect(budget).toMatchObject({ kind: 'agent-runtime', labels: { name: 'lone_elder', generation: 'old' } });
      const shared = await agentCore.shared(role).eventually('is there', found => found ?? 'is not');
      expect([...shared.runtimes!].sort()).toEqual(elders.map(({ principalId }) => principalId).sort());
      const again = await instance.invoke(instance.names.agentRegistrar!, scheduled(Date.now()));
      expect(again).toEqual({ registered: 0, changed: 0, removed: 0, refused: 0 });
    });
  });

  describe('are charged', () => {
    test('for what their execution role calls, once, however often the call is delivered', async () => {
      const { spender, role } = await registered('metered');
      const line = instance.lineOf({ ...callCosting('4.00'), requestId: 'delivered-twice' }, spender.identity.arn);

      await instance.log([line, line]);
      await spender.eventually('is charged', budget => (spendOf(budget) > 0n ? budget! : 'is not'));
      await instance.log([line, instance.lineOf(callCosting('0.50'), role.identity.arn)]);

      const budget = await spender.eventually('is charged for the second call', found => (spendOf(found) > usd('4') ? found! : `${spendOf(found)}`));
      expect(spendOf(budget)).toBe(usd('4.5'));
      const rows = (await instance.budgeteer.ledger()).filter(({ principalId }) => principalId === spender.id);
      expect(rows).toHaveLength(2);
      expect(rows.filter(row => String(row[LedgerAttribute.CALL_ID]).includes('delivered-twice'))).toHaveLength(1);
      expect(await instance.budgeteer.budget(role.id)).toBeUndefined();
    });

    test('together where they share a role: the shared budget is named and told of, and charged once', async () => {
      const first = await registered('twin-a');
      await first.spender.spends('1.00');
      await first.spender.eventually('is charged', budget => (spendOf(budget) > 0n ? budget! : 'is not'));

      const second = await agentCore.create('twin_b', first.role);
      await isRegistered(second);

      const shared = agentCore.shared(first.role);
      const [event] = await shared.isRecorded(EventType.RUNTIMES_SHARE_ROLE);
      expect(event).toMatchObject({ actor: 'agent-registrar' });
      const { body } = await instance.alerts.mail('twin-a-role', 'is an execution role that several AgentCore runtimes share');
      expect(body).toContain(first.principalId);
      expect(body).toContain(second.principalId);

      // The meter knows of a new runtime after a minute at the latest.
      await instance.restartHandlers('enforced');
      await second.spender.spends('3.00');

      const budget = await shared.eventually('is charged', found => (spendOf(found) > 0n ? found! : 'is not'));
      expect(budget).toMatchObject({ kind: 'agent-role', labels: { runtimes: 'twin_a, twin_b' } });
      expect([...budget.runtimes!].sort()).toEqual([first.principalId, second.principalId].sort());
      expect(spendOf(budget)).toBe(usd('3'));
      expect(spendOf(await instance.budgeteer.budget(first.principalId))).toBe(usd('1'));
      expect(spendOf(await instance.budgeteer.budget(second.principalId))).toBe(0n);
      expect(await instance.budgeteer.budget(first.role.id)).toBeUndefined();

      // $20 for two: one alone would be suspended by now.
      await shared.spends('16.50');
      expect((await shared.reaches('critical')).reason).toContain('97.5 % of $20.00');
      await shared.spends('0.50');
      await shared.reaches('suspended');
      expect(await first.spender.isDenied()).toBe(true);
      expect((await instance.budgeteer.budget(first.principalId))!.status).toBe('active');
    });
  });

  describe('are suspended', () => {
    test('through their role, and come back with a raise', async () => {
      const { spender, role } = await registered('spendthrift');
      const inBedrock = await BedrockUser.ofRole(instance.cloud, role.identity.name);
      expect(await inBedrock.call()).toBe('allowed');

      await spender.spends('10.50');

      await spender.reaches('suspended');
      expect(await spender.isDenied()).toBe(true);
      expect(await inBedrock.call()).toBe('AccessDeniedException');
      const { body } = await instance.alerts.mail('spendthrift', 'is suspended from Bedrock');
      expect(body).toContain(`Principal: ${spender.id}`);

      await instance.budgeteer.setLimits(spender.id, [{ amount: usd('50'), period: parsePeriod('30 days') }], 'ops:e2e');

      await spender.reaches('active');
      expect(await spender.isDenied()).toBe(false);
      expect(await inBedrock.call()).toBe('allowed');
      // The audit trail follows the bus: it may be a moment behind.
      await spender.isRecorded(EventType.DENY_DETACHED);
      await spender.isRecorded(EventType.PRINCIPAL_RESTORED);
      expect((await spender.audit()).map(({ type, actor }) => `${type} by ${actor}`)).toEqual(expect.arrayContaining([
        'Deny Policy Attached by enforcer', 'Principal Suspended by enforcer', 'Deny Policy Detached by enforcer', 'Principal Restored by enforcer',
      ]));
    });

    test('wherever they go: with a new role the deny moves', async () => {
      const runtime = await suspended('mover');
      const newRole = await instance.role('mover-new-role');

      const moved = await agentCore.changeRole(runtime, newRole);

      await denial(moved, true);
      await denial(runtime.spender, false);
      expect(await moved.reaches('suspended')).toMatchObject({ role: newRole.id });
    });

    test('no longer once they are deleted: their role is free, and their budget ends', async () => {
      const runtime = await suspended('retiree');

      await agentCore.delete(runtime);

      const budget = await runtime.spender.reaches('deleted');
      expect(budget.removedAt).toBeDefined();
      expect(await runtime.spender.isDenied()).toBe(false);
      await runtime.spender.isRecorded(EventType.PRINCIPAL_GONE);
      expect(spendOf(budget)).toBe(usd('10.5'));
    });

    test('no longer once a look at all of them does not find them any more', async () => {
      const runtime = await suspended('vanished');
      await agentCore.delete(runtime, { trail: false });

      // A runtime that was just registered may be missing from AgentCore's list.
      await expect(instance.invoke(instance.names.agentRegistrar!, scheduled(Date.now()))).resolves.toMatchObject({ removed: 0 });
      await expect(instance.invoke(instance.names.agentRegistrar!, scheduled(Date.now() + 2 * HOUR_MS))).resolves.toMatchObject({ removed: 1 });

      await runtime.spender.reaches('deleted');
      expect(await runtime.spender.isDenied()).toBe(false);
    });

    test('until the next period begins', async () => {
      const runtime = await suspended('patient');
      const before = await instance.budgeteer.metric(instance.names.budgetMonitor, Metric.AGENTS_EXCEEDED);

      await instance.runMonitorIn(0);

      const [monitored, exceeded, pool] = await Promise.all([Metric.AGENTS_MONITORED, Metric.AGENTS_EXCEEDED, Metric.AGENT_POOL_USED_PERCENT].map(metric =>
        instance.eventually(`the monitor tells ${metric}`, async () => {
          const values = await instance.budgeteer.metric(instance.names.budgetMonitor, metric);
          return values.length > before.length ? [values.at(-1)!] : 'it has not';
        })));
      const budgets = [...(await instance.budgeteer.budgets()).values()];
      const runtimes = budgets.filter(({ kind, removedAt }) => kind === 'agent-runtime' && removedAt === undefined);
      expect(monitored).toEqual([runtimes.length]);
      // twin-a and twin-b together, mover and patient
      expect(exceeded).toEqual([3]);
      expect(pool[0]).toBeGreaterThan(0);
      expect(pool[0]).toBeLessThan(100);

      await instance.runMonitorIn(31 * 24 * 60);

      await runtime.spender.reaches('active');
      expect(await runtime.spender.isDenied()).toBe(false);
    });
  });

  test('no handler was refused anything by IAM', async () => {
    expect(await instance.refusals()).toEqual([]);
  });

  async function denial(spender: Spender, wanted: boolean): Promise<void> {
    await instance.eventually(`IAM ${wanted ? 'denies' : 'frees'} ${spender.identity.deniedAs}`, async () =>
      (await spender.isDenied() === wanted ? {} : 'it does not'), spender.id);
  }

  function scheduled(at: number): object {
    return { 'source': 'aws.events', 'detail-type': 'Scheduled Event', 'time': new Date(at - at % HOUR_MS).toISOString(), 'detail': {} };
  }
});
