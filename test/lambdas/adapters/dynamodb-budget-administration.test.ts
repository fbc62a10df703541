import { DynamoDBClient, GetItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbBudgetAdministration } from '../../../src/lambdas/adapters/dynamodb-budget-administration';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ALICE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const budgets = new DynamoDbBudgetAdministration(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');
const change = { set: { enforcement: 'observe' }, defaults: { kind: 'iam-user' }, remove: ['hold'], unchanged: ['enforcement', 'limits', 'hold'] };

beforeEach(() => dynamoDb.reset());

interface Expressions {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, object>;
}

/** With what the placeholders stand for in their places. */
function spell(text: string | undefined, { ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Expressions): string | undefined {
  return text?.replace(/#n\d+/g, name => names![name]).replace(/:v\d+/g, value => JSON.stringify(Object.values(values![value])[0]));
}

test('reads the item as it is, strongly consistent', async () => {
  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: ALICE } }, ConsistentRead: true }).resolvesOnce({ Item: { principalId: { S: ALICE }, n: { N: '1.50' } } });
  expect(await budgets.read(ALICE)).toEqual({ principalId: ALICE, n: new NumberText('1.50') });
  dynamoDb.on(GetItemCommand).resolves({});
  expect(await budgets.read(ALICE)).toBeUndefined();
});

test('writes on condition that the item is there and what it was worked out from is unchanged', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  expect(await budgets.write(ALICE, change, { principalId: ALICE, hold: { by: 'ops' }, limits: [{ limitUsd: new NumberText('5') }] })).toBe(true);
  const { input } = dynamoDb.commandCalls(UpdateItemCommand)[0].args[0];
  expect(input).toMatchObject({ TableName: 'Budgets', Key: { principalId: { S: ALICE } } });
  expect(spell(input.UpdateExpression, input)).toBe('SET enforcement = "observe", kind = if_not_exists(kind, "iam-user") REMOVE hold');
  expect(spell(input.ConditionExpression, input))
    .toBe('attribute_exists(principalId) AND attribute_not_exists(enforcement) AND limits = [{"M":{"limitUsd":{"N":"5"}}}] AND hold = {"by":{"S":"ops"}}');
});

test('creates an item on condition that nobody has given orders before', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  await budgets.write(ALICE, { ...change, remove: [] }, undefined);
  const { input } = dynamoDb.commandCalls(UpdateItemCommand)[0].args[0];
  expect(spell(input.ConditionExpression, input)).toBe('attribute_not_exists(enforcement) AND attribute_not_exists(limits) AND attribute_not_exists(hold)');
});

test('says that something has changed meanwhile, and passes every other error on', async () => {
  dynamoDb.on(UpdateItemCommand).rejectsOnce(awsError('ConditionalCheckFailedException')).rejectsOnce(awsError('ThrottlingException'));
  expect(await budgets.write(ALICE, change, undefined)).toBe(false);
  await expect(budgets.write(ALICE, change, undefined)).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test.each([
  [{}, 'NOT begins_with(principalId, "deployment/")'],
  [{ kind: 'iam-role' } as const, 'NOT begins_with(principalId, "deployment/") AND (kind = "iam-role" OR (attribute_not_exists(kind) AND begins_with(principalId, "iam-role/")))'],
  [{ status: 'suspended' } as const, 'NOT begins_with(principalId, "deployment/") AND status = "suspended"'],
  [{ status: 'active' } as const, 'NOT begins_with(principalId, "deployment/") AND (status = "active" OR attribute_not_exists(status))'],
  [{ label: { name: 'cost.center' } }, 'NOT begins_with(principalId, "deployment/") AND attribute_exists(labels.cost.center)'],
  [{ label: { name: 'team', value: '' } }, 'NOT begins_with(principalId, "deployment/") AND labels.team = ""'],
])('scans by %j', async (filter, expected) => {
  dynamoDb.on(ScanCommand).resolves({ Items: [{ principalId: { S: ALICE } }], LastEvaluatedKey: { principalId: { S: ALICE } } });
  expect(await budgets.page(filter, 'iam-user/1')).toEqual({ items: [{ principalId: ALICE }], more: ALICE });
  const { input } = dynamoDb.commandCalls(ScanCommand)[0].args[0];
  expect(spell(input.FilterExpression, input)).toBe(expected);
  // Each part of a path has a placeholder of its own: a name may have any character.
  expect(input.FilterExpression).not.toMatch(/cost|team/);
  expect(input).toMatchObject({ TableName: 'Budgets', Limit: 250, ExclusiveStartKey: { principalId: { S: 'iam-user/1' } } });
});

test('the last page says so', async () => {
  dynamoDb.on(ScanCommand).resolves({});
  expect(await budgets.page({})).toEqual({ items: [] });
  expect(dynamoDb.commandCalls(ScanCommand)[0].args[0].input).not.toHaveProperty('ExclusiveStartKey');
});
