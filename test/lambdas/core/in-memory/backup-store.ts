import { Item } from '../../../../src/lambdas/core/budget-item';
import { backupFromRow, currentRow, historyRow } from '../../../../src/lambdas/core/policy-backup/backup-item';
import { HistoryNote, PolicyBackup } from '../../../../src/lambdas/core/policy-backup/policy-backup';
import { BackupCreation, BackupStore, CLOSED_FOR_MS, Holdings, TargetLeases } from '../../../../src/lambdas/core/policy-backup/ports';
import { Faults } from './faults';

export const HISTORY_DAYS = 30;

/** The Policy backups table: rows as DynamoDB has them. */
export class InMemoryBackupStore implements BackupStore, TargetLeases {
  public readonly history: Item[] = [];
  private readonly current = new Map<string, Item>();
  /** Since when no backups are taken. */
  public closedAt: number | undefined;
  private readonly leases = new Map<string, { readonly worker: string; readonly until: number }>();

  constructor(private readonly faults = new Faults()) {}

  public readCurrent(uniqueId: string): Promise<PolicyBackup | undefined> {
    return this.faults.around('backups.readCurrent', () => this.read(uniqueId));
  }

  public create(backup: PolicyBackup): Promise<BackupCreation> {
    return this.faults.around<BackupCreation>('backups.create', () => {
      if (this.closedAt !== undefined && this.closedAt > backup.takenAt - CLOSED_FOR_MS) {
        return 'closed';
      }
      if (this.current.has(backup.uniqueId)) {
        return 'exists';
      }
      this.current.set(backup.uniqueId, currentRow(backup));
      return 'created';
    });
  }

  public close(now: number): Promise<void> {
    return this.faults.around('backups.close', () => { this.closedAt = now; });
  }

  public open(): Promise<void> {
    return this.faults.around('backups.open', () => { this.closedAt = undefined; });
  }

  public markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean> {
    return this.faults.around('backups.markAsHistory', () => {
      if (this.read(backup.uniqueId)?.takenAt !== backup.takenAt) {
        return false;
      }
      this.current.delete(backup.uniqueId);
      this.history.push(historyRow(backup, note, HISTORY_DAYS));
      return true;
    });
  }

  public listHeld(now: number): Promise<Holdings> {
    return this.faults.around('backups.listHeld', () => ({
      held: [...this.current].map(([uniqueId, { principalId }]) => ({ uniqueId, principalId: String(principalId) })),
      busy: [...this.leases].filter(([, { until }]) => until > now).map(([uniqueId]) => uniqueId).sort(),
    }));
  }

  public acquire(uniqueId: string, worker: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
    return this.faults.around('leases.acquire', () => {
      const lease = this.leases.get(uniqueId);
      if (lease && lease.until > now && lease.worker !== worker) {
        return false;
      }
      this.leases.set(uniqueId, { worker, until });
      return true;
    });
  }

  public release(uniqueId: string, worker: string): Promise<void> {
    return this.faults.around('leases.release', () => {
      if (this.leases.get(uniqueId)?.worker === worker) {
        this.leases.delete(uniqueId);
      }
    });
  }

  // What tests do to the table

  /** Reads without the faults, by the name. */
  public peek(target: string): PolicyBackup | undefined {
    const row = [...this.current.values()].find(({ principalId }) => principalId === target);
    return row && backupFromRow(row);
  }

  public put(row: Item): void {
    this.current.set(String(row.target), row);
  }

  public isHeld(uniqueId: string): boolean {
    return this.current.has(uniqueId);
  }

  public isLeased(uniqueId: string): boolean {
    return this.leases.has(uniqueId);
  }

  private read(uniqueId: string): PolicyBackup | undefined {
    const row = this.current.get(uniqueId);
    return row && backupFromRow(row);
  }
}
