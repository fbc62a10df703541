import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Alert } from '../core/alerts';

export type TopicArns = Readonly<Record<Alert['topic'], string>>;

/** The topics for people. */
export class SnsAnnouncer {
  constructor(private readonly client: SNSClient, private readonly topics: TopicArns) {}

  public async announce({ topic, subject, body }: Alert): Promise<void> {
    await this.client.send(new PublishCommand({ TopicArn: this.topics[topic], Subject: subject, Message: body }));
  }
}
