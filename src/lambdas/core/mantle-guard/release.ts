import { EventType } from '../../../contract';
import { auditRow } from '../audit-row';
import { isoInstant, Item } from '../budget-item';
import { Deployment, eventOf } from '../events';
import { LiftPorts, liftUntilNoneIsListed, LiftWords, RemovalIncompleteError, RemovalRequest } from '../removal';

export interface ReleasePorts extends LiftPorts {
  readonly audit: { append(row: Item): Promise<void> };
}

/**
 * Before a second look is believed. The right to attach is gone when this begins, but IAM takes a moment to enforce that, and to list what was
 * attached within it.
 */
const SETTLING_MS = 30_000;
const MARGIN_MS = 30_000;

const WORDS: LiftWords = {
  policy: 'the policy that denies the mantle endpoint',
  remedy: 'it cannot be deleted before. Detach it there by hand, and delete it or the stack again',
};

/**
 * Lets everybody go, before the policy is deleted: the stack is removed, or nobody is to be kept from the mantle endpoint any more.
 *
 * @returns who was let go
 * @throws RemovalIncompleteError naming who is not, and what to do
 */
export async function releaseEverybody(request: RemovalRequest, ports: ReleasePorts, deployment: Deployment): Promise<readonly string[]> {
  const released = new Set<string>();
  try {
    await liftUntilNoneIsListed(released, ports, WORDS);
    for (let looks = 2; looks > 1;) {
      if (ports.remaining() < SETTLING_MS + MARGIN_MS) {
        throw new RemovalIncompleteError(`there was no time left to make sure that ${WORDS.policy} is attached to nobody. Delete it or the stack again`);
      }
      await ports.pause(SETTLING_MS);
      looks = await liftUntilNoneIsListed(released, ports, WORDS);
    }
  } finally {
    await record(request, [...released], ports, deployment);
  }
  return [...released];
}

/** The bus and its rules may be gone already, so the row is written at once. Who was let go stays so if that fails. */
async function record({ requestId, at }: RemovalRequest, names: readonly string[], { audit, log }: ReleasePorts, deployment: Deployment): Promise<void> {
  const { type, detail } = eventOf(EventType.MANTLE_DENY_DETACHED, deployment, {
    eventId: `mantle-deny/released/${requestId}`,
    occurredAt: isoInstant(at),
    actor: 'mantle-guard',
    reason: `nobody is kept from the mantle endpoint any more: ${names.length} users and roles let go`,
    before: { denied: names },
  });
  try {
    await audit.append(auditRow(type, { ...detail }));
  } catch (error) {
    log.error('the release could not be written to the audit table', { problem: (error as Error).name, released: names });
  }
}
