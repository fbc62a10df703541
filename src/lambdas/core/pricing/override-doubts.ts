import { suggestion } from '../../../closest';
import { usd } from '../money';
import { KNOWN_GEOGRAPHIES, parseModelId, providerOf } from './model-id';
import { PriceOverrides, UNKNOWN_MODEL_ID } from './price-overrides';
import { EVERYWHERE, ModelPrices, PriceTable } from './price-table';
import { ListPrice } from './token-prices';

/** Private prices are a fraction of the list's; what is further away is the price of one token, or of a thousand. */
const FAR = 20n;

/** No model costs less for a million tokens. */
const LOWEST_PRICE = usd('0.001');

/** What is allowed in overrides and is most likely a slip: names that nothing has, and prices that no model has. */
export function overrideDoubts({ models, providerDiscounts }: PriceOverrides, known: PriceTable): readonly string[] {
  const providers = new Set([...known.models.keys()].flatMap(id => providerOf(id) ?? []));
  return [
    ...[...providerDiscounts.keys()].filter(provider => !providers.has(provider)).map(provider => `discount ${provider}: no provider of that name is known${suggestion(provider, [...providers])}`),
    ...[...models.values()].flatMap(model => [...nameDoubts(model, models, known), ...placeDoubts(model, known), ...priceDoubts(model, known)].map(doubt => `${model.id}: ${doubt}`)),
  ];
}

function nameDoubts({ id, pricedAs }: ModelPrices, models: PriceOverrides['models'], known: PriceTable): string[] {
  const isKnown = (name: string) => {
    const reference = parseModelId(name);
    return reference.kind === 'opaque' || known.models.has(reference.id);
  };
  if (pricedAs !== undefined) {
    return pricedAs !== id && (models.has(pricedAs) || isKnown(pricedAs)) ? [] : [`as=${pricedAs} has no price of its own`];
  }
  return id === UNKNOWN_MODEL_ID || isKnown(id) ? [] : ['not in the catalog of this package, which is right for a new model alone'];
}

function placeDoubts(model: ModelPrices, known: PriceTable): string[] {
  const geographies = new Set([...known.models.values()].flatMap(({ regional }) => [...regional.keys()]).concat(EVERYWHERE, ...KNOWN_GEOGRAPHIES));
  const places = new Set([...model.regional.keys(), ...model.modes.keys()].map(where => where.split('@')[0]));
  return [...places].filter(place => !geographies.has(place) && !/^[a-z]{2,5}(-[a-z]+){1,2}-\d{1,2}$/.test(place)).map(place => `"${place}" is no region and no geography that is known`);
}

function priceDoubts(model: ModelPrices, known: PriceTable): string[] {
  const reference = parseModelId(model.id);
  const listed = reference.kind === 'foundation-model' ? known.models.get(reference.id)?.list : undefined;
  return [...(model.list ? [model.list] : []), ...model.regional.values(), ...model.modes.values()].flatMap(price => {
    const { input, output, cacheRead } = price;
    return price.byUnitAlone ? [] : [
      ...(['input', 'output'] as const).filter(kind => isFar(price, listed, kind))
        .map(kind => `${kind} at ${price[kind]} USD per million tokens${listed ? `, where the list has ${listed[kind]}` : ''}`),
      ...(usd(output) > 0n && usd(output) < usd(input) ? [`output at ${output} is cheaper than input at ${input}`] : []),
      ...(cacheRead !== undefined && usd(cacheRead) > usd(input) ? [`cached input at ${cacheRead} is dearer than input at ${input}`] : []),
    ];
  });
}

/** Zero is meant: what is given away. */
function isFar(price: ListPrice, listed: ListPrice | undefined, kind: 'input' | 'output'): boolean {
  const given = usd(price[kind]);
  if (given === 0n) {
    return false;
  }
  const list = listed ? usd(listed[kind]) : 0n;
  return list === 0n ? given < LOWEST_PRICE : given * FAR < list || given > list * FAR;
}
