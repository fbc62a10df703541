import { budgetView } from '../../../../src/lambdas/core/administration/budget-view';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ACCOUNT, AGENT, AGENT_ROLE, aSuspendedBudget, DAY, HOUR, limit, NOON, SHARED_AGENTS, TODAY } from '../builders';

const view = (budget: Parameters<typeof budgetView>[0], now = NOON) => budgetView(budget, aContext(), now);

test('of a suspended runtime: what was done, and by which role', () => {
  expect(view(aSuspendedBudget({
    principalId: AGENT,
    role: AGENT_ROLE,
    suspension: { confirmedAt: NOON - HOUR, secondsToBlock: 312.5, overspend: usd('0.000000000001') },
    failure: { workflow: 'restoration', step: 'Lift', message: 'throttled', at: NOON },
    hold: { by: 'ops', reason: 'leak' },
    graceDeadline: NOON,
    removedAt: NOON,
  }))).toMatchObject({
    status: 'suspended',
    role: AGENT_ROLE,
    suspension: { confirmedAt: '2026-03-10T11:00:00.000Z', secondsToBlock: 312.5, overspendUsd: '0.000000000001' },
    failure: { workflow: 'restoration', step: 'Lift', message: 'throttled', at: '2026-03-10T12:00:00.000Z' },
    hold: { by: 'ops', reason: 'leak' },
    graceDeadline: '2026-03-10T12:00:00.000Z',
    removedAt: '2026-03-10T12:00:00.000Z',
  });
});

test('of a shared role: its runtimes', () => {
  expect(view(aBudget({ principalId: SHARED_AGENTS, runtimes: [AGENT] }))).toMatchObject({ kind: 'agent-role', runtimes: [AGENT] });
});

test('why somebody cannot be restricted, found out or known from the beginning', () => {
  expect(view(aBudget({ unenforceable: { code: 'attachment-quota', message: 'full', retryAt: NOON } })).unenforceable)
    .toEqual({ code: 'attachment-quota', message: 'full', retryAt: '2026-03-10T12:00:00.000Z' });
  expect(view(aBudget({ principalId: `root/${ACCOUNT}` })).unenforceable).toMatchObject({ code: 'root' });
  expect(view(aBudget())).not.toHaveProperty('unenforceable');
});

test('what is in force alone: expired top-ups and exemptions are not told', () => {
  const budget = aBudget({ topUps: [{ amount: usd('5'), expiresAt: NOON }, { amount: usd('6'), expiresAt: NOON + DAY }], exemption: { reason: 'pilot', until: NOON } });
  expect(view(budget)).toMatchObject({ topUps: [{ amountUsd: '6' }], windows: [{ limitUsd: '106' }] });
  expect(view(budget)).not.toHaveProperty('exemption');
  expect(view(budget, NOON - 1)).toMatchObject({ topUps: [{ amountUsd: '5' }, { amountUsd: '6' }], exemption: { until: '2026-03-10T12:00:00.000Z', reason: 'pilot' } });
  expect(view(aBudget({ exemption: { reason: 'pilot' } })).exemption).toEqual({ reason: 'pilot' });
});

test('the windows of a budget never run behind its last decision, and tell what of the spend is estimated', () => {
  const budget = aBudget({ spent: '7', estimated: new Map([[TODAY, usd('3')]]), decidedAt: NOON, limits: [limit('10', 'calendar day')] });
  expect(view(budget, NOON - 2 * DAY).windows).toEqual([{
    period: 'calendar day', periodStart: TODAY, periodEndsAt: '2026-03-11T00:00:00.000Z', spentUsd: '7', estimatedUsd: '3', limitUsd: '10', sharePercent: '70.0',
  }]);
});

test('who has no limit has no window', () => {
  expect(view(aBudget({ limits: undefined }))).toMatchObject({ windows: [], thresholds: { own: false } });
});

test('of a budget of which everything is known, in whole', () => {
  expect(view(aSuspendedBudget({
    principalId: AGENT,
    labels: { name: 'support' },
    limits: [limit('100'), limit('5', '7 days', '2026-03-05')],
    thresholds: { warningPercent: usd('50'), criticalPercent: usd('75.5') },
    topUps: [{ amount: usd('1'), expiresAt: NOON + DAY, reason: 'launch' }, { amount: usd('2'), expiresAt: NOON + DAY }],
    exemption: { reason: 'pilot', until: NOON + 1 },
    hold: { by: 'ops', reason: 'leak' },
    graceDeadline: NOON,
    suspension: { confirmedAt: NOON - HOUR, secondsToBlock: 3, overspend: usd('20') },
    failure: { workflow: 'suspension', step: 'Deny', message: 'throttled', at: NOON },
    role: AGENT_ROLE,
    removedAt: NOON,
    updatedBy: 'agent-registrar',
    lastCallAt: NOON - 1,
  }))).toEqual({
    principalId: AGENT,
    kind: 'agent-runtime',
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    labels: { name: 'support' },
    status: 'suspended',
    statusSince: '2026-03-10T11:00:00.000Z',
    reason: '120.0 % of $100.00 spent since 2026-03-01',
    enforcement: 'enforced',
    windows: [
      { period: 'calendar month', periodStart: '2026-03-01', periodEndsAt: '2026-04-01T00:00:00.000Z', spentUsd: '120', limitUsd: '103', sharePercent: '116.5' },
      { period: '7 days', periodStart: '2026-03-05', periodEndsAt: '2026-03-12T00:00:00.000Z', spentUsd: '120', limitUsd: '8', sharePercent: '1500.0' },
    ],
    limits: [{ limitUsd: '100', period: 'calendar month' }, { limitUsd: '5', period: '7 days', anchorDay: '2026-03-05' }],
    thresholds: { warningPercent: '50', criticalPercent: '75.5', own: true },
    topUps: [{ amountUsd: '1', expiresAt: '2026-03-11T12:00:00.000Z', reason: 'launch' }, { amountUsd: '2', expiresAt: '2026-03-11T12:00:00.000Z' }],
    exemption: { reason: 'pilot', until: '2026-03-10T12:00:00.001Z' },
    hold: { by: 'ops', reason: 'leak' },
    graceDeadline: '2026-03-10T12:00:00.000Z',
    suspension: { confirmedAt: '2026-03-10T11:00:00.000Z', secondsToBlock: 3, overspendUsd: '20' },
    failure: { workflow: 'suspension', step: 'Deny', message: 'throttled', at: '2026-03-10T12:00:00.000Z' },
    role: AGENT_ROLE,
    removedAt: '2026-03-10T12:00:00.000Z',
    updatedBy: 'agent-registrar',
    lastCallAt: '2026-03-10T11:59:59.999Z',
  });
});

test('of a budget of which little is known, in whole', () => {
  expect(view(aBudget({ limits: undefined }))).toStrictEqual({
    principalId: aBudget().principalId,
    kind: 'iam-user',
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    labels: {},
    status: 'active',
    statusSince: '2026-01-09T12:00:00.000Z',
    reason: '',
    enforcement: 'enforced',
    windows: [],
    thresholds: { warningPercent: '70', criticalPercent: '90', own: false },
    topUps: [],
  });
});
