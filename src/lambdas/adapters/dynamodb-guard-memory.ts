import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, MANTLE_GUARD_NOTE } from '../../contract';
import { GuardMemory, ToldFailures } from '../core/mantle-guard/ports';

const TOLD = 'told';

/** A note of the deployment's own in the Budgets table: who could not be kept from the mantle endpoint, and why. */
export class DynamoDbGuardMemory implements GuardMemory {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  public async recall(): Promise<ToldFailures> {
    const { Item: note } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: KEY, ConsistentRead: true }));
    return new Map(Object.entries(note?.[TOLD]?.M ?? {}).map(([principalId, code]) => [principalId, code.S ?? '']));
  }

  public async remember(told: ToldFailures): Promise<void> {
    const codes = Object.fromEntries([...told].map(([principalId, code]) => [principalId, { S: code }]));
    await this.client.send(new PutItemCommand({ TableName: this.tableName, Item: { ...KEY, [TOLD]: { M: codes } } }));
  }
}

const KEY = { [BudgetAttribute.PRINCIPAL_ID]: { S: MANTLE_GUARD_NOTE } };
