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
