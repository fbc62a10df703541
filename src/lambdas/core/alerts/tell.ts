import { Alert, Audience } from './alert';
import { Channel } from './channel';
import { chatNotificationOf } from './rendering/chat';
import { mailOf } from './rendering/mail';
import { shortMessageOf } from './rendering/short-message';
import { signed, WebhookDelivery, webhookPayloadOf } from './rendering/webhook';
import { hears } from './routing';

export interface TopicMessage {
  readonly subject?: string;
  readonly body: string;
}

export interface Topics {
  publish(topicArn: string, message: TopicMessage): Promise<void>;
}

export interface WebhookMessage {
  readonly deploymentId: string;
  readonly channelId: string;
  readonly delivery: WebhookDelivery;
}

export interface Webhooks {
  send(message: WebhookMessage, eventBus: string): Promise<void>;
}

export interface Secrets {
  /** The text of a secret as it is now. */
  read(arn: string): Promise<string>;
}

export interface TellPorts {
  readonly topics: Topics;
  readonly webhooks: Webhooks;
  readonly secrets: Secrets;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Thrown for a secret that is none. */
export class SigningSecretError extends Error {
  public readonly name = 'SigningSecretError';
}

/** A key that can be guessed signs nothing. */
const MIN_SECRET_LENGTH = 16;

/** Tells an alert on the topic of its audience, where everybody hears everything. */
export async function tellAudience(alert: Alert, topicArns: Readonly<Record<Audience, string>>, { topics }: Pick<TellPorts, 'topics'>): Promise<void> {
  await topics.publish(topicArns[alert.audience], mailOf(alert));
}

/**
 * Tells an alert on one channel, if it is heard there. One delivery, which fails or succeeds as a whole: it can be tried again without telling anything twice.
 *
 * @param deploymentId of this deployment: what a channel carries it carries for no other
 */
export async function tellChannel(alert: Alert, channel: Channel, deploymentId: string, ports: TellPorts): Promise<void> {
  if (!hears(channel, alert)) {
    return;
  }
  if (channel.kind !== 'webhook') {
    await ports.topics.publish(channel.topicArn, messageFor(alert, channel.kind));
    return;
  }
  const secret = await ports.secrets.read(channel.secretArn);
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new SigningSecretError(`the secret that signs messages of ${channel.channelId} has fewer than ${MIN_SECRET_LENGTH} characters`);
  }
  const delivery = signed(webhookPayloadOf(alert), secret, ports.now());
  await ports.webhooks.send({ deploymentId, channelId: channel.channelId, delivery }, channel.eventBus);
}

function messageFor(alert: Alert, kind: Exclude<Channel['kind'], 'webhook'>): TopicMessage {
  switch (kind) {
    case 'text':
      return mailOf(alert);
    case 'short':
      return { body: shortMessageOf(alert) };
    case 'json':
      return { body: webhookPayloadOf(alert) };
    case 'slack':
    case 'teams':
      return { body: chatNotificationOf(alert, kind) };
  }
}
