import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { EventBridgeEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { EventType } from '../../../src/contract';
import { handler } from '../../../src/lambdas/alert-notifier/alert-notifier.lambda';
import { EventDetail, eventOf } from '../../../src/lambdas/core/events';
import { ALICE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const sns = mockClient(SNSClient);
lambdaWorld();

function anEvent(type: EventType) {
  const { detail } = eventOf(type, { deploymentId: 'dep-1', environmentName: 'test' }, {
    eventId: 'e-1',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'a test',
    reason: 'because',
    principalId: ALICE,
    level: 'warning',
    budget: { spentUsd: '75', limitUsd: '100', sharePercent: '75.0', period: 'calendar month', periodStart: '2026-03-01', periodEndsAt: '2026-04-01T00:00:00.000Z' },
  });
  return { 'detail-type': type, detail } as EventBridgeEvent<EventType, EventDetail>;
}

beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({});
});

test('owners hear of thresholds, with a command that names the table', async () => {
  await handler(anEvent(EventType.THRESHOLD_CROSSED), CONTEXT);
  expect(sns.commandCalls(PublishCommand).map(call => call.args[0].input)).toEqual([{
    TopicArn: 'arn:alerts', Subject: '[test] alice has used 75.0 % of its Bedrock budget', Message: expect.stringContaining("--table-name 'Budgets'"),
  }]);
});

test('operators hear of failures', async () => {
  await handler(anEvent(EventType.SUSPENSION_FAILED), CONTEXT);
  expect(sns.commandCalls(PublishCommand)[0].args[0].input.TopicArn).toBe('arn:operations');
});

test('nobody hears of what needs nobody', async () => {
  await handler(anEvent(EventType.PRINCIPAL_REGISTERED), CONTEXT);
  expect(sns.calls()).toHaveLength(0);
});

test('a message that could not be sent fails, so that it is sent again', async () => {
  sns.on(PublishCommand).rejects(new Error('no such topic'));
  await expect(handler(anEvent(EventType.SUSPENSION_FAILED), CONTEXT)).rejects.toThrow('no such topic');
});
