import { billedUnits } from './billed-units';
import { checkLoggedRecord, LoggedRecord, MAX_TOKENS } from './logged-record';
import { UnitCount } from './pricing/units';
import { Principal, principalFromArn, UnknownIdentityError } from './principal';
import { at, countUpTo, isObject, JsonObject, textLike } from './record-body';
import { UnreadableRecordError } from './unreadable-record';

/** Tokens of a call by the kinds that have prices of their own. Input excludes cached tokens, as in the log. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

/** One call to Bedrock, as far as its price and its payer are concerned. Never carries a prompt or an answer. */
export interface UsageRecord {
  /** `<account>/<region>/<requestId>`: what makes a call one call, whoever pays for it. */
  readonly callId: string;
  readonly requestId: string;
  /** When the call was made, epoch milliseconds. */
  readonly calledAt: number;
  readonly accountId: string;
  /** The region that was called. */
  readonly region: string;
  /** The region that served the call, where the log names another. */
  readonly inferenceRegion?: string;
  readonly operation: string;
  /** As the log has it: an id, a profile id or an ARN. */
  readonly modelId: string;
  /** Who pays for it. */
  readonly principal: Principal;
  /** Who made it, where that is somebody else: the execution role of an AgentCore runtime. */
  readonly caller?: Principal;
  readonly tokens: TokenCounts;
  /** Whether the lifetimes of cache writes were read from the body, had to be assumed (5 minutes), or there were none. */
  readonly cacheWriteSplit: 'none' | 'read' | 'assumed';
  readonly serviceTier?: string;
  readonly latencyOptimized?: boolean;
  /** A call of a batch job. */
  readonly batch?: boolean;
  /** What is billed by other units than tokens, as far as the record tells; absent where it tells of nothing. */
  readonly units?: readonly UnitCount[];
  /** The model that a prompt router chose, where the body tells. */
  readonly routedTo?: string;
  readonly errorCode?: string;
}

/** Choices of the deployment where a record does not tell. */
export interface RecordOptions {
  /** How long caches are written for, where no body says so. @default '5m' */
  readonly assumedCacheWriteTtl?: CacheWriteTtl;
}

/** The lifetimes of a prompt cache, as Bedrock writes them. */
export const CACHE_WRITE_TTLS = ['5m', '1h'] as const;
export type CacheWriteTtl = (typeof CACHE_WRITE_TTLS)[number];

/** Bedrock writes this line into the log group when logging is switched on. */
const ENABLED_NOTICE = 'Permissions are correctly set for Amazon Bedrock logs.';

/** Bedrock had no invocation log before: an older call is a mistake of the log, and its day none that a budget could have. */
const EARLIEST_CALL = Date.parse('2023-01-01T00:00:00Z');

/** How far a call's own time may lie ahead of the time at which it was logged. */
const MAX_CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

/** Batch jobs are not in the log today; under this name they would be. */
const BATCH = /^(Create)?ModelInvocationJob$/;

const TIER = /^[a-z]{1,20}$/;
const ROUTED_MODEL = /^[\x21-\x7e]{1,2048}$/;

/**
 * Reads one line of the model-invocation log.
 *
 * The four token counts come from the envelope alone: bodies are written by callers and models, who may put look-alike keys
 * there. A body only tells how the envelope's cache writes divide by lifetime, which service tier and which model of a router answered, and
 * what is billed by other units than tokens.
 *
 * @param loggedAt when the line was logged, epoch milliseconds
 * @returns `undefined` for the notice that Bedrock writes when logging is switched on
 * @throws UnreadableRecordError
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 */
export function parseInvocationRecord(line: string, loggedAt: number, { assumedCacheWriteTtl = '5m' }: RecordOptions = {}): UsageRecord | undefined {
  if (line.trim() === ENABLED_NOTICE) {
    return undefined;
  }
  const record = checkLoggedRecord(parseJson(line));
  const calledAt = Date.parse(record.timestamp);
  if (calledAt > loggedAt + MAX_CLOCK_SKEW_MS) {
    throw new UnreadableRecordError('future-timestamp', `timestamp ${record.timestamp} lies more than a day after the time at which it was logged`);
  }
  if (calledAt < EARLIEST_CALL) {
    throw new UnreadableRecordError('absurd-value', `timestamp ${record.timestamp} lies before there was a log`);
  }
  const cacheWrites = divideCacheWrites(record, assumedCacheWriteTtl);
  return {
    callId: `${record.accountId}/${record.region}/${record.requestId}`,
    requestId: record.requestId,
    calledAt,
    accountId: record.accountId,
    region: record.region,
    inferenceRegion: record.inferenceRegion,
    operation: record.operation,
    modelId: record.modelId,
    principal: readPrincipal(record.identityArn),
    tokens: {
      input: record.inputTokens,
      output: record.outputTokens,
      cacheRead: record.cacheReadTokens,
      cacheWrite5m: cacheWrites.fiveMinutes,
      cacheWrite1h: cacheWrites.oneHour,
    },
    cacheWriteSplit: cacheWrites.split,
    serviceTier: readOfConverse(record, TIER, 'serviceTier', 'type'),
    latencyOptimized: record.latency === 'optimized' || undefined,
    batch: BATCH.test(record.operation) || undefined,
    units: unitsOf(record),
    routedTo: readOfConverse(record, ROUTED_MODEL, 'trace', 'promptRouter', 'invokedModelId'),
    errorCode: record.errorCode || undefined,
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    // JSON.parse quotes what it stumbled over, which may be a prompt: the cause is left out.
    void cause;
    throw new UnreadableRecordError('not-json', `not JSON (${line.length} characters)`);
  }
}

