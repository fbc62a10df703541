import {
  AttributeValue, DynamoDBClient, GetItemCommand, ScanCommand, TransactWriteItem, TransactWriteItemsCommand, TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { AwsStub } from 'aws-sdk-client-mock';
import { addUsd, formatUsd, usd } from '../../../src/lambdas/core/money';

type Attributes = Record<string, AttributeValue>;
type Action = NonNullable<TransactWriteItem['Put'] & TransactWriteItem['Update'] & TransactWriteItem['Delete']>;

/** Keys of the tables that an erasure works on. */
const KEYS: Readonly<Record<string, readonly string[]>> = { ledger: ['callId'], budgets: ['principalId'], audit: ['subject', 'eventKey'], backups: ['target', 'state'] };

/** Tables behind a mocked client: scans, reads and transactions, with conditions as they are written here and no others. */
export class InMemoryTables {
  public readonly tables = new Map<string, Map<string, Attributes>>(Object.keys(KEYS).map(name => [name, new Map()]));
  public readonly transactions: TransactWriteItemsCommandInput[] = [];
  /** Thrown by the next transaction in place of being written. */
  public failNext?: Error;

  constructor(dynamoDb: AwsStub<any, any, any>) {
    dynamoDb.on(ScanCommand).callsFake(({ TableName, ExclusiveStartKey, ConsistentRead }) => {
      expect(ConsistentRead).toBe(true);
      const all = [...this.tables.get(TableName)!.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
      const from = Number(ExclusiveStartKey?.place?.N ?? 0);
      return { Items: all.slice(from, from + 2), ...(from + 2 < all.length ? { LastEvaluatedKey: { place: { N: String(from + 2) } } } : {}) };
    });
    dynamoDb.on(GetItemCommand).callsFake(({ TableName, Key }) => ({ Item: this.tables.get(TableName)!.get(idOf(TableName, Key)) }));
    dynamoDb.on(TransactWriteItemsCommand).callsFake(input => this.transact(input));
    expect(new DynamoDBClient({})).toBeDefined();
  }

  public put(table: string, ...items: Attributes[]): void {
    items.forEach(item => this.tables.get(table)!.set(idOf(table, item), item));
  }

  public all(table: string): readonly Attributes[] {
    return [...this.tables.get(table)!.values()];
  }

  public get text(): string {
    return JSON.stringify([...this.tables].map(([name, items]) => [name, [...items.values()]]));
  }

  private transact(input: TransactWriteItemsCommandInput) {
    const failure = this.failNext;
    this.failNext = undefined;
    if (failure) {
      throw failure;
    }
    const actions = input.TransactItems!.map(item => ({ kind: Object.keys(item)[0], action: Object.values(item)[0] as Action }));
    expect(actions.length).toBeLessThanOrEqual(100);
    const places = actions.map(({ action }) => `${action.TableName} ${idOf(action.TableName!, action.Key ?? action.Item!)}`);
    expect(new Set(places).size).toBe(places.length);
    const failed = actions.map(({ action }) => (this.holds(action) ? { Code: 'None' } : { Code: 'ConditionalCheckFailed' }));
    if (failed.some(({ Code }) => Code !== 'None')) {
      throw Object.assign(new Error('x'), { name: 'TransactionCanceledException', CancellationReasons: failed });
    }
    actions.forEach(({ kind, action }) => this.apply(kind, action));
    this.transactions.push(input);
    return {};
  }

  private holds(action: Action): boolean {
    const item = this.itemOf(action);
    return (action.ConditionExpression ?? '').split(' AND ').filter(Boolean).every(condition => {
      const [, not, path] = /^attribute_(not_)?exists\((#\w+)\)$/.exec(condition) ?? [];
      if (path !== undefined) {
        return (item?.[nameOf(action, path)] === undefined) === (not !== undefined);
      }
      const [, left, right] = /^(#\w+) = (:\w+)$/.exec(condition)!;
      const [is, wanted] = [item?.[nameOf(action, left)], action.ExpressionAttributeValues![right]];
      return JSON.stringify(is) === JSON.stringify(wanted);
    });
  }

  private apply(kind: string, action: Action): void {
    const table = this.tables.get(action.TableName!)!;
    if (kind === 'Delete') {
      table.delete(idOf(action.TableName!, action.Key!));
    } else if (kind === 'Put') {
      this.put(action.TableName!, action.Item!);
    } else if (kind === 'Update') {
      const item: Attributes = { ...(this.itemOf(action) ?? action.Key!) };
      for (const [, clause, list] of action.UpdateExpression!.matchAll(/(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)/g)) {
        for (const part of list.split(', ')) {
          const [name, ...rest] = part.split(/ (?:= )?/);
          const attribute = nameOf(action, name);
          const value = action.ExpressionAttributeValues?.[rest[0]];
          if (clause === 'REMOVE') {
            delete item[attribute];
          } else {
            item[attribute] = clause === 'SET' ? value! : { N: formatUsd(addUsd(usd(item[attribute]?.N ?? '0'), usd(value!.N!))) };
          }
        }
      }
      this.put(action.TableName!, item);
    } else {
      expect(kind).toBe('ConditionCheck');
    }
  }

  private itemOf(action: Action): Attributes | undefined {
    return this.tables.get(action.TableName!)!.get(idOf(action.TableName!, action.Key ?? action.Item!));
  }
}

function idOf(table: string, item: Attributes): string {
  return KEYS[table].map(key => item[key].S).join(' ');
}

function nameOf({ ExpressionAttributeNames: names }: Action, placeholder: string): string {
  expect(names).toHaveProperty([placeholder]);
  return names![placeholder];
}
