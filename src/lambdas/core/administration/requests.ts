import * as z from 'zod/mini';
import { PrincipalKindName } from '../../../contract';
import { STATUSES } from '../budget';
import { AdministrationError } from './errors';
import {
  amountUsd, day, flag, given, idempotencyKey, instant, label, labels, oneOf, pageSize, pageToken, period, principalId, reason, sharePercent,
  thresholdPercent, version,
} from './fields';
import { fingerprintOf } from './version';

/** Requests by their operation, strictly: a field that is misspelt must not be taken for one that was left out. */

const MAX_LIMITS = 10;

/** What every change takes. */
const change = { ifVersion: z.optional(version), idempotencyKey: z.optional(idempotencyKey), dryRun: z.optional(flag) };

const paged = { limit: z.optional(pageSize), nextToken: z.optional(pageToken) };

const limits = z.array(z.strictObject({ limitUsd: amountUsd, period, anchorDay: z.optional(day) })).check(z.minLength(1), z.maxLength(MAX_LIMITS));

const READS = {
  getBudget: z.strictObject({ operation: z.literal('getBudget'), principalId }),
  listBudgets: z.strictObject({
    operation: z.literal('listBudgets'),
    kind: z.optional(oneOf(Object.values(PrincipalKindName))),
    status: z.optional(oneOf(STATUSES)),
    label: z.optional(label),
    minSharePercent: z.optional(sharePercent),
    maxSharePercent: z.optional(sharePercent),
    ...paged,
  }),
  getHistory: z.strictObject({ operation: z.literal('getHistory'), principalId, ...paged }),
};

const CHANGES = {
  setBudget: z.strictObject({
    operation: z.literal('setBudget'),
    principalId,
    limits,
    labels: z.optional(labels),
    enforcement: z.optional(oneOf(['enforced', 'observe'])),
    reason: z.optional(reason),
    ...change,
  }),
  removeBudget: z.strictObject({ operation: z.literal('removeBudget'), principalId, reason: z.optional(reason), ...change }),
  topUp: z.strictObject({ operation: z.literal('topUp'), principalId, amountUsd, expiresAt: instant, reason, ...change }),
  exempt: z.strictObject({ operation: z.literal('exempt'), principalId, until: z.optional(instant), reason, ...change }),
  endExemption: z.strictObject({ operation: z.literal('endExemption'), principalId, reason: z.optional(reason), ...change }),
  suspend: z.strictObject({ operation: z.literal('suspend'), principalId, reason, ...change }),
  restore: z.strictObject({ operation: z.literal('restore'), principalId, reason, ...change }),
  setThresholds: z.strictObject({
    operation: z.literal('setThresholds'),
    principalId,
    warningPercent: thresholdPercent,
    criticalPercent: thresholdPercent,
    reason: z.optional(reason),
    ...change,
  }),
};

const SCHEMAS = { ...READS, ...CHANGES };

export type Operation = keyof typeof SCHEMAS;
export type ChangeOperation = keyof typeof CHANGES;

type ReadRequests = { readonly [O in keyof typeof READS]: Readonly<z.infer<(typeof READS)[O]>> };
type ChangeRequests = { readonly [O in ChangeOperation]: Readonly<z.infer<(typeof CHANGES)[O]>> & Fingerprinted };

interface Fingerprinted {
  /** The same for requests that ask for the same: what an idempotency key stands for. */
  readonly fingerprint: string;
}

export type RequestOf<O extends Operation> = (ReadRequests & ChangeRequests)[O];
export type ChangeRequest = ChangeRequests[ChangeOperation];
export type AdministrationRequest = RequestOf<Operation>;

const OPERATIONS = Object.keys(SCHEMAS) as readonly Operation[];

/** The known operation that a body names, whether or not the rest of it is right. */
export function operationOf(body: unknown): Operation | undefined {
  const named = typeof body === 'object' && body !== null ? (body as { readonly operation?: unknown }).operation : undefined;
  return OPERATIONS.find(operation => operation === named);
}

export function isChange(operation: Operation | undefined): operation is ChangeOperation {
  return operation !== undefined && Object.hasOwn(CHANGES, operation);
}

/** @throws AdministrationError naming the field, what was given and what is allowed */
export function readRequest(body: unknown): AdministrationRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AdministrationError('BadRequest', `the body is ${given(body)}, allowed is a JSON object with an operation`);
  }
  const operation = operationOf(body);
  if (!operation) {
    const named = given((body as { readonly operation?: unknown }).operation);
    throw new AdministrationError('BadRequest', `operation is ${named}, allowed is one of ${OPERATIONS.join(', ')}`, 'operation');
  }
  const parsed = SCHEMAS[operation].safeParse(body);
  if (!parsed.success) {
    throw refusalOf(parsed.error.issues[0], body, operation);
  }
  return (isChange(operation) ? { ...parsed.data, fingerprint: fingerprintOf(body) } : parsed.data) as AdministrationRequest;
}

type Issue = z.core.$ZodIssue;

function refusalOf(issue: Issue, body: object, operation: Operation): AdministrationError {
  const path = issue.path as readonly (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const unknown = given(issue.keys[0]);
    const known = path.length === 0 ? Object.keys(SCHEMAS[operation].shape) : ['limitUsd', 'period', 'anchorDay'];
    const of = path.length === 0 ? operation : nameOf(path);
    return new AdministrationError('BadRequest', `${unknown} is no argument of ${of}, which takes ${known.join(', ')}`, nameOf([...path, unknown.slice(1, -1)]));
  }
  const name = nameOf(path);
  return new AdministrationError('BadRequest', `${name} is ${given(valueAt(body, path))}, allowed is ${allowedBy(issue)}`, name);
}

/** The list of limits alone is no field that says itself what is allowed, and so are the limits in it. */
function allowedBy(issue: Issue): string {
  if (issue.code === 'custom') {
    return issue.message;
  }
  return `${issue.path.length > 1 ? 'a limit' : `a list of 1 to ${MAX_LIMITS} limits`} such as { "limitUsd": "100", "period": "calendar month" }`;
}

function nameOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((name, part) => (typeof part === 'number' ? `${name}[${part}]` : name ? `${name}.${part}` : part), '');
}

function valueAt(body: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[part], body);
}
