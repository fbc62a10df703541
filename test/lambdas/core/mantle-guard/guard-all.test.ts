import { EventType, Metric, PrincipalKindName } from '../../../../src/contract';
import { Budget } from '../../../../src/lambdas/core/budget';
import { GuardIncompleteError, MAX_TOLD } from '../../../../src/lambdas/core/mantle-guard/guard-all';
import { RetryableIamError } from '../../../../src/lambdas/core/ports';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget,
  HOUR, KEY_USER, MINUTE, NOON, ROLE, SHARED_AGENTS,
} from '../builders';
import { GuardWorld } from './guard-world';

const BOB = `iam-user/${ACCOUNT}/bob`;
const SSO = `iam-role/${ACCOUNT}/AWSReservedSSO_Dev_0123456789abcdef`;
const EVERYBODY = [ALICE, BOB, KEY_USER, ROLE, AGENT_ROLE];

function aWorld(...budgets: readonly Budget[]): GuardWorld {
  const world = new GuardWorld();
  EVERYBODY.forEach(id => world.iam.add(id));
  world.put(...budgets);
  return world;
}

const failures = (world: GuardWorld) => world.events.distinct().filter(({ type }) => type === EventType.MANTLE_DENY_FAILED)
  .map(({ detail }) => [detail.principalId, detail.after?.code]);

describe('is kept from the mantle endpoint', () => {
  test.each([
    ['a user with a limit', aBudget(), ALICE],
    ['a role with a limit', aBudget({ principalId: ROLE }), ROLE],
    ['a user of an API key, by the default budget', aBudget({ principalId: KEY_USER, kind: PrincipalKindName.API_KEY_USER, limits: undefined }), KEY_USER],
    ['the execution role of a runtime, by the default budget', aBudget({ principalId: AGENT, limits: undefined, role: AGENT_ROLE }), AGENT_ROLE],
    ['the role that runtimes share', aBudget({ principalId: SHARED_AGENTS, limits: undefined }), AGENT_ROLE],
    ['one whose exemption is over', aBudget({ exemption: { reason: 'launch', until: NOON } }), ALICE],
    ['one who is over the limit, in the grace period', aBudgetInGrace({ graceDeadline: NOON + 1 }), ALICE],
  ])('%s', async (_, budget, principalId) => {
    const world = aWorld(budget);
    expect(await world.all()).toEqual({ denied: 1, attached: 1, detached: 0, failures: 0, told: 0 });
    expect(world.denied(...EVERYBODY)).toEqual([principalId]);
    expect(world.events.published.map(({ type, detail }) => [type, detail.principalId])).toEqual([[EventType.MANTLE_DENY_ATTACHED, principalId]]);
  });
});

describe('is not', () => {
  test.each([
    ['one who is observed only', aBudget({ enforcement: 'observe' })],
    ['one without a limit', aBudget({ limits: undefined })],
    ['one whose limits were all taken away', aBudget({ limits: [] })],
    ['one who is exempt for a while', aBudget({ exemption: { reason: 'launch', until: NOON + 1 } })],
    ['one who is exempt for good', aBudget({ exemption: { reason: 'launch' } })],
    ['a runtime that is no more', aBudget({ principalId: AGENT, role: AGENT_ROLE, removedAt: NOON - 1 })],
  ])('%s, who is let go where that was not so before', async (_, budget) => {
    const world = aWorld(budget);
    EVERYBODY.forEach(id => world.iam.setByHand(id, true));
    expect(await world.all()).toMatchObject({ denied: 0, attached: 0, detached: EVERYBODY.length, failures: 0 });
    expect(world.denied(...EVERYBODY)).toEqual([]);
  });

  test('anybody whom nobody gave a budget', async () => {
    const world = aWorld();
    expect(await world.all()).toEqual({ denied: 0, attached: 0, detached: 0, failures: 0, told: 0 });
  });
});

