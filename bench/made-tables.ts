import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, LedgerAttribute, PriceAttribute, WATCH_INDEX } from '../src/contract';

const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
const key = (name: string, type: 'HASH' | 'RANGE' = 'HASH') => ({ AttributeName: name, KeyType: type });

/** A Budgets table as the construct makes it, as far as reads and writes go. */
export async function makeBudgetsTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [text(BudgetAttribute.PRINCIPAL_ID), text(BudgetAttribute.WATCH), text(BudgetAttribute.NEXT_CHECK_AT)],
    KeySchema: [key(BudgetAttribute.PRINCIPAL_ID)],
    GlobalSecondaryIndexes: [{
      IndexName: WATCH_INDEX,
      KeySchema: [key(BudgetAttribute.WATCH), key(BudgetAttribute.NEXT_CHECK_AT, 'RANGE')],
      Projection: { ProjectionType: 'ALL' },
    }],
  }));
}

export async function makeLedgerTable(client: DynamoDBClient, name: string): Promise<void> {
  await makeKeyedTable(client, name, LedgerAttribute.CALL_ID);
}

export async function makePricesTable(client: DynamoDBClient, name: string): Promise<void> {
  await makeKeyedTable(client, name, PriceAttribute.KEY);
}

async function makeKeyedTable(client: DynamoDBClient, name: string, keyName: string): Promise<void> {
  await client.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [text(keyName)], KeySchema: [key(keyName)] }));
}
