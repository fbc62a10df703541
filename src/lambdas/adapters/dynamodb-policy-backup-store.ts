import { AttributeValue, DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, ScanCommandInput, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { BackupAttribute } from '../../contract';
import { isoInstant, Item } from '../core/budget-item';
import { backupFromRow, CURRENT_STATE, currentRow, historyRow } from '../core/policy-backup/backup-item';
import { HistoryNote, PolicyBackup, PolicyBackupError } from '../core/policy-backup/policy-backup';
import { BackupStore, TargetLeases } from '../core/policy-backup/ports';
import { RetryableIamError } from '../core/ports';
import { isError } from './aws-errors';
import { whyNotWritten } from './dynamodb-transactions';
import { Placeholders } from './dynamodb-update';
import { fromItem, toItem } from './dynamodb-values';
import { retryably } from './retryably';

/** State of the row by which a worker has a target to itself. */
const LEASE_STATE = 'lease';

const WORKER = 'worker';
const LEASED_UNTIL = 'leasedUntil';

export interface PolicyBackupStoreOptions {
  readonly tableName: string;
  /** Days for which a backup stays as history. */
  readonly historyDays: number;
}

/** The Policy backups table. */
export class DynamoDbPolicyBackupStore implements BackupStore, TargetLeases {
  constructor(private readonly client: DynamoDBClient, private readonly options: PolicyBackupStoreOptions) {}

  public readCurrent(target: string): Promise<PolicyBackup | undefined> {
    return retryably(async () => {
      const { Item: row } = await this.client.send(new GetItemCommand({ ...this.keyOf(target, CURRENT_STATE), ConsistentRead: true }));
      return row && backupFromRow(toItem(row));
    });
  }

  public async create(backup: PolicyBackup): Promise<boolean> {
    const placeholders = new Placeholders();
    return this.whereHeld(new PutItemCommand({
      TableName: this.options.tableName,
      Item: fromItem(currentRow(backup)),
      ConditionExpression: `attribute_not_exists(${placeholders.name(BackupAttribute.TARGET)})`,
      ...placeholders.bindings,
    }));
  }

  public markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean> {
    const placeholders = new Placeholders();
    const sameBackup = `${placeholders.name('takenAt')} = ${placeholders.value(isoInstant(backup.takenAt))}`;
    const sameEntity = `${placeholders.name('uniqueId')} = ${placeholders.value(backup.uniqueId)}`;
    return retryably(async () => {
      try {
        await this.client.send(new TransactWriteItemsCommand({
          TransactItems: [
            { Delete: { ...this.keyOf(backup.target, CURRENT_STATE), ConditionExpression: `${sameBackup} AND ${sameEntity}`, ...placeholders.bindings } },
            { Put: { TableName: this.options.tableName, Item: fromItem(historyRow(backup, note, this.options.historyDays)) } },
          ],
        }));
        return true;
      } catch (error) {
        const why = whyNotWritten(error);
        switch (why.result) {
          case 'conditions': return false;
          case 'conflict': throw new RetryableIamError(why.message, { cause: error });
          case 'refused': throw new PolicyBackupError(`the backup of ${backup.target} cannot become history: ${why.message}`, { cause: error });
        }
      }
    });
  }

  public listHeld(now: number): Promise<{ readonly held: readonly string[]; readonly busy: readonly string[] }> {
    return retryably(async () => {
      const rows: Item[] = [];
      for await (const row of this.rowsOfState(CURRENT_STATE, LEASE_STATE)) {
        rows.push(row);
      }
      const targets = (found: readonly Item[]) => found.map(row => String(row[BackupAttribute.TARGET])).sort();
      return {
        held: targets(rows.filter(row => row[BackupAttribute.STATE] === CURRENT_STATE)),
        busy: targets(rows.filter(row => row[BackupAttribute.STATE] === LEASE_STATE && String(row[LEASED_UNTIL]) > isoInstant(now))),
      };
    });
  }

  public acquire(target: string, worker: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
    const placeholders = new Placeholders();
    const free = `attribute_not_exists(${placeholders.name(BackupAttribute.TARGET)})`;
    const over = `${placeholders.name(LEASED_UNTIL)} <= ${placeholders.value(isoInstant(now))}`;
    const mine = `${placeholders.name(WORKER)} = ${placeholders.value(worker)}`;
    return this.whereHeld(new PutItemCommand({
      TableName: this.options.tableName,
      Item: fromItem({ [BackupAttribute.TARGET]: target, [BackupAttribute.STATE]: LEASE_STATE, [WORKER]: worker, [LEASED_UNTIL]: isoInstant(until) }),
      ConditionExpression: `${free} OR ${over} OR ${mine}`,
      ...placeholders.bindings,
    }));
  }

  public async release(target: string, worker: string): Promise<void> {
    const placeholders = new Placeholders();
    const mine = `${placeholders.name(WORKER)} = ${placeholders.value(worker)}`;
    await this.whereHeld(new DeleteItemCommand({ ...this.keyOf(target, LEASE_STATE), ConditionExpression: mine, ...placeholders.bindings }));
  }

  private async* rowsOfState(...states: readonly string[]): AsyncIterable<Item> {
    const placeholders = new Placeholders();
    const scan: ScanCommandInput = {
      TableName: this.options.tableName,
      ConsistentRead: true,
      FilterExpression: `${placeholders.name(BackupAttribute.STATE)} IN (${states.map(state => placeholders.value(state)).join(', ')})`,
      ProjectionExpression: [BackupAttribute.TARGET, BackupAttribute.STATE, LEASED_UNTIL].map(attribute => placeholders.name(attribute)).join(', '),
      ...placeholders.bindings,
    };
    let next: ScanCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.client.send(new ScanCommand({ ...scan, ExclusiveStartKey: next }));
      yield* (page.Items ?? []).map(toItem);
      next = page.LastEvaluatedKey;
    } while (next);
  }

  /** @returns whether the command's condition held */
  private whereHeld(command: PutItemCommand | DeleteItemCommand): Promise<boolean> {
    return retryably(async () => {
      try {
        await (command instanceof PutItemCommand ? this.client.send(command) : this.client.send(command));
        return true;
      } catch (error) {
        if (isError(error, 'ConditionalCheckFailed')) {
          return false;
        }
        throw error;
      }
    });
  }

  private keyOf(target: string, state: string): { readonly TableName: string; readonly Key: Record<string, AttributeValue> } {
    return { TableName: this.options.tableName, Key: { [BackupAttribute.TARGET]: { S: target }, [BackupAttribute.STATE]: { S: state } } };
  }
}
