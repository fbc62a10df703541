import { messageOf, messagesWithin } from '../../../src/cli/invocation-logs/log-line';
import { aDataMessage, NOON } from '../../lambdas/core/builders';

const RECORD = '{"requestId":"r-1"}';

test.each([
  ['a bare record', RECORD, { message: RECORD }],
  ['an export to S3', `2026-03-10T12:00:00.000Z ${RECORD}`, { message: RECORD, loggedAt: NOON }],
  ['aws logs tail', `2026-03-10T12:00:00.000000+00:00 aws/bedrock/modelinvocations ${RECORD}`, { message: RECORD, loggedAt: NOON }],
  ['aws logs tail --format short', `2026-03-10T13:00:00+01:00 ${RECORD}`, { message: RECORD, loggedAt: NOON }],
  ['an exported notice', '2026-03-10T12:00:00.000Z Permissions are set', { message: 'Permissions are set', loggedAt: NOON }],
  ['a time that is none', `2026-99-10T12:00:00Z ${RECORD}`, { message: RECORD, loggedAt: undefined }],
  ['anything else', 'nonsense', { message: 'nonsense' }],
])('%s', (_, line, expected) => {
  expect(messageOf(line)).toEqual(expected);
});

test.each([
  ['a log event', { timestamp: NOON, message: RECORD, eventId: '1' }, [{ message: RECORD, loggedAt: NOON }]],
  ['a log event with a time as text', { timestamp: '2026-03-10T12:00:00Z', message: RECORD }, [{ message: RECORD, loggedAt: NOON }]],
  ['a log event without a time', { message: RECORD }, [{ message: RECORD }]],
  ['Logs Insights', { '@timestamp': '2026-03-10 12:00:00.000', '@message': RECORD }, [{ message: RECORD, loggedAt: NOON }]],
  ['Logs Insights, from the console', { '@timestamp': '2026-03-10 12:00:00.000', '@message': JSON.parse(RECORD) }, [{ message: RECORD, loggedAt: NOON }]],
  ['a subscription', aDataMessage([{ id: '1', timestamp: NOON, message: RECORD }, { id: '2', timestamp: NOON, message: 'x' }]), [
    { message: RECORD, loggedAt: NOON }, { message: 'x', loggedAt: NOON },
  ]],
  ['a test of a subscription', aDataMessage([{ id: '', timestamp: NOON, message: 'CWL CONTROL MESSAGE' }], { messageType: 'CONTROL_MESSAGE' }), []],
  ['an answer of the API', { events: [{ timestamp: NOON, message: RECORD }], searchedLogStreams: [] }, [{ message: RECORD, loggedAt: NOON }]],
  ['an array', [{ timestamp: NOON, message: RECORD }, JSON.parse(RECORD), 7], [{ message: RECORD, loggedAt: NOON }, { message: RECORD }, { message: '7' }]],
])('%s', (_, value, expected) => {
  expect(messagesWithin(JSON.stringify(value))).toEqual(expected);
});

test.each([7, null, 'text', {}, { message: 7 }, { logEvents: {} }])('%j holds no messages', value => {
  expect(messagesWithin(JSON.stringify(value))).toBeUndefined();
});
