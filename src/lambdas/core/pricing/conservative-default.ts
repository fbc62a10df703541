import { Usd } from '../money';
import { ModelReference, providerOf } from './model-id';
import { ModelPrices, PriceTable } from './price-table';
import { GEO_PREMIUM } from './rate';
import { ONE, perToken } from './token-prices';

/**
 * Which model's price stands in where that of the called model is not known: a price on the safe side, so that an unknown model
 * is never free and a budget never runs out unseen.
 */
export class ConservativeDefault {
  private readonly ofAll: ModelPrices;
  private readonly byProvider = new Map<string, ModelPrices>();

  constructor(table: PriceTable) {
    const textModels = [...table.models.values()].filter(model => !model.superseded && isTextModel(model)).sort(dearestFirst);
    if (textModels.length === 0) {
      throw new Error(`price table ${table.version}: has no current text model whose price could stand in for an unknown one`);
    }
    this.ofAll = textModels[0];
    for (const model of textModels) {
      const provider = providerOf(model.id);
      if (provider !== undefined && !this.byProvider.has(provider)) {
        this.byProvider.set(provider, model);
      }
    }
  }

  /** The dearest current text model of the same provider, else of all. */
  public for(reference: ModelReference): ModelPrices {
    const provider = reference.kind === 'foundation-model' ? providerOf(reference.id) : undefined;
    return (provider !== undefined && this.byProvider.get(provider)) || this.ofAll;
  }
}

/** Embeddings answer without tokens. */
function isTextModel(model: ModelPrices): boolean {
  return Number(model.list.output) > 0;
}

/** By a token in and a token out; among equals by the cache read, in which models of one price class differ most. */
function dearestFirst(a: ModelPrices, b: ModelPrices): number {
  return compare(inputAndOutput(b), inputAndOutput(a)) || compare(cacheRead(b), cacheRead(a));
}

function inputAndOutput({ list, geoPremium }: ModelPrices): bigint {
  const factor = geoPremium ? GEO_PREMIUM : ONE;
  return perToken(list.input, factor) + perToken(list.output, factor);
}

function cacheRead({ list }: ModelPrices): Usd {
  return perToken(list.cacheRead ?? list.input, ONE);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
