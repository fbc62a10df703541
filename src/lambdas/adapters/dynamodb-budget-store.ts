import { DynamoDBClient, GetItemCommand, QueryCommand, QueryCommandInput, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, PrincipalKindName, WATCH_INDEX } from '../../contract';
import { Budget } from '../core/budget';
import { budgetFromItem, isoInstant, NumberText, stateAttributes, WatchList as WatchLists } from '../core/budget-item';
import { BudgetState } from '../core/budget-transition';
import { BudgetStore, WatchList } from '../core/ports';
import { isError } from './aws-errors';
import { assignments, defaults, Placeholders, updateExpression } from './dynamodb-update';
import { toItem } from './dynamodb-values';

/** The Budgets table and its sparse index. */
export class DynamoDbBudgetStore implements BudgetStore, WatchList {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async read(principalId: string): Promise<Budget | undefined> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({ ...this.keyOf(principalId), ConsistentRead: true }));
    return attributes && budgetFromItem(toItem(attributes));
  }

  public async saveState(principalId: string, state: BudgetState, expectedRevision: number): Promise<boolean> {
    const placeholders = new Placeholders();
    const { set, remove } = stateAttributes(state);
    const revision = placeholders.name('revision');
    const unchanged = `${revision} = ${placeholders.value(new NumberText(String(expectedRevision)))}`;
    // An item that was deleted by hand must not come back as a state without a budget.
    const exists = `attribute_exists(${placeholders.name(BudgetAttribute.PRINCIPAL_ID)})`;
    const neverDecided = `attribute_not_exists(${revision})`;
    return this.update(principalId, {
      UpdateExpression: updateExpression(placeholders, assignments(placeholders, set), remove),
      ConditionExpression: `${exists} AND ${expectedRevision === 0 ? `(${neverDecided} OR ${unchanged})` : unchanged}`,
      ...placeholders.bindings,
    });
  }

  public async register(principalId: string, kind: PrincipalKindName, at: number, anchorDay: string): Promise<void> {
    const placeholders = new Placeholders();
    const ofAnotherKind = `${placeholders.name('kind')} <> ${placeholders.value(kind)}`;
    const unregistered = `attribute_not_exists(${placeholders.name('kind')})`;
    const set = [assignments(placeholders, { kind }), defaults(placeholders, { registeredAt: isoInstant(at), anchorDay })].join(', ');
    await this.update(principalId, {
      UpdateExpression: updateExpression(placeholders, set, []),
      ConditionExpression: `${unregistered} OR ${ofAnotherKind}`,
      ...placeholders.bindings,
    });
  }

  public open(now?: number): AsyncIterable<string> {
    return this.watched(WatchLists.OPEN, now);
  }

  public suspended(): AsyncIterable<string> {
    return this.watched(WatchLists.SUSPENDED);
  }

  private async* watched(watch: string, until?: number): AsyncIterable<string> {
    const placeholders = new Placeholders();
    const onList = `${placeholders.name(BudgetAttribute.WATCH)} = ${placeholders.value(watch)}`;
    const due = until === undefined ? '' : ` AND ${placeholders.name(BudgetAttribute.NEXT_CHECK_AT)} <= ${placeholders.value(isoInstant(until))}`;
    const query: QueryCommandInput = {
      TableName: this.tableName,
      IndexName: WATCH_INDEX,
      KeyConditionExpression: onList + due,
      ProjectionExpression: placeholders.name(BudgetAttribute.PRINCIPAL_ID),
      ...placeholders.bindings,
    };
    let next: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.client.send(new QueryCommand({ ...query, ExclusiveStartKey: next }));
      for (const attributes of page.Items ?? []) {
        yield attributes[BudgetAttribute.PRINCIPAL_ID].S!;
      }
      next = page.LastEvaluatedKey;
    } while (next);
  }

  /** @returns whether the condition held */
  private async update(principalId: string, expressions: Omit<UpdateItemCommand['input'], 'TableName' | 'Key'>): Promise<boolean> {
    try {
      await this.client.send(new UpdateItemCommand({ ...this.keyOf(principalId), ...expressions }));
      return true;
    } catch (error) {
      if (isError(error, 'ConditionalCheckFailed')) {
        return false;
      }
      throw error;
    }
  }

  private keyOf(principalId: string) {
    return { TableName: this.tableName, Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } } };
  }
}
