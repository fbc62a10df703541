import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbBudgetReader, UnprocessedKeysError } from '../../../src/lambdas/adapters/dynamodb-budget-reader';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { aBudget, ACCOUNT, AGENT, AGENT_ROLE, ALICE, itemOf, ROLE } from '../core/builders';
import { Observed, recordedWaits } from '../observed';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);

beforeEach(() => dynamoDb.reset());

const attributesOf = (principalId: string) => fromItem(itemOf(aBudget({ principalId, spent: '3.5' })));
const keyOf = (principalId: string) => ({ principalId: { S: principalId } });
const requests = () => dynamoDb.commandCalls(BatchGetItemCommand).map(call => call.args[0].input.RequestItems!.Budgets.Keys!.map(key => key.principalId.S));

test('budgets are read by their ids, whatever the order of the answer', async () => {
  const { reader } = given();
  dynamoDb.on(BatchGetItemCommand).resolves({ Responses: { Budgets: [attributesOf(ROLE), attributesOf(ALICE)] } });
  const budgets = await reader.readMany([ALICE, ROLE, AGENT]);
  expect([...budgets.keys()].sort()).toEqual([ALICE, ROLE].sort());
  expect(budgets.get(ALICE)).toEqual(aBudget({ principalId: ALICE, spent: '3.5' }));
  expect(requests()).toEqual([[ALICE, ROLE, AGENT]]);
});

test('nobody is asked for, and nothing is asked', async () => {
  const { reader } = given();
  expect(await reader.readMany([])).toEqual(new Map());
  expect(dynamoDb.calls()).toHaveLength(0);
});

test('no request asks for more than a hundred, nor for one twice', async () => {
  const { reader } = given();
  dynamoDb.on(BatchGetItemCommand).resolves({});
  const ids = Array.from({ length: 250 }, (_, index) => `iam-user/${ACCOUNT}/user-${index}`);
  await reader.readMany([...ids, ...ids.slice(0, 10)]);
  expect(requests().map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(new Set(requests().flat()).size).toBe(250);
});

test('what was left out is asked for again, after a pause that grows', async () => {
  const { reader, waits } = given();
  dynamoDb.on(BatchGetItemCommand)
    .resolvesOnce({ Responses: { Budgets: [attributesOf(ALICE)] }, UnprocessedKeys: { Budgets: { Keys: [keyOf(ROLE), keyOf(AGENT_ROLE)] } } })
    .resolvesOnce({ UnprocessedKeys: { Budgets: { Keys: [keyOf(ROLE), keyOf(AGENT_ROLE)] } } })
    .resolvesOnce({ Responses: { Budgets: [attributesOf(ROLE), attributesOf(AGENT_ROLE)] }, UnprocessedKeys: {} });
  expect([...(await reader.readMany([ALICE, ROLE, AGENT_ROLE])).keys()]).toEqual([ALICE, ROLE, AGENT_ROLE]);
  expect(requests()).toEqual([[ALICE, ROLE, AGENT_ROLE], [ROLE, AGENT_ROLE], [ROLE, AGENT_ROLE]]);
  expect(waits).toEqual([1, 2]);
});

test('a table that keeps leaving out is told, not taken for one without these budgets', async () => {
  const { reader, waits } = given();
  dynamoDb.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { Budgets: { Keys: [keyOf(ROLE)] } } });
  await expect(reader.readMany([ALICE, ROLE])).rejects.toThrow(new UnprocessedKeysError('1 budgets were not read after 8 attempts: the table is throttled'));
  expect([requests().length, waits]).toEqual([8, [1, 2, 3, 4, 5, 6, 7]]);
});

test('an item that somebody broke is told, and costs the others nothing', async () => {
  const { reader, observed } = given();
  dynamoDb.on(BatchGetItemCommand).resolves({ Responses: { Budgets: [{ ...attributesOf(ALICE), graceDeadline: { S: 'tomorrow' } }, attributesOf(ROLE)] } });
  expect([...(await reader.readMany([ALICE, ROLE])).keys()]).toEqual([ROLE]);
  expect(observed.at('warn')).toEqual([{ level: 'warn', message: 'a budget cannot be read', facts: { principalId: ALICE, problem: expect.stringContaining('graceDeadline') } }]);
});

test('a mistake of the reader is not taken for a broken item', async () => {
  const { reader } = given();
  dynamoDb.on(BatchGetItemCommand).resolves({ Responses: { Budgets: [undefined as never] } });
  await expect(reader.readMany([ALICE])).rejects.toThrow('No value defined');
});

test('a table that does not answer is none without budgets', async () => {
  const { reader } = given();
  dynamoDb.on(BatchGetItemCommand).rejects(awsError('ThrottlingException'));
  await expect(reader.readMany([ALICE])).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('the pause is one of its own where none is given', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const reader = new DynamoDbBudgetReader(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets', new Observed().log);
  dynamoDb.on(BatchGetItemCommand)
    .resolvesOnce({ UnprocessedKeys: { Budgets: { Keys: [keyOf(ALICE)] } } })
    .resolves({ Responses: { Budgets: [attributesOf(ALICE)] } });
  expect((await reader.readMany([ALICE])).size).toBe(1);
  jest.restoreAllMocks();
});

function given() {
  const observed = new Observed();
  const { waits, pause } = recordedWaits();
  return { observed, waits, reader: new DynamoDbBudgetReader(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets', observed.log, pause) };
}