describe('while somebody is denied all of Bedrock, or about to be', () => {
  test.each([
    ['suspended', aSuspendedBudget()], ['being restored', aBudgetBeingRestored()], ['in a grace period that is over', aBudgetInGrace({ graceDeadline: NOON })],
  ])('nothing is attached, and nothing detached: %s', async (_, budget) => {
    const world = aWorld(budget);
    await world.all();
    expect(world.denied(ALICE)).toEqual([]);
    world.iam.setByHand(ALICE, true);
    await world.all();
    expect(world.denied(ALICE)).toEqual([ALICE]);
    expect(world.events.published).toEqual([]);
  });

  test('and so it is for a role of which another budget is suspended', async () => {
    const world = aWorld(aBudget({ principalId: AGENT_ROLE }), aSuspendedBudget({ principalId: AGENT, role: AGENT_ROLE }));
    await world.all();
    expect(world.denied(AGENT_ROLE)).toEqual([]);
  });
});

test('paused enforcement keeps nobody anew and lets nobody go; where it is lifted, so is this', async () => {
  const world = aWorld(aBudget(), aBudget({ principalId: BOB }));
  world.iam.setByHand(ALICE, true);
  world.enforcement = 'paused';
  expect(await world.all()).toMatchObject({ denied: 1, attached: 0, detached: 0 });
  world.enforcement = 'lifted';
  expect(await world.all()).toMatchObject({ denied: 0, detached: 1 });
  world.enforcement = 'on';
  expect(await world.all()).toMatchObject({ denied: 2, attached: 2 });
});

test('a role stays denied while any of its budgets wants it', async () => {
  const world = aWorld(aBudget({ principalId: AGENT_ROLE }), aBudget({ principalId: AGENT, role: AGENT_ROLE }));
  await world.all();
  world.put(aBudget({ principalId: AGENT_ROLE, limits: undefined }));
  await world.all();
  expect(world.denied(AGENT_ROLE)).toEqual([AGENT_ROLE]);
  world.put(aBudget({ principalId: AGENT, role: ROLE }));
  await world.all();
  expect(world.denied(...EVERYBODY)).toEqual([ROLE]);
});

test('a runtime that has left the role, and that the index still lists there, keeps it from nothing', async () => {
  const world = aWorld(aBudget({ principalId: AGENT, role: ROLE }));
  world.staleRuntimes = [AGENT];
  world.iam.setByHand(AGENT_ROLE, true);
  await world.all();
  expect(world.denied(...EVERYBODY)).toEqual([ROLE]);
});

test('a second run changes nothing, asks IAM for the list alone and tells nothing', async () => {
  const world = aWorld(aBudget(), aBudget({ principalId: ROLE }));
  await world.all();
  const calls: string[] = [];
  world.faults.gate = async call => void calls.push(call);
  expect(await world.all()).toEqual({ denied: 2, attached: 0, detached: 0, failures: 0, told: 0 });
  expect(calls).toEqual(['iam.list']);
  expect(world.remembered).toBe(0);
});

