import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { EventType } from '../../../src/contract';
import { EventBridgePublisher } from '../../../src/lambdas/adapters/eventbridge-publisher';
import { BudgetEvent, EventDetail, eventOf } from '../../../src/lambdas/core/events';
import { recordedWaits } from '../observed';

const eventBridge = mockClient(EventBridgeClient);

beforeEach(() => eventBridge.reset());

function publisher(pause = recordedWaits().pause) {
  return new EventBridgePublisher(new EventBridgeClient({ region: 'eu-central-1' }), 'the-bus', pause);
}

function anEvent(eventId: string, more: Partial<EventDetail> = {}): BudgetEvent {
  return eventOf(EventType.BUDGET_CHANGED, { deploymentId: 'dep-1', environmentName: 'test' }, {
    eventId, occurredAt: '2026-03-10T12:00:00.000Z', actor: 'a test', reason: 'because', ...more,
  });
}

const sentIds = () => eventBridge.commandCalls(PutEventsCommand).map(call => call.args[0].input.Entries!.map(({ Detail }) => JSON.parse(Detail!).eventId));

test('an event says where it is from, what it is and when it happened', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  const event = anEvent('e-1');
  await publisher().publish([event]);
  expect(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries).toEqual([{
    EventBusName: 'the-bus', Source: 'bedrock-budgeteer', DetailType: 'Budget Changed', Time: new Date('2026-03-10T12:00:00Z'), Detail: JSON.stringify(event.detail),
  }]);
});

test('no events need no request', async () => {
  await publisher().publish([]);
  expect(eventBridge.calls()).toHaveLength(0);
});

test('at most ten go into a request, in order', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await publisher().publish(Array.from({ length: 23 }, (_, index) => anEvent(`e-${index}`)));
  expect(sentIds().map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(sentIds().flat()).toEqual(Array.from({ length: 23 }, (_, index) => `e-${index}`));
});

test('no request is larger than EventBridge takes', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  const big = { labels: { book: 'x'.repeat(100_000) } };
  await publisher().publish([anEvent('e-1', big), anEvent('e-2', big), anEvent('e-3', big)]);
  expect(sentIds()).toEqual([['e-1', 'e-2'], ['e-3']]);
});

test('an event too large for the bus goes without what others wrote into it', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await publisher().publish([anEvent('e-1', { principalId: 'iam-user/1/a', labels: { book: 'ü'.repeat(200_000) }, after: { labels: 'x'.repeat(300_000) } })]);
  expect(JSON.parse(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0].Detail!)).toMatchObject({
    eventId: 'e-1', principalId: 'iam-user/1/a', labels: {}, before: {}, after: {},
  });
});

test('only what was not accepted is tried again, after a pause', async () => {
  eventBridge.on(PutEventsCommand)
    .resolvesOnce({ FailedEntryCount: 2, Entries: [{ ErrorCode: 'ThrottlingException' }, { EventId: '1' }, { ErrorCode: 'InternalFailure' }] })
    .resolvesOnce({ FailedEntryCount: 1, Entries: [{ EventId: '2' }, { ErrorCode: 'InternalFailure' }] })
    .resolvesOnce({ FailedEntryCount: 0 });
  const { waits, pause } = recordedWaits();
  await publisher(pause).publish([anEvent('e-1'), anEvent('e-2'), anEvent('e-3')]);
  expect(sentIds()).toEqual([['e-1', 'e-2', 'e-3'], ['e-1', 'e-3'], ['e-3']]);
  expect(waits).toHaveLength(2);
});

test('what is never accepted is an error that tells why', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] });
  await expect(publisher().publish([anEvent('e-1')])).rejects.toMatchObject({
    name: 'EventsRefusedError', message: '1 events were not accepted after 4 attempts: NotAuthorizedForSourceException',
  });
});

test('a failure that names no entry is not taken for a success', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ EventId: '1' }] });
  await expect(publisher().publish([anEvent('e-1')])).rejects.toThrow('1 events were not accepted after 1 attempts: no reason given');
});

test('an error of the request is passed on', async () => {
  eventBridge.on(PutEventsCommand).rejects(new Error('no such bus'));
  await expect(publisher().publish([anEvent('e-1')])).rejects.toThrow('no such bus');
});
