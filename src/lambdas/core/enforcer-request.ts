import * as z from 'zod/mini';
import { EnforcerAction } from '../../contract';
import { EnforcerRequest } from './enforcer';

/** Thrown for a payload that no state machine of ours sends. */
export class EnforcerRequestError extends Error {
  public readonly name = 'EnforcerRequestError';
}

const Instant = z.iso.datetime({ offset: true });
const Text = z.nullish(z.string());

const RequestShape = z.object({
  action: z.enum(EnforcerAction),
  workflow: z.object({ principalId: z.string().check(z.minLength(1)), revision: z.int(), notBefore: Instant, asOf: Instant }),
  now: Instant,
  executionName: Text,
  failedStep: Text,
  error: Text,
});

/** @throws EnforcerRequestError */
export function enforcerRequest(payload: unknown): EnforcerRequest {
  const parsed = RequestShape.safeParse(payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EnforcerRequestError(`not a request to the enforcer: ${issue.path.map(String).join('.') || 'payload'}: ${issue.message}`);
  }
  const { action, workflow, now, ...rest } = parsed.data;
  return { action, workflow, now, ...withoutNulls(rest) };
}

function withoutNulls(texts: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
