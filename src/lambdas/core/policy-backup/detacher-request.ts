import * as z from 'zod/mini';
import { DetacherAction } from '../../../contract';
import { DetacherRequest } from './detacher';
import { RestoreAllRequest } from './restore-all';

/** Thrown for a payload that nobody of ours sends. */
export class DetacherRequestError extends Error {
  public readonly name = 'DetacherRequestError';
}

const Instant = z.iso.datetime({ offset: true });

const StepShape = z.object({
  action: z.enum([DetacherAction.REMOVE, DetacherAction.RESTORE]),
  workflow: z.object({ principalId: z.string().check(z.minLength(1)), revision: z.int(), notBefore: Instant, asOf: Instant }),
  now: Instant,
  executionName: z.nullish(z.string()),
});

const RestoreAllShape = z.object({ action: z.literal(DetacherAction.RESTORE_ALL), now: Instant });

const RequestShape = z.discriminatedUnion('action', [StepShape, RestoreAllShape]);

/** @throws DetacherRequestError */
export function detacherRequest(payload: unknown): DetacherRequest | RestoreAllRequest {
  const parsed = RequestShape.safeParse(payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DetacherRequestError(`not a request to the policy-detacher: ${issue.path.map(String).join('.') || 'payload'}: ${issue.message}`);
  }
  if (parsed.data.action === DetacherAction.RESTORE_ALL) {
    return parsed.data;
  }
  const { executionName, ...request } = parsed.data;
  return { ...request, ...(typeof executionName === 'string' ? { executionName } : {}) };
}
