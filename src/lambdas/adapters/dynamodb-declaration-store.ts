import { AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute } from '../../contract';
import { Item } from '../core/budget-item';
import { DeclarationChange, MERGED_ATTRIBUTES } from '../core/declaration';
import { DeclarationStore } from '../core/declare-budget';
import { isError } from './aws-errors';
import { assignments, defaults, Placeholders, updateExpression } from './dynamodb-update';
import { toItem } from './dynamodb-values';

/** The Budgets table, as far as declarations go. */
export class DynamoDbDeclarationStore implements DeclarationStore {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async read(principalId: string): Promise<Item | undefined> {
    const { Item: attributes } = await this.client.send(new GetItemCommand({ ...this.keyOf(principalId), ConsistentRead: true }));
    return attributes && toItem(attributes);
  }

  public async write(principalId: string, change: DeclarationChange, readBefore: Item | undefined): Promise<boolean> {
    const placeholders = new Placeholders();
    const set = [assignments(placeholders, change.set), defaults(placeholders, change.defaults)].filter(Boolean).join(', ');
    const unchanged = MERGED_ATTRIBUTES.map(attribute => {
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