describe('who cannot be kept from it', () => {
  test('is told with the reason, once for as long as it lasts, and stops nobody else', async () => {
    const world = aWorld(aBudget(), aBudget({ principalId: SSO }), aBudget({ principalId: ROLE }), aBudget({ principalId: `root/${ACCOUNT}` }));
    world.iam.add(ALICE, { full: true });
    expect(await world.all()).toEqual({ denied: 1, attached: 1, detached: 0, failures: 3, told: 3 });
    expect(world.denied(...EVERYBODY)).toEqual([ROLE]);
    expect(failures(world)).toEqual([[SSO, 'protected-role'], [ALICE, 'quota'], [`root/${ACCOUNT}`, 'root']]);
    expect(world.metrics.total(Metric.MANTLE_DENY_FAILURES)).toBe(3);

    await world.all(NOON + HOUR);
    expect(failures(world)).toHaveLength(3);
    expect(world.remembered).toBe(1);
    expect(world.metrics.total(Metric.MANTLE_DENY_FAILURES)).toBe(6);
  });

  test('is told anew where the reason changes, or has passed and come again', async () => {
    const world = aWorld(aBudget());
    world.iam.add(ALICE, { full: true });
    await world.all();
    world.iam.add(ALICE, { full: false, protected: true });
    await world.all(NOON + HOUR);
    world.iam.add(ALICE, { protected: false });
    expect(await world.all(NOON + 2 * HOUR)).toMatchObject({ attached: 1, told: 0 });
    world.iam.add(ALICE, { attached: false, full: true });
    await world.all(NOON + 3 * HOUR);
    expect(failures(world).map(([, code]) => code)).toEqual(['quota', 'protected', 'quota']);
  });

  test('where it does not exist, is in the audit trail, no failure, and looked for once a day', async () => {
    const world = aWorld(aBudget());
    world.iam.remove(ALICE);
    expect(await world.all()).toMatchObject({ denied: 0, failures: 0, told: 1 });
    world.iam.add(ALICE);
    for (let hour = 1; hour < 12; hour += 1) {
      expect(await world.all(NOON + hour * HOUR)).toMatchObject({ attached: 0, told: 0 });
    }
    expect(await world.all(NOON + 12 * HOUR)).toMatchObject({ attached: 1, failures: 0 });
    expect(world.told.size).toBe(0);
  });

  test('a runtime whose role is not known yet is no failure', async () => {
    const world = aWorld(aBudget({ principalId: AGENT, limits: undefined }));
    expect(await world.all()).toMatchObject({ failures: 0, told: 0 });
  });

  test('what is told stands in the note before its event may be lost: at least once', async () => {
    const world = aWorld(aBudget());
    world.iam.add(ALICE, { full: true });
    world.faults.plan('events.publish');
    await expect(world.all()).rejects.toThrow('events.publish failed');
    expect(world.told.size).toBe(0);
    await world.all();
    expect(failures(world)).toEqual([[ALICE, 'quota']]);
  });

  test('a note stays within what an item holds', async () => {
    const world = new GuardWorld();
    world.put(...Array.from({ length: MAX_TOLD + 5 }, (_, index) => aBudget({ principalId: `federated-user/${ACCOUNT}/f${index}` })));
    expect(await world.all()).toMatchObject({ failures: MAX_TOLD + 5, told: MAX_TOLD });
    expect(world.told.size).toBe(MAX_TOLD);
  });
});

