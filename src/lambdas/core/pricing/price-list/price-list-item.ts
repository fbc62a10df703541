import * as z from 'zod/mini';
import { formatUsd, MoneyError, usd, Usd } from '../../money';
import { ChargedKind } from '../price-catalog';
import { TokenKind } from '../token-prices';
import { GUARDRAILS_ID } from '../units';
import { regionOfItem } from './item-region';
import { ListedPrice } from './listed-price';
import { guardrailUnit, listedUnit } from './listed-units';
import { modelByName, modelByToken, NamedModel, modelOfMantle } from './model-names';
import { countedUnit, PriceUnit, tokenUnit } from './price-unit';
import { isGlobal, modeOf, TierAttributes, tierOf } from './qualifiers';
import { isMarketplace, isOtherModality, readTokenUsageType } from './usage-type';

/** Thrown for an item that is no item of a price list, or whose price is no price: something has changed that nobody knows of. */
export class PriceListItemError extends Error {
  public readonly name = 'PriceListItemError';
}

/** Why an item says nothing about what a call costs, or nothing that can be told for certain. */
export const IGNORED = {
  'other-feature': 'provisioned or reserved capacity, customization and custom models: nothing of it is charged by call',
  'free': 'filters of guardrails that cost nothing, or that no call reports',
  'legacy-listing': 'a former listing of a model by its context window, such as "(100K)", beside the present one',
  'other-modality': 'tokens of speech, images or video, which the log does not tell from those of text',
  'not-priced-here': 'models that have no single price of text, such as Nova Sonic',
  'unknown-model': 'a name that model-names.ts does not have',
  'unknown-dimension': 'a usage type with words in it that we do not know',
  'unknown-unit': 'a unit that does not fit what is counted',
  'contradictory': 'an item of which two attributes name different things',
  'combination': 'a mode on top of another one, such as batch in a long context: logs do not tell it',
  'other-currency': 'prices that are not in US dollars',
  'not-on-demand': 'items without a price on demand',
  'no-region': 'an item that does not tell its region',
} as const;
export type IgnoredReason = keyof typeof IGNORED;

export type ItemReading =
  | { readonly region: string; readonly prices: readonly ListedPrice[] }
  | { readonly ignored: IgnoredReason; /** The usage type, or the name of a model that is not known. */ readonly name: string };

const Text = z.nullish(z.string());
const ItemShape = z.object({
  product: z.object({
    attributes: z.object({
      regionCode: Text,
      usagetype: z.string(),
      servicename: Text,
      model: Text,
      titanModel: Text,
      feature: Text,
      featuretype: Text,
      inferenceType: Text,
      service_tier: Text,
    }),
  }),
  terms: z.object({
    OnDemand: z.optional(z.record(z.string(), z.object({
      priceDimensions: z.record(z.string(), z.object({
        unit: Text,
        description: Text,
        pricePerUnit: z.record(z.string(), z.string()),
      })),
    }))),
  }),
});
type Item = z.infer<typeof ItemShape>;
type PriceDimension = NonNullable<Item['terms']['OnDemand']>[string]['priceDimensions'][string];

/** An item's attributes, trimmed; those that it does not have are empty. */
interface Attributes extends TierAttributes {
  readonly usageType: string;
  readonly regionCode: string;
  /** Without what AWS puts behind the names of marketplace listings. */
  readonly name: string;
  readonly featureType: string;
  readonly marketplace: boolean;
}

/** What an item has a price of. */
interface Priced extends Pick<ListedPrice, 'mode' | 'mantle'> {
  readonly model: NamedModel;
  readonly kind: ChargedKind;
  readonly global: boolean;
  readonly unitOf: (unit: string) => PriceUnit | undefined;
}

const VIDEO_ONLY: ReadonlySet<string> = new Set(['twelvelabs.pegasus-1-2-v1:0']);

const LISTING = ' (Amazon Bedrock Edition)';
const LEGACY_LISTING = /\(\d+K\)$/;
const OTHER_FEATURE = /^(?:model customization|provisioned throughput|reserved)/i;
const FEATURES: ReadonlySet<string> = new Set(['', 'on-demandinference', 'batchinference']);
const OTHER_USAGE = /ProvisionedThroughput|Reserved|Customization|CacheStorage|-Custom-|custom-model|DataAutomation|optimizePrompt|Grounding-|WebSearch|TPM/;

