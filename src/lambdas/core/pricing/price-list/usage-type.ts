import { TokenKind } from '../token-prices';
import { Qualifiers, readQualifiers } from './qualifiers';

/** A usage type, taken apart. Exactly as far as its grammar is known: what has other words in it is `undefined` as a whole. */
export interface TokenUsageType {
  readonly kind: TokenKind;
  /** The name of the model that a native usage type carries: `NovaPro`, `TitanEmbeddingV2-Text`; a mantle one carries an id. */
  readonly modelToken?: string;
  readonly mantle: boolean;
  readonly qualifiers: Qualifiers;
}

/** `USE1-MP:USE1_<what is counted>-Units` */
const MARKETPLACE = /^[A-Z0-9]{2,5}-MP:(?:[A-Z0-9]{2,5}_)?(.+)-Units$/;

/** `InputTokenCount_Global_Batch`, `CacheWrite1hInputTokenCount` */
const CAMEL_COUNT = /^(?:(Input|Output)|Cache(Read|Write)(1h|5m|30m)?Input)TokenCount((?:_[A-Za-z]+)*)$/;
/** `MillionBatchInputTokens` */
const MILLION_COUNT = /^Million(Batch)?(Input|Output)Tokens$/;
/** `input_tokens_global_standard`, `cache_write_tokens_1h_standard` */
const SNAKE_COUNT = /^(?:(input|output)|cache_(read|write))_tokens((?:_[a-z0-9]+)*)$/;

/** `USE1-NovaPro-input-tokens-batch`, `USE1-zai.glm-5-mantle-output-tokens-flex`: the token of the model is whatever stands before. */
const NATIVE = /^(?:[A-Z0-9]{2,5}-)?(.+?)-(?:(?:text-)?(input|output)(?:-text)?|cache-(read|write)(?:-input)?)-(?:tokens|token-count)((?:-[A-Za-z0-9]+)*)$/;

const MANTLE = '-mantle';
const OPTIMIZED = '-LatencyOptimized';

/** What else may be counted in tokens: its prices must never pass for those of text. */
const OTHER_MODALITY = /(?:^|[-_ ])(?:speech|audio|video|image)(?:[-_ ]|$)|(?:Speech|Audio|Video|Image)(?:Input|Output|Token| )/;

export function isMarketplace(usageType: string): boolean {
  return MARKETPLACE.test(usageType);
}

/** What a marketplace usage type counts, without region and unit. */
export function marketplaceCount(usageType: string): string | undefined {
  return MARKETPLACE.exec(usageType)?.[1];
}

/** @param text a usage type or an inference type */
export function isOtherModality(text: string): boolean {
  return /token/i.test(text) && OTHER_MODALITY.test(text);
}

export function readTokenUsageType(usageType: string): TokenUsageType | undefined {
  const count = marketplaceCount(usageType);
  return count === undefined ? readNative(usageType) : readMarketplace(count);
}

function readMarketplace(count: string): TokenUsageType | undefined {
  const [, camelEnd, camelCache, camelDuration = '', camelRest] = CAMEL_COUNT.exec(count) ?? [];
  if (camelRest !== undefined) {
    return usageTypeOf(camelEnd, camelCache, `${camelDuration}${camelRest}`);
  }
  const [million, millionBatch = '', millionEnd] = MILLION_COUNT.exec(count) ?? [];
  if (million !== undefined) {
    return usageTypeOf(millionEnd, undefined, millionBatch);
  }
  const [, snakeEnd, snakeCache, snakeRest] = SNAKE_COUNT.exec(count) ?? [];
  return snakeRest === undefined ? undefined : usageTypeOf(snakeEnd, snakeCache, snakeRest);
}

function readNative(usageType: string): TokenUsageType | undefined {
  const [, before, end, cache, rest] = NATIVE.exec(usageType) ?? [];
  if (before === undefined) {
    return undefined;
  }
  const mantle = before.endsWith(MANTLE);
  const optimized = before.endsWith(OPTIMIZED);
  const modelToken = mantle ? before.slice(0, -MANTLE.length) : optimized ? before.slice(0, -OPTIMIZED.length) : before;
  return usageTypeOf(end, cache, `${optimized ? OPTIMIZED : ''}${rest}`, { modelToken, mantle });
}

function usageTypeOf(
  end: string | undefined, cache: string | undefined, rest: string, native: Pick<TokenUsageType, 'modelToken' | 'mantle'> = { mantle: false },
): TokenUsageType | undefined {
  const qualifiers = readQualifiers(rest);
  const write = cache?.toLowerCase() === 'write';
  // Only a cache is written for an hour.
  if (!qualifiers || (qualifiers.hour && !write)) {
    return undefined;
  }
  const kind = cache === undefined
    ? end!.toLowerCase() as 'input' | 'output'
    : write ? (qualifiers.hour ? 'cacheWrite1h' : 'cacheWrite5m') : 'cacheRead';
  return { kind, qualifiers, ...native };
}
