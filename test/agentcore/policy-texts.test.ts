import { DetacherAction, Metric } from '../../src/contract';
import { isoInstant } from '../../src/lambdas/core/budget-item';
import { restoreUntilNothingIsHeld } from '../../src/lambdas/core/policy-backup/restore-all';
import { RetryableIamError } from '../../src/lambdas/core/ports';
import { Attachable } from '../../src/lambdas/core/restriction-target';
import { aBudget, ACCOUNT, AGENT, aSuspendedBudget, DAY, limit, NOON } from '../lambdas/core/builders';
import { BEDROCK, DENY, OWN, PolicyWorld, READ_ONLY } from './policy-world';

/** What is told of policies that are removed and put back, word for word: answers, the log, events and errors. */

const ALICE: Attachable = { type: 'user', name: 'alice' };
const BY = { deploymentId: 'dep-1', environmentName: 'test', actor: 'policy-detacher', occurredAt: '2026-03-10T12:00:00.000Z' };

let w: PolicyWorld;
beforeEach(() => {
  w = new PolicyWorld(ALICE);
});

const logged = () => w.log.entries.splice(0).map(({ level, message, facts }) => [level, message, facts]);
const lastEvent = () => w.events.published.at(-1)!;
const facts = (more: object) => ({ principalId: w.id, execution: 'execution', ...more });

async function stripped(): Promise<void> {
  await w.remove();
  w.isToBeFree();
  w.log.entries.length = 0;
  w.events.published.length = 0;
}

describe('a removal', () => {
  test('is told with its counts, and where, by whom and why', async () => {
    await w.remove();
    const reason = '3 managed and 2 inline policies';
    expect(logged()).toEqual([['info', DetacherAction.REMOVE, facts({ outcome: 'applied', reason: `${reason} removed` })]]);
    expect(w.events.published).toEqual([{
      type: 'Policies Removed',
      detail: expect.objectContaining({
        ...BY,
        eventId: `execution/${DetacherAction.REMOVE}`,
        principalId: w.id,
        reason: `${reason} backed up and removed`,
        after: { target: w.id, uniqueId: w.uniqueId, managedPolicies: 3, inlinePolicies: 2, leftInPlace: [] },
      }),
    }]);
    expect(w.metrics.total(Metric.POLICIES_REMOVED)).toBe(5);
  });

  test('a second time counts nothing again', async () => {
    await w.remove();
    await w.remove();
    expect(w.metrics.total(Metric.POLICIES_REMOVED)).toBe(5);
  });

  test('names what it leaves in place, the first fifty', async () => {
    const others = Array.from({ length: 51 }, (_, index) => `arn:aws:iam::${ACCOUNT}:policy/old-${index}`);
    others.forEach(arn => w.iam.publish(arn, { attachable: false }));
    w.iam.byHand(ALICE, ({ managed }) => managed.push(...others));
    expect(await w.remove()).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies removed, 51 left in place' });
    const { leftInPlace } = lastEvent().detail.after as { leftInPlace: string[] };
    expect([leftInPlace.length, leftInPlace[0], leftInPlace[49], leftInPlace[50]]).toEqual([
      51, `${others[0]}: AWS would not attach it again once it is detached`, `${others[49]}: AWS would not attach it again once it is detached`, 'and 1 more',
    ]);
  });

  test.each<[string, () => void, object]>([
    ['no budget is left', () => w.budgets.remove(w.id), { outcome: 'superseded', reason: 'no such budget' }],
    ['the budget is within its limit', () => w.put(aBudget({ principalId: w.id, reason: 'within budget' })), { outcome: 'superseded', reason: 'active: within budget' }],
    ['AWS reserves the principal', () => w.iam.limit(ALICE, { protected: true }), { outcome: 'unenforceable', reason: expect.stringMatching(/^AWS refuses changes: ./) }],
  ])('is not carried out where %s, and says so', async (_, change, answer) => {
    change();
    expect(await w.remove()).toEqual(answer);
    expect(logged()).toEqual([['info', DetacherAction.REMOVE, facts(answer)]]);
    expect(w.events.published).toEqual([]);
  });

  test('is not carried out on a runtime whose role is not known', async () => {
    w.put(aSuspendedBudget({ principalId: AGENT }));
    expect(await w.remove(AGENT)).toEqual({ outcome: 'unenforceable', reason: 'is an AgentCore runtime whose execution role is not known yet' });
  });

  test('is not carried out once everybody is given back what is held', async () => {
    await w.backups.close(NOON);
    expect(await w.remove()).toEqual({ outcome: 'superseded', reason: 'no policies are removed any more: the strategy, or the deployment, goes' });
  });
});

