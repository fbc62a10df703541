import { ORDER_ATTRIBUTES } from '../../../../src/lambdas/core/administration/change-budget';
import { fingerprintOf, hasOrders, versionOf } from '../../../../src/lambdas/core/administration/version';
import { ordersOf } from '../../../../src/lambdas/core/announcements';
import { Budget } from '../../../../src/lambdas/core/budget';
import { budgetFromItem } from '../../../../src/lambdas/core/budget-item';
import { usd } from '../../../../src/lambdas/core/money';
import { digestOf } from '../../../../src/lambdas/core/value-digest';
import { aBudget, AGENT, ALICE, aSuspendedBudget, itemOf, limit, NOON, ROLE } from '../builders';

test('a write depends on everything that is an order', () => {
  expect([...ORDER_ATTRIBUTES].sort()).toEqual(Object.keys(ordersOf(aBudget())).sort());
});

test('every order changes the version, and nothing else does', () => {
  const budget = aBudget();
  const orders: readonly Partial<Budget>[] = [
    { limits: [limit('101')] }, { limits: undefined }, { limits: [limit('100', '30 days')] }, { limits: [limit('100', 'calendar month', '2026-01-01')] },
    { thresholds: { warningPercent: usd('1'), criticalPercent: usd('2') } }, { topUps: [{ amount: usd('1'), expiresAt: NOON }] }, { exemption: { reason: 'r' } },
    { exemption: { reason: 'r', until: NOON } }, { hold: { by: 'ops', reason: 'r' } }, { enforcement: 'observe' }, { labels: { a: 'b' } }, { kind: 'api-key-user' },
    { role: ROLE }, { runtimes: [AGENT] }, { removedAt: NOON },
  ];
  const versions = [budget, ...orders.map(order => ({ ...budget, ...order }))].map(versionOf);
  expect(new Set(versions).size).toBe(versions.length);
  expect(versions.every(version => /^[0-9a-f]{12}$/.test(version))).toBe(true);
  for (const other of [aBudget({ spent: '99' }), aSuspendedBudget(), aBudget({ principalId: `${ALICE}2`, kind: 'iam-user' }), aBudget({ updatedBy: 'ops', change: { at: NOON } })]) {
    expect(versionOf(other)).toBe(versionOf(budget));
  }
});

test('the order in which a map was written is no order', () => {
  const item = { ...itemOf(aBudget()), labels: { b: '2', a: '1' }, hold: { reason: 'r', by: 'ops' } };
  const turned = { ...itemOf(aBudget()), hold: { by: 'ops', reason: 'r' }, labels: { a: '1', b: '2' } };
  expect(versionOf(budgetFromItem(item))).toBe(versionOf(budgetFromItem(turned)));
  expect(digestOf({ a: [{ x: 1, y: null }], b: undefined }, 64)).toBe(digestOf({ a: [{ y: null, x: 1 }] }, 64));
  expect(digestOf([1, 2], 64)).not.toBe(digestOf([2, 1], 64));
  expect(digestOf(undefined, 8)).toHaveLength(8);
});

test('a request is the same whatever its key, and whether or not it was tried out before', () => {
  const request = { operation: 'suspend', reason: 'r' };
  expect(fingerprintOf({ ...request, idempotencyKey: 'k', dryRun: true } as object)).toBe(fingerprintOf(request as object));
  expect(fingerprintOf({ ...request, reason: 's' } as object)).not.toBe(fingerprintOf(request as object));
});

test.each<[string, Partial<Budget>]>([
  ['limits', { limits: [] }], ['thresholds', { thresholds: { warningPercent: usd('1'), criticalPercent: usd('2') } }], ['a top-up', { topUps: [{ amount: usd('1'), expiresAt: NOON }] }],
  ['an exemption', { exemption: { reason: 'r' } }], ['a hold', { hold: { by: 'ops', reason: 'r' } }], ['being observed', { enforcement: 'observe' }], ['a label', { labels: { a: 'b' } }],
])('somebody ordered something where there is %s', (_, order) => {
  expect(hasOrders(aBudget({ limits: undefined, ...order }))).toBe(true);
});

test('nobody ordered anything by what was found out', () => {
  expect(hasOrders(aBudget({ limits: undefined, principalId: AGENT, role: ROLE, runtimes: [AGENT], removedAt: NOON, spent: '5', updatedBy: 'agent-registrar' }))).toBe(false);
});
