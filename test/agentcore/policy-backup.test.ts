import { EnforcerAction, EventType, Metric } from '../../src/contract';
import { currentRow } from '../../src/lambdas/core/policy-backup/backup-item';
import { NotYetVisibleError, RetryableIamError } from '../../src/lambdas/core/ports';
import { Attachable } from '../../src/lambdas/core/restriction-target';
import { aBudget, ACCOUNT, AGENT, DAY, limit, MINUTE, NOON, SHARED_AGENTS } from '../lambdas/core/builders';
import { HISTORY_DAYS } from '../lambdas/core/in-memory/backup-store';
import { BEDROCK, BOUNDARY, DENY, LOGS_DOCUMENT, OWN, POLICIES, PolicyWorld, READ_ONLY, TABLE_DOCUMENT } from './policy-world';

const OTHERS = `arn:aws:iam::${ACCOUNT}:policy/others`;
const THEIRS = '{"Version":"2012-10-17","Statement":[]}';

const TARGETS: readonly Attachable[] = [{ type: 'user', name: 'alice' }, { type: 'role', name: 'report-writer' }];

describe.each(TARGETS)('a $type', target => {
  const world = (...traits: [ConstructorParameters<typeof PolicyWorld>[1]?]) => new PolicyWorld(target, ...traits);

  /** Suspended, and its policies removed. */
  const stripped = async (...traits: [ConstructorParameters<typeof PolicyWorld>[1]?]) => {
    const made = world(...traits);
    await made.remove();
    made.iam.writes.length = 0;
    made.isToBeFree();
    return made;
  };

  describe('that is suspended', () => {
    test('loses its managed and inline policies, and keeps the deny', async () => {
      const w = world();
      expect(await w.remove()).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies removed' });
      expect(w.policies()).toEqual({ managed: [DENY], inline: {} });
    });

    test('keeps its permissions boundary, whose ARN the backup has for the record', async () => {
      const w = world();
      await w.remove();
      expect([w.iam.peek(target)?.boundary, w.backup?.permissionsBoundary]).toEqual([BOUNDARY, BOUNDARY]);
      expect(await w.restore()).toMatchObject({ outcome: 'superseded' });
      expect(w.iam.peek(target)?.boundary).toBe(BOUNDARY);
    });

    test('loses nothing before IAM shows the deny, and no backup is taken', async () => {
      const w = world({ managed: POLICIES.managed });
      await expect(w.remove()).rejects.toThrow(NotYetVisibleError);
      expect([w.iam.writes, w.backup]).toEqual([[], undefined]);
      await w.enforce(EnforcerAction.RESTRICT);
      expect(await w.remove()).toMatchObject({ outcome: 'applied' });
      expect(w.iam.writes[0]).toBe(`attach ${DENY}`);
    });

    test('has a complete backup before the first policy is removed', async () => {
      const w = world();
      const lostAtWrites: string[][] = [];
      w.faults.draw = call => {
        if (call === 'iam.detach' || call === 'iam.deleteInline') {
          lostAtWrites.push(w.backup ? w.lost({ ...POLICIES }) : ['no backup']);
          expect(w.backup).toMatchObject({ managed: [{ arn: READ_ONLY }, { arn: OWN }, { arn: BEDROCK }], inline: [{ name: 'logs' }, { name: 'table' }] });
        }
        return undefined;
      };
      await w.remove();
      expect(lostAtWrites).toEqual([[], [], [], [], []]);
    });

    test('has a backup of documents byte for byte, in order, with versions and its unique id, without the deny', async () => {
      const w = world({ uniqueId: 'AROAEXAMPLE' });
      await w.remove();
      expect(w.backup).toEqual({
        principalId: w.id,
        uniqueId: 'AROAEXAMPLE',
        takenAt: NOON,
        managed: [
          { arn: READ_ONLY, policyId: 'ANPA2', defaultVersionId: 'v1' }, { arn: OWN, policyId: 'ANPA3', defaultVersionId: 'v3' },
          { arn: BEDROCK, policyId: 'ANPA4', defaultVersionId: 'v1' },
        ],
        inline: [{ name: 'logs', document: LOGS_DOCUMENT }, { name: 'table', document: TABLE_DOCUMENT }],
        leftInPlace: [],
        permissionsBoundary: BOUNDARY,
      });
    });

    test('has a backup that no second removal writes over', async () => {
      const w = world();
      await w.remove();
      const { backup } = w;
      w.time += DAY;
      w.iam.publish(OTHERS);
      w.iam.byHand(target, ({ managed, inline }) => {
        managed.push(OTHERS);
        inline.set('theirs', THEIRS);
      });
      expect(await w.remove()).toMatchObject({ outcome: 'applied' });
      expect(w.backup).toEqual(backup);
      expect(w.policies()).toEqual({ managed: [DENY, OTHERS], inline: { theirs: THEIRS } });
    });

    test('loses a policy again that somebody attached again, as the backup has it', async () => {
      const w = world();
      await w.remove();
      w.iam.byHand(target, ({ managed }) => managed.push(OWN));
      await w.remove();
      expect(w.policies().managed).toEqual([DENY]);
      expect(w.lost()).toEqual([]);
    });

    test('keeps an inline policy that was changed after the backup was taken, and it is told', async () => {
      const w = world();
      w.faults.draw = call => {
        if (call === 'iam.detach') {
          w.iam.byHand(target, ({ inline }) => inline.set('logs', THEIRS));
        }
        return undefined;
      };
      expect(await w.remove()).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies removed, 1 left in place' });
      expect(w.policies().inline).toEqual({ logs: THEIRS });
      expect(w.events.published.at(-1)?.detail.after).toMatchObject({
        leftInPlace: ['logs: it was changed after the backup was taken'],
      });
    });

    test('keeps a managed policy that AWS would never attach again', async () => {
      const w = world();
      w.iam.publish(BEDROCK, { attachable: false });
      expect(await w.remove()).toMatchObject({ outcome: 'applied' });
      expect(w.policies().managed).toEqual([BEDROCK, DENY]);
      expect(w.backup?.managed.map(({ arn }) => arn)).toEqual([READ_ONLY, OWN]);
      expect(w.events.published.at(-1)?.detail.after).toMatchObject({
        leftInPlace: [`${BEDROCK}: AWS would not attach it again once it is detached`],
      });
      w.isToBeFree();
      await w.restore();
      expect(w.notInPlace()).toEqual([]);
    });

    test('keeps the deny policy of another deployment', async () => {
      const w = world();
      w.iam.publish(OWN, { description: 'Denies spending on Amazon Bedrock. Attached and detached by BedrockBudgeteer; not for use by hand.' });
      await w.remove();
      expect(w.policies().managed).toEqual([OWN, DENY]);
      expect(w.backup?.managed.map(({ arn }) => arn)).not.toContain(OWN);
    });

    test('is waited for until IAM shows that everything is gone', async () => {
      const w = world();
      w.iam.lag = 1;
      // The list that is read next shows what was before the last change.
      await expect(w.remove()).rejects.toThrow(NotYetVisibleError);
      expect(w.lost()).toEqual([]);
      w.iam.lag = 0;
      expect(await w.remove()).toMatchObject({ outcome: 'applied' });
      expect(w.policies()).toEqual({ managed: [DENY], inline: {} });
    });

    test.each([
      ['managed', { managed: [...POLICIES.managed, DENY], inline: {} }],
      ['inline', { managed: [DENY], inline: POLICIES.inline }],
    ])('is waited for where there are %s policies alone, when they go and when they come back', async (_, policies) => {
      const w = world(policies);
      const untilVisible = async (work: () => Promise<unknown>) => {
        await expect(work()).rejects.toThrow(NotYetVisibleError);
        // Lists that show what was before end some day.
        w.iam.show(target, w.policies(), 0);
        expect(await work()).toMatchObject({ outcome: 'applied' });
      };
      w.iam.lag = 2;
      await untilVisible(() => w.remove());
      expect(w.policies()).toEqual({ managed: [DENY], inline: {} });
      w.isToBeFree();
      w.iam.lag = 3;
      await untilVisible(() => w.restore());
      const { managed, inline } = w.policies();
      expect([[...managed].sort(), inline]).toEqual([[...policies.managed].sort(), policies.inline]);
    });

    test('that has no policies but the deny has an empty backup', async () => {
      const w = world({ managed: [DENY], inline: {} });
      expect(await w.remove()).toEqual({ outcome: 'applied', reason: '0 managed and 0 inline policies removed' });
      w.isToBeFree();
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect(w.policies()).toEqual({ managed: [DENY], inline: {} });
    });

    test('is announced and counted', async () => {
      const w = world();
      await w.remove();
      expect(w.events.published).toEqual([{
        type: EventType.POLICIES_REMOVED,
        detail: expect.objectContaining({
          eventId: 'execution/remove-policies',
          actor: 'policy-detacher',
          principalId: w.id,
          reason: '3 managed and 2 inline policies backed up and removed',
          after: { target: w.id, uniqueId: w.uniqueId, managedPolicies: 3, inlinePolicies: 2, leftInPlace: [] },
        }),
      }]);
      expect(w.metrics.total(Metric.POLICIES_REMOVED)).toBe(5);
    });
  });

  describe('that is restored', () => {
    test('has exactly what it had, and the backup becomes history that expires', async () => {
      const w = await stripped();
      w.time += MINUTE;
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies put back' });
      expect(w.policies()).toEqual({ managed: [DENY, ...POLICIES.managed], inline: POLICIES.inline });
      expect(w.backup).toBeUndefined();
      expect(w.backups.history).toEqual([expect.objectContaining({
        target: w.uniqueId,
        principalId: w.id,
        state: 'history#2026-03-10T12:01:00.000Z',
        end: 'restored',
        inline: [{ name: 'logs', document: LOGS_DOCUMENT }, { name: 'table', document: TABLE_DOCUMENT }],
        expiresAt: { value: String((NOON + MINUTE) / 1000 + HISTORY_DAYS * 24 * 60 * 60) },
      })]);
    });

    test('keeps what somebody else gave it meanwhile', async () => {
      const w = await stripped();
      w.iam.byHand(target, ({ managed, inline }) => {
        managed.push(OTHERS);
        inline.set('theirs', THEIRS);
      });
      await w.restore();
      expect(w.policies()).toEqual({ managed: [DENY, OTHERS, ...POLICIES.managed], inline: { theirs: THEIRS, ...POLICIES.inline } });
    });

    test('is told of a managed policy that does not exist any more, and has the rest', async () => {
      const w = await stripped();
      w.iam.unpublish(OWN);
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: '2 managed and 2 inline policies put back, 1 could not be' });
      expect(w.notInPlace()).toEqual([OWN]);
      expect(w.events.published.at(-1)).toMatchObject({
        type: EventType.POLICIES_RESTORED,
        detail: { after: { end: 'restored', managedPolicies: 2, inlinePolicies: 2, notRestored: [`${OWN}: the policy does not exist any more`] } },
      });
      expect([w.metrics.total(Metric.POLICIES_RESTORED), w.metrics.total(Metric.POLICIES_NOT_RESTORED)]).toEqual([4, 1]);
      expect(w.backups.history[0]).toMatchObject({ notRestored: [{ policy: OWN }] });
    });

    test('is not given another managed policy of the same ARN, and it is told', async () => {
      const w = await stripped();
      w.iam.unpublish(OWN);
      w.iam.publish(OWN, { description: 'somebody else made it anew' });
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: '2 managed and 2 inline policies put back, 1 could not be' });
      expect(w.notInPlace()).toEqual([OWN]);
      expect(w.backups.history[0]).toMatchObject({ notRestored: [{ policy: OWN, problem: 'there is another policy of this name, which is not attached' }] });
      expect(w.metrics.total(Metric.POLICIES_NOT_RESTORED)).toBe(1);
    });

    test('keeps another managed policy of the same ARN that somebody attached meanwhile, also where it is suspended again', async () => {
      const w = await stripped();
      w.isToBeDenied();
      w.iam.unpublish(OWN);
      w.iam.publish(OWN);
      w.iam.byHand(target, ({ managed }) => managed.push(OWN));
      expect(await w.remove()).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies removed, 1 left in place' });
      expect(w.policies().managed).toEqual([DENY, OWN]);
      w.isToBeFree();
      expect(await w.restore()).toMatchObject({ reason: '2 managed and 2 inline policies put back, 1 could not be' });
      expect(w.policies().managed).toEqual([DENY, OWN, READ_ONLY, BEDROCK]);
    });

    test('of which a backup knows no ids of policies has them by their ARNs', async () => {
      const w = await stripped();
      w.backups.put(currentRow({ ...w.backup!, managed: w.backup!.managed.map(({ arn }) => ({ arn })) }));
      await w.restore();
      expect(w.notInPlace()).toEqual([]);
    });

    test('is told of a managed policy that AWS deprecated meanwhile, and has the rest', async () => {
      const w = await stripped();
      w.iam.publish(BEDROCK, { attachable: false });
      expect(await w.restore()).toMatchObject({ outcome: 'applied', reason: expect.stringContaining('1 could not be') });
      expect(w.notInPlace()).toEqual([BEDROCK]);
    });

    test('keeps an inline policy that somebody wrote under a name of the backup, and it is told', async () => {
      const w = await stripped();
      w.iam.byHand(target, ({ inline }) => inline.set('table', THEIRS));
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: '3 managed and 1 inline policies put back, 1 could not be' });
      expect(w.policies().inline).toEqual({ table: THEIRS, logs: LOGS_DOCUMENT });
      expect(w.events.published.at(-1)?.detail.after).toMatchObject({
        notRestored: ['table: there is another inline policy of this name, and it stays'],
      });
    });

    test('takes no harm from a second restore', async () => {
      const w = await stripped();
      await w.restore();
      const before = w.policies();
      w.iam.writes.length = 0;
      w.iam.byHand(target, ({ managed }) => managed.splice(managed.indexOf(OWN), 1));
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: 'no policies are held' });
      expect(w.iam.writes).toEqual([]);
      expect(w.policies()).toEqual({ ...before, managed: before.managed.filter(arn => arn !== OWN) });
      expect(w.backups.history).toHaveLength(1);
    });

    test('is denied until all is back: the deny is lifted last', async () => {
      const w = await stripped();
      await w.restore();
      expect(w.denied).toBe(true);
      expect(await w.enforce(EnforcerAction.LIFT)).toMatchObject({ outcome: 'applied' });
      expect(w.iam.writes).toEqual([...POLICIES.managed.map(arn => `attach ${arn}`), 'put logs', 'put table', `detach ${DENY}`]);
    });

    test('is not freed while a policy is missing that is still to be put back', async () => {
      const w = await stripped();
      w.iam.limit(target, { managedQuota: 3 });
      await expect(w.restore()).rejects.toMatchObject({ name: 'PoliciesNotRestoredError' });
      expect(await w.enforce(EnforcerAction.LIFT)).toMatchObject({ outcome: 'superseded' });
      expect([w.denied, w.lost()]).toEqual([true, []]);
    });

    test('is believed to be so only when IAM shows it', async () => {
      const w = await stripped();
      w.iam.lag = 3;
      await expect(w.restore()).rejects.toThrow(NotYetVisibleError);
      expect(w.backup).toBeDefined();
      w.iam.lag = 0;
      await w.restore();
      expect([w.backup, w.notInPlace()]).toEqual([undefined, []]);
    });

    test('at once after its suspension has everything, though IAM still shows what was there before', async () => {
      const w = await stripped();
      w.iam.show(target, { managed: [DENY, ...POLICIES.managed], inline: POLICIES.inline }, 50);
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect([w.notInPlace(), w.backup]).toEqual([[], undefined]);
    });

    test('and suspended again has a new backup', async () => {
      const w = await stripped();
      await w.restore();
      w.iam.byHand(target, ({ inline }) => inline.delete('logs'));
      w.time += DAY;
      w.isToBeDenied();
      await w.remove();
      expect(w.backup).toMatchObject({ takenAt: NOON + DAY, inline: [{ name: 'table' }] });
    });
  });

  describe('whose quota is full', () => {
    test('of attachments has everything else back, stays denied with its backup, and is done when there is room', async () => {
      const w = await stripped();
      w.iam.limit(target, { managedQuota: 3 });
      await expect(w.restore()).rejects.toMatchObject({
        name: 'PoliciesNotRestoredError',
        message: expect.stringMatching(new RegExp(`1 of 5 policies of ${w.id} could not be put back.*stays denied.*backup is kept.*make room.*${BEDROCK}.*quota`)),
      });
      expect(w.notInPlace()).toEqual([BEDROCK]);
      expect([w.denied, w.lost(), w.isLeased]).toEqual([true, [], false]);
      expect(w.events.types()).not.toContain(EventType.POLICIES_RESTORED);
      w.iam.limit(target, { managedQuota: 4 });
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect([w.notInPlace(), w.backup]).toEqual([[], undefined]);
    });

    test('of inline policies has everything else back, and takes a policy for put back that somebody wrote by hand', async () => {
      const w = await stripped();
      w.iam.limit(target, { inlineQuota: LOGS_DOCUMENT.length + TABLE_DOCUMENT.length - 1 });
      await expect(w.restore()).rejects.toMatchObject({ name: 'PoliciesNotRestoredError', message: expect.stringContaining('table (Maximum policy size') });
      expect([w.notInPlace(), w.lost()]).toEqual([['table'], []]);
      w.iam.byHand(target, ({ inline }) => Object.entries(POLICIES.inline).forEach(([name, document]) => inline.set(name, document)));
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect(w.notInPlace()).toEqual([]);
    });

    test('of attachments, with what is attached already, needs no room', async () => {
      const w = await stripped();
      w.iam.byHand(target, ({ managed }) => managed.push(...POLICIES.managed));
      w.faults.draw = call => (call === 'iam.attach' ? { moment: 'before', error: Object.assign(new Error('denied'), { name: 'AccessDenied' }) } : undefined);
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
    });
  });

  test('that IAM refuses to give a policy back to has the rest, and the error names the refusal alone', async () => {
    const w = await stripped();
    w.faults.plan('iam.putInline', 'before', Object.assign(new Error(`no good: ${LOGS_DOCUMENT}`), { name: 'InvalidInput' }));
    const error = await w.restore().catch((thrown: Error) => thrown) as Error;
    expect(error).toMatchObject({ name: 'PoliciesNotRestoredError', message: expect.stringContaining('logs (InvalidInput)') });
    expect(error.message).not.toContain('Statement');
    expect(w.notInPlace()).toEqual(['logs']);
  });

  test('that is changed at the same time by somebody else is tried again', async () => {
    const w = world();
    const concurrent = new RetryableIamError('ConcurrentModification');
    w.faults.plan('iam.detach', 'before', concurrent);
    await expect(w.remove()).rejects.toBe(concurrent);
    expect(w.lost()).toEqual([]);
    await w.remove();
    w.isToBeFree();
    w.faults.plan('iam.attach', 'before', concurrent);
    await expect(w.restore()).rejects.toBe(concurrent);
    expect(w.lost()).toEqual([]);
    expect(await w.restore()).toMatchObject({ outcome: 'applied' });
    expect(w.notInPlace()).toEqual([]);
  });

  describe('that AWS reserves to itself', () => {
    test('loses nothing, and is given nothing it has', async () => {
      const w = world({ protected: true });
      expect(await w.remove()).toEqual({ outcome: 'unenforceable', reason: expect.stringContaining('only modifiable by AWS') });
      expect(w.notInPlace()).toEqual([]);
      w.isToBeFree();
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect([w.notInPlace(), w.backup]).toEqual([[], undefined]);
    });

    test('and that has inline policies alone as well', async () => {
      const w = world({ protected: true, managed: [DENY] });
      expect(await w.remove()).toMatchObject({ outcome: 'unenforceable' });
      expect(w.policies().inline).toEqual(POLICIES.inline);
      w.isToBeFree();
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
    });
  });

  describe('that does not exist', () => {
    test('has nothing to lose', async () => {
      const w = world();
      w.iam.delete(target);
      expect(await w.remove()).toEqual({ outcome: 'gone', reason: 'the user or role no longer exists' });
      expect(w.backup).toBeUndefined();
    });

    test('any more is given nothing, and its backup becomes history that says so', async () => {
      const w = await stripped();
      w.iam.delete(target);
      expect(await w.restore()).toMatchObject({ outcome: 'gone' });
      expect(w.backup).toBeUndefined();
      expect(w.backups.history[0]).toMatchObject({ end: 'principal-gone', notRestored: expect.arrayContaining([expect.objectContaining({ policy: 'logs' })]) });
      expect(w.metrics.total(Metric.POLICIES_NOT_RESTORED)).toBe(5);
    });

    test.each<[string, (w: PolicyWorld) => void]>([
      ['was marked as deleted', w => w.put(aBudget({ principalId: w.id, status: 'deleted', statusSince: NOON, reason: 'gone' }))],
      ['is suspended', w => w.isToBeDenied()],
      ['is to be suspended again', w => w.isToBeFree({ limits: [limit('100')] })],
      ['is missing', w => w.budgets.remove(w.id)],
    ])('any more is found gone by a restore where its budget %s', async (_, change) => {
      const w = await stripped();
      w.iam.delete(target);
      change(w);
      expect(await w.restore()).toEqual({ outcome: 'gone', reason: 'the user or role no longer exists; 1 backup of former users or roles of this name became history' });
      expect([w.backup, w.backups.history[0]]).toMatchObject([undefined, { end: 'principal-gone' }]);
      expect(await w.restore()).toEqual({ outcome: 'gone', reason: 'the user or role no longer exists' });
    });

    test('any more has its backup made history also where a removal finds it so', async () => {
      const w = world();
      await w.remove();
      w.iam.delete(target);
      expect(await w.remove()).toMatchObject({ outcome: 'gone' });
      expect([w.backup, w.backups.history[0]]).toMatchObject([undefined, { end: 'principal-gone' }]);
    });

    test('any more when its policies are to be removed is found gone at the next try', async () => {
      const w = world();
      w.faults.draw = call => {
        if (call === 'leases.acquire') {
          w.iam.delete(target);
        }
        return undefined;
      };
      await expect(w.remove()).rejects.toThrow(`${w.id} was deleted or renamed when its policies were to be removed`);
      w.faults.draw = () => undefined;
      expect(await w.remove()).toMatchObject({ outcome: 'gone' });
    });

    test('any more when its policies are to be put back is found gone at the next try', async () => {
      const w = await stripped();
      w.faults.draw = call => {
        if (call === 'leases.acquire') {
          w.iam.delete(target);
        }
        return undefined;
      };
      await expect(w.restore()).rejects.toThrow(RetryableIamError);
      expect(w.backup).toBeDefined();
      w.faults.draw = () => undefined;
      expect(await w.restore()).toMatchObject({ outcome: 'gone' });
    });

    test('from the middle of a restore on is found gone at the next try', async () => {
      const w = await stripped();
      w.faults.draw = call => {
        if (call === 'iam.putInline') {
          w.iam.delete(target);
        }
        return undefined;
      };
      await expect(w.restore()).rejects.toThrow(RetryableIamError);
      expect(w.backup).toBeDefined();
      expect(await w.restore()).toMatchObject({ outcome: 'gone' });
    });
  });

  describe('that was deleted and made anew', () => {
    test('is given nothing of the other, whose backup becomes history that says so', async () => {
      const w = await stripped();
      w.iam.delete(target);
      w.iam.add(target, { managed: [DENY] });
      const { uniqueId } = w.backup!;
      expect(await w.restore()).toEqual({ outcome: 'applied', reason: 'no policies are held; 1 backup of former users or roles of this name became history' });
      expect(w.policies()).toEqual({ managed: [DENY], inline: {} });
      expect(w.iam.writes).toEqual([]);
      expect(w.backups.history[0]).toMatchObject({ end: 'principal-replaced' });
      expect(w.events.published.at(-1)).toMatchObject({
        type: EventType.POLICIES_RESTORED,
        detail: {
          eventId: `execution/restore-policies/principal-replaced/${uniqueId}`,
          reason: expect.stringContaining('another of the same name was made'),
          after: { end: 'principal-replaced', notRestored: expect.arrayContaining([expect.stringMatching(/^logs: the user or role was deleted/)]) },
        },
      });
    });

    test('and is suspended has a backup of its own', async () => {
      const w = world();
      await w.remove();
      w.iam.delete(target);
      w.iam.add(target, { managed: [OWN, DENY], inline: { new: THEIRS } });
      expect(await w.remove()).toMatchObject({ outcome: 'applied' });
      expect((await w.backups.readCurrent(w.uniqueId!))).toMatchObject({ managed: [{ arn: OWN }], inline: [{ name: 'new' }] });
      w.isToBeFree();
      expect(await w.restore()).toEqual({
        outcome: 'applied', reason: '1 managed and 1 inline policies put back; 1 backup of former users or roles of this name became history',
      });
      expect(w.backups.history.map(({ end }) => end)).toEqual(['restored', 'principal-replaced']);
      expect(w.policies()).toEqual({ managed: [DENY, OWN], inline: { new: THEIRS } });
    });

    test('is not taken for the former where the deny is to be lifted', async () => {
      const w = await stripped();
      w.iam.delete(target);
      w.iam.add(target, { managed: [DENY] });
      expect(await w.enforce(EnforcerAction.LIFT)).toMatchObject({ outcome: 'applied' });
      expect(w.policies().managed).toEqual([]);
    });

    test('while it was restored keeps its backup until that is noticed', async () => {
      const w = await stripped();
      let puts = 0;
      w.faults.draw = call => {
        puts += call === 'iam.putInline' ? 1 : 0;
        if (call === 'iam.identity' && puts === 2) {
          w.iam.delete(target);
          w.iam.add(target);
        }
        return undefined;
      };
      await expect(w.restore()).rejects.toThrow('was deleted or renamed while its policies were put back');
      expect(w.backup).toBeDefined();
    });
  });

  describe('is decided about anew', () => {
    test.each<[string, (w: PolicyWorld) => void]>([
      ['the limit was raised', w => w.isToBeDenied({ limits: [limit('500')] })],
      ['it is being restored', w => w.isToBeFree()],
      ['its budget is gone', w => w.budgets.remove(w.id)],
    ])('before a removal: %s', async (_, change) => {
      const w = world();
      change(w);
      expect(await w.remove()).toMatchObject({ outcome: 'superseded' });
      expect([w.iam.writes, w.backup]).toEqual([[], undefined]);
    });

    test('before a removal, also where it recovers while another has it to himself', async () => {
      const w = world();
      w.faults.draw = call => {
        if (call === 'leases.acquire') {
          w.isToBeDenied({ limits: [limit('500')] });
        }
        return undefined;
      };
      expect(await w.remove()).toMatchObject({ outcome: 'superseded' });
      expect([w.iam.writes, w.isLeased]).toEqual([[], false]);
    });

    test.each<[string, (w: PolicyWorld) => void, string]>([
      ['it is suspended', w => w.isToBeDenied(), 'still to be denied'],
      ['its grace period is over', w => w.isToBeDenied({ status: 'grace_period', graceDeadline: NOON }), 'still to be denied'],
      ['the limit was exceeded again', w => w.isToBeFree({ limits: [limit('100')] }), 'exceeded again'],
    ])('before a restore: %s', async (_, change, reason) => {
      const w = await stripped();
      change(w);
      expect(await w.restore()).toEqual({ outcome: 'superseded', reason: expect.stringContaining(reason) });
      expect([w.iam.writes, w.lost()]).toEqual([[], []]);
    });

    test('before a restore, which is finished where the deny is off already, whatever was spent since', async () => {
      const w = await stripped();
      w.iam.byHand(target, ({ managed }) => managed.splice(managed.indexOf(DENY), 1));
      w.isToBeFree({ limits: [limit('100')] });
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect(w.notInPlace()).toEqual([]);
    });

    test('before a restore, where no budget is left', async () => {
      const w = await stripped();
      w.budgets.remove(w.id);
      expect(await w.restore()).toMatchObject({ outcome: 'applied' });
      expect(w.notInPlace()).toEqual([]);
    });
  });

  test('that has lost more than an event can name has the rest counted', async () => {
    const inline = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`policy-${index}`, '{}']));
    const w = await stripped({ managed: [DENY], inline });
    w.iam.delete(target);
    await w.restore();
    const { notRestored } = w.events.published.at(-1)!.detail.after as { notRestored: string[] };
    expect([notRestored.length, notRestored.at(-1), w.metrics.total(Metric.POLICIES_NOT_RESTORED)]).toEqual([51, 'and 10 more', 60]);
  });

  test('has no document in the log, an event, an answer or an error', async () => {
    const w = world();
    const told: unknown[] = [await w.remove()];
    w.iam.unpublish(OWN);
    w.iam.byHand(target, ({ inline }) => inline.set('table', THEIRS));
    w.iam.limit(target, { managedQuota: 2 });
    w.isToBeFree();
    told.push(await w.restore().catch((error: Error) => `${error.name} ${error.message} ${error.stack}`));
    w.iam.limit(target, { managedQuota: 10 });
    told.push(await w.restore(), await w.restoreAll());
    const everything = JSON.stringify([told, w.log.entries, w.events.published]);
    expect(everything).toContain(OWN);
    for (const word of ['Statement', '2012-10-17', 'SecretSid', 'dynamodb:GetItem', 'logs:*']) {
      expect(everything).not.toContain(word);
    }
    // The log has ids and counts alone, not even names of policies.
    expect(JSON.stringify(w.log.entries)).not.toMatch(/policy\/|table/);
  });

  test('is not held up by a bus that takes no events: that is counted', async () => {
    const w = world();
    w.faults.draw = call => (call === 'events.publish' ? { moment: 'before' } : undefined);
    expect(await w.remove()).toMatchObject({ outcome: 'applied' });
    w.isToBeFree();
    expect(await w.restore()).toMatchObject({ outcome: 'applied' });
    expect([w.metrics.total(Metric.UNAUDITED_CHANGES), w.notInPlace()]).toEqual([2, []]);
  });

  test('is worked on by one at a time; who died over it is waited for no longer than his lease', async () => {
    const w = world();
    let dead = false;
    w.faults.draw = call => {
      dead ||= call === 'iam.deleteInline';
      return dead ? { moment: 'before' } : undefined;
    };
    await expect(w.remove()).rejects.toThrow('deleteInline');
    w.faults.draw = () => undefined;
    expect(w.isLeased).toBe(true);
    await expect(w.remove()).rejects.toThrow(new RetryableIamError(`the policies of ${w.id} are being worked on by another invocation`));
    w.time += 2 * MINUTE;
    expect(await w.remove()).toMatchObject({ outcome: 'applied' });
    expect([w.policies(), w.lost(), w.isLeased]).toEqual([{ managed: [DENY], inline: {} }, [], false]);
  });

  test('whose backup somebody else takes at the same time keeps that one, and the step is tried again', async () => {
    const w = world();
    w.faults.draw = call => {
      if (call === 'backups.create') {
        w.backups.put(currentRow({ principalId: w.id, uniqueId: w.uniqueId!, takenAt: NOON - 1, managed: [], inline: [], leftInPlace: [] }));
      }
      return undefined;
    };
    await expect(w.remove()).rejects.toThrow(`somebody else has taken a backup of ${w.id} meanwhile`);
    expect([w.iam.writes, w.backup?.takenAt]).toEqual([[], NOON - 1]);
  });

  test('whose backup is another at the end of a restore keeps that one, and the step is tried again', async () => {
    const w = await stripped();
    w.faults.draw = call => {
      if (call === 'backups.markAsHistory') {
        w.backups.put(currentRow({ ...w.backup!, takenAt: NOON + 1 }));
      }
      return undefined;
    };
    await expect(w.restore()).rejects.toThrow(`the backup of ${w.id} has changed meanwhile`);
    expect([w.backup?.takenAt, w.backups.history]).toEqual([NOON + 1, []]);
    w.faults.draw = () => undefined;
    expect(await w.restore()).toMatchObject({ outcome: 'applied' });
  });

  test('is let go of by a worker who is too slow, before another may begin', async () => {
    const w = world();
    w.faults.draw = call => {
      w.time += call === 'iam.detach' ? 40_000 : 0;
      return undefined;
    };
    await expect(w.remove()).rejects.toThrow('takes too long');
    expect(w.lost()).toEqual([]);
    w.faults.draw = () => undefined;
    expect(await w.remove()).toMatchObject({ outcome: 'applied' });
  });
});

