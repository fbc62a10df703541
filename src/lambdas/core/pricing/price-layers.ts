import { PricingAssumption } from './assumptions';
import { FoundationModelReference, ModelReference, parseModelId, providerOf } from './model-id';
import { Charge, PricedUsage, PriceSource } from './price-catalog';
import { NO_OVERRIDES, PriceOverrides } from './price-overrides';
import { ModelPrices, PriceTable } from './price-table';
import { modeOfCall } from './pricing-mode';
import { completed, Rate, rateOf } from './rate';
import { regionalPrices } from './regional-price';
import { ONE, Ratio } from './token-prices';

/** Where prices come from, in the order in which they are asked. */
export interface PriceSources {
  readonly overrides?: PriceOverrides;
  /** What was last read from the AWS Price List. */
  readonly refreshed?: PriceTable;
  readonly embedded: PriceTable;
}

/** All of a charge that does not depend on what the call used. */
export interface Resolution extends Pick<Charge, 'pricedAs' | 'source' | 'version' | 'known'> {
  readonly rate: Rate;
  readonly assumptions: readonly PricingAssumption[];
  /** The user gave a price of units alone, and no list has the model where it was called: nothing is said of its tokens. */
  readonly tokensUnknown?: boolean;
}

/** What of a call its price depends on, apart from what it used. */
export type CallPriced = Pick<PricedUsage, 'region' | 'serviceTier' | 'latencyOptimized' | 'batch'>;

interface Layer {
  readonly source: PriceSource;
  readonly version: string;
  readonly models: PriceTable['models'];
}

/** What was called, and by which names a user may speak of it. */
interface Called {
  readonly names: readonly string[];
  readonly reference: ModelReference;
}

/** A model that is priced like another that is priced like another: further nobody means it. */
const MAX_ALIASES = 4;

/** The known prices, in layers: the user's, the AWS Price List's, the embedded ones. */
export class PriceLayers {
  private readonly overrides: PriceOverrides;
  private readonly layers: readonly Layer[];

  constructor({ overrides = NO_OVERRIDES, refreshed, embedded }: PriceSources) {
    this.overrides = overrides;
    this.layers = [
      { source: 'override', version: 'overrides', models: overrides.models },
      ...(refreshed ? [{ source: 'price-list' as const, ...refreshed }] : []),
      { source: 'catalog', ...embedded },
    ];
  }

  /** What the user says of an id and of nothing else: prices by that name are nobody's model. */
  public overrideOf(id: string): ModelPrices | undefined {
    return this.overrides.models.get(id);
  }

  /** Whether the user says something of what was called itself, not of the model behind it. */
  public isNamed(id: string): boolean {
    return namesOf(id).some(name => this.overrides.models.has(name));
  }

  /**
   * The price of a model where it was called: of the first layer that has one, completed by those after it.
   *
   * @param ids what was called and the model behind it
   */
  public priceOf(ids: readonly string[], call: CallPriced): Resolution | undefined {
    const called = this.withoutAlias({ names: ids.flatMap(namesOf), reference: parseModelId(ids[ids.length - 1]) });
    const found = this.layers.map(layer => this.priceIn(layer, called, call)).filter(each => each !== undefined);
    if (found.length === 0) {
      return undefined;
    }
    const completedByAll = found.reduce(completedResolution);
    const tokensUnknown = completedByAll.rate.standard.missing.tokens && found.every(({ source }) => source === 'override');
    const resolution = tokensUnknown ? { ...completedByAll, tokensUnknown } : completedByAll;
    return this.isTierGuessed(called, call) ? { ...resolution, assumptions: [...resolution.assumptions, 'service-tier-assumed-standard'] } : resolution;
  }

  /** What the user says is priced like another model is taken for that model, called in the same way. */
  private withoutAlias(called: Called, depth = 0): Called {
    const alias = called.names.map(name => this.overrides.models.get(name)).find(each => each !== undefined)?.pricedAs;
    if (alias === undefined || depth === MAX_ALIASES) {
      return called;
    }
    const other = parseModelId(alias);
    const { geography } = called.reference.kind === 'foundation-model' ? called.reference : { geography: undefined };
    const reference = other.kind === 'foundation-model' && other.geography === undefined && geography !== undefined ? { ...other, geography } : other;
    const profile = reference.kind === 'foundation-model' && reference.geography !== undefined ? [`${reference.geography}.${reference.id}`] : [];
    return this.withoutAlias({ names: [...new Set([...profile, ...namesOf(alias)])], reference }, depth + 1);
  }

  private priceIn(layer: Layer, { names, reference }: Called, call: CallPriced): Resolution | undefined {
    // Only the user speaks of profiles and ARNs: lists know models.
    const { id, geography } = reference.kind === 'foundation-model' ? reference : { id: undefined, geography: undefined };
    const known = layer.source === 'override' ? names : id === undefined ? [] : [id];
    const { mode, ratio, byRatio } = modeOfCall(call);
    const found = known.map(name => layer.models.get(name)).filter(model => model !== undefined).flatMap(model =>
      regionalPrices(model, { region: call.region, geography, mode }).map((regional): Resolution => ({
        // Where the user gave an ARN a price of its own, there is no other name for it.
        pricedAs: id ?? model.id,
        source: layer.source,
        version: layer.version,
        known: true,
        // What the user says of a model holds wherever no row says otherwise.
        assumptions: [...(layer.source === 'override' ? [] : regional.assumptions), ...(mode === undefined || regional.isOfMode ? [] : byRatio)],
        rate: rateOf({ model, regional, mode, modeRatio: ratio, longContextAbove: this.longContextAbove(model, id), discount: this.discountIn(layer, model) }),
      })));
    return found.length === 0 ? undefined : found.reduce(completedResolution);
  }

  /** The Price List and users tell prices, not where the long context begins. */
  private longContextAbove(model: ModelPrices, id: string | undefined): number | undefined {
    const listed = id === undefined ? [] : this.layers.map(({ models }) => models.get(id)?.longContextAbove);
    return model.longContextAbove ?? listed.find(each => each !== undefined);
  }

  /** Of a model that is known to be served in tiers, a record without one does not tell which. */
  private isTierGuessed({ reference }: Called, { serviceTier, batch, latencyOptimized }: CallPriced): boolean {
    const { id } = reference as Partial<FoundationModelReference>;
    return serviceTier === undefined && !batch && !latencyOptimized && id !== undefined
      && this.layers.some(({ models }) => [...models.get(id)?.modes.keys() ?? []].some(key => /@(flex|priority)$/.test(key)));
  }

  private discountIn({ source }: Layer, { id }: ModelPrices): Ratio {
    return source === 'override' ? ONE : this.overrides.providerDiscounts.get(providerOf(id) ?? '') ?? this.overrides.discount;
  }
}

/** What a nearer price leaves out is that of the next one, with what had to be assumed of it where it is all of the tokens. */
function completedResolution(first: Resolution, next: Resolution): Resolution {
  return {
    ...first,
    rate: completed(first.rate, next.rate),
    assumptions: first.rate.standard.missing.tokens ? [...new Set([...first.assumptions, ...next.assumptions])] : first.assumptions,
  };
}

/** An id as it was called, of a profile's ARN the profile, and the model's own. */
function namesOf(id: string): string[] {
  const reference = parseModelId(id);
  if (reference.kind === 'opaque') {
    return [id];
  }
  return [...new Set([id, ...(reference.geography === undefined ? [] : [`${reference.geography}.${reference.id}`]), reference.id])];
}
