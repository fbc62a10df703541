import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AuditAttribute, BudgetAttribute, ESTIMATE_INDEX, LedgerAttribute, PriceAttribute, RUNTIMES_INDEX, WATCH_INDEX } from '../../../src/contract';
import { awsError } from '../../lambdas/adapters/aws-error';
import { Attributes, Expression } from '../../lambdas/dynamodb-expression';

interface Keys {
  readonly partition: string;
  readonly sort?: string;
}

interface Table extends Keys {
  readonly indexes: Readonly<Record<string, Keys>>;
  readonly items: Map<string, Attributes>;
}

/** A request as the client is given it; what the commands have in common. */
type Request = Record<string, any>;

type Listener = (table: string, before: Attributes | undefined, after: Attributes | undefined) => void;

/** Whoever asks for more is given more in pages: whatever reads must go on. */
const PAGE_SIZE = 3;

const SCHEMAS: Readonly<Record<string, Omit<Table, 'items'>>> = {
  Budgets: {
    partition: BudgetAttribute.PRINCIPAL_ID,
    indexes: {
      [WATCH_INDEX]: { partition: BudgetAttribute.WATCH, sort: BudgetAttribute.NEXT_CHECK_AT },
      [RUNTIMES_INDEX]: { partition: BudgetAttribute.ACTIVE_ROLE, sort: BudgetAttribute.PRINCIPAL_ID },
    },
  },
  Ledger: { partition: LedgerAttribute.CALL_ID, indexes: { [ESTIMATE_INDEX]: { partition: LedgerAttribute.ESTIMATE, sort: LedgerAttribute.ESTIMATED_MODEL } } },
  Audit: { partition: AuditAttribute.SUBJECT, sort: AuditAttribute.EVENT_KEY, indexes: {} },
  Prices: { partition: PriceAttribute.KEY, indexes: {} },
};

/** DynamoDB: tables with their indexes, conditions that are evaluated, transactions that are all or nothing, and somebody who hears of every change. */
export class Tables {
  private readonly tables = new Map<string, Table>(Object.entries(SCHEMAS).map(([name, schema]) => [name, { ...schema, items: new Map() }]));
  /** Tokens of transactions: whoever asks again with one of them is answered as before. */
  private readonly transactions = new Set<string>();

  constructor(private readonly changed: Listener) {}

  /** Items that a table does not take, whatever the reason. */
  public refuses: (item: Attributes) => boolean = () => false;

  public items(table: string): readonly Attributes[] {
    return [...this.table(table).items.values()];
  }

  public item(table: string, ...key: readonly string[]): Attributes | undefined {
    return this.table(table).items.get(key.join('\u0000'));
  }

  /** Somebody writes an item by hand, or takes it away. */
  public put(table: string, item: Attributes): void {
    this.write(table, this.keyOf(this.table(table), item), item);
  }

  public remove(table: string, ...key: readonly string[]): void {
    this.write(table, key.join('\u0000'), undefined);
  }

  /** What a backup of now holds. */
  public backup(table: string): readonly Attributes[] {
    return structuredClone([...this.items(table)]);
  }

  /** The table is what it was. A restored table has no stream of how it came about. */
  public restore(table: string, items: readonly Attributes[]): void {
    const target = this.table(table);
    target.items.clear();
    items.forEach(item => target.items.set(this.keyOf(target, item), structuredClone(item)));
  }

  /** Carries out a request. */
  public answer(operation: string, input: Request): object {
    switch (operation) {
      case 'GetItem':
        return this.get(input);
      case 'BatchGetItem':
        return this.batchGet(input);
      case 'UpdateItem':
      case 'PutItem':
        this.apply([{ [operation === 'PutItem' ? 'Put' : 'Update']: input }], () => awsError('ConditionalCheckFailedException', { status: 400 }));
        return {};
      case 'TransactWriteItems':
        return this.transact(input);
      case 'Query':
      case 'Scan':
        return this.page(operation, input);
      default:
        throw awsError('UnknownOperationException', { message: `DynamoDB.${operation} is not there` });
    }
  }

  private get({ TableName: name, Key: key, ProjectionExpression: projection, ...placeholders }: Request): object {
    const table = this.table(name);
    const item = table.items.get(this.keyOf(table, key));
    return item ? { Item: new Expression(placeholders).projected(projection, item) } : {};
  }

  private batchGet({ RequestItems: requests }: Request): object {
    const responses = Object.entries(requests as Request).map(([name, { Keys: keys }]) => {
      const table = this.table(name);
      return [name, (keys as Attributes[]).map(key => table.items.get(this.keyOf(table, key))).filter(Boolean)];
    });
    return { Responses: Object.fromEntries(responses), UnprocessedKeys: {} };
  }