/** Inference types, without the words of a tier, by what they say is counted. */
const INFERENCE_TYPES: ReadonlyMap<string, 'input' | 'output' | 'read' | 'write' | 'any'> = new Map([
  ['', 'any'],
  ['input token', 'input'], ['text input token', 'input'], ['input text token count', 'input'],
  ['output token', 'output'], ['text output token', 'output'], ['output text token count', 'output'],
  ['prompt cache read input token', 'read'], ['cache read token', 'read'], ['cache read input token', 'read'],
  ['prompt cache write input token', 'write'], ['cache write token', 'write'], ['cache write input token', 'write'],
]);

/**
 * Reads one item of `GetProducts`. Whatever is not known exactly is ignored with a reason, never guessed at: a price that is taken for
 * another one is worse than none.
 *
 * @throws PriceListItemError
 */
export function readPriceListItem(json: string): ItemReading {
  const item = parseItem(json);
  const attributes = attributesOf(item);
  const ignored = (reason: IgnoredReason): ItemReading => ({ ignored: reason, name: (reason === 'unknown-model' && attributes.name) || attributes.usageType });
  if (OTHER_FEATURE.test(attributes.feature) || OTHER_USAGE.test(attributes.usageType)) {
    return ignored('other-feature');
  }
  if (attributes.marketplace && LEGACY_LISTING.test(attributes.name)) {
    return ignored('legacy-listing');
  }
  const priced = guardrail(attributes) ?? unit(attributes) ?? tokens(attributes);
  if (typeof priced === 'string') {
    return ignored(priced);
  }
  const dimensions = Object.values(item.terms.OnDemand ?? {}).flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  if (dimensions.length === 0) {
    return ignored('not-on-demand');
  }
  const region = regionOfItem(attributes.regionCode, attributes.usageType, dimensions.map(({ description }) => description ?? ''));
  if (region === undefined) {
    return ignored('no-region');
  }
  const prices = pricesOf(dimensions, priced);
  return typeof prices === 'string' ? ignored(prices) : { region, prices: prices.flatMap(price => listed(price, region, priced)) };
}

function parseItem(json: string): Item {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new PriceListItemError('an item of the price list is no JSON', { cause });
  }
  const parsed = ItemShape.safeParse(data);
  if (!parsed.success) {
    throw new PriceListItemError(`an item of the price list has another shape: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ').slice(0, 200)}`);
  }
  return parsed.data;
}

function attributesOf({ product: { attributes } }: Item): Attributes {
  const text = (value: string | null | undefined) => (value ?? '').trim();
  const listing = text(attributes.servicename).endsWith(LISTING) ? text(attributes.servicename).slice(0, -LISTING.length) : '';
  const usageType = text(attributes.usagetype);
  return {
    usageType,
    regionCode: text(attributes.regionCode),
    name: listing || text(attributes.model) || text(attributes.titanModel),
    marketplace: listing !== '' || isMarketplace(usageType),
    feature: text(attributes.feature),
    featureType: text(attributes.featuretype).toLowerCase(),
    inferenceType: text(attributes.inferenceType),
    serviceTier: text(attributes.service_tier),
  };
}

function guardrail({ usageType }: Attributes): Priced | IgnoredReason | undefined {
  const kind = guardrailUnit(usageType);
  if (kind === undefined || kind === 'free') {
    return kind;
  }
  return { model: { ids: [GUARDRAILS_ID], optimized: false }, kind, global: false, mantle: false, unitOf: countedUnit };
}

function unit(attributes: Attributes): Priced | IgnoredReason | undefined {
  const found = listedUnit(attributes.usageType, attributes.inferenceType);
  if (!found) {
    return undefined;
  }
  const model = namedModel(attributes.name, found.modelToken, false);
  if (typeof model === 'string') {
    return model;
  }
  // What looks at videos alone has no variants in tables.
  const kind = found.key === 'second-in:video' && model.ids.every(id => VIDEO_ONLY.has(id)) ? 'second-in' : found.key;
  const modes = modeOf(tierOf(found.qualifiers.tier, attributes), found.qualifiers);
  return { model, kind, ...modes, global: isGlobal(found.qualifiers, attributes), mantle: false, unitOf: countedUnit };
}

