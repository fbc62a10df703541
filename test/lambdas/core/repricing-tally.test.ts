import { Estimate } from '../../../src/lambdas/core/estimate-row';
import { usd } from '../../../src/lambdas/core/money';
import { RepricingTally } from '../../../src/lambdas/core/repricing-tally';
import { aCharge, aContext, ALICE, aUsage, KEY_USER, NOON, SECOND, TODAY } from './builders';

interface Changes {
  readonly principalId?: string;
  readonly modelId?: string;
  readonly cost?: string;
  readonly calledAt?: number;
}

function anEstimate(callId: string, changes: Changes = {}): Estimate {
  const { principalId = ALICE, modelId = 'new.model', cost = '5', calledAt = NOON } = changes;
  return { callId, principalId, day: TODAY, cost: usd(cost), usage: aUsage({ callId, modelId, calledAt }) } as unknown as Estimate;
}

function corrected(callId: string, changes: Changes & { readonly now?: string } = {}) {
  return { estimate: anEstimate(callId, changes), charge: aCharge({ cost: usd(changes.now ?? '2'), pricedAs: 'new.model-v1' }) };
}

describe('calls that were priced anew', () => {
  test('are told once for each principal and model, under the least of their ids', () => {
    const tally = new RepricingTally();
    tally.addRepriced([corrected('c-2'), corrected('c-1', { cost: '7', now: '1.5' }), corrected('c-3')]);
    tally.addRepriced([corrected('c-4', { principalId: KEY_USER }), corrected('c-0', { modelId: 'other.model' })]);

    expect(tally.repriced).toBe(5);
    const events = tally.repricedEvents(NOON, aContext());
    expect(events.map(({ detail: { eventId, principalId, modelId, calls } }) => [eventId, principalId, modelId, calls])).toEqual([
      ['calls-repriced/c-1', ALICE, 'new.model', 3], ['calls-repriced/c-4', KEY_USER, 'new.model', 1], ['calls-repriced/c-0', ALICE, 'other.model', 1],
    ]);
    expect(events[0].detail).toMatchObject({
      occurredAt: '2026-03-10T12:00:00.000Z',
      actor: 'call-repricer',
      reason: 'the price of new.model is known now: 3 calls charged by an estimate, $17.00, cost $5.50',
      before: { costUsd: '17' },
      after: { costUsd: '5.5', pricedAs: 'new.model-v1' },
    });
    expect(events[1].detail.reason).toContain(': 1 call charged');
  });

  test('are none where nothing was', () => {
    expect(new RepricingTally().repricedEvents(NOON, aContext())).toEqual([]);
  });
});

describe('models that stay unknown', () => {
  test('are told with their calls, what these cost, and the first of them', () => {
    const tally = new RepricingTally();
    for (const estimate of [
      anEstimate('c-2'), anEstimate('c-9', { calledAt: NOON - SECOND, cost: '0.5' }), anEstimate('c-1'), anEstimate('c-8', { calledAt: NOON - SECOND }),
      anEstimate('c-7', { modelId: 'other.model' }),
    ]) {
      tally.addUnknown(estimate, 'dearest.model');
    }
    tally.leaveOutRestOf('other.model');

    expect(tally.estimated).toBe(5);
    expect(tally.unknownModels()).toEqual([
      { modelId: 'new.model', pricedAs: 'dearest.model', calls: 4, cost: usd('15.5'), first: { callId: 'c-8', calledAt: NOON - SECOND }, hasMore: false },
      { modelId: 'other.model', pricedAs: 'dearest.model', calls: 1, cost: usd('5'), first: { callId: 'c-7', calledAt: NOON }, hasMore: true },
    ]);
  });

  test.each<[string, readonly Estimate[], string]>([
    ['the earliest', [anEstimate('c-1'), anEstimate('c-2', { calledAt: NOON - 1 })], 'c-2'],
    ['not a later one of a lesser id', [anEstimate('c-2'), anEstimate('c-1', { calledAt: NOON + 1 })], 'c-2'],
    ['of several at once the one of the least id', [anEstimate('c-2'), anEstimate('c-1'), anEstimate('c-3')], 'c-1'],
  ])('have as the first call %s, in whatever order they come', (_, estimates, callId) => {
    for (const order of [estimates, [...estimates].reverse()]) {
      const tally = new RepricingTally();
      order.forEach(estimate => tally.addUnknown(estimate, 'dearest.model'));
      expect(tally.unknownModels()[0].first.callId).toBe(callId);
    }
  });

  test('calls whose price is known and that are left count as estimates', () => {
    const tally = new RepricingTally();
    tally.addLeft([corrected('c-1'), corrected('c-2')]);
    expect([tally.estimated, tally.repriced, tally.unknownModels()]).toEqual([2, 0, []]);
  });
});
