import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The items of a table, page by page, or some attributes of them. Reads are strongly consistent: what was written before is in them. */
export async function* scanTable(
  client: DynamoDBClient, table: string, attributes?: readonly string[],
): AsyncGenerator<readonly Record<string, AttributeValue>[]> {
  const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const names = attributes && Object.fromEntries(attributes.map((attribute, index) => [`#a${index}`, attribute]));
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({
      TableName: table,
      ConsistentRead: true,
      ExclusiveStartKey: next,
      ...(names ? { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names } : {}),
    }));
    yield page.Items ?? [];
    next = page.LastEvaluatedKey;
  } while (next);
}