function readPrincipal(arn: string): Principal {
  try {
    return principalFromArn(arn);
  } catch (error) {
    if (error instanceof UnknownIdentityError) {
      throw new UnreadableRecordError('unknown-identity', error.message);
    }
    throw error;
  }
}

interface CacheWrites {
  readonly fiveMinutes: number;
  readonly oneHour: number;
  readonly split: UsageRecord['cacheWriteSplit'];
}

const NO_CACHE_WRITES: CacheWrites = { fiveMinutes: 0, oneHour: 0, split: 'none' };

/** The envelope has one number of cache-write tokens; only the body tells how many were written for an hour. */
function divideCacheWrites(record: LoggedRecord, assumed: CacheWriteTtl): CacheWrites {
  const total = record.cacheWriteTokens;
  if (total === 0) {
    return NO_CACHE_WRITES;
  }
  for (const usage of bodyUsages(record.responseBody)) {
    const found = lifetimesOf(usage);
    // A body that contradicts the envelope is not believed.
    if (found && found.fiveMinutes + found.oneHour === total) {
      return { ...found, split: 'read' };
    }
  }
  return assumed === '1h' ? { fiveMinutes: 0, oneHour: total, split: 'assumed' } : { fiveMinutes: total, oneHour: 0, split: 'assumed' };
}

/** The places where Bedrock puts `usage`: the top of a folded body, and three kinds of chunk in a stream. */
function* bodyUsages(body: unknown): Generator<JsonObject> {
  for (const part of Array.isArray(body) ? body as unknown[] : [body]) {
    for (const usage of [at(part, 'usage'), at(part, 'message', 'usage'), at(part, 'metadata', 'usage')]) {
      if (isObject(usage)) {
        yield usage;
      }
    }
  }
}

function lifetimesOf(usage: JsonObject): Omit<CacheWrites, 'split'> | undefined {
  if (Array.isArray(usage.cacheDetails)) { // Converse
    const sum = (ttl: CacheWriteTtl) => (usage.cacheDetails as unknown[])
      .filter(detail => at(detail, 'ttl') === ttl)
      .reduce<number>((total, detail) => total + tokens(at(detail, 'inputTokens')), 0);
    return { fiveMinutes: sum('5m'), oneHour: sum('1h') };
  }
  if (isObject(usage.cache_creation)) { // InvokeModel of Claude
    return {
      fiveMinutes: tokens(usage.cache_creation.ephemeral_5m_input_tokens),
      oneHour: tokens(usage.cache_creation.ephemeral_1h_input_tokens),
    };
  }
  return undefined;
}

/** Not a number where it is none, so that no sum of it equals the envelope's. */
function tokens(value: unknown): number {
  return countUpTo(MAX_TOKENS, value) ?? Number.NaN;
}

/** Converse answers carry what Bedrock itself says of a call; bodies of `InvokeModel` are the model's own and are not asked. */
function readOfConverse(record: LoggedRecord, form: RegExp, ...path: readonly string[]): string | undefined {
  return record.responseBody !== undefined && record.operation.startsWith('Converse') ? textLike(at(record.responseBody, ...path), form) : undefined;
}

/** @returns `undefined` where the record tells of none */
function unitsOf({ errorCode, requestBody, responseBody, envelope, output }: LoggedRecord): readonly UnitCount[] | undefined {
  if (!requestBody && !responseBody && envelope.outputVideoDurationSeconds === undefined && output?.outputVideoDurationSeconds === undefined) {
    return undefined;
  }
  const units = billedUnits({
    // What a failed call asked for was not made.
    request: errorCode ? undefined : requestBody,
    response: responseBody,
    videoDetails: [envelope, output, responseBody],
  });
  return units.length > 0 ? units : undefined;
}
