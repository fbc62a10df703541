import { Status } from '../../budget';
import { isoInstant } from '../../budget-item';
import { endOfWindow } from '../../calendar';
import { decide } from '../../decision';
import { AdministrationError } from '../errors';
import { exemptionToItem } from './exemption';
import { Change } from './orders';

/** Suspended at once and whatever is spent: the decision keeps who is held, and no new period ends it. */
export const suspend: Change<'suspend'> = ({ reason }, { caller }) => ({ set: { hold: { by: caller.arn, reason } } });

/** Statuses that a restoration by hand ends. */
const RESTORABLE: readonly Status[] = ['suspended', 'grace_period', 'exceeded'];

/**
 * Ends a suspension. Who is still over a limit would be suspended again at once, and so is exempt until the last of the windows ends
 * that are used up.
 */
export const restore: Change<'restore'> = ({ reason }, { budget, now, context }) => {
  if (!budget.hold && !RESTORABLE.includes(budget.status)) {
    throw new AdministrationError('Conflict', `there is nothing to restore: the principal is ${budget.status} and nobody holds it`);
  }
  const { windows, levels } = decide(budget, context, now);
  const exceeded = windows.filter(({ key }) => levels[key] === 'exceeded');
  const until = exceeded.length > 0 ? Math.max(...exceeded.map(({ window }) => endOfWindow(window, context.timeZone))) : undefined;
  return {
    remove: ['hold'],
    ...(until === undefined ? {} : { set: { exemption: exemptionToItem(reason, until) } }),
    notes: until !== undefined
      ? [`It is over its limit, and so exempt until ${isoInstant(until)}, when its period ends.`]
      : budget.hold ? [] : ['No limit keeps it suspended any more: it is restored by itself.'],
    dependsOn: ['status'],
  };
};
