import { readCheckerEvent } from '../../../../src/lambdas/core/metering-coverage/checker-event';
import { loggingChangedEvent, scheduledEvent } from '../../../synthesized/sample-events';
import { ACCOUNT } from '../../../synthesized/synthesized-stack';

const AT = Date.parse('2026-11-22T10:00:00Z');
const changed = (event: any, changes: object) => ({ ...event, detail: { ...event.detail, ...changes } });

test('a schedule is no hint', () => {
  expect(readCheckerEvent(scheduledEvent('2026-11-22T10:00:00Z'), AT)).toEqual({ kind: 'schedule' });
  expect(readCheckerEvent({ time: 'x' }, AT)).toEqual({ kind: 'schedule' });
});

test('a change of logging tells who, what and when', () => {
  expect(readCheckerEvent(loggingChangedEvent('PutSubscriptionFilter'), AT)).toEqual({
    kind: 'logging',
    hint: {
      eventId: '5d0c5a7b-7f3e-4a55-9a63-4ac4a33bd0c2',
      eventName: 'PutSubscriptionFilter',
      by: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`,
      at: Date.parse('2026-11-22T09:59:55Z'),
    },
  });
});

test.each([
  ['a service', { invokedBy: 'cloudformation.amazonaws.com' }, 'cloudformation.amazonaws.com'],
  ['a kind of identity', { type: 'Root' }, 'Root'],
  ['nobody', undefined, 'unknown'],
])('where CloudTrail names %s, so do we', (_, userIdentity, by) => {
  const event = changed(loggingChangedEvent('DeleteLogGroup'), { userIdentity, eventID: undefined, eventTime: 'soon' });
  expect(readCheckerEvent(event, AT)).toMatchObject({ hint: { by, at: AT, eventId: '7c0a9a5e-1c5c-4f2f-b0dd-1c7b6a3b8e11' } });
});

test.each<[string, (event: any) => unknown]>([
  ['nothing', () => undefined],
  ['a text', () => 'PutSubscriptionFilter'],
  ['no time', event => ({ ...event, time: undefined })],
  ['no detail', event => ({ ...event, detail: undefined })],
  ['a source that is no text', event => changed(event, { eventSource: 1 })],
  ['a name that is no text', event => changed(event, { eventName: undefined })],
  ['an id that is no text', event => changed(event, { eventID: 7 })],
  ['a time of the call that is no text', event => changed(event, { eventTime: 7 })],
  ['an error that is no text', event => changed(event, { errorCode: 7 })],
  ['an identity that is a text', event => changed(event, { userIdentity: 'alice' })],
  ['an ARN that is no text', event => changed(event, { userIdentity: { arn: 7 } })],
])('with %s it is none of CloudTrail\'s', (_, broken) => {
  expect(readCheckerEvent(broken(loggingChangedEvent('DeleteLogGroup')), AT)).toEqual({ kind: 'schedule' });
});

test('what CloudTrail tells is cut to a bearable length, and one line', () => {
  const event = changed(loggingChangedEvent('DeleteLogGroup'), { eventID: `e\n${'x'.repeat(90)}`, eventName: 'N'.repeat(90), userIdentity: { arn: 'a'.repeat(310) }, errorCode: '' });
  expect(readCheckerEvent(event, AT)).toMatchObject({ hint: { eventId: `e ${'x'.repeat(77)}…`, eventName: `${'N'.repeat(79)}…`, by: `${'a'.repeat(299)}…` } });
  expect(readCheckerEvent({ ...changed(event, { eventID: null }), id: null }, AT)).toMatchObject({ hint: { eventId: 'unknown' } });
});

test.each(['AccessDenied', 'ThrottlingException'])('a change that was refused (%s) is an occasion to look, and nobody changed anything', errorCode => {
  expect(readCheckerEvent(changed(loggingChangedEvent('DeleteModelInvocationLoggingConfiguration'), { errorCode }), AT)).toEqual({ kind: 'logging' });
});
