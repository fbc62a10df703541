import { CoreContext } from '../evaluator';
import { principalFromId } from '../principal';
import { Attachable, attachmentTarget, isAttachable, restrictionTarget } from '../restriction-target';
import { GuardPorts } from './ports';
import { isFailure, settle } from './settle';

/**
 * Brings one principal to what its budgets want, when something has happened to it. What cannot be done is told by the next run over everybody, which
 * knows what has been told already.
 */
export async function guardOne(principalId: string, now: number, ports: GuardPorts, context: CoreContext): Promise<void> {
  const { settings } = await ports.settings.load();
  for (const target of await targetsOf(principalId, ports, context)) {
    const settled = await settle(target, undefined, now, ports, { ...context, settings });
    if (isFailure(settled)) {
      ports.log.warn('cannot be kept from the mantle endpoint, or not be let go', { principalId, target, ...settled });
    }
  }
}

/** What the budget restricts, and for a runtime that was given another role, the one that it left. A budget that is not there has the id alone. */
async function targetsOf(principalId: string, { store }: GuardPorts, { ownAccountId }: CoreContext): Promise<readonly Attachable[]> {
  const budget = await store.read(principalId);
  const former = budget?.formerRole && principalFromId(budget.formerRole.id);
  return [
    restrictionTarget(budget ?? { principalId }, ownAccountId),
    ...(former ? [attachmentTarget(former, ownAccountId)] : []),
  ].filter(isAttachable);
}
