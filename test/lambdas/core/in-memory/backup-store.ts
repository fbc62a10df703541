import { Item } from '../../../../src/lambdas/core/budget-item';
import { backupFromRow, currentRow, historyRow } from '../../../../src/lambdas/core/policy-backup/backup-item';
import { HistoryNote, PolicyBackup } from '../../../../src/lambdas/core/policy-backup/policy-backup';
import { BackupStore, TargetLeases } from '../../../../src/lambdas/core/policy-backup/ports';
import { Faults } from './faults';

export const HISTORY_DAYS = 30;

/** The Policy backups table: rows as DynamoDB has them. */
export class InMemoryBackupStore implements BackupStore, TargetLeases {
  public readonly history: Item[] = [];
  private readonly current = new Map<string, Item>();
  private readonly leases = new Map<string, { readonly worker: string; readonly until: number }>();

  constructor(private readonly faults = new Faults()) {}

  public readCurrent(target: string): Promise<PolicyBackup | undefined> {
    return this.faults.around('backups.readCurrent', () => this.peek(target));
  }

  public create(backup: PolicyBackup): Promise<boolean> {
    return this.faults.around('backups.create', () => {
      if (this.current.has(backup.target)) {
        return false;
      }
      this.current.set(backup.target, currentRow(backup));
      return true;
    });
  }

  public markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean> {
    return this.faults.around('backups.markAsHistory', () => {
      const current = this.peek(backup.target);
      if (current?.takenAt !== backup.takenAt || current.uniqueId !== backup.uniqueId) {
        return false;
      }
      this.current.delete(backup.target);
      this.history.push(historyRow(backup, note, HISTORY_DAYS));
      return true;
    });
  }

  public listHeld(now: number): Promise<{ readonly held: readonly string[]; readonly busy: readonly string[] }> {
    return this.faults.around('backups.listHeld', () => ({
      held: [...this.current.keys()].sort(),
      busy: [...this.leases].filter(([, { until }]) => until > now).map(([target]) => target).sort(),
    }));
  }

  public acquire(target: string, worker: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
    return this.faults.around('leases.acquire', () => {
      const lease = this.leases.get(target);
      if (lease && lease.until > now && lease.worker !== worker) {
        return false;
      }
      this.leases.set(target, { worker, until });
      return true;
    });
  }

  public release(target: string, worker: string): Promise<void> {
    return this.faults.around('leases.release', () => {
      if (this.leases.get(target)?.worker === worker) {
        this.leases.delete(target);
      }
    });
  }

  // What tests do to the table

  /** Reads without the faults. */
  public peek(target: string): PolicyBackup | undefined {
    const row = this.current.get(target);
    return row && backupFromRow(row);
  }

  public put(row: Item): void {
    this.current.set(String(row.target), row);
  }

  public isLeased(target: string): boolean {
    return this.leases.has(target);
  }
}
