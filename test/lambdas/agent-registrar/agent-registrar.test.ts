import {
  BedrockAgentCoreControlClient, GetAgentRuntimeCommand, GetAgentRuntimeResponse, ListAgentRuntimesCommand, ListHarnessesCommand, ListTagsForResourceCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../../src/contract';
import { handler } from '../../../src/lambdas/agent-registrar/agent-registrar.lambda';
import { awsError } from '../adapters/aws-error';
import { ACCOUNT, AGENT, agentSettingTexts, REGION } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const agentCore = mockClient(BedrockAgentCoreControlClient);
const dynamoDb = mockClient(DynamoDBClient);
const bus = mockClient(EventBridgeClient);
const ssm = mockClient(SSMClient);
const { metrics } = lambdaWorld();

const time = '2026-03-10T12:00:00Z';
const id = 'support-Ab12Cd34Ef';
const shown = {
  agentRuntimeId: id,
  agentRuntimeArn: 'arn:support',
  agentRuntimeName: 'support',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/agents`,
  status: 'READY',
  lastUpdatedAt: new Date(time),
} as GetAgentRuntimeResponse;
const event = {
  source: 'aws.bedrock-agentcore',
  time,
  detail: {
    eventSource: 'bedrock-agentcore.amazonaws.com',
    eventName: 'CreateAgentRuntime',
    eventTime: time,
    eventID: 'event-1',
    awsRegion: REGION,
    recipientAccountId: ACCOUNT,
    requestParameters: { agentRuntimeName: 'support', roleArn: shown.roleArn },
    responseElements: { agentRuntimeId: id },
  },
};
const writtenTo = () => dynamoDb.commandCalls(UpdateItemCommand).map(call => call.args[0].input.Key!.principalId.S);

beforeEach(() => {
  process.env[Env.DEPLOYED_SETTINGS] = JSON.stringify(agentSettingTexts());
  [agentCore, dynamoDb, bus, ssm].forEach(client => client.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(UpdateItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({});
  dynamoDb.on(ScanCommand).resolves({});
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({});
  agentCore.on(GetAgentRuntimeCommand, { agentRuntimeId: id }).resolves(shown);
  agentCore.on(ListAgentRuntimesCommand).resolves({ agentRuntimes: [{ agentRuntimeId: id }] } as object);
  agentCore.on(ListHarnessesCommand).resolves({ harnesses: [] });
  agentCore.on(ListTagsForResourceCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time));
});

test('on an event of CloudTrail, registers the runtime', async () => {
  expect(await handler(event, CONTEXT)).toEqual({ registered: 1, changed: 0, removed: 0, refused: 0 });
  expect(writtenTo()).toEqual([AGENT]);
  expect(metrics()).toMatchObject({ RuntimesRegistered: 1 });
});

test('on schedule, registers all runtimes', async () => {
  expect(await handler({ source: 'aws.events', time } as object, CONTEXT)).toMatchObject({ registered: 1 });
  expect(writtenTo()).toEqual([AGENT]);
});

test('what it refuses is on the bus', async () => {
  expect(await handler({ ...event, detail: { ...event.detail, responseElements: { agentRuntimeId: '?' } } } as object, CONTEXT)).toMatchObject({ refused: 1 });
  const [entry] = bus.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
  expect(entry).toMatchObject({ EventBusName: 'the-bus', DetailType: 'Agent Runtime Refused' });
  expect(JSON.parse(entry.Detail!)).toMatchObject({ actor: 'agent-registrar', reason: expect.stringContaining('"?" is no id of a runtime') });
  expect(metrics()).toMatchObject({ RuntimesRefused: 1 });
});

test('asks AgentCore again while it is busy', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  agentCore.on(GetAgentRuntimeCommand).rejectsOnce(awsError('ThrottlingException')).resolves(shown);
  expect(await handler(event, CONTEXT)).toMatchObject({ registered: 1 });
});

test('fails where trying again may help', async () => {
  dynamoDb.on(UpdateItemCommand).rejects(awsError('InternalServerError'));
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'InternalServerError' });
});