describe('a restoration', () => {
  test('is told with its counts', async () => {
    await stripped();
    await w.restore();
    expect(logged()).toEqual([['info', DetacherAction.RESTORE, facts({ outcome: 'applied', reason: '3 managed and 2 inline policies put back' })]]);
    expect(w.events.published).toEqual([{
      type: 'Policies Restored',
      detail: expect.objectContaining({
        ...BY,
        eventId: `execution/${DetacherAction.RESTORE}`,
        principalId: w.id,
        reason: '3 managed and 2 inline policies put back',
        after: { target: w.id, uniqueId: w.uniqueId, end: 'restored', managedPolicies: 3, inlinePolicies: 2, notRestored: [] },
      }),
    }]);
    expect([w.metrics.total(Metric.POLICIES_RESTORED), w.metrics.total(Metric.POLICIES_NOT_RESTORED)]).toEqual([5, 0]);
  });

  test('a second time has nothing to give', async () => {
    await stripped();
    await w.restore();
    expect(await w.restore()).toEqual({ outcome: 'applied', reason: 'no policies are held' });
  });

  test('tells what could not be put back, and why', async () => {
    await stripped();
    w.iam.unpublish(OWN);
    w.iam.unpublish(READ_ONLY);
    w.iam.publish(READ_ONLY, { policyId: 'ANPA99' });
    w.iam.publish(BEDROCK, { attachable: false });
    w.iam.byHand(ALICE, ({ inline }) => inline.set('table', '{}'));
    expect(await w.restore()).toEqual({ outcome: 'applied', reason: '0 managed and 1 inline policies put back, 4 could not be' });
    expect(logged()[0]).toEqual(['warn', 'policies could not be put back', { target: w.id, end: 'restored', policies: 4 }]);
    expect(lastEvent().detail).toMatchObject({
      reason: '0 managed and 1 inline policies put back; 4 could not be',
      after: {
        notRestored: [
          `${READ_ONLY}: there is another policy of this name, which is not attached`,
          `${OWN}: the policy does not exist any more`,
          `${BEDROCK}: AWS attaches the policy to nobody any more`,
          'table: there is another inline policy of this name, and it stays',
        ],
      },
    });
  });

  test('that is blocked says by what, what is to be done, and how many more there are', async () => {
    await stripped();
    w.iam.limit(ALICE, { managedQuota: 2 });
    await expect(w.restore()).rejects.toMatchObject({
      name: 'PoliciesNotRestoredError',
      message: expect.stringMatching(new RegExp(
        `^2 of 5 policies of ${w.id} could not be put back\\. It stays denied, its backup is kept, and it is tried again: make room for them or put them there by hand\\. `
        + `It is ${OWN} \\(.+\\) and 1 more$`,
      )),
    });
    w.iam.limit(ALICE, { managedQuota: 3 });
    await expect(w.restore()).rejects.toThrow(new RegExp(`^1 of 5 policies .* It is ${BEDROCK} \\([^)]+\\)$`));
  });

  test.each<[string, () => void, string]>([
    ['it is still suspended', () => w.isToBeDenied(), 'still to be denied: 120.0 % of $100.00 spent since 2026-03-01'],
    ['the limit was exceeded again', () => w.isToBeFree({ limits: [limit('100')] }), 'the limit was exceeded again before the policies were put back'],
  ])('is not carried out where %s', async (_, change, reason) => {
    await stripped();
    change();
    expect(await w.restore()).toEqual({ outcome: 'superseded', reason });
  });

  test.each([
    ['is gone', 'principal-gone', 'put back: the user or role no longer exists', 'the user or role no longer exists', () => w.iam.delete(ALICE)],
    [
      'was made anew', 'principal-replaced', 'put back: the user or role was deleted, and another of the same name was made',
      'the user or role was deleted and another of the same name was made', () => {
        w.iam.delete(ALICE);
        w.iam.add(ALICE, { uniqueId: 'AIDAANOTHER', managed: [DENY] });
      },
    ],
  ])('of a user that %s gives nothing, and says of each policy why', async (_, end, said, problem, change) => {
    await stripped();
    const { uniqueId } = w;
    change();
    await w.restore();
    expect(lastEvent().detail).toMatchObject({
      ...BY,
      eventId: `execution/${DetacherAction.RESTORE}/${end}/${uniqueId}`,
      reason: `0 managed and 0 inline policies ${said}; 5 could not be`,
      after: { target: w.id, uniqueId, end, managedPolicies: 0, inlinePolicies: 0, notRestored: [READ_ONLY, OWN, BEDROCK, 'logs', 'table'].map(policy => `${policy}: ${problem}`) },
    });
    expect(logged()[0]).toEqual(['warn', 'policies could not be put back', { target: w.id, end, policies: 5 }]);
  });

  test('says nothing of others whose policies are held', async () => {
    const writer: Attachable = { type: 'role', name: 'writer' };
    w.iam.add(writer, { uniqueId: 'AROAWRITER' });
    await w.backups.create({ principalId: `iam-role/${ACCOUNT}/writer`, uniqueId: 'AROAWRITER', takenAt: NOON, managed: [], inline: [], leftInPlace: [] });
    await stripped();
    await w.restore();
    expect(logged()).toHaveLength(1);
  });

  test('whose telling takes too long makes no history of the backup, and is tried again', async () => {
    await stripped();
    w.faults.draw = call => {
      w.time += call === 'events.publish' ? 100_000 : 0;
      return undefined;
    };
    await expect(w.restore()).rejects.toThrow(`the work on the policies of ${w.id} takes too long: it is gone on with at the next try`);
    expect([w.backup?.principalId, w.backups.history]).toEqual([w.id, []]);
    w.faults.draw = () => undefined;
    expect(await w.restore()).toMatchObject({ outcome: 'applied' });
    expect(w.backup).toBeUndefined();
  });

  test('that cannot be announced is counted and logged', async () => {
    await stripped();
    w.faults.plan('events.publish', 'before', new TypeError('bus'));
    await w.restore();
    expect(logged()[0]).toEqual(['error', 'a change of IAM could not be announced', { principalId: w.id, type: 'Policies Restored', problem: 'TypeError' }]);
    expect(w.metrics.total(Metric.UNAUDITED_CHANGES)).toBe(1);
  });
});

