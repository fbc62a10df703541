import { AttributeValue, DynamoDBClient, QueryCommand, QueryCommandInput, ScanCommand, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, RUNTIMES_INDEX } from '../../contract';
import { RegisteredRuntime, RuntimeDirectory } from '../core/ports';
import { Placeholders } from './dynamodb-update';

type Key = Record<string, AttributeValue> | undefined;

/** The sparse index of the Budgets table in which the registered AgentCore runtimes stand: only they have an active role. */
export class DynamoDbRuntimeDirectory implements RuntimeDirectory {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async runtimesOf(roleId: string): Promise<readonly string[]> {
    const placeholders = new Placeholders();
    const query: QueryCommandInput = {
      TableName: this.tableName,
      IndexName: RUNTIMES_INDEX,
      KeyConditionExpression: `${placeholders.name(BudgetAttribute.ACTIVE_ROLE)} = ${placeholders.value(roleId)}`,
      ProjectionExpression: placeholders.name(BudgetAttribute.PRINCIPAL_ID),
      ...placeholders.bindings,
    };
    const found: string[] = [];
    let next: Key;
    do {
      const page = await this.client.send(new QueryCommand({ ...query, ExclusiveStartKey: next }));
      found.push(...(page.Items ?? []).map(textOf(BudgetAttribute.PRINCIPAL_ID)));
      next = page.LastEvaluatedKey;
    } while (next);
    return found.sort();
  }

  public async* all(): AsyncIterable<RegisteredRuntime> {
    const placeholders = new Placeholders();
    const scan: ScanCommandInput = {
      TableName: this.tableName,
      IndexName: RUNTIMES_INDEX,
      ProjectionExpression: [BudgetAttribute.PRINCIPAL_ID, BudgetAttribute.ACTIVE_ROLE].map(name => placeholders.name(name)).join(', '),
      ...placeholders.bindings,
    };
    let next: Key;
    do {
      const page = await this.client.send(new ScanCommand({ ...scan, ExclusiveStartKey: next }));
      for (const attributes of page.Items ?? []) {
        yield { principalId: textOf(BudgetAttribute.PRINCIPAL_ID)(attributes), roleId: textOf(BudgetAttribute.ACTIVE_ROLE)(attributes) };
      }
      next = page.LastEvaluatedKey;
    } while (next);
  }
}

/** Both are keys of the index, and so are always there and always text. */
function textOf(attribute: string): (attributes: Record<string, AttributeValue>) => string {
  return attributes => attributes[attribute].S!;
}
