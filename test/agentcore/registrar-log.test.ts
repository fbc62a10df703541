import { ACCOUNT, HOUR, MINUTE, REGION } from '../lambdas/core/builders';
import { idOf, RegistrarWorld, roleId } from './registrar-world';

/** What operators read of the registrar's work, line by line. */

const SUPPORT = 'support-1';
const SALES = 'sales-1';
const DESK = 'desk-1';
const SHARED = `agent-role/${ACCOUNT}/${REGION}/agents`;

let world: RegistrarWorld;
beforeEach(() => {
  world = new RegistrarWorld();
});

/** What was logged since the last look. */
function logged(): unknown[] {
  return world.deployment.log.entries.splice(0).map(({ level, message, facts }) => [level, message, facts]);
}

const REMOVED = 'removed an AgentCore runtime';

describe('events', () => {
  test('of the life of a runtime', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    expect(logged()).toEqual([['info', 'registered an AgentCore runtime', { principalId: idOf(SUPPORT), role: roleId('agents') }]]);
    world.pass(MINUTE);
    await world.deliver(world.agentCore.update(SUPPORT, { role: 'others' }));
    expect(logged()).toEqual([['info', 'an AgentCore runtime changed', {
      principalId: idOf(SUPPORT), role: roleId('others'), attributes: ['role', 'activeRole', 'runtimeUpdatedAt', 'formerRole'],
    }]]);
    const created = world.agentCore.endpoint(SUPPORT);
    await world.deliver(created);
    expect(logged()).toEqual([]);
    world.pass(MINUTE);
    const deleted = world.agentCore.delete(SUPPORT);
    await world.deliver(deleted);
    expect(logged()).toEqual([['info', REMOVED, { principalId: idOf(SUPPORT), reason: 'it was deleted' }]]);
    world.pass(MINUTE);
    await world.deliver(created, deleted);
    expect(logged()).toEqual([['info', 'AgentCore does not show the runtime; left to its deletion and to the sweep', { principalId: idOf(SUPPORT) }]]);
  });

  test('that come after the deletion', async () => {
    const created = world.agentCore.create(SUPPORT);
    const deleted = world.agentCore.delete(SUPPORT);
    await world.deliver(deleted, created);
    expect(logged()).toEqual([
      ['info', REMOVED, { principalId: idOf(SUPPORT), reason: 'it was deleted' }],
      ['info', 'left alone: the runtime was deleted', { principalId: idOf(SUPPORT), removedAt: '2026-03-10T12:00:00.000Z' }],
    ]);
  });

  test('of a runtime that is being deleted', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    logged();
    await world.deliver(world.agentCore.update(SUPPORT, { status: 'DELETING' }));
    expect(logged()).toEqual([['info', REMOVED, { principalId: idOf(SUPPORT), reason: 'AgentCore shows it as DELETING' }]]);
  });

  test('of something else, and of calls that failed', async () => {
    const event = world.agentCore.create(SUPPORT);
    await world.deliver(world.agentCore.event('CreateGateway', {}, {}), { ...event, detail: { ...event.detail, errorCode: 'AccessDenied' } });
    expect(logged()).toEqual([
      ['info', 'nothing to do', { reason: 'the event is none of a change of a runtime or harness' }],
      ['info', 'nothing to do', { reason: 'the call failed (AccessDenied)' }],
    ]);
  });

  test('of a harness', async () => {
    await world.deliver(world.agentCore.createHarness(DESK));
    expect(logged()).toEqual([['info', 'registered an AgentCore runtime', { principalId: idOf(DESK), role: roleId('harness') }]]);
    world.pass(MINUTE);
    world.agentCore.create('inner-1', { role: 'harness' });
    await world.deliver(world.agentCore.updateHarness(DESK, { runtimeId: 'inner-1' }));
    expect(logged()).toEqual([
      ['info', 'registered an AgentCore runtime', { principalId: idOf('inner-1'), role: roleId('harness') }],
      ['info', REMOVED, { principalId: idOf(DESK), reason: 'its runtime is the principal' }],
    ]);
    world.pass(HOUR);
    await world.deliver(world.agentCore.deleteHarness(DESK));
    expect(logged()).toEqual([['info', REMOVED, { principalId: idOf('inner-1'), reason: 'its harness was deleted' }]]);
  });

  test('of a harness that nobody shows', async () => {
    const event = world.agentCore.createHarness(DESK);
    world.agentCore.harnesses.clear();
    await world.deliver(event);
    expect(logged()).toEqual([['info', 'AgentCore does not show the harness; left to the sweep', { principalId: idOf(DESK) }]]);
    await world.deliver(world.agentCore.deleteHarness(DESK), event);
    expect(logged()).toEqual([
      ['info', REMOVED, { principalId: idOf(DESK), reason: 'it was deleted' }],
      ['info', 'left alone: the harness was deleted', { principalId: idOf(DESK) }],
    ]);
  });

  test('of a harness that is its own principal, and that nobody shows any more', async () => {
    await world.deliver(world.agentCore.createHarness(DESK));
    logged();
    const updated = world.agentCore.updateHarness(DESK);
    world.agentCore.harnesses.clear();
    await world.deliver(updated);
    expect(logged()).toEqual([['info', 'AgentCore does not show the harness; left to the sweep', { principalId: idOf(DESK) }]]);
  });

  test('of runtimes that come to share a role, and cease to', async () => {
    await world.deliver(world.agentCore.create(SUPPORT));
    logged();
    await world.deliver(world.agentCore.create(SALES));
    expect(logged()[1]).toEqual(['info', 'shared budget of a role', { principalId: SHARED, members: 2 }]);
    world.pass(HOUR);
    await world.deliver(world.agentCore.delete(SALES));
    expect(logged()[1]).toEqual(['info', 'shared budget of a role', { principalId: SHARED, members: 1 }]);
  });
});

