import * as z from 'zod/mini';
import { Principal, principalFromArn, UnknownIdentityError } from './principal';

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
  readonly principal: Principal;
  readonly tokens: TokenCounts;
  /** Whether the lifetimes of cache writes were read from the body, had to be assumed (5 minutes), or there were none. */
  readonly cacheWriteSplit: 'none' | 'read' | 'assumed';
  readonly serviceTier?: string;
  readonly latencyOptimized?: boolean;
  readonly errorCode?: string;
}

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
  input: z.nullish(z.object({
    inputTokenCount: TokenCount,
    cacheReadInputTokenCount: TokenCount,
    cacheWriteInputTokenCount: TokenCount,
  })),
  output: z.nullish(z.object({
    outputTokenCount: TokenCount,
    outputBodyJson: z.nullish(z.unknown()),
    performanceConfig: z.nullish(z.object({ latency: z.nullish(z.string()) })),
  })),
});
type LoggedRecord = z.infer<typeof RecordShape>;

/**
 * Reads one line of the model-invocation log.
 *
 * The four token counts come from the envelope alone: bodies are written by callers and models, who may put look-alike keys
 * there. A body only tells how the envelope's cache writes divide by lifetime and which service tier answered.
 *
 * @param loggedAt when the line was logged, epoch milliseconds
 * @returns `undefined` for the notice that Bedrock writes when logging is switched on
 * @throws UnreadableRecordError
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 */
export function parseInvocationRecord(line: string, loggedAt: number): UsageRecord | undefined {
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
  const cacheWrites = divideCacheWrites(record);
  const latency = record.performanceConfig?.latency ?? record.output?.performanceConfig?.latency;
  const serviceTier = readServiceTier(record);
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
function divideCacheWrites(record: LoggedRecord): CacheWrites {
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
  return { fiveMinutes: total, oneHour: 0, split: 'assumed' };
}

/** The places where Bedrock puts `usage`: the top of a folded body, and three kinds of chunk in a stream. */
function* bodyUsages(body: unknown): Generator<Record<string, unknown>> {
  for (const part of Array.isArray(body) ? body : [body]) {
    for (const holder of [part, field(part, 'message'), field(part, 'metadata')]) {
      const usage = field(holder, 'usage');
      if (isObject(usage)) {
        yield usage;
      }
    }
  }
}

function lifetimesOf(usage: Record<string, unknown>): Omit<CacheWrites, 'split'> | undefined {
  if (Array.isArray(usage.cacheDetails)) { // Converse
    const sum = (ttl: string) => (usage.cacheDetails as unknown[])
      .filter(detail => field(detail, 'ttl') === ttl)
      .reduce<number>((total, detail) => total + count(field(detail, 'inputTokens')), 0);
    return { fiveMinutes: sum('5m'), oneHour: sum('1h') };
  }
  if (isObject(usage.cache_creation)) { // InvokeModel of Claude
    return {
      fiveMinutes: count(usage.cache_creation.ephemeral_5m_input_tokens),
      oneHour: count(usage.cache_creation.ephemeral_1h_input_tokens),
    };
  }
  return undefined;
}

/** Converse answers carry the tier that served them; bodies of `InvokeModel` are the model's own and are not asked. */
function readServiceTier(record: LoggedRecord): string | undefined {
  if (!record.operation.startsWith('Converse')) {
    return undefined;
  }
  const type = field(field(record.output?.outputBodyJson, 'serviceTier'), 'type');
  return typeof type === 'string' && /^[a-z]{1,20}$/.test(type) ? type : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}
