import { attachmentKey, missingDeny, orphanedDeny, PROPAGATION_MS, roleJustLeft } from '../../../src/lambdas/core/drift';
import { aBudget, aBudgetBeingRestored, aBudgetInGrace, AGENT_ROLE, ALICE, aSuspendedBudget, NOON } from './builders';

describe('a deny that is missing', () => {
  test('is one of a suspended principal whom IAM does not deny', () => {
    expect(missingDeny(aSuspendedBudget(), false, NOON)).toEqual({ kind: 'missing', principalId: ALICE, revision: 3 });
  });

  test.each([
    ['IAM denies it', aSuspendedBudget(), true, NOON],
    ['it is not suspended', aBudgetInGrace(), false, NOON],
    ['its runtime was given another role a moment ago', aSuspendedBudget({ formerRole: { id: AGENT_ROLE, until: NOON - PROPAGATION_MS + 1 } }), false, NOON],
    ['it was suspended a moment ago', aSuspendedBudget({ statusSince: NOON - PROPAGATION_MS + 1 }), false, NOON],
  ])('is none where %s', (_, budget, attached, now) => {
    expect(missingDeny(budget, attached, now)).toBeUndefined();
  });

  test('is one as soon as IAM should show it', () => {
    expect(missingDeny(aSuspendedBudget({ statusSince: NOON - PROPAGATION_MS }), false, NOON)).toBeDefined();
  });
});

describe('a deny that nothing holds', () => {
  test.each([
    ['an active principal', aBudget()],
    ['an exceeded one that is only observed', aBudget({ status: 'exceeded' })],
    ['one in its grace period', aBudgetInGrace({ graceDeadline: NOON + 1 })],
    ['one that was deleted and made again', aBudget({ status: 'deleted' })],
  ])('is that of %s', (_, budget) => {
    expect(orphanedDeny(ALICE, { ...budget, statusSince: NOON - PROPAGATION_MS }, NOON)).toEqual({ kind: 'orphaned', principalId: ALICE, revision: 3 });
  });

  test('is that of somebody without a budget', () => {
    expect(orphanedDeny(ALICE, undefined, NOON)).toEqual({ kind: 'orphaned', principalId: ALICE, revision: 0 });
  });

  test.each([
    ['it is suspended', aSuspendedBudget()],
    ['its suspension is under way', aBudgetInGrace({ statusSince: 0 })],
    ['a grace period without deadline is over', aBudgetInGrace({ statusSince: 0, graceDeadline: undefined })],
    ['its restoration is under way', aBudgetBeingRestored({ statusSince: 0 })],
    ['it was restored a moment ago', aBudget({ statusSince: NOON - PROPAGATION_MS + 1 })],
  ])('is none where %s', (_, budget) => {
    expect(orphanedDeny(ALICE, budget, NOON)).toBeUndefined();
  });
});

test('the deny on a role that was left a moment ago is on its way to the new one', () => {
  const moved = aSuspendedBudget({ formerRole: { id: AGENT_ROLE, until: NOON } });
  expect(roleJustLeft(moved, NOON + PROPAGATION_MS - 1)).toBe(AGENT_ROLE);
  expect(roleJustLeft(moved, NOON + PROPAGATION_MS)).toBeUndefined();
  expect(roleJustLeft(aSuspendedBudget(), NOON)).toBeUndefined();
});

test('a user and a role of one name are two attachments', () => {
  expect(attachmentKey({ type: 'user', name: 'alice' })).not.toBe(attachmentKey({ type: 'role', name: 'alice' }));
});
