import { TokenCounts } from '../invocation-record';
import { PricingAssumption } from './assumptions';
import { BoundedCache } from './bounded-cache';
import { ConservativeDefault } from './conservative-default';
import { ModelReference, OpaqueModelKind, parseModelId } from './model-id';
import { Charge, PriceCatalog, PricedUsage } from './price-catalog';
import { PriceTable } from './price-table';
import { GEO_PREMIUM, rate, Rate } from './rate';
import { regionalPrice } from './regional-price';
import { serviceTierFactor } from './service-tier';
import { atLeastOne, costOf, ONE } from './token-prices';

/** Far more than an account uses at a time, and too few to weigh in a handler's memory. */
const MAX_RESOLUTIONS = 2_000;

/** What is paid for by the hour or by capacity, whatever the tokens. */
const NOT_BILLED_BY_TOKEN: ReadonlySet<OpaqueModelKind> = new Set(['provisioned-model', 'imported-model', 'marketplace-endpoint']);

/** All of a charge that does not depend on the tokens of the call. */
interface Resolution extends Pick<Charge, 'pricedAs' | 'source' | 'known' | 'assumptions'> {
  readonly rate: Rate;
}

/**
 * Prices calls by a table of list prices. How a call is priced is found once for all calls of the same model, region, tier and
 * latency; a call then costs a lookup and a multiplication for each kind of token it has.
 *
 * The region that counts is the one that was called: cross-region inference is billed by the source region, wherever it runs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
export class ListedPriceCatalog implements PriceCatalog {
  public readonly version: string;
  private readonly conservativeDefault: ConservativeDefault;
  private readonly resolutions = new BoundedCache<Resolution>(MAX_RESOLUTIONS);

  constructor(private readonly table: PriceTable) {
    this.version = table.version;
    this.conservativeDefault = new ConservativeDefault(table);
  }

  public priceOf(usage: PricedUsage): Charge {
    const key = `${usage.modelId} ${usage.region} ${usage.serviceTier ?? ''} ${usage.latencyOptimized ? 'optimized' : ''}`;
    const resolution = this.resolutions.getOrCreate(key, () => this.resolve(usage));
    return {
      cost: costOf(usage.tokens, pricesFor(usage.tokens, resolution.rate)),
      pricedAs: resolution.pricedAs,
      source: resolution.source,
      version: this.version,
      known: resolution.known,
      assumptions: assumptionsOf(usage, resolution),
    };
  }

  private resolve(usage: PricedUsage): Resolution {
    const reference = parseModelId(usage.modelId);
    const tier = serviceTierFactor(usage.serviceTier);
    const assumptions = [...tier.assumptions];
    if (usage.latencyOptimized) {
      assumptions.push('latency-optimized-priced-as-standard');
    }
    const model = reference.kind === 'foundation-model' ? this.table.models.get(reference.id) : undefined;
    if (reference.kind === 'opaque' || !model) {
      const standIn = this.conservativeDefault.for(reference);
      const global = reference.kind === 'foundation-model' && reference.geography === 'global';
      return {
        pricedAs: standIn.id,
        source: 'conservative-default',
        known: false,
        assumptions: [whyUnknown(reference), ...assumptions],
        // A discount is not granted on a price that is a guess.
        rate: rate(standIn, standIn.list, [standIn.geoPremium && !global ? GEO_PREMIUM : ONE, atLeastOne(tier.factor)]),
      };
    }
    const regional = regionalPrice(model, usage.region, reference.geography);
    return {
      pricedAs: model.id,
      source: 'catalog',
      known: true,
      assumptions: [...regional.assumptions, ...assumptions],
      rate: rate(model, regional.price, [regional.factor, tier.factor]),
    };
  }
}

function whyUnknown(reference: ModelReference): PricingAssumption {
  if (reference.kind === 'foundation-model') {
    return 'unknown-model';
  }
  return NOT_BILLED_BY_TOKEN.has(reference.what) ? 'not-billed-by-token' : 'model-behind-arn-unknown';
}

function pricesFor(tokens: TokenCounts, { standard, longContext }: Rate): Rate['standard'] {
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
  return longContext && prompt > longContext.above ? longContext.prices : standard;
}

/** Those of the resolution, and those that only matter if the call has tokens of a kind. */
function assumptionsOf({ tokens, cacheWriteSplit }: PricedUsage, { assumptions, known, rate: { missing } }: Resolution): readonly PricingAssumption[] {
  const added: PricingAssumption[] = [];
  const cacheWrites = tokens.cacheWrite5m + tokens.cacheWrite1h;
  if (tokens.cacheRead > 0 && missing.cacheRead) {
    added.push('cache-read-priced-as-input');
  }
  if (cacheWrites > 0 && missing.cacheWrites) {
    added.push('cache-write-priced-as-input');
  } else if (tokens.cacheWrite1h > 0 && missing.cacheWrite1h) {
    added.push('cache-write-1h-priced-as-5m');
  } else if (tokens.cacheWrite5m > 0 && cacheWriteSplit === 'assumed' && !missing.cacheWrite1h) {
    added.push('cache-write-priced-as-5m');
  }
  if (!known && cacheWrites + tokens.cacheRead + tokens.input + tokens.output === 0) {
    added.push('no-tokens-in-record');
  }
  return added.length > 0 ? [...assumptions, ...added] : assumptions;
}