describe('trouble', () => {
  test('with one principal leaves the others as they should be, is an error of the run, and no news of the principal', async () => {
    const world = aWorld(aBudget(), aBudget({ principalId: BOB }), aBudget({ principalId: ROLE }));
    world.faults.plan('iam.attach', 'before', new Error('AccessDenied'));
    await expect(world.all()).rejects.toThrow(GuardIncompleteError);
    expect(world.denied(...EVERYBODY)).toHaveLength(2);
    expect(failures(world)).toEqual([]);
    expect(world.metrics.total(Metric.MANTLE_DENY_FAILURES)).toBe(1);
    await world.all();
    expect(world.denied(...EVERYBODY)).toHaveLength(3);
  });

  test('that may pass is waited out', async () => {
    const world = aWorld(aBudget());
    [1, 2, 3].forEach(() => world.faults.plan('iam.attach', 'before', new RetryableIamError('Throttling')));
    await world.all();
    expect(world.denied(ALICE)).toEqual([ALICE]);
    expect(world.waits.waits).toEqual([500, 1_000, 2_000]);
  });

  test('with an item leaves the others, and whoever it may be as they are', async () => {
    const world = aWorld(aBudget());
    world.broken.push({ principalId: BOB, limits: 'ten dollars' });
    await expect(world.all()).rejects.toThrow('1 principals could not be looked at');
    expect(world.denied(...EVERYBODY)).toEqual([ALICE]);
  });

  test('with announcing a change undoes nothing', async () => {
    const world = aWorld(aBudget());
    world.faults.plan('events.publish');
    expect(await world.all()).toMatchObject({ attached: 1 });
    expect(world.log.entries.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('with time ends the run early, keeps what is known of the others, and the next one goes on', async () => {
    const world = aWorld(aBudget(), aBudget({ principalId: BOB }), aBudget({ principalId: ROLE }), aBudget({ principalId: KEY_USER }));
    world.told = new Map([[SSO, 'protected-role']]);
    let left = 2;
    world.remaining = () => (left-- > 0 ? 60_000 : 20_000);
    await expect(world.all()).rejects.toThrow('no time left');
    expect(world.denied(...EVERYBODY)).toHaveLength(2);
    expect(world.told.get(SSO)).toBe('protected-role');
    world.remaining = () => 600_000;
    await world.all();
    expect(world.denied(...EVERYBODY)).toHaveLength(4);
  });

  test('a run that was cut short lets nobody go whom it did not look for', async () => {
    const world = aWorld(aBudget({ principalId: BOB }), aBudget({ principalId: ROLE }), aBudget());
    world.iam.setByHand(ALICE, true);
    world.remaining = () => 0;
    await expect(world.all()).rejects.toThrow('no time left');
    expect(world.denied(ALICE)).toEqual([ALICE]);
    expect(world.pagesRead).toBe(1);
  });
});

test('a group with the policy is no work of ours', async () => {
  const world = aWorld();
  world.iam.groups.push('team');
  expect(await world.all()).toMatchObject({ denied: 0, failures: 0 });
  expect(world.log.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('who got a budget after the pages were read is not let go by them', async () => {
  const world = aWorld();
  world.iam.setByHand(ALICE, true);
  // The scan saw nothing; by the time that Alice's attachment is looked at, she has a budget.
  world.onRead = () => world.put(aBudget());
  await world.all();
  expect(world.denied(ALICE)).toEqual([ALICE]);
});

describe('one principal', () => {
  test('is brought to what its budgets want at once', async () => {
    const world = aWorld(aBudget(), aBudget({ principalId: BOB }));
    await world.one(ALICE);
    expect(world.denied(...EVERYBODY)).toEqual([ALICE]);
    world.put(aBudget({ enforcement: 'observe' }));
    await world.one(ALICE);
    expect(world.denied(...EVERYBODY)).toEqual([]);
    expect(world.events.types()).toEqual([EventType.MANTLE_DENY_ATTACHED, EventType.MANTLE_DENY_DETACHED]);
  });

  test('and is not touched where it is so already', async () => {
    const world = aWorld(aBudget());
    await world.one(ALICE);
    const calls: string[] = [];
    world.faults.gate = async call => void calls.push(call);
    await world.one(ALICE);
    expect(calls).toEqual(['budgets.read', 'budgets.read', 'iam.isAttached']);
  });

  test('is not touched while enforcement is paused', async () => {
    const world = aWorld(aBudget());
    world.enforcement = 'paused';
    await world.one(ALICE);
    world.iam.setByHand(BOB, true);
    world.put(aBudget({ principalId: BOB }));
    await world.one(BOB);
    expect(world.denied(...EVERYBODY)).toEqual([BOB]);
  });

  test('that does not exist is logged, and nobody is told', async () => {
    const world = aWorld(aBudget());
    world.iam.remove(ALICE);
    await world.one(ALICE);
    expect(world.log.entries).toContainEqual(expect.objectContaining({ level: 'warn', facts: expect.objectContaining({ code: 'gone' }) }));
    expect(world.events.published).toEqual([]);
  });

  test('without a budget is let go', async () => {
    const world = aWorld();
    world.iam.setByHand(ALICE, true);
    await world.one(ALICE);
    expect(world.denied(ALICE)).toEqual([]);
  });

  test('where a runtime was given another role, the one that it left is let go', async () => {
    const world = aWorld(aBudget({ principalId: AGENT, role: ROLE, formerRole: { id: AGENT_ROLE, until: NOON - MINUTE } }));
    world.iam.setByHand(AGENT_ROLE, true);
    await world.one(AGENT);
    expect(world.denied(...EVERYBODY)).toEqual([ROLE]);
  });

  test('that cannot be kept from it is logged, and told by the next run over all', async () => {
    const world = aWorld(aBudget());
    world.iam.add(ALICE, { full: true });
    await world.one(ALICE);
    expect(failures(world)).toEqual([]);
    expect(world.log.entries).toContainEqual(expect.objectContaining({ level: 'warn', facts: expect.objectContaining({ code: 'quota' }) }));
    await world.all();
    expect(failures(world)).toEqual([[ALICE, 'quota']]);
  });

  test.each(['nonsense', AGENT, `root/${ACCOUNT}`, SSO])('%s has no place for a policy, and nothing happens', async principalId => {
    const world = aWorld();
    await world.one(principalId);
    expect(world.events.published).toEqual([]);
  });

  test('is looked at again after the change: of two at work on it the later one leaves what is right', async () => {
    const world = aWorld(aBudget());
    world.faults.gate = async call => {
      if (call === 'iam.attach') world.put(aBudget({ limits: undefined }));
    };
    await world.one(ALICE);
    expect(world.denied(ALICE)).toEqual([]);
  });
});
