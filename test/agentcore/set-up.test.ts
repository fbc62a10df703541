import { EventType, Metric } from '../../src/contract';
import { budgetFromItem, limitsToItem } from '../../src/lambdas/core/budget-item';
import { ACCOUNT, aSuspendedBudget, limit, MINUTE, REGION } from '../lambdas/core/builders';
import { CloudTrailEvent, roleArn } from '../lambdas/core/in-memory/agent-core';
import { idOf, LONG_AFTER, RegistrarWorld, roleId } from './registrar-world';

let world: RegistrarWorld;

beforeEach(() => {
  world = new RegistrarWorld();
});

const SUPPORT = 'support-Ab12Cd34Ef';
const SALES = 'sales-Zz98Yy76Xx';

function changed(event: CloudTrailEvent, detail: Record<string, unknown>): CloudTrailEvent {
  return { ...event, detail: { ...event.detail, ...detail } };
}

describe('a new runtime', () => {
  test('gets a budget with its role, its labels, and the day it was created on', async () => {
    const tally = await world.deliver(world.agentCore.create(SUPPORT, { tags: { team: 'care', cost: 'c-7' } }));
    expect(tally).toMatchObject({ registered: 1, refused: 0 });
    expect(world.item(SUPPORT)).toEqual({
      principalId: idOf(SUPPORT),
      kind: 'agent-runtime',
      role: roleId('agents'),
      activeRole: roleId('agents'),
      labels: { name: 'support', creator: `arn:aws:sts::${ACCOUNT}:assumed-role/developer/kim`, team: 'care', cost: 'c-7' },
      registeredAt: '2026-03-10T12:00:00.000Z',
      anchorDay: '2026-03-10',
      runtimeUpdatedAt: '2026-03-10T12:00:00.000Z',
    });
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REGISTERED)).toBe(1);
  });

  test('has no limits of its own: it follows the default of its kind, and later settings with it', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    expect(world.item(SUPPORT)).not.toHaveProperty('limits');
    expect(world.item(SUPPORT)).not.toHaveProperty('thresholds');
  });

  test('has its first decision, and is announced, like any principal', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    await world.deployment.evaluateStream();
    expect(world.deployment.events.types()).toContain(EventType.PRINCIPAL_REGISTERED);
    expect(budgetFromItem(world.item(SUPPORT)!)).toMatchObject({ kind: 'agent-runtime', status: 'active', role: roleId('agents') });
  });

  test('whose event comes twice is registered once', async () => {
    const event = world.agentCore.create(SUPPORT);
    await world.deliver(event);
    const writes = world.store.writes.length;
    expect(await world.deliver(event)).toMatchObject({ registered: 0, changed: 0 });
    expect(world.store.writes).toHaveLength(writes);
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REGISTERED)).toBe(1);
  });

  test('that AgentCore does not show yet is registered by what the event tells', async () => {
    world.agentCore.freeze();
    await world.deliver(world.agentCore.create(SUPPORT));
    expect(world.item(SUPPORT)).toMatchObject({ activeRole: roleId('agents'), labels: { name: 'support' } });
    expect(world.item(SUPPORT)).not.toHaveProperty('runtimeUpdatedAt');
  });

  test('whose event is dated ahead of time is registered now', async () => {
    await world.deliver(changed(world.agentCore.create(SUPPORT), { eventTime: '2036-01-01T00:00:00Z' }));
    expect(world.item(SUPPORT)).toMatchObject({ registeredAt: '2026-03-10T12:00:00.000Z', anchorDay: '2026-03-10' });
  });

  test('that failed to be created has no budget', async () => {
    await world.deliver(world.agentCore.create(SUPPORT, { status: 'CREATE_FAILED' }));
    expect(world.item(SUPPORT)).toBeUndefined();
  });

  test('that failed to be created after it was registered has one no longer', async () => {
    await world.deliver(world.agentCore.create(SUPPORT, { status: 'CREATING' }));
    await world.deliver(world.agentCore.update(SUPPORT, { status: 'CREATE_FAILED' }));
    expect(await world.registered()).toEqual({});
  });

  test('with more and longer tags than a label can be has bounded labels; tags that are named like ours give way', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${String(index).padStart(2, '0')}`, 'x'.repeat(900)]));
    await world.deliver(world.agentCore.create(SUPPORT, { tags: { ...many, name: 'mallory', creator: 'nobody' } }));
    const labels = world.item(SUPPORT)!.labels as Record<string, string>;
    expect(labels).toMatchObject({ 'name': 'support', 'tag:name': 'mallory', 'tag:creator': 'nobody' });
    expect(labels.creator).toMatch(/^arn:aws:sts/);
    expect(Object.keys(labels).length).toBeLessThanOrEqual(25);
    expect(Math.max(...Object.values(labels).map(value => value.length))).toBeLessThanOrEqual(256);
  });

  test('keeps the limits and labels that a stack declared before it was seen', async () => {
    const declared = { limits: limitsToItem([limit('3')]), labels: { team: 'care' }, enforcement: 'observe' };
    world.deployment.budgets.put({ principalId: idOf(SUPPORT), kind: 'agent-runtime', ...declared, declared, updatedBy: 'stack agents' });
    await world.deliver(world.agentCore.create(SUPPORT));
    expect(world.item(SUPPORT)).toMatchObject({ ...declared, activeRole: roleId('agents'), updatedBy: 'stack agents' });
  });
});

describe('what is no new runtime', () => {
  test('a call that failed registers nothing and reports nothing', async () => {
    const event = changed(world.agentCore.create(SUPPORT), { errorCode: 'AccessDenied', responseElements: null });
    world.agentCore.runtimes.clear();
    expect(await world.deliver(event)).toEqual({ registered: 0, changed: 0, removed: 0, refused: 0 });
    expect(world.store.writes).toEqual([]);
    expect(world.agentCore.calls).toEqual([]);
  });

  test('a failed deletion removes nothing', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    await world.deliver(changed(world.agentCore.event('DeleteAgentRuntime', { agentRuntimeId: SUPPORT }, null), { errorCode: 'ConflictException' }));
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });

  test.each([
    ['names no runtime', { requestParameters: null, responseElements: null }, /names no runtime/],
    ['has an id that is none', { responseElements: { agentRuntimeId: '../../etc' } }, /no id of a runtime/],
    ['has a number for an id', { responseElements: { agentRuntimeId: 7 } }, /cannot be read: detail.responseElements.agentRuntimeId/],
    ['is of another region', { awsRegion: 'us-east-1' }, /region us-east-1/],
    ['is of another account', { recipientAccountId: '999900001111' }, /account 999900001111/],
  ])('an event that %s is reported with its reason, once however often it comes', async (_, detail, reason) => {
    const event = changed(world.agentCore.create(SUPPORT), detail);
    expect(await world.deliver(event, event)).toMatchObject({ registered: 0, refused: 1 });
    expect(world.refusals()).toEqual([{ eventId: expect.stringContaining('runtime-refused/'), reason: expect.stringMatching(reason) }]);
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REFUSED)).toBe(2);
    expect(world.deployment.log.messages('warn')).toContain('an AgentCore runtime was refused');
    expect(world.runtimeItems()).toEqual([]);
  });

  test('an event of something else is nothing at all', async () => {
    await world.deliver(world.agentCore.event('CreateGateway', {}, {}), changed(world.agentCore.create(SUPPORT), { eventSource: 'evil.amazonaws.com' }));
    expect(world.store.writes).toEqual([]);
    expect(world.refusals()).toEqual([]);
  });

  test.each([
    ['of another account', roleArn('agents', '999900001111'), /belongs to account 999900001111/],
    ['that is a user', `arn:aws:iam::${ACCOUNT}:user/alice`, /is no ARN of an IAM role/],
    ['that is nonsense', 'agents\u001b[31m', /is no ARN of an IAM role/],
  ])('a runtime with a role %s is refused, with its principal and reason', async (_, role, reason) => {
    world.agentCore.create(SUPPORT);
    world.agentCore.runtimes.set(SUPPORT, { ...world.agentCore.runtimes.get(SUPPORT)!, roleArn: role });
    expect(await world.deliver(world.agentCore.endpoint(SUPPORT))).toMatchObject({ refused: 1, registered: 0 });
    expect(world.refusals()).toEqual([{
      reason: expect.stringMatching(reason), principalId: idOf(SUPPORT), eventId: `runtime-refused/${SUPPORT}/2026-03-10T12:00:00.000Z`,
    }]);
    expect(world.refusals()[0].reason).not.toContain('\u001b');
    expect(world.item(SUPPORT)).toBeUndefined();
  });

  test('a registered runtime that goes over to a role of another account leaves its former role unrestricted', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: roleArn('agents', '999900001111') }));
    expect(await world.registered()).toEqual({});
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('agents'), removedAt: expect.any(String) });
    expect(world.refusals()).toHaveLength(1);
    // Put right, it has its budget again at once: nothing was deleted.
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: 'agents' }));
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });
});

describe('a changed runtime', () => {
  test('with another role has it in both places at once, and is no longer unenforceable for the former one', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.deployment.budgets.edit(idOf(SUPPORT), { unenforceable: { code: 'quota', message: 'full' } });
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: 'other' }));
    expect(world.store.writes.at(-1)).toMatchObject({
      principalId: idOf(SUPPORT),
      change: {
        set: {
          role: roleId('other'),
          activeRole: roleId('other'),
          runtimeUpdatedAt: '2026-03-10T12:01:00.000Z',
          // so that what is still on the former role is not taken for drift
          formerRole: { id: roleId('agents'), until: '2026-03-10T12:01:00.000Z' },
        },
        remove: ['unenforceable'],
      },
    });
  });

  test('keeps what stands in the way of its role while the role stays', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.deployment.budgets.edit(idOf(SUPPORT), { unenforceable: { code: 'quota', message: 'full' } });
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT));
    expect(world.item(SUPPORT)).toHaveProperty('unenforceable');
  });

  test('whose update comes before its creation is registered by the update, and gets creator and tags by the creation', async () => {
    const creation = world.agentCore.create(SUPPORT, { tags: { team: 'care' } });
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: 'other' }));
    expect(world.item(SUPPORT)).toMatchObject({ activeRole: roleId('other'), labels: { name: 'support', team: 'care' } });
    await world.deliver(creation);
    expect(world.item(SUPPORT)).toMatchObject({ activeRole: roleId('other'), labels: { creator: expect.stringContaining('developer/kim') } });
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REGISTERED)).toBe(1);
  });

  test('that AgentCore shows as it was before is written as the event tells', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.agentCore.freeze();
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: 'other' }));
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('other'), runtimeUpdatedAt: '2026-03-10T12:01:00.000Z' });
  });

  test('that AgentCore shows as it was before has the time that the event tells of the update, not that of the call', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.agentCore.freeze();
    world.pass(MINUTE);
    const update = world.agentCore.update(SUPPORT, { role: 'other' });
    world.pass(MINUTE);
    await world.deliver(changed(update, { eventTime: '2026-03-10T12:02:00.000Z' }));
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('other'), runtimeUpdatedAt: '2026-03-10T12:01:00.000Z' });
  });

  test('is not set back by a reader who saw an older state', async () => {
    const creation = world.agentCore.create(SUPPORT);
    world.agentCore.freeze();
    world.pass(MINUTE);
    const update = world.agentCore.update(SUPPORT, { role: 'other' });
    const old = world.agentCore.stale;
    world.agentCore.thaw();
    await world.deliver(update);
    world.agentCore.stale = old;
    await world.deliver(creation);
    await world.sweep();
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('other'), activeRole: roleId('other'), runtimeUpdatedAt: '2026-03-10T12:01:00.000Z' });
  });

  test('two handlers in a race end with the newest, whoever writes last', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.pass(MINUTE);
    const first = world.agentCore.update(SUPPORT, { role: 'one' });
    world.agentCore.freeze();
    const old = world.agentCore.stale;
    world.agentCore.thaw();
    world.pass(MINUTE);
    const second = world.agentCore.update(SUPPORT, { role: 'two' });
    // The handler of the first has read what AgentCore showed then, and the second overtakes it before it writes.
    let overtaken = false;
    world.deployment.faults.gate = async call => {
      if (call === 'runtimeStore.write' && !overtaken) {
        overtaken = true;
        world.agentCore.thaw();
        await world.deliver(second);
      }
    };
    world.agentCore.stale = old;
    await world.deliver(first);
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('two'), activeRole: roleId('two'), runtimeUpdatedAt: '2026-03-10T12:02:00.000Z' });
  });

  test('an endpoint is an occasion to look at its runtime anew', async () => {
    world.agentCore.create(SUPPORT);
    await world.deliver(world.agentCore.endpoint(SUPPORT, 'Delete'));
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });
});

describe('a deleted runtime', () => {
  test('is removed, its role kept for whoever lifts the restriction', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.pass(LONG_AFTER);
    expect(await world.deliver(world.agentCore.delete(SUPPORT))).toMatchObject({ removed: 1 });
    expect(world.item(SUPPORT)).toMatchObject({ role: roleId('agents'), removedAt: '2026-03-10T13:00:00.000Z' });
    expect(world.item(SUPPORT)).not.toHaveProperty('activeRole');
  });

  test('that is suspended has its role restored first', async () => {
    world.agentCore.create(SUPPORT);
    world.deployment.given(aSuspendedBudget({ principalId: idOf(SUPPORT), role: roleId('agents') }), 'absent');
    await world.deliver(world.agentCore.delete(SUPPORT));
    await world.deployment.evaluateStream();
    expect(world.deployment.status(idOf(SUPPORT))).toBe('restoring');
    expect(world.deployment.workflows.started.map(({ workflow }) => workflow)).toEqual(['restoration']);
  });

  test('of which one version alone is deleted stays', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    await world.deliver(world.agentCore.deleteVersion(SUPPORT, '3'));
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });

  test('whose creation comes after its deletion does not come alive again', async () => {
    world.agentCore.freeze();
    const creation = world.agentCore.create(SUPPORT);
    world.pass(MINUTE);
    const deletion = world.agentCore.delete(SUPPORT);
    await world.deliver(deletion);
    expect(world.item(SUPPORT)).toMatchObject({ kind: 'agent-runtime', removedAt: '2026-03-10T12:01:00.000Z' });
    await world.deliver(creation);
    world.pass(LONG_AFTER);
    await world.deliver(creation);
    expect(await world.registered()).toEqual({});
    expect(world.deployment.log.messages('info')).toContain('left alone: the runtime was deleted');
  });

  test('that AgentCore still shows for a moment does not come alive again', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.agentCore.freeze();
    world.pass(MINUTE);
    await world.deliver(world.agentCore.delete(SUPPORT), world.agentCore.endpoint(SUPPORT));
    await world.sweep();
    expect(await world.registered()).toEqual({});
  });

  test('whose event comes twice is removed once', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    const deletion = world.agentCore.delete(SUPPORT);
    await world.deliver(deletion);
    const { removedAt } = world.item(SUPPORT)!;
    world.pass(MINUTE);
    expect(await world.deliver(deletion)).toMatchObject({ removed: 0 });
    expect(world.item(SUPPORT)!.removedAt).toBe(removedAt);
  });

  test('that is being deleted counts as gone, and one whose deletion failed is alive again at once', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    await world.deliver(world.agentCore.delete(SUPPORT, 'DELETING'));
    expect(await world.registered()).toEqual({});
    world.pass(MINUTE);
    world.agentCore.delete(SUPPORT, 'DELETE_FAILED');
    expect(await world.sweep()).toMatchObject({ registered: 1 });
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
    expect(world.item(SUPPORT)).not.toHaveProperty('removedAt');
  });

  test('whose deletion is told late, when AgentCore shows that it is alive after all, stays', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    const deletion = world.agentCore.event('DeleteAgentRuntime', { agentRuntimeId: SUPPORT }, null);
    world.pass(LONG_AFTER);
    await world.deliver(deletion);
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });
});

describe('the sweep', () => {
  test('registers runtimes that were there before the deployment, page by page, with their tags', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `agent${index}-Ab12Cd34Ef`);
    ids.forEach((id, index) => world.agentCore.create(id, { role: `role-${index}`, tags: { index: String(index) } }));
    expect(await world.sweep()).toMatchObject({ registered: 7 });
    expect(await world.registered()).toEqual(Object.fromEntries(ids.map((id, index) => [id, `role-${index}`])));
    expect(world.item(ids[3])).toMatchObject({ labels: { name: 'agent3', index: '3' } });
  });

  test('changes nothing where nothing has changed, and asks for no tags again', async () => {
    world.agentCore.create(SUPPORT);
    world.agentCore.create(SALES);
    await world.sweep();
    const writes = world.store.writes.length;
    world.agentCore.calls.length = 0;
    world.pass(LONG_AFTER);
    expect(await world.sweep()).toEqual({ registered: 0, changed: 0, removed: 0, refused: 0 });
    expect(world.store.writes).toHaveLength(writes);
    expect(world.agentCore.calls.filter(call => call.startsWith('ListTags'))).toEqual([]);
  });

  test('finds changes and deletions whose events were missed', async () => {
    world.agentCore.create(SUPPORT);
    world.agentCore.create(SALES, { role: 'sales' });
    await world.sweep();
    world.pass(LONG_AFTER);
    world.agentCore.update(SUPPORT, { role: 'other' });
    world.agentCore.delete(SALES);
    expect(await world.sweep()).toEqual({ registered: 0, changed: 1, removed: 1, refused: 0 });
    expect(await world.registered()).toEqual({ [SUPPORT]: 'other' });
    expect(world.item(SALES)).toMatchObject({ role: roleId('sales'), removedAt: '2026-03-10T13:00:00.000Z' });
  });

  test('takes nothing for gone where the list could not be read to its end, and fails', async () => {
    const ids = ['a-1', 'b-2', 'c-3', 'd-4'];
    ids.forEach(id => world.agentCore.create(id, { role: `role-${id}` }));
    await world.sweep();
    world.pass(LONG_AFTER);
    world.agentCore.delete('a-1');
    world.agentCore.create('e-5', { role: 'role-e' });
    world.agentCore.create('0-6', { role: 'role-0' });
    world.deployment.faults.plan('agentCore.ListAgentRuntimes 2', 'before', new Error('denied'));
    await expect(world.sweep()).rejects.toMatchObject({ name: 'SweepIncompleteError', message: expect.stringContaining('1 steps') });
    expect(Object.keys(await world.registered())).toEqual(expect.arrayContaining(['a-1', 'd-4']));
    await world.sweep();
    expect(Object.keys(await world.registered()).sort()).toEqual(['0-6', 'b-2', 'c-3', 'd-4', 'e-5']);
  });

  test('asks again while AgentCore is busy, and gives up on one alone', async () => {
    world.agentCore.create('a-1', { role: 'role-a' });
    world.agentCore.create('b-2', { role: 'role-b' });
    world.agentCore.create('c-3', { role: 'role-c' });
    world.busy('GetAgentRuntime a-1', 3);
    world.busy('GetAgentRuntime b-2', 6);
    await expect(world.sweep()).rejects.toMatchObject({ name: 'SweepIncompleteError' });
    expect(Object.keys(await world.registered()).sort()).toEqual(['a-1', 'c-3']);
    expect(world.waits).toBe(3 + 5);
    expect(world.deployment.log.entries.find(({ level }) => level === 'error')).toMatchObject({
      facts: { runtime: 'b-2', problem: expect.stringContaining('AgentCoreBusyError: Rate exceeded') },
    });
  });

  test('keeps what it could not read: a runtime that is registered, listed and not readable is not gone', async () => {
    world.agentCore.create(SUPPORT);
    await world.sweep();
    world.pass(LONG_AFTER);
    world.deployment.faults.plan(`agentCore.GetAgentRuntime ${SUPPORT}`, 'before', new Error('denied'));
    await expect(world.sweep()).rejects.toMatchObject({ name: 'SweepIncompleteError' });
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });

  test('keeps one that the list does not show and AgentCore shows when it is asked for it', async () => {
    world.agentCore.create(SUPPORT);
    await world.sweep();
    world.pass(LONG_AFTER);
    jest.spyOn(world.agentCore, 'runtimeIds').mockResolvedValue({ ids: [] });
    await world.sweep();
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });

  test('removes one that the list does not show and that is being deleted', async () => {
    world.agentCore.create(SUPPORT);
    await world.sweep();
    world.pass(LONG_AFTER);
    world.agentCore.delete(SUPPORT, 'DELETING');
    jest.spyOn(world.agentCore, 'runtimeIds').mockResolvedValue({ ids: [] });
    await world.sweep();
    expect(await world.registered()).toEqual({});
  });

  test('brings the shares of roles up to date whose runtimes it does not see', async () => {
    world.agentCore.freeze();
    jest.spyOn(world.deployment.budgets, 'runtimesOf').mockResolvedValueOnce([]).mockResolvedValueOnce([]);
    await world.deliver(world.agentCore.create(SUPPORT), world.agentCore.create(SALES));
    expect(world.shared('agents')).toBeUndefined();
    await world.sweep();
    expect(world.shared('agents')).toMatchObject({ runtimes: [idOf(SALES), idOf(SUPPORT)] });
  });

  test('keeps one that was registered a moment ago and is not listed yet', async () => {
    world.agentCore.freeze();
    await world.deliver(world.agentCore.create(SUPPORT));
    world.pass(MINUTE);
    await world.sweep();
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
    world.pass(LONG_AFTER);
    await world.sweep();
    expect(await world.registered()).toEqual({});
  });

  test('makes a runtime alive again that the list shows some minutes after its deletion was told', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    await world.deliver(world.agentCore.event('DeleteAgentRuntime', { agentRuntimeId: SUPPORT }, null) as CloudTrailEvent);
    world.pass(5 * MINUTE);
    await world.sweep();
    expect(await world.registered()).toEqual({});
    world.pass(6 * MINUTE);
    expect(await world.sweep()).toMatchObject({ registered: 1 });
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
  });

  test('does not register what failed to be created or is being deleted', async () => {
    world.agentCore.create(SUPPORT, { status: 'CREATE_FAILED' });
    world.agentCore.create(SALES, { status: 'DELETING' });
    await world.sweep();
    expect(world.runtimeItems()).toEqual([]);
  });

  test('refuses one with a foreign role and registers the others; the run succeeds', async () => {
    world.agentCore.create(SUPPORT, { role: roleArn('agents', '999900001111') });
    world.agentCore.create(SALES);
    world.agentCore.create('bad id!');
    expect(await world.sweep()).toMatchObject({ registered: 1, refused: 2 });
    world.pass(LONG_AFTER);
    await world.sweep();
    // Every sweep finds them again, and counts them; people are told once.
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REFUSED)).toBe(4);
    expect(world.refusals()).toHaveLength(2);
  });

  test('registers without tags where these cannot be read', async () => {
    world.agentCore.create(SUPPORT, { tags: { team: 'care' } });
    world.deployment.faults.plan(`agentCore.ListTagsForResource arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/${SUPPORT}`, 'before', new Error('denied'));
    expect(await world.sweep()).toMatchObject({ registered: 1 });
    expect(world.item(SUPPORT)).toMatchObject({ labels: { name: 'support' } });
    expect(world.deployment.log.messages('warn')).toEqual(['registered without tags, since they could not be read']);
  });
});

describe('a harness', () => {
  const HARNESS = 'desk-Hh11Hh22Hh';
  const INNER = 'harness_desk-Rr33Rr44Rr';

  test('that names its runtime has that runtime\'s budget and none of its own', async () => {
    const event = world.agentCore.createHarness(HARNESS, { runtimeId: INNER });
    await world.deliver(event);
    expect(world.runtimeItems()).toEqual([INNER]);
    expect(world.item(INNER)).toMatchObject({
      activeRole: roleId('harness'), harnessId: HARNESS, labels: { name: 'harness_desk', harness: 'desk', creator: expect.stringContaining('kim') },
    });
    await world.sweep();
    expect(world.runtimeItems()).toEqual([INNER]);
  });

  test('whose runtime was seen first becomes a label of it', async () => {
    world.agentCore.createHarness(HARNESS, { runtimeId: INNER });
    await world.deliver(world.agentCore.endpoint(INNER));
    await world.deliver(world.agentCore.event('CreateHarnessEndpoint', { harnessId: HARNESS, endpointName: 'prod' }, null));
    expect(world.runtimeItems()).toEqual([INNER]);
    expect(world.item(INNER)).toMatchObject({ harnessId: HARNESS, labels: { harness: 'desk' } });
  });

  test('without a runtime is the principal itself, until it names one', async () => {
    await world.deliver(world.agentCore.createHarness(HARNESS));
    expect(await world.registered()).toEqual({ [HARNESS]: 'harness' });
    expect(world.item(HARNESS)).toMatchObject({ kind: 'agent-runtime', labels: { name: 'desk', harness: 'desk' } });
    world.pass(LONG_AFTER);
    world.agentCore.create(INNER, { role: 'harness' });
    await world.deliver(world.agentCore.updateHarness(HARNESS, { runtimeId: INNER }));
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
    expect(world.shared('harness')).toBeUndefined();
  });

  test('that is its own principal is asked for as a harness before it is taken for gone', async () => {
    await world.deliver(world.agentCore.createHarness(HARNESS));
    world.pass(LONG_AFTER);
    jest.spyOn(world.agentCore, 'harnessIds').mockResolvedValueOnce({ ids: [] });
    await world.sweep();
    expect(await world.registered()).toEqual({ [HARNESS]: 'harness' });
    world.agentCore.deleteHarness(HARNESS);
    await world.sweep();
    expect(await world.registered()).toEqual({});
  });

  test('that is being created and names no runtime yet is looked at again', async () => {
    const event = world.agentCore.createHarness(HARNESS, { status: 'CREATING' });
    await expect(world.deliver(event)).rejects.toMatchObject({ name: 'NotYetVisibleError' });
    await world.sweep();
    expect(world.runtimeItems()).toEqual([]);
    world.agentCore.create(INNER, { role: 'harness' });
    world.agentCore.updateHarness(HARNESS, { status: 'READY', runtimeId: INNER });
    await world.deliver(event);
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
  });

  test('whose runtime AgentCore keeps to itself is registered by what the harness shows, and stays', async () => {
    await world.deliver(world.agentCore.createHarness(HARNESS, { runtimeId: INNER, listed: false }));
    world.pass(LONG_AFTER);
    await world.sweep();
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
    world.agentCore.updateHarness(HARNESS, { roleArn: roleArn('other') });
    await world.sweep();
    expect(await world.registered()).toEqual({ [INNER]: 'other' });
  });

  test('that AgentCore does not show yet is registered by the runtime that the event names', async () => {
    world.agentCore.freeze();
    await world.deliver(world.agentCore.createHarness(HARNESS, { runtimeId: INNER }));
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
    expect(world.item(INNER)).toMatchObject({ harnessId: HARNESS, labels: { harness: 'desk' } });
  });

  test('that AgentCore does not show and whose runtime nobody names is left to the sweep', async () => {
    world.agentCore.freeze();
    await world.deliver(world.agentCore.createHarness(HARNESS));
    expect(world.runtimeItems()).toEqual([]);
    world.agentCore.thaw();
    await world.sweep();
    expect(await world.registered()).toEqual({ [HARNESS]: 'harness' });
  });

  test('that ceases to name its runtime does not become a second budget', async () => {
    await world.deliver(world.agentCore.createHarness(HARNESS, { runtimeId: INNER }));
    world.pass(LONG_AFTER);
    world.agentCore.updateHarness(HARNESS, { runtimeId: undefined });
    await world.sweep();
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
    expect(world.runtimeItems()).toEqual([INNER]);
  });

  test.each([
    ['as its own principal', undefined],
    ['with its runtime', INNER],
  ])('that is deleted goes %s', async (_, runtimeId) => {
    await world.deliver(world.agentCore.createHarness(HARNESS, { runtimeId }));
    const items = world.runtimeItems();
    world.pass(LONG_AFTER);
    await world.deliver(world.agentCore.deleteHarness(HARNESS));
    expect(await world.registered()).toEqual({});
    expect(world.runtimeItems()).toEqual(items);
  });

  test('whose creation comes after its deletion does not come alive again', async () => {
    const creation = world.agentCore.createHarness(HARNESS);
    world.pass(MINUTE);
    await world.deliver(world.agentCore.deleteHarness(HARNESS), creation);
    await world.sweep();
    expect(await world.registered()).toEqual({});
  });

  test('whose creation comes after its deletion does not make its runtime alive again either', async () => {
    const creation = world.agentCore.createHarness(HARNESS, { runtimeId: INNER });
    world.pass(MINUTE);
    await world.deliver(world.agentCore.deleteHarness(HARNESS), creation);
    expect(await world.registered()).toEqual({});
  });

  test('that cannot be read keeps its runtime, which is on no list', async () => {
    await world.deliver(world.agentCore.createHarness(HARNESS, { runtimeId: INNER, listed: false }));
    world.agentCore.create(SUPPORT);
    await world.sweep();
    world.pass(LONG_AFTER);
    world.agentCore.delete(SUPPORT);
    world.deployment.faults.plan(`agentCore.GetHarness ${HARNESS}`, 'before', new Error('no key'));
    await expect(world.sweep()).rejects.toMatchObject({ name: 'SweepIncompleteError' });
    expect(await world.registered()).toEqual({ [INNER]: 'harness' });
  });

  test('with an id that is none is refused', async () => {
    const event = world.agentCore.event('UpdateHarness', { harnessId: 'a b' }, null);
    expect(await world.deliver(event)).toMatchObject({ refused: 1 });
    expect(world.refusals()[0]).toMatchObject({ eventId: 'runtime-refused/a_b/2026-03-10T12:00:00.000Z' });
  });
});

describe('of several harnesses and runtimes', () => {
  beforeEach(async () => {
    world.agentCore.create(SUPPORT);
    world.agentCore.createHarness('desk-1', { runtimeId: 'inner-1' });
    world.agentCore.createHarness('desk-2', { runtimeId: 'inner-2', role: 'second' });
    await world.sweep();
    world.agentCore.calls.length = 0;
  });

  test('each is looked at once in a sweep', async () => {
    await world.sweep();
    expect(world.agentCore.calls.filter(call => call.startsWith('Get')).sort()).toEqual([
      `GetAgentRuntime ${SUPPORT}`, 'GetAgentRuntime inner-1', 'GetAgentRuntime inner-2', 'GetHarness desk-1', 'GetHarness desk-2',
    ].sort());
  });

  test('a harness that is deleted takes its own runtime with it, and no other', async () => {
    world.pass(LONG_AFTER);
    await world.deliver(world.agentCore.deleteHarness('desk-1'));
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents', 'inner-2': 'second' });
  });

  test('the runtime of a harness that is being deleted is not looked at any more', async () => {
    world.pass(LONG_AFTER);
    world.agentCore.updateHarness('desk-1', { status: 'DELETING' });
    await world.sweep();
    expect(world.agentCore.calls).not.toContain('GetAgentRuntime inner-1');
    expect(await world.registered()).toEqual({ [SUPPORT]: 'agents', 'inner-2': 'second' });
  });
});

describe('runtimes that share an execution role', () => {
  test('share a budget from the second on, whose default is that of both together', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    expect(world.shared('agents')).toBeUndefined();
    world.pass(MINUTE);
    await world.deliver(world.agentCore.create(SALES));
    expect(world.shared('agents')).toEqual({
      principalId: `agent-role/${ACCOUNT}/${REGION}/agents`,
      kind: 'agent-role',
      runtimes: [idOf(SALES), idOf(SUPPORT)],
      labels: { runtimes: 'sales, support' },
      registeredAt: '2026-03-10T12:01:00.000Z',
      anchorDay: '2026-03-10',
    });
  });

  test('share it though the index does not show the newest of them yet', async () => {
    world.agentCore.create(SUPPORT);
    await world.sweep();
    jest.spyOn(world.deployment.budgets, 'runtimesOf').mockResolvedValue([idOf(SUPPORT)]);
    await world.deliver(world.agentCore.create(SALES));
    expect(world.shared('agents')).toMatchObject({ runtimes: [idOf(SALES), idOf(SUPPORT)] });
  });

  test('share it no longer once one of them leaves for another role, though the index still shows it', async () => {
    await world.deliver(world.agentCore.create(SUPPORT), world.agentCore.create(SALES));
    jest.spyOn(world.deployment.budgets, 'runtimesOf').mockResolvedValue([idOf(SALES), idOf(SUPPORT)]);
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SALES, { role: 'sales' }));
    expect(world.shared('agents')).toMatchObject({ removedAt: '2026-03-10T12:01:00.000Z' });
    expect(world.shared('sales')).toBeUndefined();
  });

  test('share it no longer once one of them is deleted, and again with the next', async () => {
    await world.deliver(world.agentCore.create(SUPPORT), world.agentCore.create(SALES));
    world.pass(MINUTE);
    await world.deliver(world.agentCore.delete(SALES));
    expect(world.shared('agents')).toMatchObject({ removedAt: '2026-03-10T12:01:00.000Z' });
    await world.deliver(world.agentCore.create('third-1'));
    expect(world.shared('agents')).toMatchObject({ runtimes: [idOf(SUPPORT), idOf('third-1')] });
    expect(world.shared('agents')).not.toHaveProperty('removedAt');
  });

  test('share what they may spend together where they have limits of their own', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    world.deployment.budgets.edit(idOf(SUPPORT), { limits: limitsToItem([limit('25'), limit('4', 'calendar day')]), updatedBy: 'kim' });
    await world.deliver(world.agentCore.create(SALES));
    expect(budgetFromItem(world.shared('agents')!)).toMatchObject({ limits: [limit('35'), limit('14', 'calendar day')], updatedBy: 'agent-registrar' });
    world.deployment.budgets.edit(idOf(SUPPORT), { limits: undefined });
    await world.sweep();
    expect(world.shared('agents')).not.toHaveProperty('limits');
  });

  test('keep the limits that an operator gave them together', async () => {
    await world.deliver(world.agentCore.create(SUPPORT), world.agentCore.create(SALES));
    const limits = limitsToItem([limit('7')]);
    world.deployment.budgets.edit(`agent-role/${ACCOUNT}/${REGION}/agents`, { limits, updatedBy: 'kim' });
    world.deployment.budgets.edit(idOf(SUPPORT), { limits: limitsToItem([limit('25')]) });
    await world.deliver(world.agentCore.create('third-1'));
    expect(world.shared('agents')).toMatchObject({ limits, updatedBy: 'kim', runtimes: [idOf(SALES), idOf(SUPPORT), idOf('third-1')] });
  });

  test('are found by the sweep, and each role apart', async () => {
    ['a-1', 'b-2'].forEach(id => world.agentCore.create(id, { role: 'one' }));
    ['c-3', 'd-4', 'e-5'].forEach(id => world.agentCore.create(id, { role: 'two' }));
    world.agentCore.create('f-6', { role: 'three' });
    await world.sweep();
    expect(world.shared('one')).toMatchObject({ runtimes: ['a-1', 'b-2'].map(idOf) });
    expect(world.shared('two')).toMatchObject({ runtimes: ['c-3', 'd-4', 'e-5'].map(idOf) });
    expect(world.shared('three')).toBeUndefined();
  });

  test('share it after all where the first attempt ended between the two writes', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    const event = world.agentCore.create(SALES);
    world.deployment.faults.plan('runtimes.runtimesOf');
    await expect(world.deliver(event)).rejects.toThrow();
    expect(world.shared('agents')).toBeUndefined();
    await world.deliver(event);
    expect(world.shared('agents')).toMatchObject({ runtimes: [idOf(SALES), idOf(SUPPORT)] });
  });

  test.each<[string, (event: CloudTrailEvent) => Promise<unknown>]>([
    ['the same event', event => world.deliver(event)],
    ['the sweep', () => world.sweep()],
    ['its deletion', () => world.deliver(world.agentCore.delete(SALES))],
  ])('share it no longer where the run that moved one of them ended before its former role was looked at: %s makes up for it', async (_, next) => {
    await world.deliver(world.agentCore.create(SUPPORT), world.agentCore.create(SALES));
    const event = world.agentCore.update(SALES, { role: 'sales' });
    world.deployment.faults.plan('runtimes.runtimesOf');
    await expect(world.deliver(event)).rejects.toThrow();
    expect(world.shared('agents')).not.toHaveProperty('removedAt');
    await next(event);
    expect(world.shared('agents')).toHaveProperty('removedAt');
  });
});

test('nothing is lost where AgentCore or the table fail: the invocation fails, and the next one does the whole', async () => {
  const event = world.agentCore.create(SUPPORT);
  world.busy(`GetAgentRuntime ${SUPPORT}`, 6);
  await expect(world.deliver(event)).rejects.toMatchObject({ name: 'AgentCoreBusyError' });
  world.deployment.faults.plan('runtimeStore.write');
  await expect(world.deliver(event)).rejects.toThrow();
  world.deployment.faults.plan('runtimeStore.write', 'after');
  await expect(world.deliver(event)).rejects.toThrow();
  expect(await world.deliver(event)).toMatchObject({ registered: 0 });
  expect(await world.registered()).toEqual({ [SUPPORT]: 'agents' });
});
