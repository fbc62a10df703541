import { DynamoDBClient, GetItemCommand, ScanCommand, TransactWriteItem, TransactWriteItemsCommand, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { AwsStub } from 'aws-sdk-client-mock';
import { Attributes, Expression } from '../../lambdas/dynamodb-expression';

type Action = NonNullable<TransactWriteItem['Put'] & TransactWriteItem['Update'] & TransactWriteItem['Delete']>;

/** Keys of the tables that an erasure works on. */
const KEYS: Readonly<Record<string, readonly string[]>> = { ledger: ['callId'], budgets: ['principalId'], audit: ['subject', 'eventKey'], backups: ['target', 'state'] };

/** Tables behind a mocked client: scans, reads and transactions, with expressions that are really evaluated. */
export class InMemoryTables {
  public readonly tables = new Map<string, Map<string, Attributes>>(Object.keys(KEYS).map(name => [name, new Map()]));
  public readonly transactions: TransactWriteItemsCommandInput[] = [];
  /** Thrown by the next transaction in place of being written. */
  public failNext?: Error;

  constructor(dynamoDb: AwsStub<any, any, any>) {
    dynamoDb.on(ScanCommand).callsFake(input => {
      const { TableName, ExclusiveStartKey, ConsistentRead, ProjectionExpression } = input;
      expect(ConsistentRead).toBe(true);
      const expression = new Expression(input);
      const all = [...this.tables.get(TableName)!.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
      const from = Number(ExclusiveStartKey?.place?.N ?? 0);
      const items = all.slice(from, from + 2).map(item => expression.projected(ProjectionExpression, item));
      return { Items: items, ...(from + 2 < all.length ? { LastEvaluatedKey: { place: { N: String(from + 2) } } } : {}) };
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
    expect(input.TransactItems!.length).toBeLessThanOrEqual(100);
    const writes = input.TransactItems!.map(item => this.written(Object.keys(item)[0], Object.values(item)[0] as Action));
    expect(new Set(writes.map(({ table, id }) => `${table} ${id}`)).size).toBe(writes.length);
    if (writes.some(({ holds }) => !holds)) {
      const reasons = writes.map(({ holds }) => ({ Code: holds ? 'None' : 'ConditionalCheckFailed' }));
      throw Object.assign(new Error('x'), { name: 'TransactionCanceledException', CancellationReasons: reasons });
    }
    for (const { table, id, after } of writes) {
      if (after) {
        this.tables.get(table)!.set(id, after);
      } else {
        this.tables.get(table)!.delete(id);
      }
    }
    this.transactions.push(input);
    return {};
  }

  /** What an action comes to, whether it may or not. */
  private written(kind: string, action: Action) {
    const table = action.TableName!;
    const id = idOf(table, action.Key ?? action.Item!);
    const before = this.tables.get(table)!.get(id);
    const expression = new Expression(action);
    const holds = action.ConditionExpression === undefined || expression.holds(action.ConditionExpression, before ?? {});
    const after = {
      Delete: () => undefined,
      Put: () => action.Item!,
      Update: () => expression.applied(action.UpdateExpression!, before ?? action.Key!),
      ConditionCheck: () => before,
    }[kind]!();
    expression.refuseUnused();
    return { table, id, holds, after };
  }
}

function idOf(table: string, item: Attributes): string {
  return KEYS[table].map(key => item[key].S).join(' ');
}
