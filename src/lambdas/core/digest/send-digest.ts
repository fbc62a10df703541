import { EventType } from '../../../contract';
import { budgetFromItem, BudgetItemError, isoInstant, Item } from '../budget-item';
import { Day, dayOf } from '../calendar';
import { CoreContext } from '../evaluator';
import { eventOf } from '../events';
import { plainText } from '../plain-text';
import { EventPublisher, Log, SettingsSource } from '../ports';
import { Digest, DigestOptions } from './digest';

/** Whether the digest of a day is still to be sent, and who is at it. */
export interface DigestMemory {
  /** `claimed`: send it; `sent`: it was; `busy`: another invocation is sending it. */
  claim(day: Day, now: number): Promise<'claimed' | 'sent' | 'busy'>;
  markSent(day: Day, now: number): Promise<void>;
  /** Another attempt may begin at once. */
  release(day: Day): Promise<void>;
}

export interface DigestPorts {
  /** The items of the Budgets table, one page after the other; notes of the deployment are none of them. */
  readonly pages: () => AsyncIterable<readonly Item[]>;
  readonly memory: DigestMemory;
  readonly settings: SettingsSource;
  readonly events: EventPublisher;
  readonly log: Log;
}

/** Thrown where another invocation is at it: tried again, in case it does not get there. */
export class DigestBusyError extends Error {
  public readonly name = 'DigestBusyError';
}

export interface DigestSummary {
  readonly day: Day;
  readonly sent: boolean;
  readonly principals: number;
}

/**
 * Puts the digest of a day on the bus, from where it goes to people like other events. Once a day, however often it is asked for.
 *
 * @param scheduledAt epoch milliseconds, for which day it is
 * @param now epoch milliseconds
 */
export async function sendDigest(scheduledAt: number, now: number, options: DigestOptions, ports: DigestPorts, context: CoreContext): Promise<DigestSummary> {
  const day = dayOf(scheduledAt, context.timeZone);
  switch (await ports.memory.claim(day, now)) {
    case 'sent':
      ports.log.info('the digest of this day was sent before', { day });
      return { day, sent: false, principals: 0 };
    case 'busy':
      throw new DigestBusyError(`another invocation is sending the digest of ${day}`);
    case 'claimed':
  }
  let principals: number;
  try {
    principals = await publish(day, scheduledAt, options, ports, context);
  } catch (error) {
    await ports.memory.release(day);
    throw error;
  }
  await ports.memory.markSent(day, now);
  return { day, sent: true, principals };
}

async function publish(day: Day, scheduledAt: number, options: DigestOptions, ports: DigestPorts, context: CoreContext): Promise<number> {
  const { settings } = await ports.settings.load();
  const digest = new Digest(scheduledAt, { ...context, settings }, options);
  for await (const items of ports.pages()) {
    for (const item of items) {
      addItem(digest, item, ports.log);
    }
  }
  const figures = digest.figures();
  await ports.events.publish([eventOf(EventType.DAILY_DIGEST, context, {
    eventId: `daily-digest/${context.deploymentId}/${day}`,
    occurredAt: isoInstant(scheduledAt),
    actor: 'daily-digest',
    reason: `the digest of ${day}`,
    digest: figures,
  })]);
  return figures.principals;
}

/** An item that cannot be read breaks no digest. */
function addItem(digest: Digest, item: Item, log: Log): void {
  try {
    digest.add(budgetFromItem(item));
  } catch (error) {
    if (!(error instanceof BudgetItemError)) {
      throw error;
    }
    digest.addUnreadable();
    log.warn('a budget cannot be read', { principalId: plainText(item.principalId, 200), problem: error.message });
  }
}
