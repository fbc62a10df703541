import { AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute } from '../../contract';
import { ItemChange, READ_ATTRIBUTES, RuntimeStore } from '../core/agents/agent-core';
import { Item } from '../core/budget-item';
import { isError } from './aws-errors';
import { assignments, defaults, Placeholders, updateExpression } from './dynamodb-update';
import { toItem } from './dynamodb-values';

/** The Budgets table, as far as the registration of AgentCore runtimes goes. */
export class DynamoDbRuntimeStore implements RuntimeStore {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async read(principalId: string): Promise<Item | undefined> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({ ...this.keyOf(principalId), ConsistentRead: true }));
    return attributes && toItem(attributes);
  }

  public async write(principalId: string, change: ItemChange, readBefore: Item | undefined): Promise<boolean> {
    const placeholders = new Placeholders();
    // One attribute must not be named twice in an expression.
    const missing = Object.fromEntries(Object.entries(change.defaults).filter(([attribute]) => change.set[attribute] === undefined));
    const set = [assignments(placeholders, change.set), defaults(placeholders, missing)].filter(Boolean).join(', ');
    const unchanged = READ_ATTRIBUTES.map(attribute => {
      const name = placeholders.name(attribute);
      return readBefore?.[attribute] === undefined ? `attribute_not_exists(${name})` : `${name} = ${placeholders.value(readBefore[attribute])}`;
    });
    try {
      await this.client.send(new UpdateItemCommand({
        ...this.keyOf(principalId),
        UpdateExpression: updateExpression(placeholders, set, change.remove),
        ConditionExpression: unchanged.join(' AND '),
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

  private keyOf(principalId: string): { readonly TableName: string; readonly Key: Record<string, AttributeValue> } {
    return { TableName: this.tableName, Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } } };
  }
}
