import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbDeclarationStore } from '../../../src/lambdas/adapters/dynamodb-declaration-store';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { DeclarationChange } from '../../../src/lambdas/core/declaration';
import { ALICE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbDeclarationStore(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');
const change: DeclarationChange = {
  set: { enforcement: 'observe' }, defaults: { kind: 'iam-user' }, remove: ['limits'], kept: [], declaredAt: '2026-03-10T12:00:00.000Z',
};

beforeEach(() => dynamoDb.reset());

function lastUpdate() {
  const { UpdateExpression, ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
    dynamoDb.commandCalls(UpdateItemCommand).at(-1)!.args[0].input;
  const spell = (text = '') => text
    .replace(/#n\d+/g, name => ExpressionAttributeNames![name])
    .replace(/:v\d+/g, value => JSON.stringify(ExpressionAttributeValues![value]));
  return { update: spell(UpdateExpression), condition: spell(ConditionExpression) };
}

test('reads the item as it is', async () => {
  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: ALICE } }, ConsistentRead: true })
    .resolves({ Item: { principalId: { S: ALICE }, limits: { L: [{ M: { limitUsd: { N: '10' } } }] } } });
  expect(await store.read(ALICE)).toEqual({ principalId: ALICE, limits: [{ limitUsd: new NumberText('10') }] });
});

test('there may be no item', async () => {
  dynamoDb.on(GetItemCommand).resolves({});
  expect(await store.read(ALICE)).toBeUndefined();
});

test('writes a change on condition that all it was made of is unchanged', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  expect(await store.write(ALICE, change, { limits: [{ limitUsd: new NumberText('10') }], labels: {}, status: 'active' })).toBe(true);
  expect(lastUpdate()).toEqual({
    update: 'SET enforcement = {"S":"observe"}, kind = if_not_exists(kind, {"S":"iam-user"}) REMOVE limits',
    condition: 'limits = {"L":[{"M":{"limitUsd":{"N":"10"}}}]} AND labels = {"M":{}} AND attribute_not_exists(enforcement) AND attribute_not_exists(declared)',
  });
});

test('a change that only removes sets nothing', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  await store.write(ALICE, { ...change, set: {}, defaults: {} }, undefined);
  expect(lastUpdate().update).toBe('REMOVE limits');
});

test('says that something has changed meanwhile', async () => {
  dynamoDb.on(UpdateItemCommand).rejectsOnce(awsError('ConditionalCheckFailedException')).rejectsOnce(awsError('ThrottlingException'));
  expect(await store.write(ALICE, change, undefined)).toBe(false);
  await expect(store.write(ALICE, change, undefined)).rejects.toMatchObject({ name: 'ThrottlingException' });
});
