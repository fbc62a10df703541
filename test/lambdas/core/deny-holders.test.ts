import { Budget } from '../../../src/lambdas/core/budget';
import { budgetsOnTarget, holdsDeny, otherHolder, restricts, wantsDeny } from '../../../src/lambdas/core/deny-holders';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, aContext, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, limit, NOON, ROLE, SHARED_AGENTS,
} from './builders';

const TARGET = { type: 'role', name: 'agents' } as const;
const USER = { type: 'user', name: 'alice' } as const;

describe('whether a budget holds the deny', () => {
  test.each<[string, Budget, boolean, boolean]>([
    ['suspended and over the limit', aSuspendedBudget(), true, true],
    ['held', aSuspendedBudget({ spent: '0', hold: { by: 'ops', reason: 'leak' } }), true, true],
    ['suspended, but recovered', aSuspendedBudget({ limits: [limit('500')] }), false, false],
    ['suspended, but its runtime is no more', aSuspendedBudget({ principalId: AGENT, role: AGENT_ROLE, removedAt: NOON }), false, false],
    ['in a grace period that is over: it wants the deny, and may still recover without a restoration', aBudgetInGrace(), false, true],
    ['in one that is not over', aBudgetInGrace({ graceDeadline: NOON + 1 }), false, false],
    ['in one that is over, of a runtime that is no more', aBudgetInGrace({ principalId: AGENT, role: AGENT_ROLE, removedAt: NOON }), false, false],
    ['being restored', aBudgetBeingRestored(), false, false],
    ['over the limit, and nobody has decided yet', aBudget({ spent: '500' }), false, false],
  ])('%s', (_, budget, holds, wants) => {
    expect([holdsDeny(budget, aContext(), NOON), wantsDeny(budget, aContext(), NOON)]).toEqual([holds, wants]);
  });
});

describe('whether a budget restricts a target', () => {
  test.each<[string, Budget, boolean]>([
    ['the role’s own', aBudget({ principalId: AGENT_ROLE }), true],
    ['that of a runtime that has the role', aBudget({ principalId: AGENT, role: AGENT_ROLE }), true],
    ['the one that is shared', aBudget({ principalId: SHARED_AGENTS }), true],
    ['that of a runtime that has another one now', aBudget({ principalId: AGENT, role: ROLE }), false],
    ['that of a runtime whose role nobody knows', aBudget({ principalId: AGENT }), false],
    ['that of a user of the same name', aBudget({ principalId: ALICE.replace('alice', 'agents') }), false],
    ['that of a role of the same name elsewhere', aBudget({ principalId: 'iam-role/777788889999/agents' }), false],
  ])('%s', (_, budget, expected) => {
    expect(restricts(budget, TARGET, '444455556666')).toBe(expected);
  });
});

describe('the budgets on a target', () => {
  test('are those of the role, of its runtimes, and the one that these share', async () => {
    expect(await budgetsOnTarget(TARGET, directory([AGENT]), aContext())).toEqual([AGENT_ROLE, SHARED_AGENTS, AGENT]);
  });

  test('are that of the user alone, and nobody is asked', async () => {
    const { runtimes } = directory([AGENT]);
    expect(await budgetsOnTarget(USER, { runtimes }, aContext())).toEqual([ALICE]);
    expect(runtimes.runtimesOf).not.toHaveBeenCalled();
  });

  test('are that of the role alone where agents have no budgets', async () => {
    expect(await budgetsOnTarget(TARGET, {}, aContext())).toEqual([AGENT_ROLE]);
  });
});

describe('another holder', () => {
  const suspendedAgent = aSuspendedBudget({ principalId: AGENT, role: AGENT_ROLE });

  test.each<[string, string, readonly Budget[], string | undefined]>([
    ['is a suspended runtime of the role', AGENT_ROLE, [suspendedAgent], AGENT],
    ['is the suspended role itself', AGENT, [suspendedAgent, aSuspendedBudget({ principalId: AGENT_ROLE })], AGENT_ROLE],
    ['is the shared budget', AGENT, [aSuspendedBudget({ principalId: SHARED_AGENTS })], SHARED_AGENTS],
    ['is not the one that asks', AGENT, [suspendedAgent], undefined],
    ['is none that is not suspended', AGENT_ROLE, [aBudget({ principalId: AGENT, role: AGENT_ROLE }), aBudgetInGrace({ principalId: SHARED_AGENTS })], undefined],
    ['is no runtime that the index has here and that has left', AGENT_ROLE, [{ ...suspendedAgent, role: ROLE }], undefined],
    ['is none that has no budget', AGENT_ROLE, [], undefined],
  ])('%s', async (_, asks, budgets, expected) => {
    expect(await holder(asks, budgets)).toBe(expected);
  });

  test('is one that is about to be, where that is asked', async () => {
    expect(await holder(AGENT, [aBudgetInGrace({ principalId: SHARED_AGENTS })], wantsDeny)).toBe(SHARED_AGENTS);
  });

  test('of a user is none: nothing is even read', async () => {
    const read = jest.fn();
    expect(await otherHolder(USER, ALICE, NOON, { store: { read }, ...directory([AGENT]) }, aContext())).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
  });

  test('cannot be told where the index does not answer', async () => {
    const runtimes = { runtimesOf: async () => Promise.reject(new Error('throttled')) };
    await expect(otherHolder(TARGET, AGENT_ROLE, NOON, { store: { read: async () => undefined }, runtimes }, aContext())).rejects.toThrow('throttled');
  });

  function holder(asks: string, budgets: readonly Budget[], ...has: [typeof wantsDeny?]): Promise<string | undefined> {
    const store = { read: async (principalId: string) => budgets.find(budget => budget.principalId === principalId) };
    return otherHolder(TARGET, asks, NOON, { store, ...directory([AGENT]) }, aContext(), ...has);
  }
});

function directory(runtimeIds: readonly string[]) {
  return { runtimes: { runtimesOf: jest.fn(async () => runtimeIds) } };
}
