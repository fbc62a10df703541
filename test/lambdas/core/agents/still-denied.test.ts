import { holderToldIn, stillDeniedFor } from '../../../../src/lambdas/core/agents/still-denied';
import { AGENT } from '../builders';

test('who keeps a role denied is told in the reason, and found in it again', () => {
  const reason = stillDeniedFor(AGENT, 'restored: within budget: 5.0 % of $10.00 spent since 2026-03-01');
  expect(reason).toBe(`restored: within budget: 5.0 % of $10.00 spent since 2026-03-01; still denied for ${AGENT}`);
  expect(holderToldIn(reason)).toBe(AGENT);
});

test('any other reason tells of nobody', () => {
  expect(holderToldIn('restored: within budget')).toBeUndefined();
  expect(holderToldIn('')).toBeUndefined();
});
