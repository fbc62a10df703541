import { PrincipalKindName } from '../../../../src/contract';
import { ReplayedPrincipal } from '../../../../src/lambdas/core/back-test/back-test';
import { byConcern } from '../../../../src/lambdas/core/back-test/back-test-page';
import { kindOf, limitsFor, Proposal, ProposedOrders } from '../../../../src/lambdas/core/back-test/proposal';
import { durationText, limitText } from '../../../../src/lambdas/core/back-test/report-texts';
import { usd } from '../../../../src/lambdas/core/money';
import { ALICE, DAY, errorOf, HOUR, KEY_USER, limit, MINUTE, ROLE, SECOND, settings } from '../builders';

function proposal(orders: Readonly<Record<string, ProposedOrders>>, changes: Partial<Proposal> = {}): Proposal {
  return { settings: settings(), timeZone: 'UTC', orders: new Map(Object.entries(orders)), blockDelayMs: 0, restoreDelayMs: 0, ...changes };
}

describe('the limits of a principal', () => {
  const own = [limit('5', 'calendar day')];

  test('are its own, then the default of the proposal, then that of the settings', () => {
    expect(limitsFor(ALICE, proposal({ [ALICE]: { limits: own } }, { defaultLimit: limit('9') }))).toEqual({ limits: own, source: 'own' });
    expect(limitsFor(ALICE, proposal({}, { defaultLimit: limit('9') }))).toEqual({ limits: [limit('9')], source: 'default' });
    expect(limitsFor(KEY_USER, proposal({}))).toEqual({ source: 'default' });
    expect(limitsFor(ALICE, proposal({}))).toEqual({ source: 'none' });
  });

  test('are the default where the orders have an empty list', () => {
    expect(limitsFor(ALICE, proposal({ [ALICE]: { limits: [] } }, { defaultLimit: limit('9') }))).toEqual({ limits: [limit('9')], source: 'default' });
    expect(limitsFor(ALICE, proposal({ [ALICE]: { limits: [] } }))).toEqual({ source: 'none' });
  });

  test('are those of an API-key user where the orders say that it is one', () => {
    expect(limitsFor(ALICE, proposal({ [ALICE]: { kind: PrincipalKindName.API_KEY_USER } }))).toEqual({ source: 'default' });
  });
});

test('the kind is that of the orders, of the name, of the id', () => {
  expect(kindOf(ALICE, { kind: PrincipalKindName.API_KEY_USER })).toBe('api-key-user');
  expect(kindOf(KEY_USER, undefined)).toBe('api-key-user');
  expect(kindOf(ROLE, {})).toBe('iam-role');
  expect(errorOf(() => kindOf('nobody', undefined)).message).toBe('"nobody" is no principal id');
});

describe('who comes first on the page', () => {
  function replayed(principalId: string, { blocked = '0', wouldBe = '0', suspensions = 0, transitions = 0, charged = '0' } = {}): ReplayedPrincipal {
    return {
      principalId,
      blocked: { calls: 0, cost: usd(blocked) },
      ...(wouldBe === '0' ? {} : { wouldBe: { suspensions: [], blocked: { calls: 1, cost: usd(wouldBe) } } }),
      suspensions: Array.from({ length: suspensions }, () => ({})),
      transitions: Array.from({ length: transitions }, () => ({})),
      charged: { calls: 1, cost: usd(charged) },
    } as unknown as ReplayedPrincipal;
  }
  const order = (...principals: readonly ReplayedPrincipal[]) => byConcern(principals).map(({ principalId }) => principalId);
  const bothWays = (first: ReplayedPrincipal, second: ReplayedPrincipal) => {
    expect([order(first, second), order(second, first)]).toEqual([[first.principalId, second.principalId], [first.principalId, second.principalId]]);
  };

  test('is who would have lost most, also where that would only have been', () => {
    bothWays(replayed('z', { blocked: '2' }), replayed('a', { blocked: '1', suspensions: 9, charged: '99' }));
    bothWays(replayed('z', { wouldBe: '3' }), replayed('a', { blocked: '2' }));
    bothWays(replayed('z', { blocked: '1', wouldBe: '2' }), replayed('a', { blocked: '2' }));
  });

  test('then who was suspended most often, then who was warned at all, then who spent most, then by id', () => {
    bothWays(replayed('z', { suspensions: 2 }), replayed('a', { suspensions: 1, transitions: 5, charged: '99' }));
    bothWays(replayed('z', { transitions: 1 }), replayed('a', { charged: '99' }));
    bothWays(replayed('z', { transitions: 1, charged: '2' }), replayed('a', { transitions: 7, charged: '1' }));
    bothWays(replayed('z', { charged: '2' }), replayed('a', { charged: '1' }));
    bothWays(replayed('a'), replayed('b'));
  });

  test('and nobody is moved in the list that was given', () => {
    const given = [replayed('b'), replayed('a')];
    byConcern(given);
    expect(given.map(({ principalId }) => principalId)).toEqual(['b', 'a']);
  });
});

test.each([
  [0, '0 s'], [29 * SECOND, '29 s'], [30 * SECOND, '1 min'], [90 * SECOND, '2 min'], [HOUR, '1 h'], [HOUR + MINUTE, '1 h 1 min'], [23 * HOUR + 59 * MINUTE, '23 h 59 min'],
  [DAY, '1 d'], [DAY + MINUTE, '1 d'], [2 * DAY + 4 * HOUR + 30 * MINUTE, '2 d 4 h'], [25 * HOUR, '1 d 1 h'],
])('%d ms are told as %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});

test('a limit is told with its period, and its first day where it has one', () => {
  expect(limitText(limit('100'))).toBe('$100.00/month');
  expect(limitText(limit('5.5', '7 days', '2026-03-02'))).toBe('$5.50/7 days from 2026-03-02');
});
