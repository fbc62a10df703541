import { Metric } from '../../../../src/contract';
import { RetryableIamError } from '../../../../src/lambdas/core/ports';
import { aBudget, ACCOUNT, AGENT, AGENT_ROLE, ALICE, HOUR, NOON } from '../builders';
import { GuardWorld } from './guard-world';

/** What operators and the audit trail are told of the guard's work, in whole. */

const BOB = `iam-user/${ACCOUNT}/bob`;
const OF_DEPLOYMENT = { deploymentId: 'dep-1', environmentName: 'test' };

let world: GuardWorld;
beforeEach(() => {
  world = new GuardWorld();
  [ALICE, BOB, AGENT_ROLE].forEach(id => world.iam.add(id));
  world.put(aBudget());
});

const logged = () => world.log.entries.splice(0).map(({ level, message, facts }) => [level, message, facts]);
const published = () => world.events.published.splice(0).map(({ type, detail }) => [type, detail]);
const event = (type: string, detail: object) => [type, expect.objectContaining({ ...OF_DEPLOYMENT, actor: 'mantle-guard', occurredAt: '2026-03-10T12:00:00.000Z', ...detail })];

test('of whom it keeps from the endpoint, and whom it lets go', async () => {
  await world.all();
  expect(logged()).toEqual([
    ['info', 'kept from the mantle endpoint', { principalId: ALICE }],
    ['info', 'guarded the mantle endpoint', { denied: 1, attached: 1, detached: 0, failures: 0, told: 0 }],
  ]);
  expect(published()).toEqual([event('Mantle Deny Attached', {
    eventId: `mantle-deny/attached/${ALICE}/2026-03-10T12:00:00.000Z`, principalId: ALICE, reason: 'has a budget that is enforced',
  })]);
  world.put(aBudget({ limits: undefined }));
  await world.all();
  expect(logged()).toEqual([
    ['info', 'not kept from the mantle endpoint any more', { principalId: ALICE }],
    ['info', 'guarded the mantle endpoint', { denied: 0, attached: 0, detached: 1, failures: 0, told: 0 }],
  ]);
  expect(published()).toEqual([event('Mantle Deny Detached', {
    eventId: `mantle-deny/detached/${ALICE}/2026-03-10T12:00:00.000Z`, principalId: ALICE, reason: 'has no budget that is enforced any more',
  })]);
  expect([world.metrics.total(Metric.MANTLE_DENIED), world.metrics.names()]).toEqual([1, [Metric.MANTLE_DENIED, Metric.MANTLE_DENY_FAILURES]]);
});

test('of whom IAM does not know, or who is full', async () => {
  world.put(aBudget({ principalId: BOB }));
  world.iam.remove(ALICE);
  world.iam.add(BOB, { full: true });
  await world.all();
  const failed = (principalId: string, code: string, reason: unknown) => event('Mantle Deny Failed', {
    eventId: `mantle-deny/failed/${principalId}/${code}/2026-03-10T12:00:00.000Z`, principalId, reason, after: { code },
  });
  expect(published()).toEqual([failed(ALICE, 'gone', 'IAM does not know it'), failed(BOB, 'quota', expect.any(String))]);
  expect([...world.told]).toEqual([[ALICE, 'gone'], [BOB, 'quota']]);
});

test('of whom IAM did not know before nothing again, and who is no trouble any more is forgotten', async () => {
  world.iam.remove(ALICE);
  world.told = new Map([[ALICE, 'gone'], [BOB, 'gone']]);
  expect(await world.all(NOON + HOUR)).toEqual({ denied: 0, attached: 0, detached: 0, failures: 0, told: 0 });
  expect([published(), [...world.told], world.remembered]).toEqual([[], [[ALICE, 'gone']], 1]);
});

test('of what went wrong', async () => {
  world.broken.push({ principalId: BOB, limits: 'ten dollars' });
  world.iam.groups.push('team');
  world.faults.plan('iam.attach', 'before', new TypeError('AccessDenied'));
  await expect(world.all()).rejects.toMatchObject({ name: 'GuardIncompleteError', message: '2 principals could not be looked at; see the errors logged before' });
  expect(logged()).toEqual([
    ['warn', 'the policy is attached to a group, which is not ours to change', { group: 'team' }],
    ['error', 'a budget cannot be read', { principalId: BOB, problem: expect.stringContaining('limits') }],
    ['error', 'could not be brought to what its budgets want', { principalId: ALICE, problem: 'TypeError', message: 'AccessDenied' }],
    ['info', 'guarded the mantle endpoint', { denied: 0, attached: 0, detached: 0, failures: 1, told: 0 }],
  ]);
});

