import { isoInstant, Item } from '../budget-item';
import { digestOf } from '../value-digest';
import { Caller } from './caller';
import { AdministrationError } from './errors';
import { ChangeRequest } from './requests';

/**
 * The item's attribute that remembers the last requests which carried a key. It is written together with what they asked for: so a request
 * was carried out if and only if it is remembered, and needs no other table.
 */
export const REQUESTS = 'requests';

/** Hashes alone are kept, since every charge pays for an item by its size. */
const MAX_REMEMBERED = 20;

/** A request that was carried out: its key, what it was, and the version of the budget that it led to. */
export interface RememberedRequest {
  readonly key: string;
  readonly hash: string;
  readonly at: string;
  readonly version: string;
}

/**
 * Whether this very request was carried out already.
 *
 * @throws AdministrationError where its key was used for another one
 */
export function isRemembered(item: Item | undefined, request: ChangeRequest, caller: Caller): boolean {
  const { idempotencyKey: key } = request;
  const same = key === undefined ? undefined : rememberedIn(item).find(other => other.key === key);
  if (same && same.hash !== hashOf(request, caller)) {
    throw new AdministrationError(
      'IdempotencyConflict', `idempotencyKey was used for another request at ${String(same.at).slice(0, 40)}: take a new key for every change`, 'idempotencyKey',
    );
  }
  return same !== undefined;
}

/** The attribute as the request leaves it, where it carries a key. */
export function remembering(item: Item | undefined, request: ChangeRequest, caller: Caller, now: number, version: string): Item {
  if (request.idempotencyKey === undefined) {
    return {};
  }
  const remembered: RememberedRequest = { key: request.idempotencyKey, hash: hashOf(request, caller), at: isoInstant(now), version };
  return { [REQUESTS]: [...rememberedIn(item), remembered].slice(-MAX_REMEMBERED) };
}

/** Sessions of a role come and go while a request is tried again, so the hash has the role. */
function hashOf({ fingerprint }: ChangeRequest, { arn, principal }: Caller): string {
  return digestOf([fingerprint, principal?.id ?? arn], 32);
}

/** What somebody broke by hand is forgotten. */
function rememberedIn(item: Item | undefined): readonly RememberedRequest[] {
  const requests = item?.[REQUESTS];
  return Array.isArray(requests) ? (requests as (RememberedRequest | null)[]).filter((request): request is RememberedRequest => typeof request?.key === 'string') : [];
}
