import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { TopicMessage, Topics } from '../core/alerts/tell';

/** Topics that people, chats and systems listen to. */
export class SnsTopics implements Topics {
  constructor(private readonly client: SNSClient) {}

  public async publish(topicArn: string, { subject, body }: TopicMessage): Promise<void> {
    await this.client.send(new PublishCommand({ TopicArn: topicArn, ...(subject === undefined ? {} : { Subject: subject }), Message: body }));
  }
}
