import type { AttributeValue, DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { AuditAttribute, BackupAttribute, BudgetAttribute, ESTIMATED_ATTRIBUTE_PREFIX, LedgerAttribute, SPEND_ATTRIBUTE_PREFIX } from '../../contract';
import { whyNotWritten } from '../../lambdas/adapters/dynamodb-transactions';
import { additions, assignments, Placeholders, updateExpression } from '../../lambdas/adapters/dynamodb-update';
import { fromItem, toItem } from '../../lambdas/adapters/dynamodb-values';
import { estimatedAttribute, Item, NumberText, spendAttribute } from '../../lambdas/core/budget-item';
import { LabelChoice } from '../../lambdas/core/erasure/labels';
import { ErasableAudit, ErasableBackups, ErasableBudgets, ErasableLedger, ErasableRow, ErasureNote, Transfer } from '../../lambdas/core/erasure/ports';
import { ERASURE_NOTE_PREFIX } from '../../lambdas/core/erasure/round';
import { ledgerEntry, SUMMED_ATTRIBUTES } from '../../lambdas/core/ledger/rebuild';
import { formatUsd, subtractUsd, usd, Usd, ZERO_USD } from '../../lambdas/core/money';
import { CommandFailure } from '../command-failure';
import { scanTable } from '../table-scan';

/** What tells that a budget was charged or decided on since it was read. */
const CHANGING = ['lastCallAt', 'revision', 'status', 'hold', 'declared'];

/** All that reads and writes the tables of an erasure, with the caller's credentials. */
export class TableAccess {
  constructor(private readonly client: DynamoDBClient) {}

  public async* scan(table: string, attributes?: readonly string[]): AsyncGenerator<readonly Item[]> {
    for await (const items of scanTable(this.client, table, attributes)) {
      yield items.map(toItem);
    }
  }

  public async get(table: string, key: Readonly<Record<string, string>>): Promise<Item | undefined> {
    const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    const { Item: item } = await this.client.send(new GetItemCommand({ TableName: table, Key: fromItem(key), ConsistentRead: true }));
    return item && toItem(item);
  }

  /** @returns whether it was written; `false` where something is not as it was read, or somebody else writes it at this moment */
  public async transact(actions: TransactWriteItem[]): Promise<boolean> {
    const { TransactWriteItemsCommand } = await import('@aws-sdk/client-dynamodb');
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems: actions }));
      return true;
    } catch (error) {
      const why = whyNotWritten(error);
      if (why.result === 'refused') {
        throw new CommandFailure(`DynamoDB refuses to write: ${why.message}`, { cause: error });
      }
      return false;
    }
  }
}

export class LedgerOfInstance implements ErasableLedger {
  constructor(private readonly access: TableAccess, private readonly tables: { readonly ledger: string; readonly budgets: string }) {}

  public async* pages(): AsyncGenerator<readonly ErasableRow[]> {
    for await (const items of this.access.scan(this.tables.ledger, [...SUMMED_ATTRIBUTES, 'callerId'])) {
      yield items.map(item => {
        const { principalId, day, cost, isEstimate } = ledgerEntry(item);
        return { callId: String(item[LedgerAttribute.CALL_ID]), principalId, day, cost, isEstimate, ...(typeof item.callerId === 'string' ? { callerId: item.callerId } : {}) };
      });
    }
  }

  public transfer({ from, to, rows, amounts }: Transfer): Promise<boolean> {
    return this.access.transact([
      ...rows.map(row => this.row(row, from, to)),
      ...(amounts.size === 0 ? [] : [
        addition(this.tables.budgets, from, [...amounts].flatMap(([day, { spend, estimated }]) => [
          [spendAttribute(day), subtractUsd(ZERO_USD, spend)] as const, [estimatedAttribute(day), subtractUsd(ZERO_USD, estimated)] as const,
        ]), [...amounts.keys()].map(spendAttribute)),
        addition(this.tables.budgets, to, [...amounts].flatMap(([day, { spend, estimated }]) => [
          [spendAttribute(day), spend] as const, [estimatedAttribute(day), estimated] as const,
        ]), [BudgetAttribute.PRINCIPAL_ID]),
      ]),
    ]);
  }

