/** What is known of an error that an AWS client threw. Told by name, not by class: an error that a client does not model has no class. */
interface AwsError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The error's code as the service writes it; clients append `Exception` to some. */
export function errorCode(error: unknown): string {
  return ((error as AwsError | undefined)?.name ?? '').replace(/Exception$/, '');
}

export function isError(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(errorCode(error));
}

/** The error's message, bounded: it goes into tables and messages. */
export function errorMessage(error: unknown): string {
  return ((error as AwsError | undefined)?.message || errorCode(error) || 'unknown error').slice(0, 500);
}

const THROTTLED = ['Throttling', 'Throttled', 'ThrottledException', 'TooManyRequests', 'RequestLimitExceeded', 'RequestThrottled', 'SlowDown'];
const UNAVAILABLE = ['ServiceFailure', 'ServiceUnavailable', 'InternalFailure', 'InternalError', 'RequestTimeout', 'TimeoutError'];
const NETWORK = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether the same request may succeed later: the service throttled or failed, or was not reached. */
export function isTransient(error: unknown): boolean {
  const { code, $metadata } = (error ?? {}) as AwsError;
  const status = $metadata?.httpStatusCode ?? 0;
  return isError(error, ...THROTTLED, ...UNAVAILABLE) || (code !== undefined && NETWORK.includes(code)) || status === 429 || status >= 500;
}
