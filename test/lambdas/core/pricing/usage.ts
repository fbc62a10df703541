import { TokenCounts } from '../../../../src/lambdas/core/invocation-record';
import { PricedUsage } from '../../../../src/lambdas/core/pricing/price-catalog';

export const NO_TOKENS: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

/** A call as the meter hands it over; tokens that are not named are zero. */
export function usage(modelId: string, tokens: Partial<TokenCounts>, more: Partial<Omit<PricedUsage, 'tokens'>> = {}): PricedUsage {
  return {
    modelId,
    region: 'us-east-1',
    tokens: { ...NO_TOKENS, ...tokens },
    cacheWriteSplit: 'none',
    calledAt: Date.UTC(2026, 10, 22),
    ...more,
  };
}