  private row({ callId, principalId, callerId, cost, isEstimate }: ErasableRow, from: string, to: string): TransactWriteItem {
    const placeholders = new Placeholders();
    const set = { ...(principalId === from ? { principalId: to } : {}), ...(callerId === from ? { callerId: to } : {}) };
    const estimate = placeholders.name(LedgerAttribute.ESTIMATE);
    const conditions = [
      `${placeholders.name('principalId')} = ${placeholders.value(principalId)}`,
      callerId === undefined ? `attribute_not_exists(${placeholders.name('callerId')})` : `${placeholders.name('callerId')} = ${placeholders.value(callerId)}`,
      `${placeholders.name('costUsd')} = ${placeholders.value(new NumberText(formatUsd(cost)))}`,
      isEstimate ? `attribute_exists(${estimate})` : `attribute_not_exists(${estimate})`,
    ];
    return {
      Update: {
        TableName: this.tables.ledger,
        Key: { [LedgerAttribute.CALL_ID]: { S: callId } },
        UpdateExpression: `SET ${assignments(placeholders, set)}`,
        ConditionExpression: conditions.join(' AND '),
        ...placeholders.bindings,
      },
    };
  }
}

export class BudgetsOfInstance implements ErasableBudgets {
  constructor(private readonly access: TableAccess, private readonly table: string) {}

  public item(principalId: string): Promise<Item | undefined> {
    return this.access.get(this.table, { [BudgetAttribute.PRINCIPAL_ID]: principalId });
  }

  public pages(): AsyncGenerator<readonly Item[]> {
    return this.access.scan(this.table);
  }

  public async note(principalId: string): Promise<ErasureNote | undefined> {
    const item = await this.item(keyOfNote(principalId));
    return item && noteFromItem(principalId, item);
  }

  public begin({ principalId, ...rest }: ErasureNote): Promise<boolean> {
    return this.access.transact([newItem(this.table, { [BudgetAttribute.PRINCIPAL_ID]: keyOfNote(principalId), ...rest })]);
  }

  public extend({ principalId, pseudonym, also: before }: ErasureNote, also: readonly string[]): Promise<boolean> {
    const placeholders = new Placeholders();
    return this.access.transact([{
      Update: {
        TableName: this.table,
        Key: keyOf(keyOfNote(principalId)),
        UpdateExpression: `SET ${assignments(placeholders, { also })}`,
        ConditionExpression: asRead(placeholders, { pseudonym, also: before }, ['pseudonym', 'also']),
        ...placeholders.bindings,
      },
    }]);
  }

  /** Where it is there already, nothing is written; where somebody else writes it at this moment, what follows fails and is tried again. */
  public async open(budget: Item): Promise<void> {
    await this.access.transact([newItem(this.table, budget)]);
  }

  public replace(before: Item, after: Item): Promise<boolean> {
    const placeholders = new Placeholders();
    const changed = Object.keys({ ...before, ...after }).filter(name => before[name] !== after[name]);
    const set = Object.fromEntries(changed.filter(name => after[name] !== undefined).map(name => [name, after[name]]));
    const update = updateExpression(placeholders, assignments(placeholders, set), changed.filter(name => after[name] === undefined));
    return this.access.transact([{
      Update: {
        TableName: this.table,
        Key: keyOf(String(before[BudgetAttribute.PRINCIPAL_ID])),
        UpdateExpression: update,
        ConditionExpression: asRead(placeholders, before, changed),
        ...placeholders.bindings,
      },
    }]);
  }

  public remove(item: Item, pseudonym: string): Promise<boolean> {
    const placeholders = new Placeholders();
    const amounts = Object.entries(item).filter((entry): entry is [string, NumberText] => entry[1] instanceof NumberText && isAmount(entry[0]));
    const left = amounts.map(([name, { value }]) => [name, usd(value)] as const).filter(([, amount]) => amount !== ZERO_USD);
    return this.access.transact([
      {
        Delete: {
          TableName: this.table,
          Key: keyOf(String(item[BudgetAttribute.PRINCIPAL_ID])),
          ConditionExpression: asRead(placeholders, item, [...CHANGING, ...amounts.map(([name]) => name)]),
          ...placeholders.bindings,
        },
      },
      ...(left.length === 0 ? [] : [addition(this.table, pseudonym, left, [BudgetAttribute.PRINCIPAL_ID])]),
    ]);
  }

  public async end({ principalId, pseudonym }: ErasureNote): Promise<void> {
    const placeholders = new Placeholders();
    await this.access.transact([{
      Delete: {
        TableName: this.table,
        Key: keyOf(keyOfNote(principalId)),
        ConditionExpression: `${placeholders.name('pseudonym')} = ${placeholders.value(pseudonym)}`,
        ...placeholders.bindings,
      },
    }]);
  }
}

export class AuditOfInstance implements ErasableAudit {
  constructor(private readonly access: TableAccess, private readonly table: string) {}

