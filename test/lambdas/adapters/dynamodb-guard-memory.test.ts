import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbGuardMemory } from '../../../src/lambdas/adapters/dynamodb-guard-memory';
import { ALICE, REGION } from '../core/builders';

const dynamoDb = mockClient(DynamoDBClient);
const memory = new DynamoDbGuardMemory(new DynamoDBClient({ region: REGION }), 'Budgets');

beforeEach(() => { dynamoDb.reset(); });

test('nobody was told of before there is a note', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  expect(await memory.recall()).toEqual(new Map());
});

test('reads what it wrote, under a key that is no principal', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  await memory.remember(new Map([[ALICE, 'quota']]));
  const { TableName: table, Item: note } = dynamoDb.commandCalls(PutItemCommand)[0].args[0].input;
  expect({ table, note }).toEqual({ table: 'Budgets', note: { principalId: { S: 'deployment/mantle-guard' }, told: { M: { [ALICE]: { S: 'quota' } } } } });

  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: 'deployment/mantle-guard' } }, ConsistentRead: true }).resolves({ Item: note });
  expect(await memory.recall()).toEqual(new Map([[ALICE, 'quota']]));
});
