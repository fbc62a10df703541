import { AttributeValue, DynamoDBClient, GetItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, NOTE_PREFIX } from '../../contract';
import { BudgetAdministration, ListFilter, OrderWrite } from '../core/administration/ports';
import { Item } from '../core/budget-item';
import { isError } from './aws-errors';
import { assignments, defaults, Placeholders, updateExpression } from './dynamodb-update';
import { toItem } from './dynamodb-values';

/** Items that one page of the table has at most: about as many as a page may carry where everybody spends every day. */
const PAGE_SIZE = 250;

/** The Budgets table, as far as administration goes. */
export class DynamoDbBudgetAdministration implements BudgetAdministration {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async read(principalId: string): Promise<Item | undefined> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: keyOf(principalId), ConsistentRead: true }));
    return attributes && toItem(attributes);
  }

  public async write(principalId: string, change: OrderWrite, readBefore: Item | undefined): Promise<boolean> {
    const placeholders = new Placeholders();
    const set = [assignments(placeholders, change.set), defaults(placeholders, change.defaults)].filter(Boolean).join(', ');
    const unchanged = change.unchanged.map(attribute => {
      const name = placeholders.name(attribute);
      return readBefore?.[attribute] === undefined ? `attribute_not_exists(${name})` : `${name} = ${placeholders.value(readBefore[attribute])}`;
    });
    // An item that was deleted meanwhile must not come back as an order without a budget.
    const exists = readBefore && `attribute_exists(${placeholders.name(BudgetAttribute.PRINCIPAL_ID)})`;
    try {
      await this.client.send(new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(principalId),
        UpdateExpression: updateExpression(placeholders, set, change.remove),
        ConditionExpression: [...(exists ? [exists] : []), ...unchanged].join(' AND '),
        ...placeholders.bindings,
      }));
      return true;
    } catch (error) {
      if (isError(error, 'ConditionalCheckFailed')) {
        return false;
      }
      throw error;
    }
  }

  public async page(filter: ListFilter, after?: string): Promise<{ readonly items: readonly Item[]; readonly more?: string }> {
    const placeholders = new Placeholders();
    const { Items: items = [], LastEvaluatedKey: last } = await this.client.send(new ScanCommand({
      TableName: this.tableName,
      Limit: PAGE_SIZE,
      FilterExpression: filterExpression(placeholders, filter),
      ...(after === undefined ? {} : { ExclusiveStartKey: keyOf(after) }),
      ...placeholders.bindings,
    }));
    const more = last?.[BudgetAttribute.PRINCIPAL_ID].S;
    return { items: items.map(toItem), ...(more === undefined ? {} : { more }) };
  }
}

function keyOf(principalId: string): Record<string, AttributeValue> {
  return { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } };
}

/** Attributes that an item may lack are read as the core reads it then. */
function filterExpression(placeholders: Placeholders, { kind, status, label }: ListFilter): string {
  const id = placeholders.name(BudgetAttribute.PRINCIPAL_ID);
  const has = (attribute: string, value: string, orElse?: (name: string) => string) => {
    const name = placeholders.name(attribute);
    const equal = `${name} = ${placeholders.value(value)}`;
    return orElse ? `(${equal} OR ${orElse(name)})` : equal;
  };
  return [
    `NOT begins_with(${id}, ${placeholders.value(NOTE_PREFIX)})`,
    ...(kind === undefined ? [] : [has('kind', kind, name => `(attribute_not_exists(${name}) AND begins_with(${id}, ${placeholders.value(`${kind}/`)}))`)]),
    ...(status === undefined ? [] : [has('status', status, status === 'active' ? name => `attribute_not_exists(${name})` : undefined)]),
    ...(label === undefined ? [] : [labelExpression(placeholders, label)]),
  ].join(' AND ');
}

function labelExpression(placeholders: Placeholders, { name, value }: NonNullable<ListFilter['label']>): string {
  const path = `${placeholders.name('labels')}.${placeholders.name(name)}`;
  return value === undefined ? `attribute_exists(${path})` : `${path} = ${placeholders.value(value)}`;
}
