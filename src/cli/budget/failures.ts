import * as z from 'zod/mini';
import { plainText } from '../../lambdas/core/plain-text';
import { CommandFailure } from '../command-failure';

/** Thrown where budget-manager refused a request. */
export class RefusedError extends CommandFailure {
  public readonly name = 'RefusedError';

  constructor(public readonly code: string, message: string) {
    super(message);
  }
}

/** Thrown where AWS did not let the request through to budget-manager: the next one would fare no better. */
export class NotAdmittedError extends CommandFailure {
  public readonly name = 'NotAdmittedError';
}

const MAX_MESSAGE_LENGTH = 500;

const ManagerError = z.object({ error: z.object({ code: z.string(), message: z.string(), field: z.nullish(z.string()) }), requestId: z.nullish(z.string()) });
const AwsError = z.object({ Message: z.nullish(z.string()), message: z.nullish(z.string()) });

/** What to do about an error, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  Forbidden: 'nobody can change the budget that their own calls are charged to: if it is yours, ask somebody else who may; if not, use the credentials of a user or role',
  NotFound: 'see "budgeteer budget list" for those who have been seen; an AgentCore runtime must be registered',
  Conflict: 'look at it again with "budgeteer budget get", and repeat what is still right',
  IdempotencyConflict: 'leave --idempotency-key out for a new change; for the same one give the same arguments, with an instant in place of a time from now such as 7d',
  MethodNotAllowed: 'is the URL that of budget-manager?',
  TooLarge: 'give fewer or shorter labels and reasons',
  InternalError: 'the log of budget-manager tells more',
};

/** An answer that is none of those of success, in plain words and with what to do. */
export function failureOf(status: number, text: string): CommandFailure {
  const body = jsonOf(text);
  const ours = ManagerError.safeParse(body);
  if (ours.success) {
    const { error: { code, message, field }, requestId } = ours.data;
    const advice = Object.hasOwn(ADVICE, code) ? `: ${ADVICE[code]}` : '';
    const request = requestId ? ` (request ${plainText(requestId, 80)})` : '';
    return new RefusedError(code, `${field ? `${plainText(field, 60)}: ` : ''}${plainText(message, MAX_MESSAGE_LENGTH)}${request}${advice}`);
  }
  const aws = AwsError.safeParse(body);
  const said = plainText(aws.data?.Message ?? aws.data?.message, MAX_MESSAGE_LENGTH);
  const quoted = said === '' ? '' : ` (${said})`;
  if (status === 403 || status === 401) {
    return new NotAdmittedError(`AWS did not admit the request${quoted}: ${adviceOnAdmission(said)}`);
  }
  if (status === 429) {
    return new CommandFailure(`budget-manager has too many requests at once${quoted}: try again in a minute`);
  }
  if (status >= 500) {
    return new CommandFailure(`budget-manager failed with HTTP ${status}${quoted}: the log of the function tells why`);
  }
  return new CommandFailure(`HTTP ${status}${quoted} is no answer of budget-manager: is the URL right?`);
}

function adviceOnAdmission(said: string): string {
  if (/security token|expired token|token .*(expired|invalid)/i.test(said)) {
    return 'the credentials are no longer valid: log in again';
  }
  if (/signature/i.test(said)) {
    return 'are the clock and --region right, and does no proxy change requests?';
  }
  return 'the stack lets a role or user call the URL by `budgeteer.grantAdministration(role)`; or are these the credentials of somebody else (--profile)?';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
