import * as fc from 'fast-check';
import { fromItem, toItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { Item, NumberText } from '../../../src/lambdas/core/budget-item';
import { estimateFromRow, LedgerRowError, usageFromRow } from '../../../src/lambdas/core/estimate-row';
import { UsageRecord } from '../../../src/lambdas/core/invocation-record';
import { ledgerRow } from '../../../src/lambdas/core/ledger-row';
import { usd } from '../../../src/lambdas/core/money';
import { EMBEDDED_PRICES } from '../../../src/lambdas/core/pricing/embedded-catalog';
import { PriceBook } from '../../../src/lambdas/core/pricing/price-book';
import { BILLED_UNITS } from '../../../src/lambdas/core/pricing/units';
import { ALICE, anEstimatedCall, aUsage, errorOf, NOON, TODAY } from './builders';

const count = fc.oneof(fc.constant(0), fc.nat(100_000_000));

const usages: fc.Arbitrary<UsageRecord> = fc.record({
  modelId: fc.constantFrom('new.model-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0', 'amazon.nova-canvas-v1:0', 'arn:aws:bedrock:eu-central-1:444455556666:prompt/x'),
  tokens: fc.record({ input: count, output: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count }),
  cacheWriteSplit: fc.constantFrom<UsageRecord['cacheWriteSplit']>('none', 'read', 'assumed'),
  units: fc.option(fc.array(fc.record({ unit: fc.constantFrom(...BILLED_UNITS), count: fc.nat(1000) }, { requiredKeys: ['unit', 'count'] }), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  variant: fc.option(fc.constantFrom('512', '1024-premium', '720p'), { nil: undefined }),
  inferenceRegion: fc.option(fc.constant('eu-west-1'), { nil: undefined }),
  serviceTier: fc.option(fc.constantFrom('flex', 'priority', 'x'), { nil: undefined }),
  latencyOptimized: fc.option(fc.constant(true), { nil: undefined }),
  batch: fc.option(fc.boolean(), { nil: undefined }),
  routedTo: fc.option(fc.constant('amazon.nova-lite-v1:0'), { nil: undefined }),
  errorCode: fc.option(fc.constant('ThrottlingException'), { nil: undefined }),
  calledAt: fc.integer({ min: NOON - 1e10, max: NOON }),
}).map(({ variant, units, ...drawn }) => aUsage({ ...drawn, units: units?.map(unit => ({ ...unit, ...(variant ? { variant } : {}) })) }));

/** What a row holds, when it has been in DynamoDB. */
const stored = (usage: UsageRecord): Item => {
  const { callId: _, requestId, ...rest } = usage;
  return toItem(fromItem(ledgerRow(anEstimatedCall({ ...rest, requestId }), 90)));
};

test('a call is priced from its row as it was priced from its record', () => {
  const book = new PriceBook({ embedded: EMBEDDED_PRICES });
  fc.assert(fc.property(usages, usage => {
    expect(book.priceOf(usageFromRow(stored(usage)))).toEqual(book.priceOf(usage));
  }));
});

test('nothing that a price may depend on is lost on the way through the ledger', () => {
  fc.assert(fc.property(usages, usage => {
    const { callId, requestId, accountId, operation, principal, ...priced } = usage;
    expect(usageFromRow(stored(usage))).toEqual(Object.fromEntries(Object.entries(priced).filter(([, value]) => value !== undefined)));
  }));
});

test('a row tells whose estimate it is, of which day and how much', () => {
  const call = anEstimatedCall({ cost: '0.000000000001' });
  expect(estimateFromRow(ledgerRow(call, 90))).toMatchObject({ callId: call.usage.callId, principalId: ALICE, day: TODAY, cost: usd('0.000000000001') });
});

describe('a row that somebody broke is refused, naming the attribute', () => {
  test.each<[string, Item, string]>([
    ['no model', { modelId: undefined }, 'modelId'],
    ['a model that is a number', { modelId: new NumberText('1') }, 'modelId'],
    ['no tokens', { inputTokens: undefined }, 'inputTokens'],
    ['tokens that are text', { outputTokens: '5' }, 'outputTokens'],
    ['half a token', { cacheReadTokens: new NumberText('0.5') }, 'cacheReadTokens'],
    ['tokens below none', { cacheWrite5mTokens: new NumberText('-1') }, 'cacheWrite5mTokens'],
    ['more tokens than a number can count', { cacheWrite1hTokens: new NumberText('1e30') }, 'cacheWrite1hTokens'],
    ['an unknown split', { cacheWriteSplit: 'half' }, 'cacheWriteSplit'],
    ['an unknown unit', { units: [{ unit: 'smile', count: new NumberText('1') }] }, 'units.0.unit'],
    ['a unit without a count', { units: [{ unit: 'image' }] }, 'units.0.count'],
    ['a time that is none', { calledAt: 'yesterday' }, 'calledAt'],
    ['a flag that is text', { batch: 'true' }, 'batch'],
    ['no principal', { principalId: undefined }, 'principalId'],
    ['a day that is none', { day: '2026-02-30' }, 'day'],
    ['no cost', { costUsd: undefined }, 'costUsd'],
    ['a cost below nothing', { costUsd: new NumberText('-0.01') }, 'costUsd'],
    ['a cost finer than a picodollar', { costUsd: new NumberText('1e-13') }, 'costUsd'],
  ])('%s', (_, broken, attribute) => {
    const error = errorOf(() => estimateFromRow({ ...stored(aUsage()), ...broken }));
    expect(error).toBeInstanceOf(LedgerRowError);
    expect(error.message).toMatch(new RegExp(`^attribute ${attribute.replaceAll('.', '\\.')} \\S`));
  });

  test('and never quoting what a caller wrote', () => {
    expect(errorOf(() => estimateFromRow({ ...stored(aUsage()), day: 'a secret' })).message).not.toContain('secret');
  });
});
