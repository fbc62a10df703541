import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { WEBHOOK_MESSAGE, WEBHOOK_SOURCE } from '../../contract';
import { WebhookMessage, Webhooks } from '../core/alerts/tell';
import { EventsRefusedError } from './eventbridge-publisher';

/** Messages to webhooks, which EventBridge carries on. */
export class EventBridgeWebhooks implements Webhooks {
  constructor(private readonly client: EventBridgeClient) {}

  /** @throws EventsRefusedError */
  public async send(message: WebhookMessage, eventBus: string): Promise<void> {
    const answer = await this.client.send(new PutEventsCommand({
      Entries: [{ EventBusName: eventBus, Source: WEBHOOK_SOURCE, DetailType: WEBHOOK_MESSAGE, Detail: JSON.stringify(message) }],
    }));
    if (answer.FailedEntryCount) {
      throw new EventsRefusedError(`the message to ${message.channelId} was not accepted: ${answer.Entries?.[0]?.ErrorCode ?? 'no reason given'}`);
    }
  }
}
