import { modeOfCall } from '../../../../src/lambdas/core/pricing/pricing-mode';

const RATIO = ['service-tier-priced-by-ratio'];

test.each<[Parameters<typeof modeOfCall>[0], string | undefined, number, readonly string[]]>([
  [{}, undefined, 1, []],
  [{ serviceTier: 'default' }, undefined, 1, []],
  [{ serviceTier: 'standard' }, undefined, 1, []],
  [{ serviceTier: 'reserved' }, undefined, 1, []],
  [{ batch: true }, 'batch', 0.5, RATIO],
  [{ serviceTier: 'batch' }, 'batch', 0.5, RATIO],
  [{ batch: true, serviceTier: 'priority', latencyOptimized: true }, 'batch', 0.5, RATIO],
  [{ serviceTier: 'flex' }, 'flex', 0.5, RATIO],
  [{ serviceTier: 'priority' }, 'priority', 1.75, RATIO],
  [{ serviceTier: 'overnight' }, 'priority', 1.75, ['service-tier-unknown']],
  [{ serviceTier: '' }, 'priority', 1.75, ['service-tier-unknown']],
  [{ latencyOptimized: true }, 'optimized', 1.25, ['latency-optimized-priced-by-ratio']],
  [{ latencyOptimized: true, serviceTier: 'default' }, 'optimized', 1.25, ['latency-optimized-priced-by-ratio']],
  [{ latencyOptimized: true, serviceTier: 'flex' }, 'flex', 0.5, RATIO],
  [{ latencyOptimized: false, batch: false }, undefined, 1, []],
])('a call with %j is served in mode %s at %d of the price', (call, mode, factor, assumptions) => {
  const { ratio, ...rest } = modeOfCall(call);
  expect(rest).toEqual({ ...(mode ? { mode } : {}), byRatio: assumptions });
  expect(Number(ratio.numerator) / Number(ratio.denominator)).toBe(factor);
});
