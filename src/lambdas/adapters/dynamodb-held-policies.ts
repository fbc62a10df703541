import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { BackupAttribute } from '../../contract';
import { HeldPolicies } from '../core/ports';
import { principalFromId } from '../core/principal';
import { attachmentTarget, isAttachable } from '../core/restriction-target';
import { identityOf } from './iam-identity';

/** The state of a backup whose policies are not back. */
const CURRENT = 'current';

/**
 * Whose policies stand in the backups table, and nowhere else. They stand there by the unique id, which IAM is asked for: a user may have been renamed, and a
 * role of the same name may be another. Reads the key alone: what is in a backup is the policy-detacher's to know.
 */
export class DynamoDbHeldPolicies implements HeldPolicies {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string, private readonly iam: IAMClient) {}

  public async holds(targetId: string): Promise<boolean> {
    const uniqueId = await this.uniqueIdOf(targetId);
    if (uniqueId === undefined) {
      return false;
    }
    const { Item: item } = await this.client.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [BackupAttribute.TARGET]: { S: uniqueId }, [BackupAttribute.STATE]: { S: CURRENT } },
      ConsistentRead: true,
      ProjectionExpression: '#target',
      ExpressionAttributeNames: { '#target': BackupAttribute.TARGET },
    }));
    return item !== undefined;
  }

  private async uniqueIdOf(targetId: string): Promise<string | undefined> {
    const principal = principalFromId(targetId);
    const target = principal && attachmentTarget(principal, principal.accountId);
    return target && isAttachable(target) ? (await identityOf(target, this.iam))?.uniqueId : undefined;
  }
}
