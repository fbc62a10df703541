import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AuditAttribute } from '../../contract';
import { AuditHistory } from '../core/administration/ports';
import { Item } from '../core/budget-item';
import { Placeholders } from './dynamodb-update';
import { toItem } from './dynamodb-values';

/** The Audit table, read. */
export class DynamoDbAuditHistory implements AuditHistory {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async page(principalId: string, size: number, before?: string): Promise<{ readonly rows: readonly Item[]; readonly more?: string }> {
    const placeholders = new Placeholders();
    const { Items: rows = [], LastEvaluatedKey: last } = await this.client.send(new QueryCommand({
      TableName: this.tableName,
      KeyConditionExpression: `${placeholders.name(AuditAttribute.SUBJECT)} = ${placeholders.value(principalId)}`,
      ScanIndexForward: false,
      Limit: size,
      ...(before === undefined ? {} : { ExclusiveStartKey: { [AuditAttribute.SUBJECT]: { S: principalId }, [AuditAttribute.EVENT_KEY]: { S: before } } }),
      ...placeholders.bindings,
    }));
    const more = last?.[AuditAttribute.EVENT_KEY].S;
    return { rows: rows.map(toItem), ...(more === undefined ? {} : { more }) };
  }
}
