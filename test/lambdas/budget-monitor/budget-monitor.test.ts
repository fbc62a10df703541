import { DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/budget-monitor/budget-monitor.lambda';
import { ALICE, aSuspendedBudget, itemOf } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const iam = mockClient(IAMClient);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
const world = lambdaWorld();
const noon = { time: '2026-03-10T12:00:00Z' };

beforeEach(() => {
  [dynamoDb, eventBridge, iam, sfn, ssm].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({ Items: [] });
  dynamoDb.on(UpdateItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-10T12:00:03Z'));
});

test('a run in which nothing is due reads the index and the attachments, and counts itself', async () => {
  expect(await handler(noon, CONTEXT)).toMatchObject({ looked: 0, drift: [], failures: 0 });
  expect(world.metrics()).toMatchObject({ MonitorRuns: 1 });
  // who is due, who is suspended, and since an hour begins, who is watched at all
  expect(dynamoDb.commandCalls(QueryCommand)).toHaveLength(3);
  expect(iam.commandCalls(ListEntitiesForPolicyCommand)).toHaveLength(1);
});

test('somebody who is suspended and not denied is denied again', async () => {
  dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':v0': { S: 'suspended' } } }).resolves({ Items: [{ principalId: { S: ALICE } }] });
  dynamoDb.on(GetItemCommand, { Key: { principalId: { S: ALICE } } }).resolves({ Item: fromItem(itemOf(aSuspendedBudget())) });
  expect(await handler(noon, CONTEXT)).toMatchObject({ drift: [{ kind: 'missing', principalId: ALICE }] });
  expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toMatchObject({ stateMachineArn: 'arn:suspension' });
  expect(JSON.parse(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0].Detail!)).toMatchObject({ principalId: ALICE, actor: 'budget-monitor' });
});

test('remembers the settings that it saw, and finds them again', async () => {
  await handler(noon, CONTEXT);
  const [{ Key, ExpressionAttributeValues }] = dynamoDb.commandCalls(UpdateItemCommand).map(call => call.args[0].input);
  expect(Key).toEqual({ principalId: { S: 'deployment/settings' } });
  dynamoDb.on(GetItemCommand, { Key }).resolves({ Item: { ...Key, snapshot: ExpressionAttributeValues![':snapshot'] } });
  dynamoDb.resetHistory();
  expect(await handler(noon, CONTEXT)).toMatchObject({ settingsChanged: false });
  expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(0);
});

test.each([[{ time: '2099-01-01T00:00:00Z' }], [{}]])('a run as of %j is refused before anything is read', async event => {
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
  expect(dynamoDb.calls()).toHaveLength(0);
});
