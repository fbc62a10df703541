import { EventType } from '../../../../contract';
import { isoInstant } from '../../budget-item';
import { BudgetEvent, Deployment, eventOf } from '../../events';
import { PriceChange } from './assemble-prices';
import { HELD_BACK, HeldBackPrice } from './held-back';
import { whereOf } from './listed-price';

/** An event has room for more, a reader has not. */
const MAX_LISTED = 50;

const ACTOR = 'price-refresher';

export interface PriceNews {
  readonly changes: readonly PriceChange[];
  readonly heldBack: readonly HeldBackPrice[];
  /** What was announced before. */
  readonly heldBackBefore: readonly HeldBackPrice[];
  /** Of the prices as they will be saved: a run that is repeated since it could not save says the same under the same id. */
  readonly revision: number;
}

/** What is to be told of a refresh. What was told before is not told again. */
export function announcePrices({ changes, heldBack, heldBackBefore, revision }: PriceNews, now: number, deployment: Deployment): BudgetEvent[] {
  const occurredAt = isoInstant(now);
  const events: BudgetEvent[] = [];
  if (changes.length > 0) {
    const added = changes.filter(({ before }) => before === undefined).length;
    const gone = changes.filter(({ after }) => after === undefined).length;
    events.push(eventOf(EventType.PRICES_REFRESHED, deployment, {
      eventId: `prices-refreshed/${revision}`,
      occurredAt,
      actor: ACTOR,
      reason: `the AWS Price List has ${count(changes.length - added - gone, 'changed price')} and ${count(added, 'new one')}; ${gone > 0 ? `${count(gone, 'price')} no longer listed; ` : ''}${count(heldBack.length, 'price')} held back${more(changes)}`,
      before: listed(changes, ({ before }) => before ?? 'none'),
      after: listed(changes, ({ after }) => after ?? 'absent'),
    }));
  }
  if (heldBack.length > 0 && !sameHeldBack(heldBack, heldBackBefore)) {
    events.push(eventOf(EventType.PRICES_HELD_BACK, deployment, {
      eventId: `prices-held-back/${revision}`,
      occurredAt,
      actor: ACTOR,
      reason: `${count(heldBack.length, 'price')} of the AWS Price List held back: the prices known before stay in force until you accept these with the setting price-overrides${more(heldBack)}`,
      before: Object.fromEntries(heldBack.slice(0, MAX_LISTED).map(price => [label(price), price.known ?? 'none'])),
      after: Object.fromEntries(heldBack.slice(0, MAX_LISTED).map(price => [label(price), `${price.found}: ${HELD_BACK[price.reason]}`])),
    }));
  }
  return events;
}

export function sameHeldBack(some: readonly HeldBackPrice[], others: readonly HeldBackPrice[]): boolean {
  const texts = (prices: readonly HeldBackPrice[]) => prices.map(price => `${label(price)} ${price.found} ${price.reason}`).sort().join('\n');
  return texts(some) === texts(others);
}

/** `amazon.nova-pro-v1:0 eu-central-1@batch output` */
function label(price: HeldBackPrice): string {
  return `${price.modelId} ${whereOf(price)} ${price.kind}`;
}

function listed(changes: readonly PriceChange[], side: (change: PriceChange) => string): Record<string, string> {
  return Object.fromEntries(changes.slice(0, MAX_LISTED).map(change => [`${change.modelId} ${change.where} ${change.kind}`, side(change)]));
}

function more(all: readonly unknown[]): string {
  return all.length > MAX_LISTED ? `; the first ${MAX_LISTED} are listed` : '';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
