import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Log } from '../core/ports';
import { isObject } from '../core/record-body';
import { fullJitter, wait, Wait } from './waiting';

/** What a custom resource did. */
export interface CustomResourceResult {
  readonly physicalResourceId: string;
  readonly data?: Readonly<Record<string, string>>;
}

export interface CustomResourceOptions {
  /** The id of the resource that an event is about, should its handling fail before it says so itself. */
  readonly physicalResourceIdOf: (event: CloudFormationCustomResourceEvent) => string;
  readonly log: Log;
  readonly pause?: Wait;
}

/** Thrown where CloudFormation's address for the answer could not be reached: Lambda then repeats the invocation. */
export class AnswerNotDeliveredError extends Error {
  public readonly name = 'AnswerNotDeliveredError';
}

/** CloudFormation takes no longer answer. */
const MAX_ANSWER_BYTES = 4096;
/** Time kept at the end of an invocation to say that it ran out. */
const RESERVE_MS = 10_000;
const MAX_ATTEMPTS = 5;
const ATTEMPT_TIMEOUT_MS = 5_000;

/** Whether a function that has other callers as well is asked by CloudFormation. */
export function isCustomResource(payload: unknown): payload is CloudFormationCustomResourceEvent {
  return isObject(payload) && typeof payload.RequestType === 'string' && typeof payload.ResponseURL === 'string';
}

/**
 * Handles an event of a custom resource and always answers: CloudFormation waits an hour for an answer that does not come.
 */
export async function answering(
  event: CloudFormationCustomResourceEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'> | undefined,
  options: CustomResourceOptions,
  work: () => Promise<CustomResourceResult>,
): Promise<void> {
  const answer = await Promise.race([successOf(work), timeUp(context)]).catch(error => failureOf(error, event, options));
  await deliver(event, answer, options);
}

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

async function successOf(work: () => Promise<CustomResourceResult>): Promise<Answer> {
  const { physicalResourceId, data } = await work();
  return { Status: 'SUCCESS', Reason: 'done', PhysicalResourceId: physicalResourceId, ...(data ? { Data: data } : {}) };
}

function timeUp(context: Pick<Context, 'getRemainingTimeInMillis'> | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (context) {
      const timer = setTimeout(
        () => reject(new Error('the function ran out of time; see its log, and try again')),
        Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS),
      );
      // Must not keep a container, or a test, alive.
      timer.unref();
    }
  });
}

function failureOf(error: unknown, event: CloudFormationCustomResourceEvent, { physicalResourceIdOf, log }: CustomResourceOptions): Answer {
  const { name, message } = error as Error;
  log.error('custom resource failed', { requestType: event.RequestType, logicalResourceId: event.LogicalResourceId, problem: `${name}: ${message}` });
  return {
    Status: 'FAILED',
    Reason: message || name,
    // A failed update must name the resource that it failed to change: another id would make CloudFormation delete one of the two.
    PhysicalResourceId: event.RequestType === 'Create' ? physicalResourceIdOf(event) || event.LogicalResourceId : event.PhysicalResourceId,
  };
}

async function deliver(event: CloudFormationCustomResourceEvent, answer: Answer, { log, pause = wait }: CustomResourceOptions): Promise<void> {
  const body = bodyOf(event, answer);
  for (let attempt = 1; ; attempt += 1) {
    const problem = await put(event.ResponseURL, body);
    if (!problem) {
      return;
    }
    // The address itself carries a signature and is never logged.
    log.warn('answer to CloudFormation was not accepted', { attempt, problem });
    if (attempt >= MAX_ATTEMPTS) {
      throw new AnswerNotDeliveredError(`CloudFormation's address for the answer was not reached in ${MAX_ATTEMPTS} attempts: ${problem}`);
    }
    await pause(fullJitter(attempt, 500, 4_000));
  }
}

function bodyOf({ StackId, RequestId, LogicalResourceId }: CloudFormationCustomResourceEvent, answer: Answer): Buffer {
  const encode = (reason: string) => Buffer.from(JSON.stringify({ ...answer, Reason: reason, StackId, RequestId, LogicalResourceId }));
  let reason = answer.Reason;
  let body = encode(reason);
  while (body.length > MAX_ANSWER_BYTES && reason.length > 0) {
    reason = reason.slice(0, Math.floor(reason.length * 0.9));
    body = encode(`${reason}…`);
  }
  return body;
}

/** @returns what went wrong, if anything did */
async function put(url: string, body: Buffer): Promise<string | undefined> {
  try {
    // The address is signed for an empty content type.
    const response = await fetch(url, { method: 'PUT', headers: { 'content-type': '' }, body: new Uint8Array(body), signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) });
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const { name, cause } = error as Error;
    return `${name} ${(cause as { code?: string } | undefined)?.code ?? ''}`.trim();
  }
}
