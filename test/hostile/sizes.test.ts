import { gzipSync } from 'node:zlib';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { EventType, Handler } from '../../src/contract';
import { EventBridgePublisher } from '../../src/lambdas/adapters/eventbridge-publisher';
import { jsonBody } from '../../src/lambdas/adapters/function-url';
import { chatNotificationOf } from '../../src/lambdas/core/alerts/rendering/chat';
import { mailOf } from '../../src/lambdas/core/alerts/rendering/mail';
import { shortMessageOf } from '../../src/lambdas/core/alerts/rendering/short-message';
import { eventOf } from '../../src/lambdas/core/events';
import { handler } from '../../src/lambdas/usage-meter/usage-meter.lambda';
import { run } from '../cli/run';
import { aDetail, anAlert } from '../lambdas/core/alerts/an-alert';
import { aDataMessage, aRecordLine, aSubscriptionEvent, NOON } from '../lambdas/core/builders';
import { aFunctionUrlEvent } from '../lambdas/function-url';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';
import { functionOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { provesHostileInputs } from './register';

const dynamoDb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const ssm = mockClient(SSMClient);
const eventBridge = mockClient(EventBridgeClient);
const bedrock = mockClient(BedrockClient);
const world = lambdaWorld();

const MEGABYTE = 1024 * 1024;
const SQS_LIMIT = 256 * 1024;
const EVENT_LIMIT = 256 * 1024;

beforeEach(() => {
  [dynamoDb, sqs, ssm, eventBridge, bedrock].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

const meter = (...messages: readonly string[]) => handler(aSubscriptionEvent(aDataMessage(messages.map((message, index) => ({ id: `e-${index}`, timestamp: NOON, message })))), CONTEXT);
const withBody = (inputBodyJson: unknown) => aRecordLine({ input: { inputTokenCount: 1000, inputBodyJson } });
/** What no compression makes small. */
const noise = (length: number) => Array.from({ length: length / 8 }, (_, index) => ((index * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0')).join('');

/** A thousand members of a megabyte each, which unpacking joins. */
function bomb(): string {
  const member = gzipSync(Buffer.alloc(MEGABYTE));
  return Buffer.concat(Array.from({ length: 1024 }, () => member)).toString('base64');
}

provesHostileInputs('sizes', {
  'record-of-a-megabyte': async () => {
    await meter(withBody({ text: 'x'.repeat(MEGABYTE - 2_000) }));
    expect(world.metrics()).toMatchObject({ RecordsMetered: 1 });
    expect(JSON.stringify(dynamoDb.commandCalls(TransactWriteItemsCommand)[0].args[0].input).length).toBeLessThan(4_000);
  },

  'unreadable-megabyte': async () => {
    await meter('x'.repeat(MEGABYTE), noise(MEGABYTE), 'y'.repeat(MEGABYTE));
    const messages = sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input.Entries!.map(({ MessageBody: body }) => body!));
    expect(messages.flat()).toHaveLength(3);
    expect(messages.filter(batch => Buffer.byteLength(batch.join('')) > SQS_LIMIT)).toEqual([]);
    expect(messages.flat().map(body => JSON.parse(body)).map(({ encoding, truncated }) => [encoding, truncated !== undefined])).toEqual([['gzip+base64', false], ['plain', true], ['gzip+base64', false]]);
  },

  'decompression-bomb': async () => {
    const data = bomb();
    expect(data.length).toBeLessThan(2 * MEGABYTE);
    const before = process.memoryUsage().arrayBuffers;
    await expect(handler({ awslogs: { data } }, CONTEXT)).rejects.toThrow('unpacks to more than 128 MiB (ERR_BUFFER_TOO_LARGE)');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * MEGABYTE);
    expect(world.output()).toEqual([expect.objectContaining({ level: 'ERROR', message: 'invocation failed' })]);

    // Kept and told: what fails to the end goes to a queue, and an alarm watches it.
    const { stack } = synthesizedBudgeteer();
    const meterFunction = functionOf({ stack } as never, Handler.USAGE_METER);
    const [invocation] = stack.resources('AWS::Lambda::EventInvokeConfig').filter(({ properties }) => properties.FunctionName === stack.attribute(meterFunction, 'Ref'));
    const queue = stack.resourceWithArn(invocation.properties.DestinationConfig.OnFailure.Destination);
    const alarms = stack.resources('AWS::CloudWatch::Alarm').filter(({ properties }) => JSON.stringify(properties).includes(`"${stack.attribute(queue, 'QueueName')}"`));
    expect([invocation.properties.MaximumRetryAttempts, alarms.length]).toEqual([2, 1]);
  },

  'deep-nesting': async () => {
    const depth = 200_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    await meter(withBody('HERE').replace('"HERE"', nested), aRecordLine({ requestId: 'r-2', output: { outputTokenCount: 1, outputBodyJson: 'HERE' } }).replace('"HERE"', nested));
    expect(world.metrics()).toMatchObject({ RecordsMetered: 2 });
  },

  'bomb-in-a-file': async () => {
    const member = gzipSync(Buffer.alloc(MEGABYTE, 'x'));
    const packed = Buffer.concat([...Array.from({ length: 80 }, () => member), gzipSync(`\n${aRecordLine()}\n`)]);
    const before = process.memoryUsage().arrayBuffers;
    const { stdout, stderr } = await run(['explain', '--logs', '-'], { stdin: packed });
    expect(stdout).toContain('"principalId":"iam-user/');
    expect(`${stdout}${stderr}`).toMatch(/64 MiB|67,?108,?864|too long|longer than/i);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * MEGABYTE);
  },

  'huge-labels': async () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`label-${index}`, 'ü'.repeat(10_000)]));
    const publisher = new EventBridgePublisher(new EventBridgeClient({ region: 'eu-central-1' }), 'the-bus', async () => {});
    const event = eventOf(EventType.BUDGET_CHANGED, { deploymentId: 'dep-1', environmentName: 'test' }, aDetail({ labels, after: { text: 'x'.repeat(300_000) } }));
    await publisher.publish([event, event]);
    const entries = eventBridge.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries!);
    expect(entries).toHaveLength(2);
    expect(entries.filter(({ Detail: detail }) => Buffer.byteLength(detail!) > EVENT_LIMIT)).toEqual([]);
    expect(JSON.parse(entries[0].Detail!)).toMatchObject({ principalId: event.detail.principalId, labels: {}, after: {} });
  },

  'huge-alert': () => {
    const alert = anAlert(EventType.PRINCIPAL_SUSPENDED, { reason: 'r'.repeat(100_000), labels: { team: 't'.repeat(100_000) } });
    expect(alert.headline.length + JSON.stringify(alert).length).toBeGreaterThan(0);
    const { subject, body } = mailOf(alert);
    expect([subject.length <= 100, Buffer.byteLength(body) < EVENT_LIMIT]).toEqual([true, true]);
    expect(shortMessageOf(alert).length).toBeLessThanOrEqual(306);
    const chat = JSON.parse(chatNotificationOf(alert, 'slack'));
    expect(chat.content.description.length).toBeLessThanOrEqual(3_000);
    expect(chat.content.title.length).toBeLessThanOrEqual(250);
  },

  'huge-request': () => {
    expect(() => jsonBody(aFunctionUrlEvent('x'.repeat(64 * 1024 + 1)))).toThrow(expect.objectContaining({ code: 'TooLarge', status: 413 }));
    expect(() => jsonBody(aFunctionUrlEvent('x'.repeat(64 * 1024 + 1), { encoded: true }))).toThrow(expect.objectContaining({ code: 'TooLarge' }));
  },

  'absurd-counts': async () => {
    const counts = ['-1', '1.5', '1e400', '100000001', '"1000"', '[]', 'true'];
    await meter(...counts.map((count, index) => aRecordLine({ requestId: `r-${index}`, input: { inputTokenCount: 'HERE' } }).replace('"HERE"', count)));
    expect(world.metrics()).toMatchObject({ RecordsMetered: 0, RecordsUnreadable: counts.length });
    expect(dynamoDb.commandCalls(TransactWriteItemsCommand)).toEqual([]);
  },
});
