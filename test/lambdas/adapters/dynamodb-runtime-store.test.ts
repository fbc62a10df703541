import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbRuntimeStore } from '../../../src/lambdas/adapters/dynamodb-runtime-store';
import { ItemChange } from '../../../src/lambdas/core/agents/agent-core';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { AGENT, AGENT_ROLE } from '../core/builders';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbRuntimeStore(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');
const change: ItemChange = {
  set: { role: AGENT_ROLE, activeRole: AGENT_ROLE, kind: 'agent-runtime' },
  defaults: { registeredAt: '2026-03-10T12:00:00.000Z', kind: 'agent-runtime' },
  remove: ['removedAt'],
};

beforeEach(() => dynamoDb.reset());

function lastUpdate() {
  const { Key, TableName, UpdateExpression, ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
    dynamoDb.commandCalls(UpdateItemCommand).at(-1)!.args[0].input;
  const spell = (text = '') => text
    .replace(/#n\d+/g, name => ExpressionAttributeNames![name])
    .replace(/:v\d+/g, value => JSON.stringify(ExpressionAttributeValues![value]));
  return { Key, TableName, update: spell(UpdateExpression), condition: spell(ConditionExpression) };
}

test('reads the item as it is now', async () => {
  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: AGENT } }, ConsistentRead: true })
    .resolvesOnce({ Item: { principalId: { S: AGENT }, limits: { L: [{ M: { limitUsd: { N: '10' } } }] } } })
    .resolvesOnce({});
  expect(await store.read(AGENT)).toEqual({ principalId: AGENT, limits: [{ limitUsd: new NumberText('10') }] });
  expect(await store.read(AGENT)).toBeUndefined();
});

test('writes a new item on condition that nobody has written one, and names no attribute twice', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  expect(await store.write(AGENT, change, undefined)).toBe(true);
  expect(lastUpdate()).toEqual({
    TableName: 'Budgets',
    Key: { principalId: { S: AGENT } },
    update: `SET role = {"S":"${AGENT_ROLE}"}, activeRole = {"S":"${AGENT_ROLE}"}, kind = {"S":"agent-runtime"}, `
      + 'registeredAt = if_not_exists(registeredAt, {"S":"2026-03-10T12:00:00.000Z"}) REMOVE removedAt',
    condition: ['kind', 'role', 'activeRole', 'removedAt', 'labels', 'limits', 'enforcement', 'runtimes', 'runtimeUpdatedAt', 'harnessId', 'computedLimits',
      'computedEnforcement', 'toldRefusals']
      .map(name => `attribute_not_exists(${name})`).join(' AND '),
  });
});

test('writes on condition that everything that was read is unchanged', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  await store.write(AGENT, { ...change, defaults: {} }, {
    'role': AGENT_ROLE, 'labels': { name: 'support' }, 'runtimes': [AGENT], 'runtimeUpdatedAt': '2026-03-10T12:00:00.000Z', 'spend#2026-03-10': new NumberText('1'),
  });
  expect(lastUpdate().condition).toContain(`role = {"S":"${AGENT_ROLE}"} AND attribute_not_exists(activeRole)`);
  expect(lastUpdate().condition).toContain('labels = {"M":{"name":{"S":"support"}}}');
  expect(lastUpdate().condition).toContain(`runtimes = {"L":[{"S":"${AGENT}"}]} AND runtimeUpdatedAt = {"S":"2026-03-10T12:00:00.000Z"}`);
  expect(lastUpdate().condition).not.toContain('spend#');
});

test('a change that only removes sets nothing', async () => {
  dynamoDb.on(UpdateItemCommand).resolves({});
  await store.write(AGENT, { set: {}, defaults: {}, remove: ['activeRole'] }, {});
  expect(lastUpdate().update).toBe('REMOVE activeRole');
});

test('says that somebody else wrote meanwhile; other errors are errors', async () => {
  dynamoDb.on(UpdateItemCommand).rejectsOnce(awsError('ConditionalCheckFailedException')).rejectsOnce(awsError('ThrottlingException'));
  expect(await store.write(AGENT, change, undefined)).toBe(false);
  await expect(store.write(AGENT, change, undefined)).rejects.toMatchObject({ name: 'ThrottlingException' });
});
