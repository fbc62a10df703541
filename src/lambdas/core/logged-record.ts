import { isObject, JsonObject } from './record-body';
import { UnreadableRecordError } from './unreadable-record';

/**
 * What of a record of the model-invocation log counts, checked. Every call passes here, so it is written out rather than described to a library, which
 * takes several times as long: docs/performance.md has the figures.
 */
export interface LoggedRecord {
  readonly timestamp: string;
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly operation: string;
  readonly modelId: string;
  readonly inferenceRegion: string | undefined;
  readonly identityArn: string;
  readonly errorCode: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly latency: string | undefined;
  /** Written by callers and models: nothing is known of their shape. */
  readonly requestBody: unknown;
  readonly responseBody: unknown;
  /** The record and its `output` as they were logged: details of a video may stand in either. */
  readonly envelope: JsonObject;
  readonly output: JsonObject | undefined;
}

/** A hundred times the largest context window on offer: a larger count is a mistake of the log, not usage. */
export const MAX_TOKENS = 100_000_000;

const MAX_ERROR_CODE_LENGTH = 256;

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z0-9-]{1,30}$/;
const NAME = /^[\x21-\x7e]{1,128}$/;
const MODEL = /^[\x21-\x7e]{1,2048}$/;
const TIMESTAMP = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** @throws UnreadableRecordError, which names the place and never quotes the value: it may be anything that a caller wrote */
export function checkLoggedRecord(value: unknown): LoggedRecord {
  const record = object(value, 'record');
  const timestamp = text(record.timestamp, 'timestamp');
  if (!TIMESTAMP.test(timestamp) || !isDayOfMonth(timestamp)) {
    throw wrongShape('timestamp', 'not a valid datetime');
  }
  const accountId = textOf(ACCOUNT, record.accountId, 'accountId');
  const region = textOf(REGION, record.region, 'region');
  const requestId = textOf(NAME, record.requestId, 'requestId');
  const operation = textOf(NAME, record.operation, 'operation');
  const modelId = textOf(MODEL, record.modelId, 'modelId');
  const inferenceRegion = isAbsent(record.inferenceRegion) ? undefined : textOf(REGION, record.inferenceRegion, 'inferenceRegion');
  const identity = object(record.identity, 'identity');
  const identityArn = text(identity.arn, 'identity.arn');
  const errorCode = optionalText(record.errorCode, 'errorCode');
  if (errorCode !== undefined && errorCode.length > MAX_ERROR_CODE_LENGTH) {
    throw absurd('errorCode', `above ${MAX_ERROR_CODE_LENGTH}`);
  }
  const input = optionalObject(record.input, 'input');
  const output = optionalObject(record.output, 'output');
  const latency = latencyOf(record, 'performanceConfig');
  // Looked at in any case: whether a record can be read must not hang on what else it tells.
  const latencyOfOutput = output && latencyOf(output, 'output.performanceConfig');
  return {
    timestamp,
    accountId,
    region,
    requestId,
    operation,
    modelId,
    inferenceRegion,
    identityArn,
    errorCode,
    inputTokens: tokens(input?.inputTokenCount, 'input.inputTokenCount'),
    outputTokens: tokens(output?.outputTokenCount, 'output.outputTokenCount'),
    cacheReadTokens: tokens(input?.cacheReadInputTokenCount, 'input.cacheReadInputTokenCount'),
    cacheWriteTokens: tokens(input?.cacheWriteInputTokenCount, 'input.cacheWriteInputTokenCount'),
    latency: latency ?? latencyOfOutput,
    requestBody: input?.inputBodyJson,
    responseBody: output?.outputBodyJson,
    envelope: record,
    output,
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function object(value: unknown, place: string): JsonObject {
  if (!isObject(value)) {
    throw wrongShape(place, 'expected object');
  }
  return value;
}

function optionalObject(value: unknown, place: string): JsonObject | undefined {
  return isAbsent(value) ? undefined : object(value, place);
}

function text(value: unknown, place: string): string {
  if (typeof value !== 'string') {
    throw wrongShape(place, 'expected string');
  }
  return value;
}

function optionalText(value: unknown, place: string): string | undefined {
  return isAbsent(value) ? undefined : text(value, place);
}

function textOf(form: RegExp, value: unknown, place: string): string {
  const found = text(value, place);
  if (!form.test(found)) {
    throw wrongShape(place, 'not a valid value');
  }
  return found;
}

/** A count that is left out is none. */
function tokens(value: unknown, place: string): number {
  if (isAbsent(value)) {
    return 0;
  }
  if (typeof value !== 'number') {
    throw wrongShape(place, 'expected number');
  }
  if (!Number.isInteger(value)) {
    throw wrongShape(place, 'expected int');
  }
  if (value < 0) {
    throw absurd(place, 'below 0');
  }
  if (value > MAX_TOKENS) {
    throw absurd(place, `above ${MAX_TOKENS}`);
  }
  return value;
}

function latencyOf(holder: JsonObject, place: string): string | undefined {
  const config = optionalObject(holder.performanceConfig, place);
  return config && optionalText(config.latency, `${place}.latency`);
}

/** Whether the month has the day: JavaScript takes the 30th of February for the 2nd of March. */
function isDayOfMonth(timestamp: string): boolean {
  const day = timestamp.slice(8, 10);
  return day <= '28' || new Date(`${timestamp.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day);
}

function wrongShape(place: string, problem: string): UnreadableRecordError {
  return new UnreadableRecordError('wrong-shape', `${place}: ${problem}`);
}

function absurd(place: string, problem: string): UnreadableRecordError {
  return new UnreadableRecordError('absurd-value', `${place}: ${problem}`);
}
