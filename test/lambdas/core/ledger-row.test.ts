import { NumberText } from '../../../src/lambdas/core/budget-item';
import { estimateShard } from '../../../src/lambdas/core/estimate';
import { ledgerRow } from '../../../src/lambdas/core/ledger-row';
import { usd } from '../../../src/lambdas/core/money';
import { aCall, ACCOUNT, ALICE, anEstimatedCall, NOON } from './builders';

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
    batch: true,
    routedTo: 'amazon.nova-lite-v1:0',
    units: [{ unit: 'image', count: 2, variant: '1024-premium' }, { unit: 'query', count: 1 }],
    tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 },
    cacheWriteSplit: 'read',
  });
  expect(ledgerRow({ ...call, loggedAt: NOON, charge: { ...call.charge, assumptions: ['regional-price-unknown'] } }, 90)).toEqual({
    callId: `${ACCOUNT}/eu-central-1/r-1`,
    principalId: ALICE,
    calledAt: '2026-03-10T11:59:00.000Z',
    loggedAt: '2026-03-10T12:00:00.000Z',
    day: '2026-03-09',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    region: 'eu-central-1',
    inferenceRegion: 'eu-west-1',
    serviceTier: 'flex',
    latencyOptimized: true,
    batch: true,
    routedTo: 'amazon.nova-lite-v1:0',
    errorCode: 'ThrottlingException',
    inputTokens: new NumberText('1'),
    outputTokens: new NumberText('2'),
    cacheReadTokens: new NumberText('3'),
    cacheWrite5mTokens: new NumberText('4'),
    cacheWrite1hTokens: new NumberText('5'),
    cacheWriteSplit: 'read',
    units: [{ unit: 'image', count: new NumberText('2'), variant: '1024-premium' }, { unit: 'query', count: new NumberText('1') }],
    costUsd: new NumberText('0.000000000001'),
    costs: undefined,
    prices: { input: new NumberText('0.000000000001') },
    pricedAs: undefined,
    priceSource: 'catalog',
    priceVersion: 'test',
    assumptions: ['regional-price-unknown'],
    expiresAt: new NumberText(String(Date.parse('2026-06-08T12:00:00Z') / 1000)),
  });
});

test('what the record does not have, the row does not have', () => {
  const row = ledgerRow(aCall({ cost: '0', tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, cacheWriteSplit: 'none' }), 90);
  const names = [
    'cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens', 'cacheWriteSplit',
    'inferenceRegion', 'serviceTier', 'latencyOptimized', 'batch', 'routedTo', 'errorCode', 'units', 'costs', 'prices', 'estimate', 'pricedAs', 'assumptions',
  ];
  expect(names.filter(name => row[name] !== undefined)).toEqual([]);
  // that a call took no tokens is worth telling
  expect([row.inputTokens, row.outputTokens]).toEqual([new NumberText('0'), new NumberText('0')]);
});

test('tokens cost what their counts and prices say; where something else was paid for, each cost is told', () => {
  const call = aCall();
  const charge = { ...call.charge, costs: { input: usd('1'), cacheRead: usd('2') }, prices: { input: usd('0.1'), cacheRead: usd('0.2') } };
  expect(ledgerRow({ ...call, charge }, 90)).toMatchObject({ costs: undefined, prices: { input: new NumberText('0.1'), cacheRead: new NumberText('0.2') } });
  expect(ledgerRow({ ...call, charge: { ...charge, costs: { ...charge.costs, second: usd('3') } } }, 90).costs).toEqual({
    input: new NumberText('1'), cacheRead: new NumberText('2'), second: new NumberText('3'),
  });
});

test('only what was paid for has a price', () => {
  const call = aCall();
  const charge = { ...call.charge, costs: { 'output': usd('1'), 'image:512': usd('2') }, prices: { 'input': usd('0.1'), 'output': usd('0.2'), 'image:512': usd('2') } };
  expect(ledgerRow({ ...call, charge }, 90)).toMatchObject({
    costs: { 'output': new NumberText('1'), 'image:512': new NumberText('2') },
    prices: { 'output': new NumberText('0.2'), 'image:512': new NumberText('2') },
  });
});

test.each([
  ['amazon.nova-lite-v1:0', undefined],
  ['eu.amazon.nova-lite-v1:0', undefined],
  ['arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0', undefined],
  ['arn:aws:bedrock:eu-central-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0', undefined],
  ['not-amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
  ['arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/a1b2', 'amazon.nova-lite-v1:0'],
])('of a call of %s at the price of Nova Lite, the model of the price is told where the name does not: %s', (modelId, pricedAs) => {
  const call = aCall({ modelId });
  expect(ledgerRow({ ...call, charge: { ...call.charge, pricedAs: 'amazon.nova-lite-v1:0' } }, 90).pricedAs).toBe(pricedAs);
});

test('an estimate stands in the index', () => {
  const call = anEstimatedCall();
  expect(ledgerRow(call, 90).estimate).toBe(estimateShard(call.usage.callId));
});

test('a row with all kinds of tokens, and their costs and prices, is one write unit', () => {
  const amounts = Object.fromEntries(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'].map(kind => [kind, usd('12.123456789')]));
  const call = anEstimatedCall({
    requestId: '0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001',
    modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    inferenceRegion: 'eu-west-1',
    tokens: { input: 123_456, output: 12_345, cacheRead: 123_456, cacheWrite5m: 123_456, cacheWrite1h: 123_456 },
    cacheWriteSplit: 'read',
  });
  const row = ledgerRow({ ...call, charge: { ...call.charge, pricedAs: 'anthropic.claude-sonnet-4-5-20250929-v1:0', costs: amounts, prices: amounts } }, 90);
  expect(sizeInDynamoDb(row)).toBeLessThan(1_024);
});

test('a late record lives as long as any other: from when it was logged', () => {
  const late = { ...aCall({ calledAt: Date.parse('2025-01-01T00:00:00Z') }), loggedAt: NOON + 999 };
  expect(ledgerRow(late, 1).expiresAt).toEqual(new NumberText(String(NOON / 1000 + 86_400)));
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeInDynamoDb(value: unknown): number {
  if (value === undefined) {
    return 0;
  }
  if (typeof value === 'string') {
    return value.length;
  }
  if (value instanceof NumberText) {
    return Math.ceil(value.value.length / 2) + 1;
  }
  if (typeof value !== 'object' || value === null) {
    return 1;
  }
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return 3 + parts.reduce((sum, [name, part]) => sum + 1 + (Array.isArray(value) ? 0 : name.length) + sizeInDynamoDb(part), 0);
}