test('of a change that cannot be announced', async () => {
  world.faults.plan('events.publish', 'before', new TypeError('bus'));
  await world.one(ALICE);
  expect(logged()).toEqual([
    ['info', 'kept from the mantle endpoint', { principalId: ALICE }],
    ['error', 'a change of IAM could not be announced', { principalId: ALICE, isDenied: true, problem: 'TypeError' }],
  ]);
});

test('of a single principal that cannot be kept from it', async () => {
  world.iam.remove(ALICE);
  await world.one(ALICE);
  expect(logged()).toEqual([['warn', 'cannot be kept from the mantle endpoint, or not be let go', {
    principalId: ALICE, target: { type: 'user', name: 'alice' }, code: 'gone', message: 'IAM does not know it',
  }]]);
});

test('of more than can be told', async () => {
  world.put(...Array.from({ length: 2_001 }, (_, index) => aBudget({ principalId: `federated-user/${ACCOUNT}/f${index}` })));
  await world.all();
  expect(logged().filter(([level]) => level === 'warn')).toEqual([['warn', 'too many principals fail to tell them all', { told: 2_000, leftOut: 1 }]]);
});

test('and of 2,000 each is told', async () => {
  world.put(...Array.from({ length: 2_000 }, (_, index) => aBudget({ principalId: `federated-user/${ACCOUNT}/f${index}` })));
  expect(await world.all()).toMatchObject({ told: 2_000 });
  expect(logged().filter(([level]) => level === 'warn')).toEqual([]);
});

describe('IAM', () => {
  test('that is busy is asked again four times', async () => {
    Array.from({ length: 4 }, () => world.faults.plan('iam.attach', 'before', new RetryableIamError('Throttling')));
    await world.one(ALICE);
    expect([world.denied(ALICE), world.waits.waits]).toEqual([[ALICE], [500, 1_000, 2_000, 4_000]]);
  });

  test('that is busy for longer ends the work on the principal', async () => {
    Array.from({ length: 5 }, () => world.faults.plan('iam.isAttached', 'before', new RetryableIamError('Throttling')));
    await expect(world.one(ALICE)).rejects.toThrow('Throttling');
    expect(world.waits.waits).toEqual([500, 1_000, 2_000, 4_000]);
  });

  test('is changed four times at most for a budget that is another at every look', async () => {
    let changes = 0;
    world.faults.gate = async call => {
      if (call === 'iam.attach' || call === 'iam.detach') {
        changes += 1;
        world.put(aBudget(call === 'iam.attach' ? { limits: undefined } : {}));
      }
    };
    await world.one(ALICE);
    expect([changes, world.denied(ALICE)]).toEqual([4, []]);
  });

  test('lets a user go who is gone by then, and nobody is told of a failure', async () => {
    world.put(aBudget({ limits: undefined }));
    world.iam.setByHand(ALICE, true);
    world.faults.gate = async call => {
      if (call === 'iam.detach') world.iam.remove(ALICE);
    };
    expect(await world.all()).toMatchObject({ denied: 0, detached: 1, failures: 0, told: 0 });
  });

  test('is left alone about a user who is gone and was to be let go', async () => {
    world.put(aBudget({ limits: undefined }));
    world.iam.remove(ALICE);
    await world.one(ALICE);
    expect([logged(), published()]).toEqual([[], []]);
  });
});

test('while enforcement is paused no budget is read anew for whoever is not kept from it', async () => {
  world.enforcement = 'paused';
  await world.all();
  expect(world.reads).toBe(0);
});

test('a former role that nobody can read is left alone', async () => {
  world.put(aBudget({ principalId: AGENT, role: AGENT_ROLE, formerRole: { id: 'nonsense', until: NOON } }));
  await world.one(AGENT);
  expect(world.denied(ALICE, AGENT_ROLE)).toEqual([AGENT_ROLE]);
});
