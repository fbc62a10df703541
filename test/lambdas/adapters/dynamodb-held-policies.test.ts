import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbHeldPolicies } from '../../../src/lambdas/adapters/dynamodb-held-policies';
import { DynamoDbPolicyBackupStore } from '../../../src/lambdas/adapters/dynamodb-policy-backup-store';
import { ALICE, ROLE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
const iam = mockClient(IAMClient);
const held = new DynamoDbHeldPolicies(client, 'Backups', new IAMClient({ region: 'us-east-1' }));

beforeEach(() => {
  [dynamoDb, iam].forEach(mock => mock.reset());
  iam.on(GetRoleCommand, { RoleName: 'report-writer' }).resolves({ Role: { RoleId: 'AROA1' } } as object);
  iam.on(GetUserCommand, { UserName: 'alice' }).resolves({ User: { UserId: 'AIDA1' } } as object);
});

test('whoever has a current backup has policies held', async () => {
  dynamoDb.on(GetItemCommand).resolvesOnce({ Item: { target: { S: 'AROA1' } } }).resolvesOnce({});
  expect([await held.holds(ROLE), await held.holds(ROLE)]).toEqual([true, false]);
});

test('reads strongly consistent, and of the backup its key alone', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  await held.holds(ROLE);
  const { TableName, Key, ConsistentRead, ProjectionExpression, ExpressionAttributeNames } = dynamoDb.commandCalls(GetItemCommand)[0].args[0].input;
  expect({ TableName, Key, ConsistentRead }).toEqual({ TableName: 'Backups', Key: { target: { S: 'AROA1' }, state: { S: 'current' } }, ConsistentRead: true });
  expect(ExpressionAttributeNames![ProjectionExpression!]).toBe('target');
});

test('looks where the policy-detacher writes', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  await held.holds(ROLE);
  await new DynamoDbPolicyBackupStore(client, { tableName: 'Backups', historyDays: 1 }).readCurrent('AROA1');
  const [mine, theirs] = dynamoDb.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => [input.TableName, input.Key]);
  expect(mine).toEqual(theirs);
});

test('an error is no answer: the deny must not be lifted on it', async () => {
  dynamoDb.on(GetItemCommand).rejects(awsError('ProvisionedThroughputExceededException'));
  await expect(held.holds(ROLE)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
});

test('a user is known by its unique id as well', async () => {
  dynamoDb.on(GetItemCommand, { Key: { target: { S: 'AIDA1' }, state: { S: 'current' } } }).resolves({ Item: { target: { S: 'AIDA1' } } });
  expect(await held.holds(ALICE)).toBe(true);
});

test.each([ROLE, ALICE])('whoever does not exist has nothing held: %s', async id => {
  iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
  iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
  expect(await held.holds(id)).toBe(false);
  expect(dynamoDb.calls()).toHaveLength(0);
});

test.each(['root/444455556666', 'nonsense', 'iam-role/444455556666/AWSReservedSSO_Admin_1'])('whoever no policy is removed from has nothing held: %s', async id => {
  expect(await held.holds(id)).toBe(false);
  expect([...iam.calls(), ...dynamoDb.calls()]).toHaveLength(0);
});

test.each([['Throttling', 'RetryableIamError'], ['AccessDenied', 'AccessDenied']])('an IAM that says %s is no answer', async (name, thrown) => {
  iam.on(GetRoleCommand).rejects(awsError(name));
  await expect(held.holds(ROLE)).rejects.toMatchObject({ name: thrown });
});
