import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbSettingsMemory } from '../../../src/lambdas/adapters/dynamodb-settings-memory';
import { settingTexts } from '../core/builders';

const dynamoDb = mockClient(DynamoDBClient);
const memory = new DynamoDbSettingsMemory(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');
const key = { principalId: { S: 'deployment/settings' } };
const snapshot = { texts: settingTexts(), refused: ['grace-period-seconds is "five"'] };

beforeEach(() => dynamoDb.reset());

test('recalls what it was told to remember', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  await memory.remember(snapshot);
  const { TableName, Key, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } = dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input;
  expect({ TableName, Key, UpdateExpression }).toEqual({ TableName: 'Budgets', Key: key, UpdateExpression: 'SET #snapshot = :snapshot' });

  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: key, ConsistentRead: true })
    .resolves({ Item: { ...key, [ExpressionAttributeNames!['#snapshot']]: ExpressionAttributeValues![':snapshot'] } });
  expect(await memory.recall()).toEqual(snapshot);
});

test('recalls nothing before it was told anything', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  expect(await memory.recall()).toBeUndefined();
});

test.each([
  ['no JSON', 'five'],
  ['another shape', '{"texts":{"colour":"red"},"refused":[]}'],
])('a note that is %s is none', async (_, note) => {
  dynamoDb.on(GetItemCommand).resolves({ Item: { ...key, snapshot: { S: note } } });
  expect(await memory.recall()).toBeUndefined();
});
