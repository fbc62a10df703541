/** Kinds of model reference that do not tell, by themselves, which model answers and at what price. */
export type OpaqueModelKind =
  | 'application-inference-profile'
  | 'provisioned-model'
  | 'custom-model'
  | 'custom-model-deployment'
  | 'imported-model'
  | 'prompt-router'
  | 'prompt'
  | 'marketplace-endpoint'
  | 'unknown-arn';

export interface FoundationModelReference {
  readonly kind: 'foundation-model';
  /** The model's own id, such as `anthropic.claude-opus-5`: without geography, never an ARN. */
  readonly id: string;
  /** `global`, `us`, `eu`, … where a cross-region profile was called; absent for a call to the model in its region. */
  readonly geography?: string;
}

export interface OpaqueModelReference {
  readonly kind: 'opaque';
  readonly what: OpaqueModelKind;
}

export type ModelReference = FoundationModelReference | OpaqueModelReference;

/** What is paid for by the hour or by capacity, whatever the tokens. */
export const NOT_BILLED_BY_TOKEN: ReadonlySet<OpaqueModelKind> = new Set(['provisioned-model', 'imported-model', 'marketplace-endpoint']);

/** First part of the ids of Bedrock's models. Needed to tell `jp.amazon.nova-…` (a geography) from `deepseek.v3.2` (none). */
export const KNOWN_PROVIDERS: ReadonlySet<string> = new Set([
  'ai21', 'amazon', 'anthropic', 'cohere', 'deepseek', 'google', 'luma', 'meta', 'minimax', 'mistral', 'moonshot', 'moonshotai',
  'nvidia', 'openai', 'qwen', 'stability', 'twelvelabs', 'writer', 'xai', 'zai',
]);

/** Geographies that are recognized before any provider; others only before a known one. */
export const KNOWN_GEOGRAPHIES: ReadonlySet<string> = new Set(['global', 'us', 'eu', 'apac', 'jp', 'au', 'ca', 'in', 'us-gov']);

/** Variants of a model for provisioned throughput, such as `…-v1:0:200k`: the same model at the same price. */
const CONTEXT_WINDOW = /:\d{1,4}k$/;

/** What a geography of the future may look like. */
const GEOGRAPHY = /^[a-z]{2,6}(-[a-z]{2,6})?$/;

const ARN = /^arn:[a-z0-9-]+:([a-z0-9-]+):[a-z0-9-]*:[a-z0-9]*:([^/]+)\/(.+)$/;

const OPAQUE_BEDROCK_RESOURCES: ReadonlyMap<string, OpaqueModelKind> = new Map([
  ['application-inference-profile', 'application-inference-profile'],
  ['provisioned-model', 'provisioned-model'],
  ['custom-model', 'custom-model'],
  ['custom-model-deployment', 'custom-model-deployment'],
  ['imported-model', 'imported-model'],
  ['prompt-router', 'prompt-router'],
  ['default-prompt-router', 'prompt-router'],
  ['prompt', 'prompt'],
  ['marketplace', 'marketplace-endpoint'],
]);

/**
 * Reads the `modelId` of a log record: an id, the id of a cross-region profile, or an ARN in any partition. Ids are taken
 * apart, never searched in, so that a look-alike cannot pass for another model.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html for the ARNs
 */
export function parseModelId(modelId: string): ModelReference {
  return modelId.startsWith('arn:') ? parseArn(modelId) : parseId(modelId);
}

/** The provider's part of a model's own id, or `undefined` where it has none. */
export function providerOf(id: string): string | undefined {
  const dot = id.indexOf('.');
  return dot > 0 ? id.slice(0, dot) : undefined;
}

/**
 * The base model of a custom one, which the ARN of the custom model has in it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetCustomModel.html
 */
export function baseOfCustomModel(arn: string): string | undefined {
  return /^arn:[a-z0-9-]+:bedrock:[a-z0-9-]*:\d{12}:custom-model\/([\w.:-]+)\/[a-z0-9]{12}$/.exec(arn)?.[1];
}

function parseArn(arn: string): ModelReference {
  const [, service, resource, name] = ARN.exec(arn) ?? [];
  if (service === 'bedrock' && (resource === 'foundation-model' || resource === 'inference-profile')) {
    return parseId(name);
  }
  if (service === 'sagemaker' && resource === 'endpoint') {
    return { kind: 'opaque', what: 'marketplace-endpoint' };
  }
  const what = service === 'bedrock' ? OPAQUE_BEDROCK_RESOURCES.get(resource) : undefined;
  return { kind: 'opaque', what: what ?? 'unknown-arn' };
}

function parseId(idAsCalled: string): FoundationModelReference {
  const id = idAsCalled.replace(CONTEXT_WINDOW, '');
  const [first, second, ...rest] = id.split('.');
  // What follows a geography is a whole id of its own: a provider, a dot and a name.
  const prefixed = !KNOWN_PROVIDERS.has(first) && rest.length > 0
    && (KNOWN_GEOGRAPHIES.has(first) || (GEOGRAPHY.test(first) && KNOWN_PROVIDERS.has(second)));
  return prefixed
    ? { kind: 'foundation-model', id: id.slice(first.length + 1), geography: first }
    : { kind: 'foundation-model', id };
}