describe('giving everybody back what is held', () => {
  test('is told with its counts', async () => {
    await stripped();
    await w.restoreAll();
    expect(logged()).toEqual([['info', DetacherAction.RESTORE_ALL, { held: 1, restored: 1, failed: 0 }]]);
  });

  test('is tried again for two minutes where that may help, and not at all where it does not', async () => {
    await stripped();
    w.iam.limit(ALICE, { managedQuota: 2 });
    expect(await w.restoreAll()).toMatchObject({ failed: [{ target: w.id }] });
    expect(w.waits).toEqual([]);
    w.faults.draw = call => (call === 'iam.attach' ? { moment: 'before', error: new RetryableIamError('Throttling') } : undefined);
    expect(await w.restoreAll()).toEqual({ restored: [], failed: [{ target: w.id, problem: 'RetryableIamError: Throttling' }] });
    expect(w.waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000]);
  });

  test('names somebody who is no user or role of this account', async () => {
    await w.backups.create({ principalId: 'nonsense', uniqueId: 'AROA1', takenAt: NOON - DAY, managed: [], inline: [], leftInPlace: [] });
    const problem = 'is not a user or role: somebody changed the table by hand';
    expect(await w.restoreAll()).toEqual({ restored: [], failed: [{ target: 'nonsense', problem }] });
    expect(logged()).toEqual([
      ['error', 'policies could not be given back', { target: 'nonsense', problem }], ['info', DetacherAction.RESTORE_ALL, { held: 1, restored: 0, failed: 1 }],
    ]);
  });

  test.each([[20, ''], [21, ' and 1 more']])('names at most twenty of %i whose policies are still held', async (count, more) => {
    for (let number = 10; number < 10 + count; number += 1) {
      await w.backups.create({ principalId: `odd-${number}`, uniqueId: `AROA${number}`, takenAt: NOON, managed: [], inline: [], leftInPlace: [] });
    }
    const names = Array.from({ length: 20 }, (_, index) => `odd-${index + 10} (is not a user or role: somebody changed the table by hand)`).join(', ');
    await expect(restoreUntilNothingIsHeld({ action: DetacherAction.RESTORE_ALL, now: isoInstant(NOON) }, w.ports(), w.context)).rejects.toMatchObject({
      name: 'PoliciesStillHeldError',
      message: `policies of ${count} users and roles are still held: nothing else was removed. Mend what is in the way, or put them back by hand from the backups table `
        + `and delete their rows of state "current" there; then try again. They are ${names}${more}`,
    });
  });
});
