import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbHeldPolicies } from '../../../src/lambdas/adapters/dynamodb-held-policies';
import { DynamoDbPolicyBackupStore } from '../../../src/lambdas/adapters/dynamodb-policy-backup-store';
import { ROLE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
const held = new DynamoDbHeldPolicies(client, 'Backups');

beforeEach(() => dynamoDb.reset());

test('whoever has a current backup has policies held', async () => {
  dynamoDb.on(GetItemCommand).resolvesOnce({ Item: { target: { S: ROLE } } }).resolvesOnce({});
  expect([await held.holds(ROLE), await held.holds(ROLE)]).toEqual([true, false]);
});

test('reads strongly consistent, and of the backup its key alone', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  await held.holds(ROLE);
  const { TableName, Key, ConsistentRead, ProjectionExpression, ExpressionAttributeNames } = dynamoDb.commandCalls(GetItemCommand)[0].args[0].input;
  expect({ TableName, Key, ConsistentRead }).toEqual({ TableName: 'Backups', Key: { target: { S: ROLE }, state: { S: 'current' } }, ConsistentRead: true });
  expect(ExpressionAttributeNames![ProjectionExpression!]).toBe('target');
});

test('looks where the policy-detacher writes', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  await held.holds(ROLE);
  await new DynamoDbPolicyBackupStore(client, { tableName: 'Backups', historyDays: 1 }).readCurrent(ROLE);
  const [mine, theirs] = dynamoDb.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => [input.TableName, input.Key]);
  expect(mine).toEqual(theirs);
});

test('an error is no answer: the deny must not be lifted on it', async () => {
  dynamoDb.on(GetItemCommand).rejects(awsError('ProvisionedThroughputExceededException'));
  await expect(held.holds(ROLE)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
});
