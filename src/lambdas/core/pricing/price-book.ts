import { BoundedCache } from '../bounded-cache';
import { Usd, ZERO_USD } from '../money';
import { PricingAssumption } from './assumptions';
import { ConservativeDefault } from './conservative-default';
import { ModelReference, NOT_BILLED_BY_TOKEN, parseModelId } from './model-id';
import { Charge, ChargedKind, ModelBehind, PriceCatalog, PricedUsage } from './price-catalog';
import { PriceLayers, PriceSources, Resolution } from './price-layers';
import { UNKNOWN_MODEL_ID } from './price-overrides';
import { EVERYWHERE } from './price-table';
import { modeOfCall } from './pricing-mode';
import { completed, PriceSet, Rate, rateOf } from './rate';
import { GEO_PREMIUM } from './regional-price';
import { ONE, tokenCosts } from './token-prices';
import { unitCosts, UnitCosts } from './unit-costs';
import { GUARDRAILS_ID, isGuardrailUnit } from './units';

/** Far more than an account uses at a time, and too few to weigh in a handler's memory. */
const MAX_RESOLUTIONS = 2_000;

/**
 * Prices calls: by the user's overrides, else by the AWS Price List as it was last read, else by the embedded catalog, else by a
 * conservative default. How a call is priced is found once for all calls of the same model, region, tier and latency; a call then costs a
 * lookup and a multiplication for each kind of usage it has.
 *
 * The region that counts is the one that was called: cross-region inference is billed by the source region, wherever it runs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
export class PriceBook implements PriceCatalog {
  public readonly version: string;
  private readonly layers: PriceLayers;
  private readonly conservativeDefault: ConservativeDefault;
  private readonly resolutions = new BoundedCache<Resolution>(MAX_RESOLUTIONS);

  constructor(sources: PriceSources) {
    this.version = sources.refreshed?.version ?? sources.embedded.version;
    this.layers = new PriceLayers(sources);
    this.conservativeDefault = new ConservativeDefault(sources.embedded);
  }

  public priceOf(usage: PricedUsage): Charge {
    return usage.modelBehind?.others ? this.dearestOf(usage, usage.modelBehind, usage.modelBehind.others) : this.charge(usage);
  }

  /** Which of a router's models answered is not known. */
  private dearestOf(usage: PricedUsage, { modelId, assumption }: ModelBehind, others: readonly string[]): Charge {
    return [modelId, ...others]
      .map(each => this.charge({ ...usage, modelBehind: { modelId: each, ...(assumption ? { assumption } : {}) } }))
      .reduce((dearest, each) => (each.cost > dearest.cost ? each : dearest));
  }

  private charge(usage: PricedUsage): Charge {
    const resolution = this.resolutions.getOrCreate(keyOf(usage), () => this.resolve(usage));
    const { pricedAs, source, version, known, rate } = resolution;
    const set = priceSetFor(usage, rate);
    const { prices } = set;
    const costs: Partial<Record<ChargedKind, Usd>> = tokenCosts(usage.tokens, prices);
    const assumptions = assumptionsOf(usage, resolution.assumptions, set);
    if (rate.units.size === 0 && usage.units === undefined && hasTokens(usage)) {
      return { cost: sumOf(costs), costs, prices, pricedAs, source, version, known, assumptions };
    }
    const unitPrices: Partial<Record<ChargedKind, Usd>> = {};
    const [units, guardrails] = [unitCosts(usage, rate), this.guardrailCosts(usage)];
    for (const [key, price, cost] of [...units.costs, ...guardrails.costs]) {
      unitPrices[key] = price;
      costs[key] = cost;
    }
    const cost = sumOf(costs);
    const nothing = cost === ZERO_USD && !hasTokens(usage) && usage.units === undefined && usage.errorCode === undefined;
    return {
      cost,
      costs,
      prices: { ...prices, ...unitPrices },
      pricedAs,
      source,
      version,
      known,
      assumptions: [...assumptions, ...units.assumptions, ...guardrails.assumptions, ...(nothing ? ['nothing-counted' as const] : [])],
    };
  }

  private resolve(usage: PricedUsage): Resolution {
    const { modelId, modelBehind } = usage;
    const known = this.layers.priceOf(modelBehind ? [modelId, modelBehind.modelId] : [modelId], usage);
    if (!known) {
      return this.guess(usage, parseModelId(modelBehind?.modelId ?? modelId));
    }
    if (known.tokensUnknown && hasTokens(usage)) {
      // Units at the user's price, tokens by an estimate.
      const guess = this.guess(usage, parseModelId(modelBehind?.modelId ?? modelId));
      return { ...guess, rate: completed(known.rate, guess.rate) };
    }
    // What the user says of an ARN is no assumption; what is said of a model is one where it has to be guessed which model it was.
    return modelBehind?.assumption && !this.layers.isNamed(modelId) ? { ...known, assumptions: [modelBehind.assumption, ...known.assumptions] } : known;
  }

  /** An estimate on the safe side: the user's price of unknown models, or that of a model which stands in. */
  private guess(usage: PricedUsage, reference: ModelReference): Resolution {
    const unknown = this.layers.overrideOf(UNKNOWN_MODEL_ID);
    const empty = !hasTokens(usage);
    const standIn = unknown?.list
      ? { model: unknown, list: unknown.list }
      : (empty && usage.errorCode === undefined && this.conservativeDefault.forImage(reference)) || this.conservativeDefault.forText(reference);
    const { ratio, byRatio } = modeOfCall(usage);
    // A discount is not granted on a price that is a guess.
    const isDearer = ratio.numerator > ratio.denominator;
    const global = reference.kind === 'foundation-model' && reference.geography === 'global';
    const rate = rateOf({
      model: standIn.model,
      regional: { place: EVERYWHERE, price: standIn.list, factor: standIn.model.geoPremium && !global ? GEO_PREMIUM : ONE, isOfMode: false },
      modeRatio: isDearer ? ratio : ONE,
      discount: ONE,
      longContextAbove: standIn.model.longContextAbove,
    });
    return {
      pricedAs: standIn.model.id,
      source: 'conservative-default',
      version: this.version,
      known: false,
      assumptions: [whyUnknown(reference), ...(isDearer ? byRatio : []), ...(empty && usage.errorCode === undefined ? ['no-tokens-in-record' as const] : [])],
      rate,
    };
  }

  /** Guardrails are billed beside the model, whatever its tier, and also where they kept it from answering. */
  private guardrailCosts(usage: PricedUsage): UnitCosts {
    const units = (usage.units ?? []).filter(({ unit, count }) => isGuardrailUnit(unit) && count > 0);
    if (units.length === 0) {
      return { costs: [], assumptions: [] };
    }
    const rate = this.layers.priceOf([GUARDRAILS_ID], { region: usage.region })?.rate;
    const costs = rate ? unitCosts({ ...usage, units }, rate).costs : [];
    return { costs, assumptions: costs.length < units.length ? ['guardrail-price-unknown'] : [] };
  }
}

