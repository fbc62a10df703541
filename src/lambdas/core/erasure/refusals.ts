import { BackupAttribute, BudgetAttribute } from '../../../contract';
import { Status } from '../budget';
import { Item } from '../budget-item';
import { DECLARED } from '../declaration';
import { CURRENT_STATE } from '../policy-backup/backup-item';
import { ErasureRefusedError } from './pseudonym';

/** In all others somebody is denied, or a workflow that will deny or restore is under way: without the budget nobody would know why. */
const FREE: readonly Status[] = ['active', 'warning', 'critical', 'exceeded', 'deleted'];

/**
 * Refuses where an erasure would leave somebody locked out, or undo itself.
 *
 * @throws ErasureRefusedError with what to do
 */
export function refuseBudget(item: Item): void {
  const principalId = String(item[BudgetAttribute.PRINCIPAL_ID]);
  const status = (item.status ?? 'active') as Status;
  if (item.hold !== undefined) {
    throw new ErasureRefusedError(`${principalId} is held: take the hold off first (budgeteer budget restore ${principalId}), or wait until the monitor finds the principal gone`);
  }
  if (!FREE.includes(status)) {
    throw new ErasureRefusedError(
      `${principalId} has the status "${status}", allowed are ${FREE.join(', ')}: restore it first (budgeteer budget restore or top-up ${principalId}), so that nobody stays denied `
      + 'by a budget that is no more; if the user or role is deleted in IAM already, the monitor finds that within a day and sets the status to "deleted"',
    );
  }
  if (item[DECLARED] !== undefined) {
    throw new ErasureRefusedError(
      `${principalId} has a budget that a stack declares, and that stack would make it anew at its next deployment: take it out of the stack's code, deploy, and erase then`,
    );
  }
}

/**
 * A role that runtimes run as is named by them at every sweep. A runtime that is gone, or has another role by now, still knows from which role its deny
 * must be taken.
 *
 * @throws ErasureRefusedError
 */
export function refuseRuntime(item: Item, principalId: string): void {
  const status = (item.status ?? 'active') as Status;
  const former = (item.formerRole as Item | undefined)?.id;
  if ((item.role === principalId || former === principalId) && !FREE.includes(status)) {
    throw new ErasureRefusedError(
      `${principalId} is ${item.role === principalId ? 'the role' : 'the former role'} of ${String(item[BudgetAttribute.PRINCIPAL_ID])}, which has the status "${status}": the deny may `
      + `have to be taken from the role yet; restore the runtime first (budgeteer budget restore ${String(item[BudgetAttribute.PRINCIPAL_ID])}), or wait until it is done`,
    );
  }
  if (item[BudgetAttribute.ACTIVE_ROLE] === principalId) {
    throw new ErasureRefusedError(
      `${principalId} is the execution role of ${String(item[BudgetAttribute.PRINCIPAL_ID])}: give the runtime another role, or delete it, and erase then`,
    );
  }
}

/** @throws ErasureRefusedError */
export function refuseBackup(row: Item, principalId: string): void {
  if (row[BackupAttribute.PRINCIPAL_ID] === principalId && row[BackupAttribute.STATE] === CURRENT_STATE) {
    throw new ErasureRefusedError(`policies of ${principalId} are removed and not back yet: restore it first, so that they come back from the backup`);
  }
}
