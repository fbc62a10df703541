import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ledgerRow } from '../../../src/lambdas/core/ledger-row';
import { aCall, ACCOUNT, ALICE, NOON } from './builders';

test('a row says who, when, which model, how many tokens, what it cost and how that was found', () => {
  const call = aCall({
    requestId: 'r-1',
    cost: '0.000000000001',
    day: '2026-03-09',
    calledAt: NOON - 60_000,
    inferenceRegion: 'eu-west-1',
    serviceTier: 'flex',
    latencyOptimized: true,
    errorCode: 'ThrottlingException',
    tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 },
  });
  expect(ledgerRow({ ...call, loggedAt: NOON, charge: { ...call.charge, assumptions: ['regional-price-unknown'] } }, 90)).toEqual({
    callId: `${ACCOUNT}/eu-central-1/r-1`,
    principalId: ALICE,
    calledAt: '2026-03-10T11:59:00.000Z',
    loggedAt: '2026-03-10T12:00:00.000Z',
    day: '2026-03-09',
    operation: 'Converse',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    region: 'eu-central-1',
    inferenceRegion: 'eu-west-1',
    serviceTier: 'flex',
    latencyOptimized: true,
    errorCode: 'ThrottlingException',
    inputTokens: new NumberText('1'),
    outputTokens: new NumberText('2'),
    cacheReadTokens: new NumberText('3'),
    cacheWrite5mTokens: new NumberText('4'),
    cacheWrite1hTokens: new NumberText('5'),
    costUsd: new NumberText('0.000000000001'),
    pricedAs: 'anthropic.claude-3-haiku-20240307-v1:0',
    priceSource: 'catalog',
    priceVersion: 'test',
    assumptions: ['regional-price-unknown'],
    expiresAt: new NumberText(String(Date.parse('2026-06-08T12:00:00Z') / 1000)),
  });
});

test('what the record does not have, the row does not have', () => {
  const row = ledgerRow(aCall(), 90);
  expect([row.inferenceRegion, row.serviceTier, row.latencyOptimized, row.errorCode]).toEqual([undefined, undefined, undefined, undefined]);
});

test('a late record lives as long as any other: from when it was logged', () => {
  const late = { ...aCall({ calledAt: Date.parse('2025-01-01T00:00:00Z') }), loggedAt: NOON + 999 };
  expect(ledgerRow(late, 1).expiresAt).toEqual(new NumberText(String(NOON / 1000 + 86_400)));
});