describe('a sweep', () => {
  test('tells what it found', async () => {
    world.agentCore.create(SUPPORT);
    world.agentCore.create(SALES, { role: 'others' });
    world.agentCore.createHarness(DESK, { runtimeId: 'inner-1' });
    await world.sweep();
    expect(logged().at(-1)).toEqual(['info', 'swept AgentCore runtimes', { runtimes: 3, harnesses: 1, registered: 3, changed: 0, removed: 0, refused: 0 }]);
    world.pass(HOUR);
    world.agentCore.delete(SALES);
    world.agentCore.update(SUPPORT, { role: '*' });
    await world.sweep();
    expect(logged()).toEqual(expect.arrayContaining([
      ['info', REMOVED, { principalId: idOf(SALES), reason: 'AgentCore does not list it any more' }],
      ['info', 'swept AgentCore runtimes', { runtimes: 2, harnesses: 1, registered: 0, changed: 0, removed: 2, refused: 1 }],
    ]));
  });

  test('tells why one is registered without its tags', async () => {
    world.agentCore.create(SUPPORT);
    const { arn } = world.agentCore.runtimes.get(SUPPORT)!;
    world.deployment.faults.plan(`agentCore.ListTagsForResource ${arn}`, 'before', new TypeError('not\nallowed'));
    await world.sweep();
    expect(logged()[0]).toEqual(['warn', 'registered without tags, since they could not be read', { arn, problem: 'TypeError: not allowed' }]);
  });

  test('tells what it could not do, and goes on', async () => {
    world.agentCore.create(SUPPORT);
    world.agentCore.create(SALES);
    world.agentCore.createHarness(DESK);
    world.deployment.faults.plan(`agentCore.GetAgentRuntime ${SUPPORT}`, 'before', new TypeError('not\nallowed'));
    world.deployment.faults.plan(`agentCore.GetHarness ${DESK}`, 'before', new RangeError('7'));
    await expect(world.sweep()).rejects.toMatchObject({
      name: 'SweepIncompleteError', message: '2 steps of the sweep over 3 AgentCore runtimes and harnesses failed; see the errors logged before',
    });
    expect(logged()).toEqual([
      ['error', 'could not bring a harness up to date', { harness: DESK, problem: 'RangeError: 7' }],
      ['error', 'could not bring a runtime up to date', { runtime: SUPPORT, problem: 'TypeError: not allowed' }],
      ['info', 'registered an AgentCore runtime', { principalId: idOf(SALES), role: roleId('agents') }],
    ]);
  });

  test('tells which list it could not read to its end', async () => {
    world.deployment.faults.plan('agentCore.ListAgentRuntimes 0', 'before', new TypeError('runtimes'));
    world.deployment.faults.plan('agentCore.ListHarnesses 0', 'before', new TypeError('harnesses'));
    await expect(world.sweep()).rejects.toThrow('2 steps of the sweep over 0 AgentCore runtimes and harnesses failed');
    expect(logged()).toEqual(['runtimes', 'harnesses'].map(what => (
      ['error', `could not list the AgentCore ${what} to the end: nothing is taken for gone`, { problem: `TypeError: ${what}` }])));
  });
});
