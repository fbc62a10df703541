import { STATUSES } from '../../../src/lambdas/core/budget';
import { isNotable, standingOf } from '../../../src/lambdas/core/standing';
import { aBudget, aBudgetInGrace, aContext, ALICE, aSuspendedBudget, HOUR, NOON } from './builders';

describe('a standing', () => {
  test('tells who, how much of what, why and until when', () => {
    expect(standingOf(aSuspendedBudget({ labels: { team: 'search', purpose: 'x' } }), aContext(), NOON)).toEqual({
      principalId: ALICE,
      kind: 'iam-user',
      team: 'search',
      status: 'suspended',
      reason: '120.0 % of $100.00 spent since 2026-03-01',
      spentUsd: 120,
      limitUsd: 100,
      sharePercent: 120,
      periodEndsAt: '2026-04-01T00:00:00.000Z',
      graceEndsAt: '-',
      since: '2026-03-10T11:00:00.000Z',
    });
  });

  test('tells when the grace period ends, and only of somebody who has one', () => {
    expect(standingOf(aBudgetInGrace({ graceDeadline: NOON + HOUR }), aContext(), NOON).graceEndsAt).toBe('2026-03-10T13:00:00.000Z');
    expect(standingOf(aSuspendedBudget({ graceDeadline: NOON - HOUR }), aContext(), NOON).graceEndsAt).toBe('-');
  });

  test('has every field whatever the budget has, so that the latest of each is of the same line', () => {
    const fields = Object.keys(standingOf(aSuspendedBudget(), aContext(), NOON));
    const bare = standingOf(aBudget({ limits: undefined, hold: { by: 'x', reason: 'y' }, status: 'suspended', labels: { team: '' } }), aContext(), NOON);
    expect(Object.keys(bare)).toEqual(fields);
    expect(bare).toMatchObject({ team: '-', reason: '-', spentUsd: -1, limitUsd: -1, sharePercent: -1, periodEndsAt: '-' });
    expect(Object.keys(JSON.parse(JSON.stringify(bare)))).toEqual(fields);
    // A null is no field for Logs Insights.
    expect(Object.values(bare)).not.toContain(null);
  });

  test('is bounded, whatever people wrote', () => {
    const { reason, team } = standingOf(aSuspendedBudget({ reason: 'x'.repeat(5_000), labels: { team: 'y'.repeat(256) } }), aContext(), NOON);
    expect([reason.length, team.length]).toEqual([300, 64]);
  });

  test('never looks back behind the last decision', () => {
    const decided = aSuspendedBudget({ decidedAt: Date.parse('2026-04-02T00:00:00Z') });
    expect(standingOf(decided, aContext(), NOON)).toMatchObject({ spentUsd: 0, periodEndsAt: '2026-05-01T00:00:00.000Z' });
  });
});

test('who is free is not notable', () => {
  expect(STATUSES.filter(status => !isNotable({ status }))).toEqual(['active', 'deleted']);
});
