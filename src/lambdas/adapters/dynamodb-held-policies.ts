import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { BackupAttribute } from '../../contract';
import { HeldPolicies } from '../core/ports';

/** The state of a backup whose policies are not back. */
const CURRENT = 'current';

/** Whose policies stand in the backups table, and nowhere else. Reads the key alone: what is in a backup is the policy-detacher's to know. */
export class DynamoDbHeldPolicies implements HeldPolicies {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async holds(targetId: string): Promise<boolean> {
    const { Item: item } = await this.client.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [BackupAttribute.TARGET]: { S: targetId }, [BackupAttribute.STATE]: { S: CURRENT } },
      ConsistentRead: true,
      ProjectionExpression: '#target',
      ExpressionAttributeNames: { '#target': BackupAttribute.TARGET },
    }));
    return item !== undefined;
  }
}
