import { DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { AuditAttribute, BudgetAttribute } from '../../src/contract';
import { fromItem, toItem } from '../../src/lambdas/adapters/dynamodb-values';
import { Item } from '../../src/lambdas/core/budget-item';
import { awsError } from './adapters/aws-error';
import { Attributes, Expression } from './dynamodb-expression';

/**
 * The Budgets and Audit tables behind the client, with expressions that are really evaluated.
 */
export class InMemoryDynamoDb {
  public readonly items = new Map<string, Attributes>();
  public readonly rows: Attributes[] = [];
  public writes = 0;
  /** Items that a page of a scan has at most, below what was asked for. */
  public pageSize = 1000;
  private readonly stub = mockClient(DynamoDBClient);

  /** Run before the next write takes effect: somebody else is faster. */
  public beforeWrite: () => void = () => undefined;
  /** Run after a write took effect, before it is answered. */
  public afterWrite: () => void = () => undefined;

  public reset(): void {
    this.items.clear();
    this.rows.length = 0;
    this.writes = 0;
    this.pageSize = 1000;
    this.beforeWrite = this.afterWrite = () => undefined;
    this.stub.reset();
    this.stub.on(GetItemCommand).callsFake(input => ({ Item: this.items.get(idOf(input.Key!)) }));
    this.stub.on(UpdateItemCommand).callsFake(input => this.update(input));
    this.stub.on(ScanCommand).callsFake(input => this.scan(input));
    this.stub.on(QueryCommand).callsFake(input => this.query(input));
  }

  /** The next requests of this kind fail. */
  public failing(command: 'read' | 'write', error: Error): void {
    this.stub.on(command === 'read' ? GetItemCommand : UpdateItemCommand).rejects(error);
  }

  public put(item: Item): void {
    this.items.set(String(item.principalId), fromItem(item));
  }

  public item(principalId: string): Item | undefined {
    const attributes = this.items.get(principalId);
    return attributes && toItem(attributes);
  }

  /** Sets attributes, and removes those that are `undefined`, as somebody does by hand. */
  public edit(principalId: string, attributes: Item): void {
    this.put({ ...this.item(principalId), principalId, ...attributes });
  }

  private update(input: UpdateItemCommand['input']) {
    const before = this.beforeWrite;
    this.beforeWrite = () => undefined;
    before();
    const id = idOf(input.Key!);
    const item = this.items.get(id);
    const expression = new Expression(input);
    if (!expression.holds(input.ConditionExpression!, item ?? {})) {
      throw awsError('ConditionalCheckFailedException');
    }
    const after = expression.applied(input.UpdateExpression!, item ?? { ...input.Key! });
    expression.refuseUnused();
    this.items.set(id, after);
    this.writes += 1;
    const then = this.afterWrite;
    this.afterWrite = () => undefined;
    then();
    return {};
  }

  private scan(input: ScanCommand['input']) {
    const ids = [...this.items.keys()].sort();
    const from = input.ExclusiveStartKey ? ids.findIndex(id => id > idOf(input.ExclusiveStartKey!)) : 0;
    const size = Math.min(input.Limit!, this.pageSize);
    const page = from < 0 ? [] : ids.slice(from, from + size);
    const expression = new Expression(input);
    // On an empty page as well: what is wrong with an expression must not depend on the items.
    expression.holds(input.FilterExpression!, {});
    expression.refuseUnused();
    return {
      Items: page.map(id => this.items.get(id)!).filter(item => expression.holds(input.FilterExpression!, item)),
      ...(page.length === size ? { LastEvaluatedKey: { [BudgetAttribute.PRINCIPAL_ID]: { S: page.at(-1)! } } } : {}),
    };
  }

  private query(input: QueryCommand['input']) {
    const expression = new Expression(input);
    const sortKey = (row: Attributes) => row[AuditAttribute.EVENT_KEY].S!;
    const rows = this.rows.filter(row => expression.holds(input.KeyConditionExpression!, row))
      .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1))
      .filter(row => !input.ExclusiveStartKey || sortKey(row) < sortKey(input.ExclusiveStartKey));
    const page = rows.slice(0, input.Limit);
    const last = page.at(-1);
    return {
      Items: page,
      ...(last && page.length === input.Limit
        ? { LastEvaluatedKey: { [AuditAttribute.SUBJECT]: last[AuditAttribute.SUBJECT], [AuditAttribute.EVENT_KEY]: last[AuditAttribute.EVENT_KEY] } } : {}),
    };
  }
}

function idOf(key: Attributes): string {
  return key[BudgetAttribute.PRINCIPAL_ID].S!;
}
