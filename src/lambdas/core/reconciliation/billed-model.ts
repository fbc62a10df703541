import { parseModelId } from '../pricing/model-id';
import { regionOfUsageType } from '../pricing/price-list/item-region';
import { guardrailUnit } from '../pricing/price-list/listed-units';
import { modelByName, modelByUsage, sameModel } from '../pricing/price-list/model-names';
import { isMarketplace, marketplaceCount, readTokenUsageType } from '../pricing/price-list/usage-type';
import { GUARDRAILS_ID } from '../pricing/units';
import { BilledCharge } from './ports';

/** What a line of the bill is for, as far as it can be compared with calls. */
export type BilledFor =
  | { readonly kind: 'model'; readonly model: string }
  /** Calls of a model whose name nobody has taught us. */
  | { readonly kind: 'unknown-model'; readonly name: string }
  /** No calls that are metered: batch jobs, capacity, AgentCore and whatever else has Bedrock in its name. */
  | { readonly kind: 'other'; readonly name: string }
  /** Of another region, where another deployment meters. */
  | { readonly kind: 'elsewhere' };

/** Behind the names of models that AWS sells through its Marketplace: each is a service of its own on the bill. */
const LISTING = /\s*\(Amazon Bedrock Edition\)$/;
/** `Claude (100K)`: a former listing of a model by its context window. */
const CONTEXT_WINDOW = /\s*\(\d+K\)$/;
/** Under which AWS bills its own and the open models. Its codes in the price list are `AmazonBedrock` and `AmazonBedrockService`. */
const NATIVE: ReadonlySet<string> = new Set(['Amazon Bedrock', 'Amazon Bedrock Service', 'Amazon Bedrock Foundation Models', 'AmazonBedrock', 'AmazonBedrockService']);
const NO_CALL = /ProvisionedThroughput|Reserved|Customization|CacheStorage|-Custom-|custom-model|DataAutomation|optimizePrompt|Grounding-|WebSearch|TPM|KnowledgeBase|Flow/i;
const BATCH = /batch/i;
const REGION = /^[A-Z0-9]{2,5}-/;

/** Whether a service of the bill has to do with Bedrock. Its own name alone would leave out every model of the Marketplace. */
export function isBedrock(service: string): boolean {
  return /bedrock/i.test(service);
}

/** @param region of the calls that are metered */
export function billedFor({ service, usageType }: Pick<BilledCharge, 'service' | 'usageType'>, region: string): BilledFor {
  const where = regionOfUsageType(usageType);
  if (where !== undefined && where !== region) {
    return { kind: 'elsewhere' };
  }
  const listing = LISTING.test(service) ? service.replace(LISTING, '').replace(CONTEXT_WINDOW, '').trim() : undefined;
  if (listing === undefined && !NATIVE.has(service)) {
    return { kind: 'other', name: service };
  }
  if (where === undefined) {
    return { kind: 'other', name: `${service}: ${usageType}, whose region is not known` };
  }
  if (guardrailUnit(usageType) !== undefined) {
    // Beside the models that they guard, and so compared as one.
    return { kind: 'model', model: GUARDRAILS_ID };
  }
  if (NO_CALL.test(usageType)) {
    return { kind: 'other', name: 'capacity, customization and other features' };
  }
  if (BATCH.test(marketplaceCount(usageType) ?? usageType)) {
    return { kind: 'other', name: 'batch jobs' };
  }
  return listing === undefined ? nativeModel(service, usageType) : marketplaceModel(listing);
}

/**
 * Whether a usage type is that of calls that are metered here: by it alone, since a bill that is told by tag does not tell its service as well. The
 * services of the bill that have to do with Bedrock have others as well, such as AgentCore's, which have no tokens.
 */
export function isMeteredCall(usageType: string, region: string): boolean {
  const tokens = readTokenUsageType(usageType);
  return regionOfUsageType(usageType) === region
    && guardrailUnit(usageType) === undefined
    && !NO_CALL.test(usageType)
    && !BATCH.test(marketplaceCount(usageType) ?? usageType)
    && (tokens ? !tokens.mantle : isMarketplace(usageType) || longestName(usageType.replace(REGION, '')) !== undefined);
}

/** The name by which metered and billed calls of a model are compared: the first of its ids, without geography. */
export function comparedAs(modelId: string): string | undefined {
  const reference = parseModelId(modelId);
  return reference.kind === 'opaque' ? undefined : sameModel(reference.id);
}

function marketplaceModel(name: string): BilledFor {
  return modelOr(modelByName(name)?.ids, name);
}

function nativeModel(service: string, usageType: string): BilledFor {
  if (isMarketplace(usageType)) {
    return { kind: 'unknown-model', name: `${service}: ${usageType}` };
  }
  const tokens = readTokenUsageType(usageType);
  if (tokens?.mantle) {
    return { kind: 'other', name: 'bedrock-mantle' };
  }
  const counted = usageType.replace(REGION, '');
  return tokens?.modelToken === undefined
    ? modelOr(longestName(counted), counted)
    : modelOr(modelByUsage(tokens.modelToken)?.ids, tokens.modelToken);
}

/** What counts other than tokens has the model in front: `NovaCanvas-T2I-1024-Standard`. */
function longestName(counted: string): readonly string[] | undefined {
  const parts = counted.split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const model = modelByUsage(parts.slice(0, length).join('-'));
    if (model) {
      return model.ids;
    }
  }
  return undefined;
}

function modelOr(ids: readonly string[] | undefined, name: string): BilledFor {
  return ids?.[0] === undefined ? { kind: 'unknown-model', name } : { kind: 'model', model: ids[0] };
}
