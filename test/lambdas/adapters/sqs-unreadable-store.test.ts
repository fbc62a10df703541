import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { SqsUnreadableStore } from '../../../src/lambdas/adapters/sqs-unreadable-store';
import { UnreadableLine } from '../../../src/lambdas/core/metering';
import { NOON } from '../core/builders';
import { recordedWaits } from '../observed';

const sqs = mockClient(SQSClient);
const origin = { logGroup: '/bedrock', logStream: 'aws/bedrock/modelinvocations' };
/** The smallest limit of SQS: of a message, and of all messages of a request. */
const LIMIT = 256 * 1024;

beforeEach(() => sqs.reset());

function keep(lines: readonly UnreadableLine[], pause = recordedWaits().pause) {
  return new SqsUnreadableStore(new SQSClient({ region: 'eu-central-1' }), 'https://queue', pause).keep(origin, lines);
}

function unreadable(message: string, id = 'e-1'): UnreadableLine {
  return { line: { id, loggedAt: NOON, message }, code: 'not-json', message: 'not JSON' };
}

const requests = () => sqs.commandCalls(SendMessageBatchCommand).map(call => call.args[0].input.Entries!);
const messages = () => requests().flat().map(({ MessageBody }) => JSON.parse(MessageBody!));

test('a message says why, where the line stands, and what it was', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  await keep([unreadable('{"broken')]);
  expect(sqs.commandCalls(SendMessageBatchCommand)[0].args[0].input.QueueUrl).toBe('https://queue');
  expect(messages()).toEqual([{
    code: 'not-json', message: 'not JSON', ...origin, eventId: 'e-1', loggedAt: '2026-03-10T12:00:00.000Z', encoding: 'plain', record: '{"broken',
  }]);
});

test('a long record is packed, and comes out whole', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  const record = 'the same again and again, ä; '.repeat(20_000);
  await keep([unreadable(record)]);
  const [message] = messages();
  expect(message.encoding).toBe('gzip+base64');
  expect(gunzipSync(Buffer.from(message.record, 'base64')).toString()).toBe(record);
});

test('a record too big even when packed is cut, and says where the whole is', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  const record = randomBytes(400_000).toString('base64');
  await keep([unreadable(record)]);
  expect(messages()).toEqual([expect.objectContaining({
    encoding: 'plain', record: record.slice(0, 10_000), truncated: `the record has ${record.length} characters; it stands whole in the log group under its eventId`,
  })]);
});

test('at most ten messages go into a request', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  await keep(Array.from({ length: 21 }, (_, index) => unreadable('x', `e-${index}`)));
  expect(requests().map(({ length }) => length)).toEqual([10, 10, 1]);
  expect(messages().map(({ eventId }) => eventId)).toEqual(Array.from({ length: 21 }, (_, index) => `e-${index}`));
});

test('no request is larger than SQS takes', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  await keep(Array.from({ length: 12 }, () => unreadable('ß'.repeat(29_000))));
  const sizes = requests().map(entries => entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody!), 0));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMIT);
  expect(messages()).toHaveLength(12);
});

test('characters that SQS refuses are escaped', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
  await keep([unreadable('a\uFFFEb\uFFFFc\u0000d\uD800e')]);
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  expect(requests()[0][0].MessageBody).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]*$/);
  expect(messages()[0].record).toBe('a\uFFFEb\uFFFFc\u0000d\uD800e');
});

test('only what was not accepted is tried again, after a pause', async () => {
  sqs.on(SendMessageBatchCommand)
    .resolvesOnce({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] })
    .resolvesOnce({ Successful: [] });
  const { waits, pause } = recordedWaits();
  await keep([unreadable('a', 'e-0'), unreadable('b', 'e-1'), unreadable('c', 'e-2')], pause);
  expect(messages().map(({ eventId }) => eventId)).toEqual(['e-0', 'e-1', 'e-2', 'e-1']);
  expect(waits).toHaveLength(1);
});

test('what is never accepted fails the delivery, so that it comes again', async () => {
  sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', Code: 'KMS.DisabledException', SenderFault: true }] });
  await expect(keep([unreadable('a')])).rejects.toMatchObject({
    name: 'UnreadableNotKeptError', message: '1 unreadable records could not be kept after 4 attempts: KMS.DisabledException',
  });
});
