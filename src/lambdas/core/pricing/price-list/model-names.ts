import { KNOWN_PROVIDERS, providerOf } from '../model-id';

/**
 * The price list knows models by display names, in which it is not of one mind with Bedrock: `Nova 2.0 Lite` is `amazon.nova-2-lite-v1:0`,
 * `R1` is DeepSeek's. Names match exactly or not at all; a name that is new is reported, not guessed at. Some stand for several ids
 * of one model. To learn a name, look for `unknown model names` in the log of the refresh.
 */
const MODELS_BY_NAME: Readonly<Record<string, readonly string[]>> = {
  // Anthropic
  'Claude Fable 5.1': ['anthropic.claude-fable-5-1'],
  'Claude Fable 5': ['anthropic.claude-fable-5'],
  'Claude Opus 5.5': ['anthropic.claude-opus-5-5'],
  'Claude Opus 5': ['anthropic.claude-opus-5'],
  'Claude Opus 4.8': ['anthropic.claude-opus-4-8'],
  'Claude Opus 4.7': ['anthropic.claude-opus-4-7'],
  'Claude Opus 4.6': ['anthropic.claude-opus-4-6-v1'],
  'Claude Opus 4.5': ['anthropic.claude-opus-4-5-20251101-v1:0'],
  'Claude Opus 4.1': ['anthropic.claude-opus-4-1-20250805-v1:0'],
  'Claude Opus 4': ['anthropic.claude-opus-4-20250514-v1:0'],
  'Claude Sonnet 5.5': ['anthropic.claude-sonnet-5-5'],
  'Claude Sonnet 5': ['anthropic.claude-sonnet-5'],
  'Claude Sonnet 4.6': ['anthropic.claude-sonnet-4-6'],
  'Claude Sonnet 4.5': ['anthropic.claude-sonnet-4-5-20250929-v1:0'],
  'Claude Sonnet 4': ['anthropic.claude-sonnet-4-20250514-v1:0'],
  'Claude Haiku 4.5': ['anthropic.claude-haiku-4-5-20251001-v1:0'],
  'Claude 3.7 Sonnet': ['anthropic.claude-3-7-sonnet-20250219-v1:0'],
  'Claude 3.5 Sonnet v2': ['anthropic.claude-3-5-sonnet-20241022-v2:0'],
  'Claude 3.5 Sonnet': ['anthropic.claude-3-5-sonnet-20240620-v1:0'],
  'Claude 3.5 Haiku': ['anthropic.claude-3-5-haiku-20241022-v1:0'],
  'Claude 3 Opus': ['anthropic.claude-3-opus-20240229-v1:0'],
  'Claude 3 Sonnet': ['anthropic.claude-3-sonnet-20240229-v1:0'],
  'Claude 3 Haiku': ['anthropic.claude-3-haiku-20240307-v1:0'],
  'Claude 2.1': ['anthropic.claude-v2:1'],
  'Claude 2.0': ['anthropic.claude-v2'],
  'Claude Instant': ['anthropic.claude-instant-v1'],
  // Amazon
  'Nova Premier': ['amazon.nova-premier-v1:0'],
  'Nova Pro': ['amazon.nova-pro-v1:0'],
  'Nova Lite': ['amazon.nova-lite-v1:0'],
  'Nova Micro': ['amazon.nova-micro-v1:0'],
  'Nova 2.0 Lite': ['amazon.nova-2-lite-v1:0'],
  'Nova 2.0 Pro': ['amazon.nova-2-pro-preview-20251202-v1:0', 'amazon.nova-2-pro-v1:0'],
  'Nova 2.0 Omni': ['amazon.nova-2-omni-v1:0'],
  'Nova Canvas': ['amazon.nova-canvas-v1:0'],
  'Amazon Nova Canvas': ['amazon.nova-canvas-v1:0'],
  'Nova Reel': ['amazon.nova-reel-v1:0', 'amazon.nova-reel-v1:1'],
  'Titan Text G1 Premier': ['amazon.titan-text-premier-v1:0'],
  'Titan Text G1 Express': ['amazon.titan-text-express-v1'],
  'Titan Text G1 Lite': ['amazon.titan-text-lite-v1'],
  'Titan Embeddings G1 Text': ['amazon.titan-embed-text-v1', 'amazon.titan-embed-g1-text-02'],
  'Titan Embeddings G1 Image': ['amazon.titan-embed-image-v1'],
  'Titan Image Generator G1': ['amazon.titan-image-generator-v1'],
  'Titan Image Generator V2': ['amazon.titan-image-generator-v2:0', 'amazon.titan-image-generator-v2'],
  // Meta
  'Llama 4 Maverick 17B': ['meta.llama4-maverick-17b-instruct-v1:0'],
  'Llama 4 Scout 17B': ['meta.llama4-scout-17b-instruct-v1:0'],
  'Llama 3.3 70B': ['meta.llama3-3-70b-instruct-v1:0'],
  'Llama 3.2 90B': ['meta.llama3-2-90b-instruct-v1:0'],
  'Llama 3.2 11B': ['meta.llama3-2-11b-instruct-v1:0'],
  'Llama 3.2 3B': ['meta.llama3-2-3b-instruct-v1:0'],
  'Llama 3.2 1B': ['meta.llama3-2-1b-instruct-v1:0'],
  'Llama 3.1 405B': ['meta.llama3-1-405b-instruct-v1:0'],
  'Llama 3.1 70B': ['meta.llama3-1-70b-instruct-v1:0'],
  'Llama 3.1 8B': ['meta.llama3-1-8b-instruct-v1:0'],
  'Llama 3 70B': ['meta.llama3-70b-instruct-v1:0'],
  'Llama 3 8B': ['meta.llama3-8b-instruct-v1:0'],
  'Meta Llama 2 Chat 70B': ['meta.llama2-70b-chat-v1'],
  'Meta Llama 2 Chat 13B': ['meta.llama2-13b-chat-v1'],
  // Mistral
  'Mistral Large 3': ['mistral.mistral-large-3-675b-instruct'],
  'Mistral Large 2407': ['mistral.mistral-large-2407-v1:0'],
  'Mistral Large': ['mistral.mistral-large-2402-v1:0'],
  'Mistral Small': ['mistral.mistral-small-2402-v1:0'],
  'Mixtral 8x7B': ['mistral.mixtral-8x7b-instruct-v0:1'],
  'Mistral 7B': ['mistral.mistral-7b-instruct-v0:2'],
  'Pixtral Large 25.02': ['mistral.pixtral-large-2502-v1:0'],
  'Magistral Small 1.2': ['mistral.magistral-small-2509'],
  'Devstral': ['mistral.devstral-2-123b'],
  'Ministral 14B 3.0': ['mistral.ministral-3-14b-instruct'],
  'Ministral 8B 3.0': ['mistral.ministral-3-8b-instruct'],
  'Ministral 3B 3.0': ['mistral.ministral-3-3b-instruct'],
  'Voxtral Small 1.0': ['mistral.voxtral-small-24b-2507'],
  'Voxtral Mini 1.0': ['mistral.voxtral-mini-3b-2507'],
  // Cohere
  'Cohere Command R+': ['cohere.command-r-plus-v1:0'],
  'Cohere Command R': ['cohere.command-r-v1:0'],
  'Cohere Generate Model - Command': ['cohere.command-text-v14'],
  'Cohere Generate Model - Command-Light': ['cohere.command-light-text-v14'],
  'Cohere Embed 4 Model': ['cohere.embed-v4:0'],
  'Cohere Embed 3 Model - English': ['cohere.embed-english-v3'],
  'Cohere Embed Model 3 - Multilingual': ['cohere.embed-multilingual-v3'],
  'Cohere Rerank v3.5': ['cohere.rerank-v3-5:0'],
  // OpenAI
  'OpenAI GPT-6 Astra': ['openai.gpt-6-astra'],
  'OpenAI GPT-5.6 Sol': ['openai.gpt-5.6-sol'],
  'OpenAI GPT-5.6 Terra': ['openai.gpt-5.6-terra'],
  'OpenAI GPT-5.6 Luna': ['openai.gpt-5.6-luna'],
  'OpenAI GPT-5.5': ['openai.gpt-5.5'],
  'OpenAI GPT-5.4': ['openai.gpt-5.4'],
  'gpt-oss-120b': ['openai.gpt-oss-120b-1:0'],
  'gpt-oss-20b': ['openai.gpt-oss-20b-1:0'],
  'GPT OSS Safeguard 120B': ['openai.gpt-oss-safeguard-120b'],
  'GPT OSS Safeguard 20B': ['openai.gpt-oss-safeguard-20b'],
  // DeepSeek
  'DeepSeek v3.2': ['deepseek.v3.2'],
  'DeepSeek V3.1': ['deepseek.v3-v1:0'],
  'R1': ['deepseek.r1-v1:0'],
  // Qwen
  'Qwen3 Coder Next': ['qwen.qwen3-coder-next'],
  'Qwen3 Coder 480B A35B': ['qwen.qwen3-coder-480b-a35b-v1:0'],
  'Qwen3 Coder 30B A3B': ['qwen.qwen3-coder-30b-a3b-v1:0'],
  'Qwen3 VL 235B A22B': ['qwen.qwen3-vl-235b-a22b'],
  'Qwen3 235B A22B 2507': ['qwen.qwen3-235b-a22b-2507-v1:0'],
  'Qwen3 Next 80B A3B': ['qwen.qwen3-next-80b-a3b'],
  'Qwen3 32B': ['qwen.qwen3-32b-v1:0'],
  // MiniMax
  'MiniMax M2.5': ['minimax.minimax-m2.5'],
  'Minimax M2.1': ['minimax.minimax-m2.1'],
  'Minimax M2': ['minimax.minimax-m2'],
  // Moonshot; the provider of K2 Thinking is spelled both ways
  'Kimi K3': ['moonshotai.kimi-k3'],
  'Kimi K2.5': ['moonshotai.kimi-k2.5'],
  'Kimi K2 Thinking': ['moonshotai.kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
  // Z.AI
  'GLM 5': ['zai.glm-5'],
  'GLM 4.7': ['zai.glm-4.7'],
  'GLM 4.7 Flash': ['zai.glm-4.7-flash'],
  // Google
  'Gemma 3 27B': ['google.gemma-3-27b-it'],
  'Gemma 3 12B': ['google.gemma-3-12b-it'],
  'Gemma 3 4B': ['google.gemma-3-4b-it'],
  // NVIDIA
  'NVIDIA Nemotron 3 Super 120B A12B': ['nvidia.nemotron-super-3-120b'],
  'Nemotron Nano 3 30B': ['nvidia.nemotron-nano-3-30b'],
  'NVIDIA Nemotron Nano 2 VL': ['nvidia.nemotron-nano-12b-v2'],
  'NVIDIA Nemotron Nano 2': ['nvidia.nemotron-nano-9b-v2'],
  // Others
  'Jamba 1.5 Large': ['ai21.jamba-1-5-large-v1:0'],
  'Jamba 1.5 Mini': ['ai21.jamba-1-5-mini-v1:0'],
  'Jamba-Instruct': ['ai21.jamba-instruct-v1:0'],
  'Jurassic-2 Ultra': ['ai21.j2-ultra-v1'],
  'Jurassic-2 Mid': ['ai21.j2-mid-v1'],
  'Palmyra X5': ['writer.palmyra-x5-v1:0'],
  'Palmyra X4': ['writer.palmyra-x4-v1:0'],
  'Writer Palmyra Vision 7B': ['writer.palmyra-vision-7b'],
  'TwelveLabs Pegasus 1.2': ['twelvelabs.pegasus-1-2-v1:0'],
  'TwelveLabs Marengo Embed 3.0': ['twelvelabs.marengo-embed-3-0-v1:0'],
  'TwelveLabs Marengo Embed 2.7': ['twelvelabs.marengo-embed-2-7-v1:0'],
  'Stable Diffusion 3.5 Large v1.0': ['stability.sd3-5-large-v1:0'],
  'Stable Diffusion 3 Large v1.0': ['stability.sd3-large-v1:0'],
  'Stable Image Ultra': ['stability.stable-image-ultra-v1:0', 'stability.stable-image-ultra-v1:1'],
  'Stable Image Core': ['stability.stable-image-core-v1:0', 'stability.stable-image-core-v1:1'],
  'Ray v2': ['luma.ray-v2:0'],
  // Charged for speech and for text at prices that differ fiftyfold, and logs do not tell which: a single price would be a trap.
  'Nova Sonic': [],
  'Nova Sonic 2.0': [],
  // Whole families at a price of long ago.
  'Claude': [],
};

/** What usage types call the models whose items have no display name. */
const MODELS_BY_TOKEN: Readonly<Record<string, readonly string[]>> = {
  'TitanEmbeddingV2-Text': ['amazon.titan-embed-text-v2:0'],
  'TitanEmbeddingsG1-Text': MODELS_BY_NAME['Titan Embeddings G1 Text'],
  'TitanEmbeddingsG1-Image': MODELS_BY_NAME['Titan Embeddings G1 Image'],
  'TitanTextG1-Express': MODELS_BY_NAME['Titan Text G1 Express'],
  'TitanTextG1-Lite': MODELS_BY_NAME['Titan Text G1 Lite'],
  'TitanText-Premier': MODELS_BY_NAME['Titan Text G1 Premier'],
  'NovaMultiModalEmbeddings': ['amazon.nova-2-multimodal-embeddings-v1:0'],
  'AmazonRerank-v1': ['amazon.rerank-v1:0'],
  'NovaPremier': MODELS_BY_NAME['Nova Premier'],
  'NovaPro': MODELS_BY_NAME['Nova Pro'],
  'NovaLite': MODELS_BY_NAME['Nova Lite'],
  'NovaMicro': MODELS_BY_NAME['Nova Micro'],
  'Nova2.0Lite': MODELS_BY_NAME['Nova 2.0 Lite'],
  'Claude4.6Opus': MODELS_BY_NAME['Claude Opus 4.6'],
  'Claude4.6Sonnet': MODELS_BY_NAME['Claude Sonnet 4.6'],
  // On mantle these go by an id of their own, and a price of their own.
  'openai.gpt-oss-120b': ['openai.gpt-oss-120b'],
  'openai.gpt-oss-20b': ['openai.gpt-oss-20b'],
};

/** All ids that a name stands for, for tests and for telling an id from a mere look-alike. */
export const NAMED_MODELS: ReadonlySet<string> = new Set(Object.values({ ...MODELS_BY_NAME, ...MODELS_BY_TOKEN }).flat());

const LATENCY_OPTIMIZED = / Latency Optimized$/;
const ID = /^[a-z0-9]+\.[a-z0-9][a-z0-9.:-]*$/;

export interface NamedModel {
  /** Empty for a name that is known and deliberately not priced by this list. */
  readonly ids: readonly string[];
  /** The name is that of the model's latency-optimized inference. */
  readonly optimized: boolean;
}

/** @param name a display name, without surroundings */
export function modelByName(name: string): NamedModel | undefined {
  const base = name.replace(LATENCY_OPTIMIZED, '');
  // The display names of some models are their ids.
  const ids = Object.hasOwn(MODELS_BY_NAME, base) ? MODELS_BY_NAME[base] : isId(base) ? [base] : undefined;
  return ids && { ids, optimized: base !== name };
}

export function modelByToken(token: string): NamedModel | undefined {
  return Object.hasOwn(MODELS_BY_TOKEN, token) ? { ids: MODELS_BY_TOKEN[token], optimized: false } : undefined;
}

/** Letters and digits alone: usage types write `Llama3-1-8B` where the list has `Llama 3.1 8B`. */
const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** By display names, by ids and by ids without their provider. */
const MODELS_BY_BARE_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.values(MODELS_BY_NAME).flatMap(ids => ids.flatMap(id => [[bare(id), ids], [bare(id.slice(id.indexOf('.') + 1)), ids]] as const)),
  ...Object.entries(MODELS_BY_NAME).map(([name, ids]) => [bare(name), ids] as const),
]);

/** Every id of a model of several, by each of them. */
const SAME_MODEL: ReadonlyMap<string, string> = new Map(
  Object.values({ ...MODELS_BY_NAME, ...MODELS_BY_TOKEN }).flatMap(ids => ids.map(id => [id, ids[0]] as const)),
);

/** A model by the name that a usage type has, which the bill has nothing else to tell native models by. Never for a price: spellings are not looked at. */
export function modelByUsage(token: string): NamedModel | undefined {
  const ids = MODELS_BY_BARE_NAME.get(bare(token));
  return modelByToken(token) ?? (ids ? { ids, optimized: false } : modelByName(token));
}

/** One id for all ids of a model. */
export function sameModel(id: string): string {
  return SAME_MODEL.get(id) ?? id;
}

/** The usage types of mantle begin with a model's id, or with something that looks like one (`zai.glm5`), which a display name corrects. */
export function modelOfMantle(token: string, name: string): NamedModel | undefined {
  const exact = { ids: [token], optimized: false };
  return NAMED_MODELS.has(token) ? exact : modelByName(name) ?? (isId(token) ? exact : undefined);
}

function isId(text: string): boolean {
  return ID.test(text) && KNOWN_PROVIDERS.has(providerOf(text) ?? '');
}
