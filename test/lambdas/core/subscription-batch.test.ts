import { gzipSync } from 'node:zlib';
import { BatchShapeError, unpackSubscriptionBatch } from '../../../src/lambdas/core/subscription-batch';
import { aDataMessage, aRecordLine, aSubscriptionEvent, errorOf, NOON } from './builders';

test('a delivery is unpacked', () => {
  const event = aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: NOON, message: 'a' }, { id: '2', timestamp: NOON + 1, message: 'ü€😀' }]));
  expect(unpackSubscriptionBatch(event)).toEqual({
    logGroup: '/bedrock/invocations',
    logStream: 'aws/bedrock/modelinvocations',
    lines: [{ id: '1', loggedAt: NOON, message: 'a' }, { id: '2', loggedAt: NOON + 1, message: 'ü€😀' }],
  });
});

test('a control message has no lines to charge', () => {
  const event = aSubscriptionEvent(aDataMessage([{ id: '', timestamp: NOON, message: 'CWL CONTROL MESSAGE: Checking health of destination.' }], { messageType: 'CONTROL_MESSAGE' }));
  expect(unpackSubscriptionBatch(event).lines).toEqual([]);
});

test('a delivery may be empty', () => {
  expect(unpackSubscriptionBatch(aSubscriptionEvent(aDataMessage([]))).lines).toEqual([]);
});

test('a delivery of a megabyte is unpacked whole', () => {
  const message = aRecordLine({ input: { inputTokenCount: 1, inputBodyJson: { prompt: 'x'.repeat(1000) } } });
  const logEvents = Array.from({ length: 1000 }, (_, id) => ({ id: String(id), timestamp: NOON, message }));
  const { lines } = unpackSubscriptionBatch(aSubscriptionEvent(aDataMessage(logEvents)));
  expect(lines).toHaveLength(1000);
  expect(lines.at(-1)).toEqual({ id: '999', loggedAt: NOON, message });
});

describe('what is no delivery is refused', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'awslogs'],
    ['an empty object', {}],
    ['no data', { awslogs: {} }],
    ['data that is no text', { awslogs: { data: 5 } }],
    ['data that is not gzipped', { awslogs: { data: Buffer.from('{}').toString('base64') } }],
    ['data that is no JSON', { awslogs: { data: gzipSync('hello').toString('base64') } }],
    ['data that is cut off', { awslogs: { data: aSubscriptionEvent(aDataMessage([])).awslogs.data.slice(0, 40) } }],
    ['a batch that is a list', aSubscriptionEvent([])],
    ['an unknown type of message', aSubscriptionEvent(aDataMessage([], { messageType: 'OTHER_MESSAGE' }))],
    ['no events', aSubscriptionEvent(aDataMessage([], { logEvents: undefined }))],
    ['an event without a message', aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: NOON }]))],
    ['an event whose time is text', aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: '2026', message: 'x' }]))],
  ])('%s', (_, event) => {
    expect(() => unpackSubscriptionBatch(event)).toThrow(BatchShapeError);
  });

  test('the refusal names the place and repeats nothing', () => {
    const { message } = errorOf(() => unpackSubscriptionBatch(aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: NOON, message: { secret: 'prompt' } }]))));
    expect(message).toBe('not a CloudWatch Logs batch: logEvents.0.message');
    expect(errorOf(() => unpackSubscriptionBatch(aSubscriptionEvent([]))).message).toBe('not a CloudWatch Logs batch: wrong shape');
  });

  test.each<[string, unknown, string]>([
    ['no data', { awslogs: {} }, 'not an event of a CloudWatch Logs subscription: awslogs.data is missing'],
    ['an unknown type of message', aSubscriptionEvent(aDataMessage([], { messageType: 'OTHER_MESSAGE' })), 'not a CloudWatch Logs batch: messageType'],
    ['an event that is none', aSubscriptionEvent(aDataMessage(['x'])), 'not a CloudWatch Logs batch: logEvents.0'],
    ['a second event without an id', aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: NOON, message: 'x' }, { timestamp: NOON, message: 'x' }])), 'not a CloudWatch Logs batch: logEvents.1.id'],
    ['an event whose time is text', aSubscriptionEvent(aDataMessage([{ id: '1', timestamp: '2026', message: 'x' }])), 'not a CloudWatch Logs batch: logEvents.0.timestamp'],
    ['data that is no JSON', { awslogs: { data: gzipSync('hello').toString('base64') } }, 'awslogs.data is not gzipped JSON, or unpacks to more than 128 MiB (SyntaxError)'],
    ['data that is not gzipped', { awslogs: { data: 'e30=' } }, 'awslogs.data is not gzipped JSON, or unpacks to more than 128 MiB (Z_DATA_ERROR)'],
  ])('the refusal of %s says what is wrong with it', (_, event, message) => {
    expect(String(errorOf(() => unpackSubscriptionBatch(event)))).toBe(`BatchShapeError: ${message}`);
  });

  test('a decompression bomb is refused before it fills the memory', () => {
    // 200 MB of zeros in 200 KB.
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 }).toString('base64');
    expect(bomb.length).toBeLessThan(6 * 1024 * 1024);
    expect(errorOf(() => unpackSubscriptionBatch({ awslogs: { data: bomb } })).message).toMatch(/128 MiB/);
  });
});
