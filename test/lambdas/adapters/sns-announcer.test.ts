import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { EventType } from '../../../src/contract';
import { SnsAnnouncer } from '../../../src/lambdas/adapters/sns-announcer';
import { Alert } from '../../../src/lambdas/core/alerts/alert';

const sns = mockClient(SNSClient);

const alert: Omit<Alert, 'audience'> = {
  type: EventType.DRIFT_DETECTED,
  eventId: 'e-1',
  occurredAt: '2026-03-10T12:00:00.000Z',
  deploymentId: 'dep-1',
  environmentName: 'prod',
  severity: 'warning',
  headline: 'something happened',
  lines: ['This is what.'],
  facts: [],
  nextSteps: [],
  links: [],
  labels: {},
};

test.each([['alerts', 'arn:alerts'], ['operations', 'arn:operations']] as const)('what is for %s goes to its topic', async (audience, TopicArn) => {
  sns.reset();
  sns.on(PublishCommand).resolves({});
  await new SnsAnnouncer(new SNSClient({ region: 'eu-central-1' }), { alerts: 'arn:alerts', operations: 'arn:operations' }).announce({ ...alert, audience });
  expect(sns.commandCalls(PublishCommand).map(call => call.args[0].input)).toEqual([{
    TopicArn, Subject: '[prod] something happened', Message: expect.stringMatching(/^This is what\.\n\nEnvironment: prod\n/),
  }]);
});
