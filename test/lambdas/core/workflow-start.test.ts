import { repairWorkflow, workflowFor } from '../../../src/lambdas/core/workflow-start';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, aSuspendedBudget, MINUTE, NOON } from './builders';

test('a grace period asks for a suspension at its end', () => {
  expect(workflowFor(aBudgetInGrace({ revision: 5, workflowRevision: 4 }))).toEqual({
    workflow: 'suspension',
    executionName: expect.stringMatching(/-r4-[0-9a-z]+$/),
    input: { principalId: `iam-user/${ACCOUNT}/alice`, revision: 5, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' },
  });
});

test('a grace period without a deadline is over', () => {
  expect(workflowFor(aBudgetInGrace({ graceDeadline: undefined }))?.input.notBefore).toBe('2026-03-10T11:55:00.000Z');
});

test('a restoration is asked for at once', () => {
  expect(workflowFor(aBudgetBeingRestored())).toMatchObject({ workflow: 'restoration', input: { notBefore: '2026-03-10T11:55:00.000Z', asOf: '2026-03-10T11:55:00.000Z' } });
});

test.each([
  ['a principal within its limit', aBudget({ workflowRevision: 3 })],
  ['a suspended principal', aSuspendedBudget({ workflowRevision: 3 })],
  ['a grace period that nobody asked a workflow for', aBudgetInGrace({ workflowRevision: undefined })],
])('%s asks for none', (_, budget) => {
  expect(workflowFor(budget)).toBeUndefined();
});

describe('the name of an execution', () => {
  const nameOf = (principalId: string, workflowRevision = 3) => workflowFor(aBudgetInGrace({ principalId, workflowRevision }))!.executionName;

  test('is the same for the same revision of the same principal', () => {
    expect(nameOf(`iam-user/${ACCOUNT}/alice`)).toBe(nameOf(`iam-user/${ACCOUNT}/alice`));
  });

  test('is another for another revision, principal or kind of principal', () => {
    const names = [
      nameOf(`iam-user/${ACCOUNT}/alice`), nameOf(`iam-user/${ACCOUNT}/alice`, 4), nameOf(`iam-role/${ACCOUNT}/alice`), nameOf('iam-user/777788889999/alice'),
      nameOf(`iam-user/${ACCOUNT}/a@b`), nameOf(`iam-user/${ACCOUNT}/a+b`),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('is one that Step Functions accepts, whatever the principal is called', () => {
    for (const name of ['a'.repeat(64), 'a@b+c=d,e.f_g', '.'.repeat(64)]) {
      expect(nameOf(`iam-user/${ACCOUNT}/${name}`, 123_456_789)).toMatch(/^[A-Za-z0-9-]{1,80}$/);
    }
  });
});

describe('a repair', () => {
  test('runs at once, at most once a minute', () => {
    const { principalId, revision } = aSuspendedBudget();
    const repair = (time: number) => repairWorkflow('suspension', { principalId, revision }, time);
    expect(repair(NOON)).toMatchObject({ workflow: 'suspension', input: { principalId, revision, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T12:00:00.000Z' } });
    expect(repair(NOON + MINUTE - 1).executionName).toBe(repair(NOON).executionName);
    expect(repair(NOON + MINUTE).executionName).not.toBe(repair(NOON).executionName);
  });
});
