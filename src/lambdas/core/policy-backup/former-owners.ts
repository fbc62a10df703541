import { Attachable, idOfTarget } from '../restriction-target';
import { underLease } from './lease';
import { Occasion } from './policy-events';
import { BackupContext, BackupPorts, PolicyWork, workOn } from './policy-work';
import { retireOfAnother } from './retire';

/**
 * Makes history of the backups of all who bore this name and do not exist any more: nobody is given what they had. A user that was renamed
 * exists: it has its own back when it is restored by its present name.
 *
 * @param bearer unique id of whoever bears the name now, if anybody does
 * @returns how many became history
 */
export async function retireFormer(
  target: Attachable, bearer: string | undefined, occasion: Occasion, ports: BackupPorts, context: BackupContext,
): Promise<number> {
  const principalId = idOfTarget(target, context.ownAccountId);
  const { held } = await ports.backups.listHeld(ports.clock());
  let retired = 0;
  for (const owner of held.filter(other => other.principalId === principalId && other.uniqueId !== bearer)) {
    await underLease(owner, ports, async stillMine => {
      const present = await ports.policies.locate(target, owner.uniqueId);
      if (present) {
        ports.log.info('the backup of a user that was renamed is kept', { principalId, now: idOfTarget(present, context.ownAccountId) });
      } else if (await retireGone(workOn(target, owner, stillMine, ports, context, occasion))) {
        retired += 1;
      }
    });
  }
  return retired;
}

/** Makes history of the backup of a user or role that does not exist any more. @returns whether there was one */
export async function retireGone(work: PolicyWork): Promise<boolean> {
  const { target, owner, policies, backups } = work;
  const backup = await backups.readCurrent(owner.uniqueId);
  if (backup) {
    await retireOfAnother(work, backup, await policies.identity(target) ? 'principal-replaced' : 'principal-gone');
  }
  return backup !== undefined;
}
