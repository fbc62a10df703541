import {
  AttributeValue, DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, ScanCommandInput,
  TransactWriteItem, TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { BackupAttribute } from '../../contract';
import { isoInstant, Item } from '../core/budget-item';
import { backupFromRow, CURRENT_STATE, currentRow, historyRow } from '../core/policy-backup/backup-item';
import { HistoryNote, PolicyBackup, PolicyBackupError } from '../core/policy-backup/policy-backup';
import { BackupCreation, BackupStore, CLOSED_FOR_MS, Holdings, TargetLeases } from '../core/policy-backup/ports';
import { RetryableIamError } from '../core/ports';
import { isError } from './aws-errors';
import { NotWritten, whyNotWritten } from './dynamodb-transactions';
import { Placeholders } from './dynamodb-update';
import { fromItem, toItem } from './dynamodb-values';
import { retryably } from './retryably';

/** The one row that stands for no user or role: while it is there, no backups are taken. Unique ids begin with AIDA or AROA. */
const EVERYBODY = 'everybody';
const CLOSED_STATE = 'closed';
const CLOSED_AT = 'closedAt';

/** State of the row by which a worker has a user or role to itself. */
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

  public readCurrent(uniqueId: string): Promise<PolicyBackup | undefined> {
    return retryably(async () => {
      const { Item: row } = await this.client.send(new GetItemCommand({ ...this.keyOf(uniqueId, CURRENT_STATE), ConsistentRead: true }));
      return row && backupFromRow(toItem(row));
    });
  }

  public async create(backup: PolicyBackup): Promise<BackupCreation> {
    const failed = await this.transact([
      {
        ConditionCheck: {
          ...this.keyOf(EVERYBODY, CLOSED_STATE),
          ...absentOr(placeholders => (
            `${placeholders.name(CLOSED_AT)} <= ${placeholders.value(isoInstant(backup.takenAt - CLOSED_FOR_MS))}`
          )),
        },
      },
      { Put: { TableName: this.options.tableName, Item: fromItem(currentRow(backup)), ...absentOr() } },
    ], backup, 'be taken');
    return failed === undefined ? 'created' : failed.includes(0) ? 'closed' : 'exists';
  }

  public async close(now: number): Promise<void> {
    const row = { [BackupAttribute.TARGET]: EVERYBODY, [BackupAttribute.STATE]: CLOSED_STATE, [CLOSED_AT]: isoInstant(now) };
    await retryably(() => this.client.send(new PutItemCommand({ TableName: this.options.tableName, Item: fromItem(row) })));
  }

  public async open(): Promise<void> {
    await retryably(() => this.client.send(new DeleteItemCommand(this.keyOf(EVERYBODY, CLOSED_STATE))));
  }

  public async markAsHistory(backup: PolicyBackup, note: HistoryNote): Promise<boolean> {
    const placeholders = new Placeholders();
    const sameBackup = `${placeholders.name('takenAt')} = ${placeholders.value(isoInstant(backup.takenAt))}`;
    const failed = await this.transact([
      { Delete: { ...this.keyOf(backup.uniqueId, CURRENT_STATE), ConditionExpression: sameBackup, ...placeholders.bindings } },
      { Put: { TableName: this.options.tableName, Item: fromItem(historyRow(backup, note, this.options.historyDays)) } },
    ], backup, 'become history');
    return failed === undefined;
  }

  public listHeld(now: number): Promise<Holdings> {
    return retryably(async () => {
      const rows: Item[] = [];
      for await (const row of this.rowsOfState(CURRENT_STATE, LEASE_STATE)) {
        rows.push(row);
      }
      const inOrder = rows.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
      return {
        held: inOrder.filter(row => row[BackupAttribute.STATE] === CURRENT_STATE)
          .map(row => ({ uniqueId: idOf(row), principalId: String(row[BackupAttribute.PRINCIPAL_ID]) })),
        busy: inOrder.filter(row => row[BackupAttribute.STATE] === LEASE_STATE && String(row[LEASED_UNTIL]) > isoInstant(now)).map(idOf),
      };
    });
  }

  public acquire(uniqueId: string, worker: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
    const placeholders = new Placeholders();
    const free = `attribute_not_exists(${placeholders.name(BackupAttribute.TARGET)})`;
    const over = `${placeholders.name(LEASED_UNTIL)} <= ${placeholders.value(isoInstant(now))}`;
    const mine = `${placeholders.name(WORKER)} = ${placeholders.value(worker)}`;
    return this.whereHeld(new PutItemCommand({
      TableName: this.options.tableName,
      Item: fromItem({ [BackupAttribute.TARGET]: uniqueId, [BackupAttribute.STATE]: LEASE_STATE, [WORKER]: worker, [LEASED_UNTIL]: isoInstant(until) }),
      ConditionExpression: `${free} OR ${over} OR ${mine}`,
      ...placeholders.bindings,
    }));
  }

  public async release(uniqueId: string, worker: string): Promise<void> {
    const placeholders = new Placeholders();
    const mine = `${placeholders.name(WORKER)} = ${placeholders.value(worker)}`;
    await this.whereHeld(new DeleteItemCommand({ ...this.keyOf(uniqueId, LEASE_STATE), ConditionExpression: mine, ...placeholders.bindings }));
  }

  private async* rowsOfState(...states: readonly string[]): AsyncIterable<Item> {
    const placeholders = new Placeholders();
    const scan: ScanCommandInput = {
      TableName: this.options.tableName,
      ConsistentRead: true,
      FilterExpression: `${placeholders.name(BackupAttribute.STATE)} IN (${states.map(state => placeholders.value(state)).join(', ')})`,
      ProjectionExpression: [BackupAttribute.TARGET, BackupAttribute.STATE, BackupAttribute.PRINCIPAL_ID, LEASED_UNTIL].map(attribute => placeholders.name(attribute)).join(', '),
      ...placeholders.bindings,
    };
    let next: ScanCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.client.send(new ScanCommand({ ...scan, ExclusiveStartKey: next }));
      yield* (page.Items ?? []).map(toItem);
      next = page.LastEvaluatedKey;
    } while (next);
  }

  /** @returns which of the items did not meet their conditions; `undefined` where everything was written */
  private transact(items: TransactWriteItem[], { principalId }: PolicyBackup, what: string): Promise<readonly number[] | undefined> {
    return retryably(async () => {
      try {
        await this.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
        return undefined;
      } catch (error) {
        const why: NotWritten = whyNotWritten(error);
        switch (why.result) {
          case 'conditions': return why.failed;
          case 'conflict': throw new RetryableIamError(why.message, { cause: error });
          case 'refused': throw new PolicyBackupError(`the backup of ${principalId} cannot ${what}: ${why.message}`, { cause: error });
        }
      }
    });
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

  private keyOf(uniqueId: string, state: string): { readonly TableName: string; readonly Key: Record<string, AttributeValue> } {
    return { TableName: this.options.tableName, Key: { [BackupAttribute.TARGET]: { S: uniqueId }, [BackupAttribute.STATE]: { S: state } } };
  }
}

function idOf(row: Item): string {
  return String(row[BackupAttribute.TARGET]);
}

/** The condition that there is no row of the key, or one of which this holds. */
function absentOr(also?: (placeholders: Placeholders) => string) {
  const placeholders = new Placeholders();
  const absent = `attribute_not_exists(${placeholders.name(BackupAttribute.TARGET)})`;
  return { ConditionExpression: also ? `${absent} OR ${also(placeholders)}` : absent, ...placeholders.bindings };
}
