import { Budget } from '../../../src/lambdas/core/budget';
import { repairWorkflow, workflowFor, workflowsForNewRole } from '../../../src/lambdas/core/workflow-start';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, AGENT, AGENT_ROLE, aSuspendedBudget, MINUTE, NOON, ROLE } from './builders';

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

describe('a runtime that is given another role', () => {
  const moves = (budget: Budget, from: string | undefined = AGENT_ROLE, changeId = 'change-1') =>
    workflowsForNewRole({ ...budget, principalId: AGENT, role: from }, { ...budget, principalId: AGENT, role: ROLE }, changeId, NOON);

  test('takes its suspension with it: the new role is denied, the old one lifted, both at once', () => {
    expect(moves(aSuspendedBudget())).toEqual([
      {
        workflow: 'suspension',
        executionName: expect.stringMatching(/^support-Ab12Cd34Ef-[0-9a-f]{12}-moved-[0-9a-f]{12}$/),
        input: { principalId: AGENT, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T12:00:00.000Z' },
      },
      {
        workflow: 'restoration',
        executionName: expect.stringMatching(/^agents-[0-9a-f]{12}-moved-[0-9a-f]{12}$/),
        input: { principalId: AGENT_ROLE, revision: 0, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T12:00:00.000Z' },
      },
    ]);
  });

  test.each<[string, Budget, readonly string[]]>([
    ['about to be suspended', aBudgetInGrace(), ['restoration']],
    ['being restored', aBudgetBeingRestored(), ['restoration']],
    ['within its limit', aBudget(), []],
    ['over it and not restricted', aBudget({ status: 'exceeded' }), []],
    ['deleted', aBudget({ status: 'deleted' }), []],
  ])('and is %s leaves at most a deny on the old one behind', (_, budget, workflows) => {
    expect(moves(budget).map(({ workflow }) => workflow)).toEqual(workflows);
  });

  test('is the same where the change comes again, and another where it is given one again within the same second', () => {
    const names = (changeId: string) => moves(aSuspendedBudget(), AGENT_ROLE, changeId).map(({ executionName }) => executionName);
    expect(names('change-1')).toEqual(names('change-1'));
    expect(new Set([...names('change-1'), ...names('change-2')]).size).toBe(4);
  });

  test('has names that Step Functions takes, however long its own', () => {
    const start = workflowsForNewRole(
      aSuspendedBudget({ principalId: AGENT, role: `iam-role/${ACCOUNT}/${'r'.repeat(64)}` }), aSuspendedBudget({ principalId: `${AGENT}${'x'.repeat(80)}`, role: ROLE }), 'c'.repeat(64), NOON,
    );
    expect(start.every(({ executionName }) => /^[A-Za-z0-9-]{1,80}$/.test(executionName))).toBe(true);
  });

  test.each<[string, Budget | undefined, Budget]>([
    ['it is new', undefined, aSuspendedBudget({ role: ROLE })],
    ['its role was not known', aSuspendedBudget(), aSuspendedBudget({ role: ROLE })],
    ['it keeps its role', aSuspendedBudget({ role: ROLE }), aSuspendedBudget({ role: ROLE, spent: '500' })],
    ['it is no runtime', aSuspendedBudget(), aSuspendedBudget({ spent: '500' })],
  ])('is none where %s', (_, before, after) => {
    expect(workflowsForNewRole(before, after, 'change-1', NOON)).toEqual([]);
  });
});