test('a role of another account is out of reach, and IAM is not even asked', async () => {
  const w = new PolicyWorld({ type: 'role', name: 'report-writer' });
  const principalId = 'iam-role/777788889999/report-writer';
  const asked: string[] = [];
  w.faults.draw = call => {
    asked.push(call);
    return undefined;
  };
  w.isToBeDenied({ principalId });
  expect(await w.remove(principalId)).toEqual({ outcome: 'unenforceable', reason: expect.stringContaining('belongs to account 777788889999') });
  w.isToBeFree({ principalId });
  expect(await w.restore(principalId)).toEqual({ outcome: 'superseded', reason: expect.stringContaining('belongs to account 777788889999') });
  expect(asked.filter(call => call.startsWith('iam.') || call.startsWith('backups.'))).toEqual([]);
});

describe('a user that was renamed while it was suspended', () => {
  const alice: Attachable & { readonly type: 'user' } = { type: 'user', name: 'alice' };
  const present: Attachable = { type: 'user', name: 'alice2' };
  const presentId = `iam-user/${ACCOUNT}/alice2`;

  async function renamed(): Promise<PolicyWorld> {
    const w = new PolicyWorld(alice);
    await w.remove();
    w.iam.rename(alice, 'alice2');
    w.iam.writes.length = 0;
    return w;
  }

  test('has its policies back, and only then the deny lifted, by its present name', async () => {
    const w = await renamed();
    expect(await w.enforce(EnforcerAction.LIFT, presentId)).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('not back yet') });
    expect(await w.restore(presentId)).toEqual({ outcome: 'applied', reason: '3 managed and 2 inline policies put back' });
    expect(await w.enforce(EnforcerAction.LIFT, presentId)).toMatchObject({ outcome: 'applied' });
    expect(w.iam.peek(present)).toMatchObject({ managed: POLICIES.managed, inline: POLICIES.inline });
    expect([w.backup, w.backups.history[0]]).toMatchObject([undefined, { end: 'restored', principalId: w.id }]);
  });

  test('loses nothing when the former name is found gone', async () => {
    const w = await renamed();
    expect(await w.enforce(EnforcerAction.RESTRICT)).toMatchObject({ outcome: 'gone' });
    expect(await w.restore()).toEqual({ outcome: 'gone', reason: 'the user or role no longer exists' });
    expect([w.backups.history, w.log.messages('info')]).toEqual([[], expect.arrayContaining(['the backup of a user that was renamed is kept'])]);
    expect(await w.restore(presentId)).toMatchObject({ outcome: 'applied' });
    expect(w.iam.peek(present)?.inline).toEqual(POLICIES.inline);
  });

  test('loses nothing when another bears the former name, and that one is given nothing', async () => {
    const w = await renamed();
    w.iam.add(alice, { managed: [DENY] });
    w.isToBeFree();
    expect(await w.restore()).toEqual({ outcome: 'applied', reason: 'no policies are held' });
    expect([w.policies(), w.iam.writes]).toEqual([{ managed: [DENY], inline: {} }, []]);
    await w.restore(presentId);
    expect(w.iam.peek(present)?.inline).toEqual(POLICIES.inline);
  });

  test('keeps its backup when it is suspended again by its present name', async () => {
    const w = await renamed();
    const { backup } = w;
    w.isToBeDenied({ principalId: presentId });
    expect(await w.remove(presentId)).toMatchObject({ outcome: 'applied' });
    expect(w.backup).toEqual(backup);
  });

  test('and deleted after that has its backup made history with the former name', async () => {
    const w = await renamed();
    w.iam.delete(present);
    expect(await w.restore()).toMatchObject({ outcome: 'gone' });
    expect([w.backup, w.backups.history[0]]).toMatchObject([undefined, { end: 'principal-gone' }]);
  });

  test('has nobody but one at work on it, by whatever name', async () => {
    const w = await renamed();
    await w.backups.acquire(w.iam.peek(present)!.uniqueId, 'somebody else', { now: NOON, until: NOON + MINUTE });
    await expect(w.restore()).rejects.toThrow('are being worked on by another invocation');
    await expect(w.restore(presentId)).rejects.toThrow('are being worked on by another invocation');
  });
});