  private transact({ TransactItems: actions, ClientRequestToken: token }: Request): object {
    if (token !== undefined && this.transactions.has(token)) {
      return {};
    }
    this.apply(actions, failed => awsError('TransactionCanceledException', {
      status: 400,
      CancellationReasons: (actions as unknown[]).map((_, index) => ({ Code: failed.includes(index) ? 'ConditionalCheckFailed' : 'None' })),
    }));
    if (token !== undefined) {
      this.transactions.add(token);
    }
    return {};
  }

  /** Looks at every condition before it changes anything. */
  private apply(actions: readonly Request[], refusal: (failed: readonly number[]) => Error): void {
    const writes = actions.map(action => {
      const [[kind, request]] = Object.entries(action);
      const { TableName: name, Key: key, Item: item, ConditionExpression: condition, UpdateExpression: update } = request as Request;
      const table = this.table(name);
      const id = this.keyOf(table, key ?? item);
      const before = table.items.get(id);
      const expression = new Expression(request as Request);
      const holds = condition === undefined || expression.holds(condition, before ?? {});
      const after = kind === 'Put' ? item as Attributes : expression.applied(update, before ?? { ...key });
      expression.refuseUnused();
      return { name, id, after, holds };
    });
    const poisoned = writes.findIndex(({ after }) => this.refuses(after));
    if (poisoned >= 0) {
      throw awsError('TransactionCanceledException', {
        status: 400,
        CancellationReasons: writes.map((_, index) => (index === poisoned ? { Code: 'ValidationError', Message: 'Item size has exceeded' } : { Code: 'None' })),
      });
    }
    const failed = writes.flatMap(({ holds }, index) => (holds ? [] : [index]));
    if (failed.length > 0) {
      throw refusal(failed);
    }
    writes.forEach(({ name, id, after }) => this.write(name, id, after));
  }

  private page(operation: string, input: Request): object {
    const { TableName: name, IndexName: indexName, Limit: limit = Infinity, ScanIndexForward: forward = true, ExclusiveStartKey: start } = input;
    const table = this.table(name);
    const keys = indexName === undefined ? table : table.indexes[indexName] ?? refuse(`no index ${indexName}`);
    const expression = new Expression(input);
    const sortKey = (item: Attributes) => `${keys.sort === undefined ? '' : textOf(item[keys.sort])}\u0000${this.keyOf(table, item)}`;
    const inIndex = [...table.items.values()].filter(item => item[keys.partition] !== undefined && (keys.sort === undefined || item[keys.sort] !== undefined));
    const found = operation === 'Scan' ? inIndex : inIndex.filter(item => expression.holds(input.KeyConditionExpression, item));
    const ordered = found.map(item => [sortKey(item), item] as const).sort(([a], [b]) => (a < b ? -1 : 1) * (forward ? 1 : -1));
    const after = start === undefined ? undefined : (start as Attributes)['sort-key'].S!;
    const rest = ordered.filter(([key]) => after === undefined || (forward ? key > after : key < after));
    const page = rest.slice(0, Math.min(limit, PAGE_SIZE));
    const filter = input.FilterExpression as string | undefined;
    const items = page.map(([, item]) => item).filter(item => filter === undefined || expression.holds(filter, item));
    return {
      Items: items.map(item => expression.projected(input.ProjectionExpression, item)),
      ...(page.length < rest.length ? { LastEvaluatedKey: { ...this.keyAttributes(table, page.at(-1)![1]), 'sort-key': { S: page.at(-1)![0] } } } : {}),
    };
  }

  private write(name: string, id: string, after: Attributes | undefined): void {
    const { items } = this.table(name);
    const before = items.get(id);
    if (after) {
      items.set(id, after);
    } else {
      items.delete(id);
    }
    this.changed(name, before, after);
  }

  private keyAttributes(table: Keys, item: Attributes): Attributes {
    return Object.fromEntries([table.partition, table.sort].flatMap(name => (name === undefined ? [] : [[name, item[name]]])));
  }

  private keyOf(table: Keys, item: Attributes): string {
    return Object.values(this.keyAttributes(table, item)).map(textOf).join('\u0000');
  }

  private table(name: string): Table {
    return this.tables.get(name) ?? refuse(`no table ${name}`);
  }
}

function textOf(value: AttributeValue): string {
  return value.S ?? refuse('a key is no text');
}

function refuse(message: string): never {
  throw awsError('ValidationException', { message, status: 400 });
}
