import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { SnsAnnouncer } from '../../../src/lambdas/adapters/sns-announcer';

const sns = mockClient(SNSClient);

test.each([['alerts', 'arn:alerts'], ['operations', 'arn:operations']] as const)('what is for %s goes to its topic', async (topic, TopicArn) => {
  sns.reset();
  sns.on(PublishCommand).resolves({});
  await new SnsAnnouncer(new SNSClient({ region: 'eu-central-1' }), { alerts: 'arn:alerts', operations: 'arn:operations' })
    .announce({ topic, subject: 'a subject', body: 'a body' });
  expect(sns.commandCalls(PublishCommand).map(call => call.args[0].input)).toEqual([{ TopicArn, Subject: 'a subject', Message: 'a body' }]);
});