describe('an AgentCore runtime', () => {
  const role: Attachable = { type: 'role', name: 'agents' };

  test.each([[AGENT, { role: `iam-role/${ACCOUNT}/agents` }], [SHARED_AGENTS, {}]])('loses and gets back the policies of its execution role: %s', async (principalId, more) => {
    const w = new PolicyWorld(role);
    w.budgets.remove(w.id);
    w.isToBeDenied({ principalId, ...more });
    expect(await w.remove(principalId)).toMatchObject({ outcome: 'applied' });
    expect([w.policies().managed, w.backup?.principalId]).toEqual([[DENY], `iam-role/${ACCOUNT}/agents`]);
    expect(w.events.published[0].detail).toMatchObject({ principalId, after: { target: `iam-role/${ACCOUNT}/agents` } });
    w.isToBeFree({ principalId, ...more });
    expect(await w.restore(principalId)).toMatchObject({ outcome: 'applied' });
    expect(w.notInPlace()).toEqual([]);
  });

  test('that holds its role keeps the policies of the role away from everybody else, until it is free itself', async () => {
    const w = new PolicyWorld(role);
    await w.remove();
    w.isToBeFree();
    w.isToBeDenied({ principalId: AGENT, role: `iam-role/${ACCOUNT}/agents` });
    w.runtimes = [AGENT];
    expect(await w.restore()).toEqual({ outcome: 'applied', reason: `stays restricted for ${AGENT}` });
    expect([w.policies(), w.lost()]).toEqual([{ managed: [DENY], inline: {} }, []]);
    w.isToBeFree({ principalId: AGENT, role: `iam-role/${ACCOUNT}/agents` });
    expect(await w.restore(AGENT)).toMatchObject({ outcome: 'applied', reason: '3 managed and 2 inline policies put back' });
    expect(w.notInPlace()).toEqual([]);
  });

  test('that was given another role gives nothing to it; the former is given back its own', async () => {
    const w = new PolicyWorld(role);
    const other: Attachable = { type: 'role', name: 'other-agents' };
    w.iam.add(other, { managed: [DENY] });
    w.budgets.remove(w.id);
    w.isToBeDenied({ principalId: AGENT, role: `iam-role/${ACCOUNT}/agents` });
    await w.remove(AGENT);
    w.isToBeFree({ principalId: AGENT, role: `iam-role/${ACCOUNT}/other-agents` });
    expect(await w.restore(AGENT)).toMatchObject({ outcome: 'applied', reason: 'no policies are held' });
    expect([w.iam.peek(other)?.managed, w.lost()]).toEqual([[DENY], []]);
    expect(await w.restore(`iam-role/${ACCOUNT}/agents`)).toMatchObject({ outcome: 'applied' });
    expect(w.notInPlace()).toEqual([]);
  });

  test('that changes its role while another works on it is tried again', async () => {
    const w = new PolicyWorld(role);
    w.isToBeDenied({ principalId: AGENT, role: `iam-role/${ACCOUNT}/agents` });
    w.faults.draw = call => {
      if (call === 'leases.acquire') {
        w.isToBeDenied({ principalId: AGENT, role: `iam-role/${ACCOUNT}/other-agents` });
      }
      return undefined;
    };
    await expect(w.remove(AGENT)).rejects.toThrow(new RetryableIamError(`${AGENT} is no longer restricted through iam-role/${ACCOUNT}/agents`));
    expect(w.iam.writes).toEqual([]);
  });
});
