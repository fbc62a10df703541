import { BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { LogMessage, SettingName } from '../../../src/contract';
import { handler } from '../../../src/lambdas/usage-meter/usage-meter.lambda';
import { awsError } from '../adapters/aws-error';
import { aDataMessage, ALICE, aRecordLine, aSubscriptionEvent, NOON, ROLE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const ssm = mockClient(SSMClient);
const bedrock = mockClient(BedrockClient);
const world = lambdaWorld();

beforeEach(() => {
  [dynamoDb, sqs, ssm, bedrock].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
});

const event = (...messages: readonly string[]) => aSubscriptionEvent(aDataMessage(messages.map((message, index) => ({ id: `e-${index}`, timestamp: NOON, message }))));
const arn = (identity: string) => ({ identity: { arn: `arn:aws:${identity}` } });
const transactions = () => dynamoDb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems!);

test('charges the calls of tracked principals, keeps what cannot be read, and counts it all', async () => {
  await handler(event(
    aRecordLine({ requestId: 'r-1' }),
    aRecordLine({ requestId: 'r-2', ...arn('sts::444455556666:assumed-role/report-writer/session') }),
    aRecordLine({ requestId: 'r-3', ...arn('iam::444455556666:root') }),
    aRecordLine({ requestId: 'r-1' }),
    'garbage',
  ), CONTEXT);
  const [items, ...others] = transactions();
  expect(others).toEqual([]);
  expect(items.map(item => item.Put ? `${item.Put.TableName} ${item.Put.Item!.callId.S}` : `${item.Update!.TableName} ${item.Update!.Key!.principalId.S}`)).toEqual([
    'Ledger 444455556666/eu-central-1/r-1', 'Ledger 444455556666/eu-central-1/r-2', `Budgets ${ALICE}`, `Budgets ${ROLE}`,
  ]);
  const [kept] = sqs.commandCalls(SendMessageBatchCommand)[0].args[0].input.Entries!;
  expect(JSON.parse(kept.MessageBody!)).toMatchObject({ code: 'not-json', eventId: 'e-4', record: 'garbage' });
  expect(world.metrics()).toMatchObject({ RecordsMetered: 2, RecordsDuplicate: 1, RecordsUntracked: 1, RecordsUnreadable: 1 });
  expect(world.metrics()).not.toHaveProperty('RecordsUnknownModel');
  expect(JSON.stringify(world.output())).not.toContain('garbage');
});

test('a conflict is waited out, and charged in the end', async () => {
  dynamoDb.on(TransactWriteItemsCommand).rejectsOnce(awsError('TransactionConflictException')).resolves({});
  await handler(event(aRecordLine()), CONTEXT);
  expect(transactions()).toHaveLength(2);
  expect(world.metrics()).toMatchObject({ RecordsMetered: 1 });
});

test('the message with which CloudWatch tests the destination is nothing to charge', async () => {
  await handler(aSubscriptionEvent({ ...aDataMessage([]), messageType: 'CONTROL_MESSAGE' }), CONTEXT);
  expect(transactions()).toEqual([]);
  expect(sqs.calls()).toHaveLength(0);
});

test('a delivery that is none fails as a whole', async () => {
  await expect(handler({ Records: [] }, CONTEXT)).rejects.toMatchObject({ name: 'BatchShapeError' });
});

test('a table that does not answer fails the delivery, so that it comes again', async () => {
  dynamoDb.on(TransactWriteItemsCommand).rejects(awsError('AccessDeniedException'));
  await expect(handler(event(aRecordLine()), CONTEXT)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(world.output()).toEqual([expect.objectContaining({ level: 'ERROR', message: 'invocation failed' })]);
});

test('what was charged before the table stopped answering is told, and the delivery comes again', async () => {
  dynamoDb.on(TransactWriteItemsCommand).resolvesOnce({}).rejects(awsError('AccessDeniedException'));
  await expect(handler(event(...Array.from({ length: 150 }, (_, index) => aRecordLine({ requestId: `r-${index}` }))), CONTEXT)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(world.output()).toEqual(expect.arrayContaining([
    expect.objectContaining({ message: LogMessage.CHARGED, calls: 99 }), expect.objectContaining({ RecordsMetered: 99 }), expect.objectContaining({ message: 'invocation failed' }),
  ]));
});

const started = Date.now();
let hours = 0;

/** The meter two hours later: nothing that it has read of prices, settings and models holds any longer. */
async function meterLater(delivery: unknown): Promise<void> {
  hours += 2;
  jest.spyOn(Date, 'now').mockReturnValue(started + hours * 3_600_000);
  await handler(delivery, CONTEXT);
}

const costs = () => transactions().flat().flatMap(({ Put: put }) => (put ? [put.Item!.costUsd.N] : []));

test('calls are charged by the prices of the user, and caches as the user says', async () => {
  const parameters = { [SettingName.PRICE_OVERRIDES]: 'discount 50%\nacme.new in=1 out=2 write5m=3 write1h=4', [SettingName.ASSUMED_CACHE_WRITE_TTL]: '1h' };
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: Object.entries(parameters).map(([name, Value]) => ({ Name: `/settings/${name}`, Value })) });
  await meterLater(event(
    aRecordLine({ requestId: 'r-1', modelId: 'acme.new', input: { inputTokenCount: 1_000_000, cacheWriteInputTokenCount: 1_000_000 }, output: { outputTokenCount: 0 } }),
    aRecordLine({ requestId: 'r-2', modelId: 'zai.glm-5', region: 'us-east-1', input: { inputTokenCount: 1_000_000 }, output: { outputTokenCount: 0 } }),
  ));
  expect(costs()).toEqual(['5', '0.5']);
});

test('calls are charged by the AWS Price List as it was last read', async () => {
  dynamoDb.on(GetItemCommand, { TableName: 'Prices' }).resolves({ Item: { table: { S: 'zai.glm-5 eu-central-1 in=1.3 out=4' }, version: { S: '2026-03-09' }, revision: { N: '1' } } });
  await meterLater(event(aRecordLine({ modelId: 'zai.glm-5', input: { inputTokenCount: 1_000_000 }, output: { outputTokenCount: 0 } })));
  expect(costs()).toEqual(['1.3']);
});

test('the model behind a profile is asked of Bedrock; where that refuses, the call is charged by an estimate', async () => {
  const profile = (name: string) => `arn:aws:bedrock:eu-central-1:444455556666:application-inference-profile/${name}`;
  const tokens = { input: { inputTokenCount: 1_000_000 }, output: { outputTokenCount: 0 } };
  bedrock.on(GetInferenceProfileCommand).rejects(awsError('AccessDeniedException'))
    .on(GetInferenceProfileCommand, { inferenceProfileIdentifier: profile('a') }).resolves({ models: [{ modelArn: 'arn:aws:bedrock:::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0' }] });
  await meterLater(event(aRecordLine({ requestId: 'r-1', modelId: profile('a'), ...tokens }), aRecordLine({ requestId: 'r-2', modelId: profile('b'), ...tokens })));
  expect(costs()).toEqual(['1', '11']);
  expect(world.metrics()).toMatchObject({ RecordsUnknownModel: 1, EstimatedUsd: 11, ModelsUnresolved: 1 });
});