function keyOf(usage: PricedUsage): string {
  const { modelId, modelBehind, region, serviceTier, latencyOptimized, batch, errorCode } = usage;
  const how = `${serviceTier ?? ''} ${latencyOptimized ? 'optimized' : ''} ${batch ? 'batch' : ''}`;
  // Where the price is not known, it matters whether there are tokens at all.
  const what = hasTokens(usage) ? 'tokens' : errorCode === undefined ? 'none' : 'failed';
  return `${modelId} ${region} ${how} ${what}${modelBehind ? ` ${modelBehind.modelId} ${modelBehind.assumption ?? ''}` : ''}`;
}

function hasTokens({ tokens }: PricedUsage): boolean {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h > 0;
}

function whyUnknown(reference: ModelReference): PricingAssumption {
  if (reference.kind === 'foundation-model') {
    return 'unknown-model';
  }
  return NOT_BILLED_BY_TOKEN.has(reference.what) ? 'not-billed-by-token' : 'model-behind-arn-unknown';
}

function priceSetFor({ tokens }: PricedUsage, { standard, longContext }: Rate): PriceSet {
  if (longContext === undefined) {
    return standard;
  }
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
  return prompt > longContext.above ? longContext : standard;
}

function sumOf(costs: Readonly<Partial<Record<ChargedKind, Usd>>>): Usd {
  let sum: bigint = ZERO_USD;
  for (const kind in costs) {
    sum += costs[kind as ChargedKind]!;
  }
  return sum as Usd;
}

/** Those of the resolution, and those that only matter if the call has tokens of a kind. */
function assumptionsOf(
  { tokens, cacheWriteSplit }: PricedUsage, assumptions: readonly PricingAssumption[], { missing }: PriceSet,
): readonly PricingAssumption[] {
  const { cacheRead, cacheWrite5m, cacheWrite1h } = tokens;
  if (cacheRead + cacheWrite5m + cacheWrite1h === 0) {
    return assumptions;
  }
  const added: PricingAssumption[] = [];
  if (cacheRead > 0 && missing.cacheRead) {
    added.push('cache-read-priced-as-input');
  }
  if ((cacheWrite5m > 0 && missing.cacheWrite5m) || (cacheWrite1h > 0 && missing.cacheWrite5m && missing.cacheWrite1h)) {
    added.push('cache-write-priced-as-input');
  } else if (cacheWrite1h > 0 && missing.cacheWrite1h) {
    added.push('cache-write-1h-priced-as-5m');
  } else if (cacheWriteSplit === 'assumed' && !missing.cacheWrite1h) {
    added.push(cacheWrite1h > 0 ? 'cache-write-priced-as-1h' : 'cache-write-priced-as-5m');
  }
  return added.length > 0 ? [...assumptions, ...added] : assumptions;
}
