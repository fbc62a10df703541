import { RetryableIamError } from '../ports';
import { StillMine } from './lease';
import { BackupEnd, LeftPolicy, policiesOf, PolicyBackup } from './policy-backup';
import { BackupStore } from './ports';

/** What came of a backup. */
export interface Retirement {
  readonly backup: PolicyBackup;
  readonly end: BackupEnd;
  /** How many policies are in place again. */
  readonly managed: number;
  readonly inline: number;
  readonly notRestored: readonly LeftPolicy[];
}

export type Report = (retirement: Retirement) => Promise<void>;

export interface RetirePorts {
  readonly backups: Pick<BackupStore, 'markAsHistory'>;
  readonly stillMine: StillMine;
  readonly report: Report;
  clock(): number;
}

/**
 * Makes history of a backup. It is told first: should the telling be the last thing that happens, the next try tells the same again, while nobody
 * would ever tell of a backup that is history already.
 */
export async function retire(retirement: Retirement, { backups, stillMine, clock, report }: RetirePorts): Promise<Retirement> {
  const { backup, end, notRestored } = retirement;
  await report(retirement);
  stillMine();
  if (!await backups.markAsHistory(backup, { end, archivedAt: clock(), notRestored })) {
    throw new RetryableIamError(`the backup of ${backup.principalId} has changed meanwhile`);
  }
  return retirement;
}

/** The user or role to which the policies belong does not exist: nothing is given to whoever bears the name now. */
export function retireOfAnother(ports: RetirePorts, backup: PolicyBackup, end: Exclude<BackupEnd, 'restored'>): Promise<Retirement> {
  const problem = end === 'principal-gone' ? 'the user or role no longer exists' : 'the user or role was deleted and another of the same name was made';
  return retire({ backup, end, managed: 0, inline: 0, notRestored: policiesOf(backup).map(policy => ({ policy, problem })) }, ports);
}