  public pages(): AsyncGenerator<readonly Item[]> {
    return this.access.scan(this.table);
  }

  public replace(before: Item, after: Item): Promise<boolean> {
    const [old, anew] = [keyOfRow(before), keyOfRow(after)];
    const isSame = JSON.stringify(old) === JSON.stringify(anew);
    const exists = { ConditionExpression: 'attribute_exists(#subject)', ExpressionAttributeNames: { '#subject': AuditAttribute.SUBJECT } };
    return this.access.transact(isSame
      ? [{ Put: { TableName: this.table, Item: fromItem(after), ...exists } }]
      : [{ Put: { TableName: this.table, Item: fromItem(after) } }, { Delete: { TableName: this.table, Key: old, ...exists } }]);
  }
}

export class BackupsOfInstance implements ErasableBackups {
  constructor(private readonly access: TableAccess, private readonly table: string) {}

  public pages(): AsyncGenerator<readonly Item[]> {
    return this.access.scan(this.table, [BackupAttribute.TARGET, BackupAttribute.STATE, BackupAttribute.PRINCIPAL_ID]);
  }

  public async remove(row: Item): Promise<void> {
    const key = { [BackupAttribute.TARGET]: row[BackupAttribute.TARGET], [BackupAttribute.STATE]: row[BackupAttribute.STATE] };
    await this.access.transact([{ Delete: { TableName: this.table, Key: fromItem(key) } }]);
  }
}

function isAmount(attribute: string): boolean {
  return attribute.startsWith(SPEND_ATTRIBUTE_PREFIX) || attribute.startsWith(ESTIMATED_ATTRIBUTE_PREFIX);
}

function keyOfNote(principalId: string): string {
  return `${ERASURE_NOTE_PREFIX}${principalId}`;
}

/** @throws CommandFailure where somebody changed it by hand */
function noteFromItem(principalId: string, { pseudonym, startedAt, keptLabels, groupNames, also, labelChoice }: Item): ErasureNote {
  if (typeof pseudonym !== 'string' || typeof startedAt !== 'string' || !Array.isArray(groupNames) || !Array.isArray(also) || !isLabelChoice(labelChoice)) {
    throw new CommandFailure(`the note "${keyOfNote(principalId)}" of an erasure under way cannot be read: bring it back to what it was, since it alone knows the pseudonym`);
  }
  return { principalId, pseudonym, startedAt, keptLabels: keptLabels as ErasureNote['keptLabels'], groupNames: groupNames as string[], also: also as string[], labelChoice };
}

function isLabelChoice(value: unknown): value is LabelChoice {
  const { keep, erase } = (value ?? {}) as Partial<LabelChoice>;
  return Array.isArray(keep) && Array.isArray(erase);
}

function keyOf(principalId: string): Record<string, AttributeValue> {
  return { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } };
}

function keyOfRow(row: Item): Record<string, AttributeValue> {
  return fromItem({ [AuditAttribute.SUBJECT]: row[AuditAttribute.SUBJECT], [AuditAttribute.EVENT_KEY]: row[AuditAttribute.EVENT_KEY] });
}

function newItem(table: string, item: Item): TransactWriteItem {
  return {
    Put: { TableName: table, Item: fromItem(item), ConditionExpression: 'attribute_not_exists(#id)', ExpressionAttributeNames: { '#id': BudgetAttribute.PRINCIPAL_ID } },
  };
}

/** What is nothing is not added: it would leave an attribute behind. */
function addition(
  table: string, principalId: string, amounts: readonly (readonly [attribute: string, amount: Usd])[], mustExist: readonly string[],
): TransactWriteItem {
  const placeholders = new Placeholders();
  const some = amounts.filter(([, amount]) => amount !== ZERO_USD);
  const condition = mustExist.map(attribute => `attribute_exists(${placeholders.name(attribute)})`).join(' AND ');
  if (some.length === 0) {
    return { ConditionCheck: { TableName: table, Key: keyOf(principalId), ConditionExpression: condition, ...placeholders.bindings } };
  }
  return {
    Update: {
      TableName: table,
      Key: keyOf(principalId),
      UpdateExpression: additions(placeholders, some),
      ConditionExpression: condition,
      ...placeholders.bindings,
    },
  };
}

function asRead(placeholders: Placeholders, item: Item, attributes: readonly string[]): string {
  return attributes.map(name => (
    item[name] === undefined ? `attribute_not_exists(${placeholders.name(name)})` : `${placeholders.name(name)} = ${placeholders.value(item[name])}`
  )).join(' AND ');
}
