import { PricingAssumption } from './assumptions';
import { ModelReference, parseModelId, providerOf } from './model-id';
import { Charge, PricedUsage, PriceSource } from './price-catalog';
import { NO_OVERRIDES, PriceOverrides } from './price-overrides';
import { ModelPrices, PriceTable } from './price-table';
import { modeOfCall } from './pricing-mode';
import { completed, Rate, rateOf } from './rate';
import { regionalPrice } from './regional-price';
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
}

/** What of a call its price depends on, apart from what it used. */
export type CallPriced = Pick<PricedUsage, 'region' | 'serviceTier' | 'latencyOptimized' | 'batch'>;

interface Layer {
  readonly source: PriceSource;
  readonly version: string;
  readonly models: PriceTable['models'];
}

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

  /**
   * The price of a model where it was called: of the first layer that has one, completed by those after it.
   *
   * @param names what was called and the model behind it, as a user may have named them
   */
  public priceOf(names: readonly string[], call: CallPriced): Resolution | undefined {
    const alias = this.aliasOf(names);
    const known = alias === undefined ? names : [alias];
    const reference = parseModelId(known[known.length - 1]);
    const found = this.layers.map(layer => this.priceIn(layer, known, reference, call)).filter(each => each !== undefined);
    return found.length === 0
      ? undefined
      : found.reduce((first, next) => ({ ...first, rate: completed(first.rate, next.rate) }));
  }

  /** Another model's id, where the user says that one of the names is priced like it. */
  private aliasOf(names: readonly string[]): string | undefined {
    const ids = names.flatMap(name => {
      const reference = parseModelId(name);
      return reference.kind === 'foundation-model' ? [name, reference.id] : [name];
    });
    return ids.map(id => this.overrides.models.get(id)?.pricedAs).find(alias => alias !== undefined);
  }

  private priceIn(layer: Layer, names: readonly string[], reference: ModelReference, call: CallPriced): Resolution | undefined {
    // Only the user speaks of profiles and ARNs: lists know models.
    const named = layer.source === 'override' ? names.map(name => layer.models.get(name)).find(each => each !== undefined) : undefined;
    const { id, geography } = reference.kind === 'foundation-model' ? reference : { id: undefined, geography: undefined };
    const model = named ?? (id === undefined ? undefined : layer.models.get(id));
    const regional = model && regionalPrice(model, call.region, geography);
    if (!regional) {
      return undefined;
    }
    const { mode, ratio, byRatio: sayByRatio } = modeOfCall(call);
    const { rate, byRatio } = rateOf({
      model, regional, mode, modeRatio: ratio, longContextAbove: this.longContextAbove(model, id), discount: this.discountIn(layer, model),
    });
    return {
      // Where the user gave an ARN a price of its own, there is no other name for it.
      pricedAs: id ?? model.id,
      source: layer.source,
      version: layer.version,
      known: true,
      // What the user says of a model holds wherever no row says otherwise.
      assumptions: [...(layer.source === 'override' ? [] : regional.assumptions), ...(byRatio ? sayByRatio : [])],
      rate,
    };
  }

  /** The Price List and users tell prices, not where the long context begins. */
  private longContextAbove(model: ModelPrices, id: string | undefined): number | undefined {
    const listed = id === undefined ? [] : this.layers.map(({ models }) => models.get(id)?.longContextAbove);
    return model.longContextAbove ?? listed.find(each => each !== undefined);
  }

  private discountIn({ source }: Layer, { id }: ModelPrices): Ratio {
    return source === 'override' ? ONE : this.overrides.providerDiscounts.get(providerOf(id) ?? '') ?? this.overrides.discount;
  }
}
