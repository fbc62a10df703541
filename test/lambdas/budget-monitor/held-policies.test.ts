import { DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetUserCommand, IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, EventType } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/budget-monitor/budget-monitor.lambda';
import { ALICE, aSuspendedBudget, itemOf } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

// With the strategy DETACH; without it in budget-monitor.test.ts. A handler reads its environment once.

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const iam = mockClient(IAMClient);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
lambdaWorld();
const noon = { time: '2026-03-10T12:00:00Z' };
const held = (row: object) => dynamoDb.on(GetItemCommand, { TableName: 'Backups' }).resolves(row);

beforeAll(() => {
  process.env[Env.POLICY_BACKUPS_TABLE] = 'Backups';
});
beforeEach(() => {
  [dynamoDb, eventBridge, iam, sfn, ssm].forEach(mock => mock.reset());
  iam.on(GetUserCommand).resolves({ User: { UserId: 'AIDA1', UserName: 'alice', Path: '/', Arn: 'arn', CreateDate: new Date(0) } });
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({ Items: [] });
  dynamoDb.on(UpdateItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  iam.on(ListEntitiesForPolicyCommand).resolves({ PolicyUsers: [{ UserName: 'alice' }] });
  sfn.on(StartExecutionCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-10T12:00:03Z'));
  dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':v0': { S: 'suspended' } } }).resolves({ Items: [{ principalId: { S: ALICE } }] });
  dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: ALICE } } }).resolves({ Item: fromItem(itemOf(aSuspendedBudget())) });
});

test('somebody who is denied and still has all policies is suspended again, without an event', async () => {
  held({});
  expect(await handler(noon, CONTEXT)).toMatchObject({ suspended: 1, drift: [], failures: 0 });
  expect(sfn.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input.stateMachineArn)).toEqual(['arn:suspension']);
  const said = eventBridge.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries!.map(({ DetailType: type }) => type));
  expect(said).not.toContain(EventType.DRIFT_DETECTED);
});

test('somebody whose policies are held is left alone', async () => {
  held({ Item: { target: { S: ALICE } } });
  expect(await handler(noon, CONTEXT)).toMatchObject({ suspended: 1, drift: [], failures: 0 });
  expect(dynamoDb.commandCalls(GetItemCommand, { TableName: 'Backups' }).length).toBeGreaterThan(0);
  expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
});
