import { limitsInForce } from '../../budget';
import { isoInstant, topUpToItem } from '../../budget-item';
import { AdministrationError } from '../errors';
import { Change } from './orders';

const MAX_DAYS = 366;
const MAX_TOP_UPS = 20;
const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Raises every limit for a while. Top-ups that are over leave the item on this occasion.
 *
 * It is the one change that adds up. A signed request can be sent again for some minutes, by whoever has recorded it or by a client that got no
 * answer: without a key of its own, one that says the same as a top-up that is running is taken for that very one.
 */
export const topUp: Change<'topUp'> = ({ amountUsd: amount, expiresAt, reason, idempotencyKey }, { budget, now, context }) => {
  const latest = now + MAX_DAYS * MILLISECONDS_PER_DAY;
  if (expiresAt <= now || expiresAt > latest) {
    throw new AdministrationError(
      'BadRequest', `expiresAt is ${isoInstant(expiresAt)}, allowed is an instant after now (${isoInstant(now)}) and at most ${MAX_DAYS} days ahead`, 'expiresAt',
    );
  }
  const running = budget.topUps.filter(other => other.expiresAt > now);
  if (idempotencyKey === undefined && running.some(other => other.amount === amount && other.expiresAt === expiresAt && other.reason === reason)) {
    return { notes: ['The same top-up is running already, and was not added once more: to add it again, send an idempotencyKey.'] };
  }
  if (running.length >= MAX_TOP_UPS) {
    throw new AdministrationError('Conflict', `the budget has ${running.length} top-ups that have not expired, allowed are ${MAX_TOP_UPS}: raise its limits instead`);
  }
  return {
    set: { topUps: [...running, { amount, expiresAt, reason }].map(topUpToItem) },
    notes: limitsInForce(budget, context.settings).length > 0 ? [] : ['It has no limit that the top-up could raise: give it one by setBudget.'],
  };
};
