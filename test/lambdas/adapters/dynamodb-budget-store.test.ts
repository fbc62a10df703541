import { DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { PrincipalKindName } from '../../../src/contract';
import { DynamoDbBudgetStore } from '../../../src/lambdas/adapters/dynamodb-budget-store';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { aBudget, ALICE, aSuspendedBudget, itemOf, NOON } from '../core/builders';
import { all } from '../observed';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const store = new DynamoDbBudgetStore(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');

beforeEach(() => dynamoDb.reset());

/** The request with its placeholders put back to what they stand for. */
function lastUpdate(): { readonly update: string; readonly condition: string } {
  const { UpdateExpression = '', ConditionExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } =
    dynamoDb.commandCalls(UpdateItemCommand).at(-1)!.args[0].input;
  const spell = (text: string) => text
    .replace(/#n\d+/g, name => ExpressionAttributeNames[name])
    .replace(/:v\d+/g, value => JSON.stringify(Object.values(ExpressionAttributeValues[value])[0]));
  return { update: spell(UpdateExpression), condition: spell(ConditionExpression) };
}

describe('reading', () => {
  test('is strongly consistent and gives the budget', async () => {
    const budget = aBudget({ spent: '12.000000000001' });
    dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: ALICE } }, ConsistentRead: true }).resolves({ Item: fromItem(itemOf(budget)) });
    expect(await store.read(ALICE)).toEqual(expect.objectContaining({ principalId: ALICE, spend: budget.spend, limits: budget.limits, revision: 3 }));
  });

  test('of a budget that does not exist gives none', async () => {
    dynamoDb.on(GetItemCommand).resolves({});
    expect(await store.read(ALICE)).toBeUndefined();
  });

  test('of an item that somebody broke names the attribute', async () => {
    dynamoDb.on(GetItemCommand).resolves({ Item: { principalId: { S: ALICE }, status: { S: 'broken' } } });
    await expect(store.read(ALICE)).rejects.toMatchObject({ name: 'BudgetItemError', message: expect.stringContaining('attribute status') });
  });
});

describe('saving a state', () => {
  test('sets what the state has, removes what it has not, and only on the revision that was decided on', async () => {
    dynamoDb.on(UpdateItemCommand).resolves({});
    expect(await store.saveState(ALICE, { ...aSuspendedBudget(), revision: 8 }, 7)).toBe(true);
    const { update, condition } = lastUpdate();
    expect(update).toMatch(/^SET status = "suspended", /);
    expect(update).toContain('revision = "8"');
    expect(update).toContain('watch = "suspended"');
    expect(update).toMatch(/ REMOVE graceDeadline, unenforceable, failure, toldFailure, suspension, workflowRevision$/);
    expect(condition).toBe('attribute_exists(principalId) AND revision = "7"');
    expect(dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input).toMatchObject({ TableName: 'Budgets', Key: { principalId: { S: ALICE } } });
  });

  test('for the first time is on condition that nobody has decided yet', async () => {
    dynamoDb.on(UpdateItemCommand).resolves({});
    await store.saveState(ALICE, { ...aBudget(), revision: 1 }, 0);
    expect(lastUpdate().condition).toBe('attribute_exists(principalId) AND (attribute_not_exists(revision) OR revision = "0")');
  });

  test('touches neither spend nor orders of operators', async () => {
    dynamoDb.on(UpdateItemCommand).resolves({});
    await store.saveState(ALICE, aSuspendedBudget(), 2);
    const written = Object.values(dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input.ExpressionAttributeNames!);
    expect(written).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(spend#|limits|topUps|exemption|hold|labels|enforcement|kind)/)]));
  });

  test('reports that somebody else decided meanwhile', async () => {
    dynamoDb.on(UpdateItemCommand).rejects(awsError('ConditionalCheckFailedException'));
    expect(await store.saveState(ALICE, aBudget(), 3)).toBe(false);
  });

  test('passes every other error on', async () => {
    dynamoDb.on(UpdateItemCommand).rejects(awsError('AccessDeniedException'));
    await expect(store.saveState(ALICE, aBudget(), 3)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('registering', () => {
  test('sets the kind, and the rest only where nothing is', async () => {
    dynamoDb.on(UpdateItemCommand).resolves({});
    await store.register(ALICE, PrincipalKindName.API_KEY_USER, NOON, '2026-03-10');
    expect(lastUpdate()).toEqual({
      update: 'SET kind = "api-key-user", registeredAt = if_not_exists(registeredAt, "2026-03-10T12:00:00.000Z"), anchorDay = if_not_exists(anchorDay, "2026-03-10")',
      condition: 'attribute_not_exists(kind) OR kind <> "api-key-user"',
    });
  });

  test('who is registered so already is a success', async () => {
    dynamoDb.on(UpdateItemCommand).rejects(awsError('ConditionalCheckFailedException'));
    await expect(store.register(ALICE, PrincipalKindName.IAM_USER, NOON, '2026-03-10')).resolves.toBeUndefined();
  });
});

describe('the watch list', () => {
  const query = (call: number) => dynamoDb.commandCalls(QueryCommand)[call].args[0].input;

  test('of open principals who are due reads the index up to now, ids alone, all pages', async () => {
    const cursor = { principalId: { S: 'b' } };
    dynamoDb.on(QueryCommand)
      .resolvesOnce({ Items: [{ principalId: { S: 'a' } }, { principalId: { S: 'b' } }], LastEvaluatedKey: cursor })
      .resolvesOnce({ LastEvaluatedKey: cursor })
      .resolvesOnce({ Items: [{ principalId: { S: 'c' } }] });
    expect(await all(store.open(NOON))).toEqual(['a', 'b', 'c']);
    expect(query(0)).toMatchObject({
      TableName: 'Budgets',
      IndexName: 'watch-by-next-check',
      KeyConditionExpression: '#n0 = :v0 AND #n1 <= :v1',
      ProjectionExpression: '#n2',
      ExpressionAttributeNames: { '#n0': 'watch', '#n1': 'nextCheckAt', '#n2': 'principalId' },
      ExpressionAttributeValues: { ':v0': { S: 'open' }, ':v1': { S: '2026-03-10T12:00:00.000Z' } },
    });
    expect(query(0).ExclusiveStartKey).toBeUndefined();
    expect(query(1).ExclusiveStartKey).toEqual(cursor);
    expect(query(2).ExclusiveStartKey).toEqual(cursor);
  });

  test('of all open principals knows no bound', async () => {
    dynamoDb.on(QueryCommand).resolves({ Items: [] });
    expect(await all(store.open())).toEqual([]);
    expect(query(0)).toMatchObject({ KeyConditionExpression: '#n0 = :v0', ExpressionAttributeValues: { ':v0': { S: 'open' } } });
  });

  test('of suspended principals is a partition of its own', async () => {
    dynamoDb.on(QueryCommand).resolves({ Items: [{ principalId: { S: 'a' } }] });
    expect(await all(store.suspended())).toEqual(['a']);
    expect(query(0)).toMatchObject({ KeyConditionExpression: '#n0 = :v0', ExpressionAttributeValues: { ':v0': { S: 'suspended' } } });
  });

  test('reads no page that nobody asks for', async () => {
    dynamoDb.on(QueryCommand).resolves({ Items: [{ principalId: { S: 'a' } }], LastEvaluatedKey: { principalId: { S: 'a' } } });
    for await (const _ of store.open()) {
      break;
    }
    expect(dynamoDb.commandCalls(QueryCommand)).toHaveLength(1);
  });
});
