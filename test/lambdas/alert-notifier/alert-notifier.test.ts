import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { EventBridgeEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { EventType } from '../../../src/contract';
import { handler } from '../../../src/lambdas/alert-notifier/alert-notifier.lambda';
import { EventDetail, eventOf } from '../../../src/lambdas/core/events';
import { ALICE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const sns = mockClient(SNSClient);
const events = mockClient(EventBridgeClient);
const secretsManager = mockClient(SecretsManagerClient);
const world = lambdaWorld();

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
  events.reset();
  secretsManager.reset();
  events.on(PutEventsCommand).resolves({});
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

describe('an invocation for a channel', () => {
  const event = (channel: unknown) => ({ ...anEvent(EventType.THRESHOLD_CROSSED), channel });

  test('tells it there, and on no other topic', async () => {
    await handler(event({ kind: 'short', topicArn: 'arn:oncall', minimumSeverity: 'warning' }), CONTEXT);
    expect(sns.commandCalls(PublishCommand).map(call => call.args[0].input)).toEqual([{
      TopicArn: 'arn:oncall', Message: expect.stringMatching(/^WARNING test: alice has used 75\.0 % of its Bedrock budget\. Spent: /),
    }]);
  });

  test('tells nothing there that is not heard there', async () => {
    await handler(event({ kind: 'short', topicArn: 'arn:oncall', minimumSeverity: 'critical' }), CONTEXT);
    expect(sns.calls()).toHaveLength(0);
  });

  test('links the dashboard of the region', async () => {
    await handler(event({ kind: 'slack', topicArn: 'arn:chat' }), CONTEXT);
    expect(sns.commandCalls(PublishCommand)[0].args[0].input.Message)
      .toContain('<https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/dep-1-eu-central-1|Dashboard>');
  });

  test('signs what goes to a webhook, and writes the secret nowhere', async () => {
    secretsManager.on(GetSecretValueCommand, { SecretId: 'arn:secret' }).resolves({ SecretString: 'correct horse battery staple' });
    await handler(event({ kind: 'webhook', channelId: 'webhook-1', secretArn: 'arn:secret', eventBus: 'the-bus' }), CONTEXT);
    const [entry] = events.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
    expect(entry).toMatchObject({ EventBusName: 'the-bus', Source: 'bedrock-budgeteer.webhooks' });
    expect(JSON.parse(entry.Detail!)).toMatchObject({ deploymentId: 'dep-1', channelId: 'webhook-1', delivery: { signature: expect.stringMatching(/^t=\d+,v1=/) } });
    expect(sns.calls()).toHaveLength(0);
    expect(JSON.stringify(world.output()) + entry.Detail).not.toContain('battery staple');
  });

  test('that cannot be read fails, and stands among the failures', async () => {
    await expect(handler(event({ kind: 'pigeon' }), CONTEXT)).rejects.toThrow('names no channel');
  });
});
