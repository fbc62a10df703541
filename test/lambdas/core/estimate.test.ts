import { ESTIMATE_SHARDS } from '../../../src/contract';
import { estimateShard, isEstimate } from '../../../src/lambdas/core/estimate';
import { aCall, anEstimatedCall } from './builders';

const NOTHING = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

describe('an estimate', () => {
  test.each([
    ['a charge at a known price is none', aCall(), false],
    ['a charge at an unknown price is one', anEstimatedCall(), true],
    ['of nothing is one, since what the call used may have a price yet', anEstimatedCall({ cost: '0', tokens: NOTHING }), true],
    ['of a failed call that used nothing is none: it costs nothing at any price', anEstimatedCall({ cost: '0', tokens: NOTHING, errorCode: 'ValidationException' }), false],
    ['of a failed call that used units of nothing is none', anEstimatedCall({ tokens: NOTHING, errorCode: 'x', units: [{ unit: 'image', count: 0 }] }), false],
    ['of a failed call that used tokens is one', anEstimatedCall({ tokens: { ...NOTHING, cacheRead: 1 }, errorCode: 'x' }), true],
    ['of a failed call that used other units is one', anEstimatedCall({ tokens: NOTHING, errorCode: 'x', units: [{ unit: 'image', count: 1 }] }), true],
  ])('%s', (_, call, expected) => {
    expect(isEstimate(call)).toBe(expected);
  });
});

describe('the shard of a call', () => {
  test('is the same whenever it is asked for, and in every version', () => {
    expect(estimateShard('444455556666/eu-central-1/0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001')).toBe('1');
    expect(estimateShard('')).toBe('0');
  });

  test('spreads calls evenly', () => {
    const counts = new Array<number>(ESTIMATE_SHARDS).fill(0);
    for (let call = 0; call < 8_000; call += 1) {
      counts[Number(estimateShard(`444455556666/eu-central-1/request-${call}`))] += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1_100);
  });
});
