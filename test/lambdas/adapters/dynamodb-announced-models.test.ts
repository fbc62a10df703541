import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbAnnouncedModels } from '../../../src/lambdas/adapters/dynamodb-announced-models';

const dynamoDb = mockClient(DynamoDBClient);
const announced = new DynamoDbAnnouncedModels(new DynamoDBClient({ region: 'eu-central-1' }), 'Prices');
const key = { priceKey: { S: 'announced-models' } };

beforeEach(() => dynamoDb.reset());

test('knows what it was told to remember, in its order', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  await announced.remember(['b.model', 'a.model']);
  const { TableName, Item } = dynamoDb.commandCalls(PutItemCommand)[0].args[0].input;
  expect([TableName, Item]).toEqual(['Prices', { ...key, models: { L: [{ S: 'b.model' }, { S: 'a.model' }] } }]);
  dynamoDb.on(GetItemCommand, { TableName: 'Prices', Key: key, ConsistentRead: true }).resolves({ Item });
  expect([...await announced.known()]).toEqual(['b.model', 'a.model']);
});

test.each([
  ['before it was told anything', undefined],
  ['where its item cannot be read', { ...key, models: { S: 'a.model' } }],
])('knows nothing %s', async (_, Item) => {
  dynamoDb.on(GetItemCommand).resolves({ Item });
  expect((await announced.known()).size).toBe(0);
});
