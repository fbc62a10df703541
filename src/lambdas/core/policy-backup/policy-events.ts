import { EventType, Metric } from '../../../contract';
import { isoInstant } from '../budget-item';
import { Deployment, EventDetail, eventOf } from '../events';
import { EventPublisher, Log, Metrics } from '../ports';
import { BackupEnd, countedPolicies, LeftPolicy } from './policy-backup';
import { Removal } from './remove-policies';
import { Retirement } from './retire';

export interface AnnouncingPorts {
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What an event about policies is about. Documents never stand in it. */
export interface Occasion {
  /** The same for every try of the same step. */
  readonly id: string;
  /** Whose budget it was, or the user or role itself. */
  readonly principalId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly deployment: Deployment;
}

/** How many policies an event names. */
const NAMES_TOLD = 50;

const ENDS: Readonly<Record<BackupEnd, string>> = {
  'restored': 'put back',
  'principal-gone': 'put back: the user or role no longer exists',
  'principal-replaced': 'put back: the user or role was deleted, and another of the same name was made',
};

export async function announceRemoval(removal: Extract<Removal, { readonly result: 'removed' }>, occasion: Occasion, ports: AnnouncingPorts): Promise<void> {
  const { backup: { uniqueId, principalId: target, managed, inline }, left, removedNow } = removal;
  const counts = { managed: managed.length, inline: inline.length };
  ports.metrics.add(Metric.POLICIES_REMOVED, removedNow);
  await publish(EventType.POLICIES_REMOVED, occasion, ports, {
    reason: `${countedPolicies(counts)} backed up and removed`,
    after: { target, uniqueId, managedPolicies: counts.managed, inlinePolicies: counts.inline, leftInPlace: told(left) },
  });
}

export async function announceRetirement(retirement: Retirement, occasion: Occasion, ports: AnnouncingPorts): Promise<void> {
  const { backup: { uniqueId, principalId: target }, end, managed, inline, notRestored } = retirement;
  ports.metrics.add(Metric.POLICIES_RESTORED, managed + inline);
  ports.metrics.add(Metric.POLICIES_NOT_RESTORED, notRestored.length);
  if (notRestored.length > 0) {
    ports.log.warn('policies could not be put back', { target, end, policies: notRestored.length });
  }
  await publish(EventType.POLICIES_RESTORED, occasion, ports, {
    reason: `${countedPolicies({ managed, inline })} ${ENDS[end]}${notRestored.length > 0 ? `; ${notRestored.length} could not be` : ''}`,
    after: { target, uniqueId, end, managedPolicies: managed, inlinePolicies: inline, notRestored: told(notRestored) },
  });
}

function told(policies: readonly LeftPolicy[]): readonly string[] {
  const more = policies.length > NAMES_TOLD ? [`and ${policies.length - NAMES_TOLD} more`] : [];
  return [...policies.slice(0, NAMES_TOLD).map(({ policy, problem }) => `${policy}: ${problem}`), ...more];
}

/** Every change of IAM belongs into the audit trail. An event that cannot be put is counted and alarmed, but never stops enforcement. */
async function publish(
  type: EventType, { id, principalId, at, deployment }: Occasion, { events, metrics, log }: AnnouncingPorts, says: Pick<EventDetail, 'reason' | 'after'>,
): Promise<void> {
  try {
    await events.publish([eventOf(type, deployment, { eventId: id, occurredAt: isoInstant(at), actor: 'policy-detacher', principalId, ...says })]);
  } catch (error) {
    metrics.add(Metric.UNAUDITED_CHANGES, 1);
    log.error('a change of IAM could not be announced', { principalId, type, problem: (error as Error).name });
  }
}
