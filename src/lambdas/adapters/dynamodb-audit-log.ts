import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AuditAttribute } from '../../contract';
import { Item } from '../core/budget-item';
import { isError } from './aws-errors';
import { fromItem } from './dynamodb-values';

/** The Audit table: rows are written once and never changed. */
export class DynamoDbAuditLog {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  /** Writing a row that is there already is a success. */
  public async append(row: Item): Promise<void> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: fromItem(row),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': AuditAttribute.EVENT_KEY },
      }));
    } catch (error) {
      if (!isError(error, 'ConditionalCheckFailed')) {
        throw error;
      }
    }
  }
}
