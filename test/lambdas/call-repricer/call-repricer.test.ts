import { BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/call-repricer/call-repricer.lambda';
import { estimateShard } from '../../../src/lambdas/core/estimate';
import { ledgerRow } from '../../../src/lambdas/core/ledger-row';
import { awsError } from '../adapters/aws-error';
import { anEstimatedCall } from '../core/builders';
import { CONTEXT as ANY_CONTEXT, lambdaWorld } from '../lambda-world';

const PROFILE = 'arn:aws:bedrock:eu-central-1:444455556666:application-inference-profile/abc123';
const bedrock = mockClient(BedrockClient);
const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const ssm = mockClient(SSMClient);
const world = lambdaWorld();
const CONTEXT: typeof ANY_CONTEXT = { ...ANY_CONTEXT, getRemainingTimeInMillis: () => 900_000 };
const noon = { time: '2026-03-10T12:00:00Z' };

beforeEach(() => {
  [bedrock, dynamoDb, eventBridge, ssm].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(PutItemCommand).resolves({});
  dynamoDb.on(QueryCommand).resolves({ Items: [] });
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-10T12:00:03Z'));
});

function inTheIndex(requestId: string, modelId: string): void {
  const call = anEstimatedCall({ requestId, modelId, cost: '5' });
  dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':v0': { S: estimateShard(call.usage.callId) } } }).resolves({ Items: [fromItem(ledgerRow(call, 90))] });
}

const announced = () => eventBridge.commandCalls(PutEventsCommand).flatMap(call => call.args[0].input.Entries!.map(({ DetailType: type }) => type));

test('a run without estimates reads the index and writes nothing', async () => {
  expect(await handler(noon, CONTEXT)).toEqual({ repriced: 0, estimated: 0, failures: 0, complete: true });
  expect(world.metrics()).toMatchObject({ CallsEstimated: 0 });
  expect(dynamoDb.commandCalls(QueryCommand)).toHaveLength(8);
  expect([dynamoDb.commandCalls(TransactWriteItemsCommand).length, dynamoDb.commandCalls(PutItemCommand).length, announced()]).toEqual([0, 0, []]);
});

test('a call whose price is known is corrected; a model whose price is not is announced and remembered', async () => {
  inTheIndex('r-1', 'amazon.nova-pro-v1:0');
  inTheIndex('r-2', 'new.model-v1:0');
  expect(await handler(noon, CONTEXT)).toMatchObject({ repriced: 1, estimated: 1, complete: true });
  expect(dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input.TransactItems!.map(({ Update: update }) => update!.TableName)).toEqual(['Ledger', 'Budgets']);
  expect(announced()).toEqual(['Calls Repriced', 'Model Price Unknown']);
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({ TableName: 'Prices', Item: { models: { L: [{ S: 'new.model-v1:0' }] } } });
});

test('Bedrock is asked for the model behind an ARN', async () => {
  bedrock.on(GetInferenceProfileCommand, { inferenceProfileIdentifier: PROFILE })
    .resolves({ models: [{ modelArn: 'arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0' }] });
  inTheIndex('r-1', PROFILE);
  expect(await handler(noon, CONTEXT)).toMatchObject({ repriced: 1 });
});

test('a conflict is waited for', async () => {
  inTheIndex('r-1', 'amazon.nova-pro-v1:0');
  dynamoDb.on(TransactWriteItemsCommand).rejectsOnce(awsError('TransactionConflictException')).resolves({});
  expect(await handler(noon, CONTEXT)).toMatchObject({ repriced: 1 });
});

test('a run whose time is over stops', async () => {
  const context = { ...CONTEXT, getRemainingTimeInMillis: () => 120_000 };
  expect(await handler(noon, context)).toMatchObject({ complete: false });
  expect(dynamoDb.commandCalls(QueryCommand)).toHaveLength(0);
  expect(await handler(noon)).toMatchObject({ complete: true });
});

test.each([[{ time: '2099-01-01T00:00:00Z' }], [{}]])('a run as of %j is refused before anything is read', async event => {
  await expect(handler(event, CONTEXT)).rejects.toMatchObject({ name: 'ScheduledTimeError' });
  expect(dynamoDb.calls()).toHaveLength(0);
});
