import { awsError } from '../../lambdas/adapters/aws-error';

/** One call of an AWS API, by one invocation. */
export interface AwsCall {
  /** Counted from 0 on over all calls of a schedule. */
  readonly position: number;
  /** Name of the handler that makes it. */
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, any>;
}

/** The ways in which a call fails, beyond whatever the client's own retries mend. */
export const WAYS = [
  /** Refused: too many requests. Nothing has happened. */
  'throttled',
  /** The service fails with status 500. Nothing has happened. */
  'server-error',
  /** No answer, and nothing has happened. */
  'no-answer',
  /** No answer, but what was asked for has happened. */
  'answer-lost',
  /** The answer was lost, and the client asked again by itself: what comes back is the answer to the second request. */
  'asked-twice',
  /** Refused: no permission. Nothing has happened. */
  'denied',
  /** Refused, since somebody else changes the same thing at this moment. Nothing has happened. */
  'conflict',
  /** A part of what was asked for has happened, and the answer says which. */
  'partial',
  /** Before the call takes effect another container handles the same event from beginning to end: conditions fail for real. */
  'rival',
  /** The process is gone before the call is made. */
  'killed-before',
  /** The process is gone after the call took effect. */
  'killed-after',
] as const;
export type Way = (typeof WAYS)[number];

/** One fault of a schedule: the call at this position fails, and so many of the same caller and operation after it. */
export interface Fault {
  readonly position: number;
  readonly way: Way;
  /** @default 1 */
  readonly times?: number;
}

/** Calls that change something, or hand something over. */
export function isWrite({ operation }: Pick<AwsCall, 'operation'>): boolean {
  return /^(Update|Put|TransactWrite|Attach|Detach|Send|Start|Stop|Publish|Delete)/.test(operation);
}

/** Calls whose answer may tell of a part. */
const PARTIAL = ['PutEvents', 'SendMessageBatch', 'BatchGetItem'];

/** Whether a call can fail in this way at all. */
export function canFail(call: Pick<AwsCall, 'service' | 'operation'>, way: Way): boolean {
  switch (way) {
    case 'answer-lost':
    case 'asked-twice':
    case 'killed-after':
      // For a call that reads, it is the same as if nothing had been asked.
      return isWrite(call);
    case 'conflict':
      return isWrite(call) && ['DynamoDB', 'IAM'].includes(call.service);
    case 'partial':
      return PARTIAL.includes(call.operation);
    default:
      return true;
  }
}

const THROTTLED: Readonly<Record<string, string>> = { DynamoDB: 'ProvisionedThroughputExceededException', IAM: 'Throttling', SQS: 'RequestThrottled' };
const DENIED: Readonly<Record<string, string>> = { IAM: 'AccessDenied', SQS: 'AccessDenied', SNS: 'AuthorizationError' };
const FAILED: Readonly<Record<string, string>> = {
  IAM: 'ServiceFailure', EventBridge: 'InternalException', SQS: 'InternalError', DynamoDB: 'InternalServerError',
};

/** The error that the service's client throws. */
export function errorOf(way: Way, { service, operation, input }: AwsCall): Error {
  switch (way) {
    case 'throttled':
      return awsError(THROTTLED[service] ?? 'ThrottlingException', { message: 'Rate exceeded', status: 400 });
    case 'server-error':
      return awsError(FAILED[service] ?? 'InternalServerException', { status: 500 });
    case 'denied':
      return awsError(DENIED[service] ?? 'AccessDeniedException', { message: `not authorized to perform ${operation}`, status: 403 });
    case 'conflict':
      return service === 'IAM' ? awsError('ConcurrentModification', { status: 409 }) : operation !== 'TransactWriteItems'
        ? awsError('TransactionConflictException', { status: 400 })
        : awsError('TransactionCanceledException', {
          status: 400, CancellationReasons: (input.TransactItems as unknown[]).map((_, index) => ({ Code: index === 0 ? 'TransactionConflict' : 'None' })),
        });
    default:
      return awsError('TimeoutError', { message: 'Connection timed out after 10000 ms' });
  }
}

/** Which faults are still to come, and whether a call meets one. */
export class FaultPlan {
  private readonly open: Fault[];
  private readonly running: { readonly way: Way; readonly caller: string; readonly operation: string; left: number }[] = [];
  /** Faults that have met a call. */
  public readonly met: (Pick<AwsCall, 'position' | 'caller' | 'operation'> & { readonly way: Way })[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.open = [...faults];
  }

  /** What is out of order for a longer time: the way in which such calls fail. */
  public outage: (call: AwsCall) => Way | undefined = () => undefined;

  public meets(call: AwsCall): Way | undefined {
    const out = this.outage(call);
    if (out !== undefined) {
      return out;
    }
    const running = this.running.find(({ caller, operation, left }) => caller === call.caller && operation === call.operation && left > 0);
    const index = this.open.findIndex(({ position }) => position === call.position);
    const way = running?.way ?? (index >= 0 ? this.open[index].way : undefined);
    if (running) {
      running.left -= 1;
    } else if (index >= 0) {
      const { way: begun, times = 1 } = this.open.splice(index, 1)[0];
      this.running.push({ way: begun, caller: call.caller, operation: call.operation, left: times - 1 });
    }
    if (way === undefined || !canFail(call, way)) {
      return undefined;
    }
    this.met.push({ position: call.position, caller: call.caller, operation: call.operation, way });
    return way;
  }
}