function tokens(attributes: Attributes): Priced | IgnoredReason {
  const { usageType, name, marketplace } = attributes;
  if (isOtherModality(usageType) || isOtherModality(attributes.inferenceType)) {
    return 'other-modality';
  }
  const read = readTokenUsageType(usageType);
  if (!read) {
    return 'unknown-dimension';
  }
  if (!FEATURES.has(attributes.feature.toLowerCase().replaceAll(' ', ''))) {
    return 'other-feature';
  }
  const wrong = contradiction(read.kind, attributes);
  if (wrong) {
    return wrong;
  }
  const model = namedModel(name, read.modelToken, read.mantle);
  if (typeof model === 'string') {
    return model;
  }
  const modes = modeOf(tierOf(read.qualifiers.tier, attributes), {
    long: read.qualifiers.long, optimized: read.qualifiers.optimized || model.optimized,
  });
  return modes === undefined ? 'combination' : {
    model,
    kind: read.kind,
    ...modes,
    global: isGlobal(read.qualifiers, attributes),
    mantle: read.mantle,
    unitOf: listedUnitName => tokenUnit(listedUnitName, marketplace),
  };
}

/** The usage type says most exactly what is counted; where the other attributes say anything else, nobody knows. */
function contradiction(kind: TokenKind, { inferenceType, featureType }: Attributes): IgnoredReason | undefined {
  const base = inferenceType.toLowerCase().replace(/(?:\s+(?:batch|flex|priority|standard|global))+$/, '').replace(/tokens$/, 'token');
  const said = INFERENCE_TYPES.get(base);
  if (said === undefined) {
    return 'unknown-dimension';
  }
  const ofKind = kind === 'input' || kind === 'output' ? kind : kind === 'cacheRead' ? 'read' : 'write';
  const cacheFeature = /^prompt cache (read|write)/.exec(featureType)?.[1];
  // Some inference types do not tell cached input from other input.
  const agrees = said === 'any' || said === ofKind || (said === 'input' && ofKind !== 'output');
  return agrees && (cacheFeature === undefined || cacheFeature === ofKind) ? undefined : 'contradictory';
}

function namedModel(name: string, token: string | undefined, mantle: boolean): NamedModel | IgnoredReason {
  const model = mantle ? modelOfMantle(token!, name) : name !== '' ? modelByName(name) : modelByToken(token ?? '');
  return model === undefined ? 'unknown-model' : model.ids.length === 0 ? 'not-priced-here' : model;
}

/** Exact prices, each once: of a million tokens, or of one unit. */
function pricesOf(dimensions: readonly PriceDimension[], { kind, unitOf }: Priced): readonly Usd[] | IgnoredReason {
  const prices = new Set<Usd>();
  for (const dimension of dimensions) {
    const unitOfPrice = unitOf((dimension.unit ?? '').trim());
    if (!unitOfPrice) {
      return 'unknown-unit';
    }
    const { USD: amount } = dimension.pricePerUnit;
    if (amount === undefined) {
      return 'other-currency';
    }
    prices.add(exactly(amount, unitOfPrice, kind));
  }
  return [...prices];
}

function exactly(amount: string, { count, tokens: perTokens }: PriceUnit, kind: ChargedKind): Usd {
  let price: Usd;
  try {
    price = usd(amount);
  } catch (error) {
    throw error instanceof MoneyError ? new PriceListItemError(`a price of ${kind} is "${amount.slice(0, 40)}": ${error.message}`) : error;
  }
  if (price < 0n || (!perTokens && price % count !== 0n)) {
    throw new PriceListItemError(`a price of ${kind} is "${amount.slice(0, 40)}": below zero, or too fine to be counted by one`);
  }
  return (perTokens ? price * (1_000_000n / count) : price / count) as Usd;
}

function listed(price: Usd, region: string, { model, kind, mode, global, mantle }: Priced): ListedPrice[] {
  return model.ids.map(modelId => ({
    modelId, place: global ? 'global' : region, ...(mode === undefined ? {} : { mode }), kind, usd: formatUsd(price), mantle,
  }));
}
