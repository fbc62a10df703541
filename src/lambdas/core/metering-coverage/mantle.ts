import { addUsd, timesTokens, Usd, ZERO_USD } from '../money';
import { PriceCatalog } from '../pricing/price-catalog';

/** What AWS counted of the bedrock-mantle endpoint in a span of time. */
export interface MantleCounts {
  readonly inferences: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface MantleUse {
  readonly byModel: ReadonlyMap<string, MantleCounts>;
  /** Of the whole account; where it exceeds the sum of the models, AWS tells of calls without a model. */
  readonly account?: MantleCounts;
}

export interface MantleReport extends MantleCounts {
  readonly models: Readonly<Record<string, MantleCounts & { readonly estimatedUsd?: Usd }>>;
  /** At list prices, for the models whose price is known; cached tokens, tiers and discounts are not in the metrics. */
  readonly estimated: Usd;
  /** Models without a known price: the estimate leaves them out. */
  readonly unpriced: readonly string[];
}

export interface EstimateContext {
  readonly prices: PriceCatalog;
  readonly region: string;
  /** Epoch milliseconds: the hour that is estimated. */
  readonly at: number;
}

/** Adds up an hour of use, and estimates what it cost; `undefined` where there was none. */
export function mantleReport({ byModel, account }: MantleUse, context: EstimateContext): MantleReport | undefined {
  const used = [...byModel].filter(([, counts]) => isUsed(counts)).sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = used.reduce((total, [, counts]) => add(total, counts), NONE);
  const total = account && account.inferences > sum.inferences ? account : sum;
  if (!isUsed(total)) {
    return undefined;
  }
  const models = used.map(([model, counts]) => [model, { ...counts, ...estimateOf(model, counts, context) }] as const);
  return {
    ...total,
    models: Object.fromEntries(models),
    estimated: addUsd(...models.map(([, { estimatedUsd = ZERO_USD }]) => estimatedUsd)),
    unpriced: models.filter(([, { estimatedUsd }]) => estimatedUsd === undefined).map(([model]) => model),
  };
}

const NONE: MantleCounts = { inferences: 0, inputTokens: 0, outputTokens: 0 };

function add(a: MantleCounts, b: MantleCounts): MantleCounts {
  return { inferences: a.inferences + b.inferences, inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}

function isUsed({ inferences, inputTokens, outputTokens }: MantleCounts): boolean {
  return inferences + inputTokens + outputTokens > 0;
}

/** By the price of a single token: the tokens of an hour are no prompt that is long enough for the prices of long ones. */
function estimateOf(modelId: string, { inputTokens, outputTokens }: MantleCounts, { prices, region, at }: EstimateContext): { readonly estimatedUsd?: Usd } {
  const { known, costs } = prices.priceOf({
    modelId, region, calledAt: at, cacheWriteSplit: 'none', tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  });
  // Metrics may hold fractions where CloudWatch aggregates; tokens do not.
  const cost = (price: Usd = ZERO_USD, tokens: number) => timesTokens(price, Math.round(tokens));
  return known ? { estimatedUsd: addUsd(cost(costs.input, inputTokens), cost(costs.output, outputTokens)) } : {};
}
