import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Alert, Audience } from '../core/alerts/alert';
import { mailOf } from '../core/alerts/rendering/mail';

export type TopicArns = Readonly<Record<Audience, string>>;

/** The topics for people. */
export class SnsAnnouncer {
  constructor(private readonly client: SNSClient, private readonly topics: TopicArns) {}

  public async announce(alert: Alert): Promise<void> {
    const { subject, body } = mailOf(alert);
    await this.client.send(new PublishCommand({ TopicArn: this.topics[alert.audience], Subject: subject, Message: body }));
  }
}
