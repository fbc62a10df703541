import { Usd } from '../money';
import { ModelReference, providerOf } from './model-id';
import { ModelPrices, PriceTable } from './price-table';
import { GEO_PREMIUM } from './regional-price';
import { ListPrice, ONE, perToken, perUnit } from './token-prices';

/** A model of the list, whose price stands in for an unknown one's. */
export interface StandIn {
  readonly model: ModelPrices;
  readonly list: ListPrice;
}

/**
 * Which model's price stands in where that of the called model is not known: a price on the safe side, so that an unknown model
 * is never free and a budget never runs out unseen.
 */
export class ConservativeDefault {
  private readonly text: Dearest;
  private readonly image: Dearest;

  constructor(table: PriceTable) {
    const current = [...table.models.values()].flatMap(model => (model.list && !model.superseded ? { model, list: model.list } : []));
    this.text = new Dearest(current.filter(isTextModel).sort(dearestText));
    this.image = new Dearest(current.filter(isImageModel).sort((a, b) => compare(dearestImage(b), dearestImage(a))));
    if (!this.text.ofAll) {
      throw new Error(`price table ${table.version}: has no current text model whose price could stand in for an unknown one`);
    }
  }

  /** The dearest current text model of the same provider, else of all. */
  public forText(reference: ModelReference): StandIn {
    return this.text.for(reference)!;
  }

  /** For a call that has no tokens: the dearest current image model in the same way, since most that is not billed by token is billed by image. */
  public forImage(reference: ModelReference): StandIn | undefined {
    return this.image.for(reference);
  }
}

class Dearest {
  public readonly ofAll?: StandIn;
  private readonly byProvider = new Map<string, StandIn>();

  constructor(dearestFirst: readonly StandIn[]) {
    [this.ofAll] = dearestFirst;
    for (const each of dearestFirst) {
      const provider = providerOf(each.model.id);
      if (provider !== undefined && !this.byProvider.has(provider)) {
        this.byProvider.set(provider, each);
      }
    }
  }

  public for(reference: ModelReference): StandIn | undefined {
    const provider = reference.kind === 'foundation-model' ? providerOf(reference.id) : undefined;
    return (provider !== undefined && this.byProvider.get(provider)) || this.ofAll;
  }
}

/** Embeddings answer without tokens. */
function isTextModel({ list }: StandIn): boolean {
  return Number(list.output) > 0;
}

function isImageModel({ list }: StandIn): boolean {
  return imagePrices(list).length > 0;
}

/** By a token in and a token out; among equals by the cache read, in which models of one price class differ most. */
function dearestText(a: StandIn, b: StandIn): number {
  return compare(inputAndOutput(b), inputAndOutput(a)) || compare(cacheRead(b), cacheRead(a));
}

function inputAndOutput({ model: { geoPremium }, list }: StandIn): bigint {
  const factor = geoPremium ? GEO_PREMIUM : ONE;
  return perToken(list.input, factor) + perToken(list.output, factor);
}

function cacheRead({ list }: StandIn): Usd {
  return perToken(list.cacheRead ?? list.input, ONE);
}

function dearestImage({ list }: StandIn): bigint {
  return imagePrices(list).reduce((dearest, each) => (each > dearest ? each : dearest));
}

function imagePrices({ units = {} }: ListPrice): bigint[] {
  return Object.entries(units).filter(([key]) => key === 'image' || key.startsWith('image:')).map(([, usdEach]) => perUnit(usdEach, ONE));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
