import * as z from 'zod/mini';
import { billedUnits } from './billed-units';
import { UnitCount } from './pricing/units';
import { Principal, principalFromArn, UnknownIdentityError } from './principal';
import { at, countUpTo, isObject, JsonObject, textLike } from './record-body';

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

export type UnreadableCode = 'not-json' | 'wrong-shape' | 'absurd-value' | 'unknown-identity' | 'future-timestamp';

/** Thrown for a record that cannot be charged; the message tells an operator why and never quotes bodies. */
export class UnreadableRecordError extends Error {
  public readonly name = 'UnreadableRecordError';

  constructor(public readonly code: UnreadableCode, message: string) {
    super(message);
  }
}

/** Bedrock writes this line into the log group when logging is switched on. */
const ENABLED_NOTICE = 'Permissions are correctly set for Amazon Bedrock logs.';

/** A hundred times the largest context window on offer: a larger count is a mistake of the log, not usage. */
const MAX_TOKENS = 100_000_000;

/** Bedrock had no invocation log before: an older call is a mistake of the log, and its day none that a budget could have. */
const EARLIEST_CALL = Date.parse('2023-01-01T00:00:00Z');

/** How far a call's own time may lie ahead of the time at which it was logged. */
const MAX_CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

/** Batch jobs are not in the log today; under this name they would be. */
const BATCH = /^(Create)?ModelInvocationJob$/;

const TokenCount = z.nullish(z.int().check(z.nonnegative(), z.maximum(MAX_TOKENS)));
const Identifier = (maxLength: number) => z.string().check(z.regex(new RegExp(`^[\\x21-\\x7e]{1,${maxLength}}$`)));

const RecordShape = z.object({
  timestamp: z.iso.datetime({ offset: true }),
  accountId: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.regex(/^[a-z0-9-]{1,30}$/)),
  requestId: Identifier(128),
  operation: Identifier(128),
  modelId: Identifier(2048),
  inferenceRegion: z.nullish(z.string().check(z.regex(/^[a-z0-9-]{1,30}$/))),
  identity: z.object({ arn: z.string() }),
  errorCode: z.nullish(z.string().check(z.maxLength(256))),
  performanceConfig: z.nullish(z.object({ latency: z.nullish(z.string()) })),
  outputVideoDurationSeconds: z.nullish(z.unknown()),
  outputVideoHeight: z.nullish(z.unknown()),
  input: z.nullish(z.object({
    inputBodyJson: z.nullish(z.unknown()),
    inputTokenCount: TokenCount,
    cacheReadInputTokenCount: TokenCount,
    cacheWriteInputTokenCount: TokenCount,
  })),
  output: z.nullish(z.object({
    outputTokenCount: TokenCount,
    outputBodyJson: z.nullish(z.unknown()),
    outputVideoDurationSeconds: z.nullish(z.unknown()),
    outputVideoHeight: z.nullish(z.unknown()),
    performanceConfig: z.nullish(z.object({ latency: z.nullish(z.string()) })),
  })),
});
type LoggedRecord = z.infer<typeof RecordShape>;

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
  const record = checkShape(parseJson(line));
  const calledAt = Date.parse(record.timestamp);
  if (calledAt > loggedAt + MAX_CLOCK_SKEW_MS) {
    throw new UnreadableRecordError('future-timestamp', `timestamp ${record.timestamp} lies more than a day after the time at which it was logged`);
  }
  if (calledAt < EARLIEST_CALL) {
    throw new UnreadableRecordError('absurd-value', `timestamp ${record.timestamp} lies before there was a log`);
  }
  const cacheWrites = divideCacheWrites(record, assumedCacheWriteTtl);
  const latency = record.performanceConfig?.latency ?? record.output?.performanceConfig?.latency;
  const serviceTier = readOfConverse(record, /^[a-z]{1,20}$/, 'serviceTier', 'type');
  const routedTo = readOfConverse(record, /^[\x21-\x7e]{1,2048}$/, 'trace', 'promptRouter', 'invokedModelId');
  const units = unitsOf(record);
  return {
    callId: `${record.accountId}/${record.region}/${record.requestId}`,
    requestId: record.requestId,
    calledAt,
    accountId: record.accountId,
    region: record.region,
    ...(record.inferenceRegion ? { inferenceRegion: record.inferenceRegion } : {}),
    operation: record.operation,
    modelId: record.modelId,
    principal: readPrincipal(record.identity.arn),
    tokens: {
      input: record.input?.inputTokenCount ?? 0,
      output: record.output?.outputTokenCount ?? 0,
      cacheRead: record.input?.cacheReadInputTokenCount ?? 0,
      cacheWrite5m: cacheWrites.fiveMinutes,
      cacheWrite1h: cacheWrites.oneHour,
    },
    cacheWriteSplit: cacheWrites.split,
    ...(serviceTier ? { serviceTier } : {}),
    ...(latency === 'optimized' ? { latencyOptimized: true } : {}),
    ...(BATCH.test(record.operation) ? { batch: true } : {}),
    ...(units.length > 0 ? { units } : {}),
    ...(routedTo ? { routedTo } : {}),
    ...(record.errorCode ? { errorCode: record.errorCode } : {}),
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

function checkShape(value: unknown): LoggedRecord {
  const result = RecordShape.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const issue = result.error.issues[0];
  const path = issue.path.map(String).join('.') || 'record';
  const absurd = issue.code === 'too_big' || issue.code === 'too_small';
  throw new UnreadableRecordError(absurd ? 'absurd-value' : 'wrong-shape', `${path}: ${issueText(issue)}`);
}

/** What is wrong, without the value itself: it may be anything that a caller wrote. */
function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': return `expected ${issue.expected}`;
    case 'too_big': return `above ${issue.maximum}`;
    case 'too_small': return `below ${issue.minimum}`;
    case 'invalid_format': return `not a valid ${issue.format === 'regex' ? 'value' : issue.format}`;
    default: return issue.code;
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

/** The envelope has one number of cache-write tokens; only the body tells how many were written for an hour. */
function divideCacheWrites(record: LoggedRecord, assumed: CacheWriteTtl): CacheWrites {
  const total = record.input?.cacheWriteInputTokenCount ?? 0;
  if (total === 0) {
    return { fiveMinutes: 0, oneHour: 0, split: 'none' };
  }
  for (const usage of bodyUsages(record.output?.outputBodyJson)) {
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
  return record.operation.startsWith('Converse') ? textLike(at(record.output?.outputBodyJson, ...path), form) : undefined;
}

function unitsOf(record: LoggedRecord): readonly UnitCount[] {
  const { input, output } = record;
  if (!input?.inputBodyJson && !output?.outputBodyJson && output?.outputVideoDurationSeconds === undefined && record.outputVideoDurationSeconds === undefined) {
    return [];
  }
  return billedUnits({
    // What a failed call asked for was not made.
    request: record.errorCode ? undefined : input?.inputBodyJson,
    response: output?.outputBodyJson,
    videoDetails: [record, output, output?.outputBodyJson],
  });
}
