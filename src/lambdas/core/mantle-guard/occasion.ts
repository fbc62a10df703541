import * as z from 'zod/mini';
import { EVENT_SOURCE, EventType } from '../../../contract';

/** Why the guard was called: for one principal, or for everybody. */
export type GuardOccasion = { readonly kind: 'everybody' } | { readonly kind: 'principal'; readonly principalId: string };

/** After these, somebody may have to be kept from the mantle endpoint, or let go. */
const OF_A_PRINCIPAL: readonly EventType[] = [
  EventType.BUDGET_CHANGED, EventType.PRINCIPAL_GONE, EventType.PRINCIPAL_REGISTERED, EventType.PRINCIPAL_RESTORED, EventType.RUNTIMES_SHARE_ROLE,
];

const OwnEvent = z.object({ 'source': z.literal(EVENT_SOURCE), 'detail-type': z.string(), 'detail': z.object({ principalId: z.optional(z.string()) }) });

/** An event of ours about a principal is about that one; one of the settings, and the clock, are about everybody. */
export function readGuardEvent(event: unknown): GuardOccasion {
  const parsed = OwnEvent.safeParse(event);
  const principalId = parsed.success && OF_A_PRINCIPAL.some(type => type === parsed.data['detail-type']) ? parsed.data.detail.principalId : undefined;
  return principalId === undefined ? { kind: 'everybody' } : { kind: 'principal', principalId };
}
