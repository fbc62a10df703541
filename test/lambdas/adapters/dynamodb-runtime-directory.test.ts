import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbRuntimeDirectory } from '../../../src/lambdas/adapters/dynamodb-runtime-directory';
import { AGENT, AGENT_ROLE, ROLE } from '../core/builders';
import { all } from '../observed';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const directory = new DynamoDbRuntimeDirectory(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');
const OTHER = `${AGENT}-2`;

beforeEach(() => dynamoDb.reset());

test('the runtimes of a role are read from the sparse index, page by page, and sorted', async () => {
  dynamoDb.on(QueryCommand)
    .resolvesOnce({ Items: [{ principalId: { S: OTHER } }], LastEvaluatedKey: { principalId: { S: OTHER } } })
    .resolvesOnce({ Items: [{ principalId: { S: AGENT } }] });
  expect(await directory.runtimesOf(AGENT_ROLE)).toEqual([AGENT, OTHER]);
  const [first, second] = dynamoDb.commandCalls(QueryCommand).map(call => call.args[0].input);
  expect(first).toEqual({
    TableName: 'Budgets',
    IndexName: 'runtimes-by-role',
    KeyConditionExpression: '#n0 = :v0',
    ProjectionExpression: '#n1',
    ExpressionAttributeNames: { '#n0': 'activeRole', '#n1': 'principalId' },
    ExpressionAttributeValues: { ':v0': { S: AGENT_ROLE } },
    ExclusiveStartKey: undefined,
  });
  expect(second.ExclusiveStartKey).toEqual({ principalId: { S: OTHER } });
});

test('a role may have no runtimes', async () => {
  dynamoDb.on(QueryCommand).resolves({});
  expect(await directory.runtimesOf(AGENT_ROLE)).toEqual([]);
});

test('all runtimes are read with their roles, page by page and by their keys alone', async () => {
  dynamoDb.on(ScanCommand)
    .resolvesOnce({ Items: [{ principalId: { S: AGENT }, activeRole: { S: AGENT_ROLE } }], LastEvaluatedKey: { principalId: { S: AGENT } } })
    .resolvesOnce({ Items: [{ principalId: { S: OTHER }, activeRole: { S: ROLE } }] });
  expect(await all(directory.all())).toEqual([{ principalId: AGENT, roleId: AGENT_ROLE }, { principalId: OTHER, roleId: ROLE }]);
  const [first, second] = dynamoDb.commandCalls(ScanCommand).map(call => call.args[0].input);
  expect(first).toMatchObject({
    TableName: 'Budgets',
    IndexName: 'runtimes-by-role',
    ProjectionExpression: '#n0, #n1',
    ExpressionAttributeNames: { '#n0': 'principalId', '#n1': 'activeRole' },
  });
  expect(second.ExclusiveStartKey).toEqual({ principalId: { S: AGENT } });
});

test('there may be no runtimes at all', async () => {
  dynamoDb.on(ScanCommand).resolves({});
  expect(await all(directory.all())).toEqual([]);
});

test('an index that cannot be read is no index without runtimes', async () => {
  dynamoDb.on(QueryCommand).rejects(awsError('ThrottlingException'));
  dynamoDb.on(ScanCommand).rejects(awsError('ThrottlingException'));
  await expect(directory.runtimesOf(AGENT_ROLE)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await expect(all(directory.all())).rejects.toMatchObject({ name: 'ThrottlingException' });
});
