import { TokenCounts, UsageRecord } from '../../lambdas/core/invocation-record';
import { formatUsd, Usd } from '../../lambdas/core/money';
import { PricingAssumption } from '../../lambdas/core/pricing/assumptions';
import { Charge, ChargedKind, PriceSource } from '../../lambdas/core/pricing/price-catalog';
import { UnitCount } from '../../lambdas/core/pricing/units';

/** What a call cost and why: the interface to whoever reads the output. Amounts are decimals of US dollars. */
export interface Explanation {
  readonly requestId: string;
  /** When the call was made: ISO 8601, UTC. */
  readonly timestamp: string;
  readonly principalId: string;
  /** As the record has it. */
  readonly modelId: string;
  /** The model whose price was used. */
  readonly pricedAs: string;
  readonly tokens: TokenCounts;
  readonly costUsd: string;
  readonly source: PriceSource;
  readonly assumptions: readonly PricingAssumption[];
}

/** What is told on top of it by `--details`. */
export interface ExplanationDetails {
  /** By kind of token or unit; their sum is `costUsd`. */
  readonly costs: Readonly<Partial<Record<ChargedKind, string>>>;
  /** Price of one token or unit of each kind in `costs`. */
  readonly prices: Readonly<Partial<Record<ChargedKind, string>>>;
  /** What is billed by other units than tokens. */
  readonly units: readonly UnitCount[];
  readonly priceVersion: string;
}

export function explanationOf(usage: UsageRecord, charge: Charge): Explanation {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage.tokens;
  return {
    requestId: usage.requestId,
    timestamp: timeText(usage.calledAt),
    principalId: usage.principal.id,
    modelId: usage.modelId,
    pricedAs: charge.pricedAs,
    tokens: { input, output, cacheRead, cacheWrite5m, cacheWrite1h },
    costUsd: formatUsd(charge.cost),
    source: charge.source,
    assumptions: charge.assumptions,
  };
}

export function detailsOf(usage: UsageRecord, { costs, prices, version }: Charge): ExplanationDetails {
  const kinds = Object.keys(costs) as ChargedKind[];
  return {
    costs: amounts(kinds, costs),
    prices: amounts(kinds, prices),
    units: usage.units ?? [],
    priceVersion: version,
  };
}

/** The time as Bedrock writes it: without fractions of a second where there are none. */
function timeText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

function amounts(kinds: readonly ChargedKind[], of: Readonly<Partial<Record<ChargedKind, Usd>>>): Readonly<Partial<Record<ChargedKind, string>>> {
  return Object.fromEntries(kinds.map(kind => [kind, formatUsd(of[kind]!)]));
}
