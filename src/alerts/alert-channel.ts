import { Duration, Names } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkOptions, requireOptions } from '../options-validation';
import { checkResource } from '../validation/shapes';
import { AlertFormat } from './alert-format';
import { AlertRouting } from './alert-routing';
import { ChannelDestination } from './channel-destination';

const HOW_TO_ROUTE = 'write such as { minimumSeverity: AlertSeverity.CRITICAL }, or leave it out';

/** A topic of yours that hears alerts. */
export interface TopicChannelOptions extends AlertRouting {
  /**
   * How alerts are written.
   *
   * @default AlertFormat.TEXT
   */
  readonly format?: AlertFormat;
}

/** A channel of Slack. */
export interface SlackChannelOptions extends AlertRouting {
  /** Id of the workspace, such as `T012AB3CDE`, which has been authorized by hand in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** Id of the channel, such as `C012AB3CDE`. In a private channel, invite the app: `/invite @Amazon Q`. */
  readonly channelId: string;
}

/** A channel of Microsoft Teams. */
export interface MicrosoftTeamsChannelOptions extends AlertRouting {
  /** Id of the team, a UUID, which has been authorized by hand in the console of Amazon Q Developer in chat applications. */
  readonly teamId: string;
  /** Id of the tenant, a UUID. */
  readonly tenantId: string;
  /** Id of the channel, such as `19:ab6ef35dc342d56ba5654e6fc6d25a07@thread.tacv2`, or the same as it stands in the channel's link. */
  readonly channelId: string;
}

/** An HTTPS endpoint that gets alerts as signed JSON. */
export interface WebhookChannelOptions extends AlertRouting {
  /** `https://` URL of a public host. It is readable in the template: what must stay secret belongs into `authorization`. */
  readonly url: string;

  /** Secret that signs each message: its whole text is the key of the HMAC-SHA256, 16 characters or more. */
  readonly signingSecret: secretsmanager.ISecret;

  /**
   * How EventBridge authorizes itself to the endpoint, beside the signature.
   *
   * @default - the header `Budgeteer-Deployment` with the id of the deployment, which is no secret
   */
  readonly authorization?: events.Authorization;

  /**
   * Messages a second, at most: whole, from 1 to 300. Beyond that they wait.
   *
   * @default 10
   */
  readonly rateLimitPerSecond?: number;

  /**
   * How long a message is tried again that the endpoint does not take, before it stands in the queue of failures: whole seconds from 1 minute to 24 hours.
   *
   * @default Duration.hours(24)
   */
  readonly retryFor?: Duration;
}

/**
 * Where people and systems hear of alerts. Channels stand side by side: trouble with one is no trouble for the others, and none of them delays enforcement.
 *
 * @example
 * import { AlertChannel, AlertSeverity, BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   alertChannels: [
 *     AlertChannel.slack({ workspaceId: 'T012AB3CDE', channelId: 'C012AB3CDE' }),
 *     AlertChannel.email('search@example.com', { labels: { team: ['search'] } }),
 *     AlertChannel.sms('+4915112345678', { minimumSeverity: AlertSeverity.CRITICAL }),
 *   ],
 * });
 */
export class AlertChannel {
  /**
   * Mail to an address, as plain text. Whoever it is has to confirm the subscription.
   *
   * @param address such as `team@example.com`
   * @param options what it hears
   */
  public static email(address: string, options: AlertRouting = {}): AlertChannel {
    checkOptions(undefined, 'AlertChannel.email', options, 'AlertRouting', HOW_TO_ROUTE);
    return new AlertChannel({ kind: 'email', identity: address, address }, options);
  }

  /**
   * A text message to a phone, of at most two segments. The account must be out of the SMS sandbox, or have verified the number.
   *
   * @param phoneNumber in the form E.164, such as `+4915112345678`
   * @param options what it hears
   */
  public static sms(phoneNumber: string, options: AlertRouting = {}): AlertChannel {
    checkOptions(undefined, 'AlertChannel.sms', options, 'AlertRouting', HOW_TO_ROUTE);
    return new AlertChannel({ kind: 'sms', identity: phoneNumber, phoneNumber }, options);
  }

  /**
   * A topic of yours. Where it is encrypted with a key of yours, the key's policy must let the account's IAM policies allow its use.
   *
   * @param topic where alerts are published
   * @param options what it hears, and how that is written
   */
  public static topic(topic: sns.ITopic, options: TopicChannelOptions = {}): AlertChannel {
    checkResource(undefined, 'AlertChannel.topic', topic, {
      members: ['topicArn', 'node'], allowed: 'a topic', remedy: 'give a construct such as sns.Topic, or sns.Topic.fromTopicArn(this, "Topic", arn)',
    });
    checkOptions(undefined, 'AlertChannel.topic', options, 'TopicChannelOptions', HOW_TO_ROUTE);
    const { format = AlertFormat.TEXT, ...routing } = options;
    return new AlertChannel({ kind: 'topic', identity: `${Names.nodeUniqueId(topic.node)}/${format}`, topic, format }, routing);
  }

  /**
   * A channel of Slack, through Amazon Q Developer in chat applications (formerly AWS Chatbot). Nobody can run commands through it.
   *
   * @param options which channel, and what it hears
   */
  public static slack(options: SlackChannelOptions): AlertChannel {
    requireOptions(undefined, 'AlertChannel.slack', options, 'SlackChannelOptions', 'write such as { workspaceId: "T012AB3CDE", channelId: "C012AB3CDE" }');
    const { workspaceId, channelId, ...routing } = options;
    return new AlertChannel({ kind: 'slack', identity: `${workspaceId}/${channelId}`, workspaceId, channelId }, routing);
  }

  /**
   * A channel of Microsoft Teams, through Amazon Q Developer in chat applications (formerly AWS Chatbot). Nobody can run commands through it.
   *
   * @param options which channel, and what it hears
   */
  public static microsoftTeams(options: MicrosoftTeamsChannelOptions): AlertChannel {
    requireOptions(undefined, 'AlertChannel.microsoftTeams', options, 'MicrosoftTeamsChannelOptions', 'write { teamId, tenantId, channelId }, which are in the link of the channel');
    const { teamId, tenantId, channelId, ...routing } = options;
    return new AlertChannel({ kind: 'teams', identity: `${tenantId}/${teamId}/${channelId}`, teamId, tenantId, channelId }, routing);
  }

  /**
   * An HTTPS endpoint, called by EventBridge with signed JSON: docs/alerts.md tells how a receiver verifies it.
   *
   * @param options which endpoint, how messages are signed and authorized, and what it hears
   *
   * @example
   * import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
   * import { AlertChannel } from 'cdk-bedrock-budgeteer';
   *
   * const channel = AlertChannel.webhook({
   *   url: 'https://alerts.example.com/bedrock',
   *   signingSecret: new secretsmanager.Secret(this, 'WebhookSecret'),
   * });
   */
  public static webhook(options: WebhookChannelOptions): AlertChannel {
    requireOptions(undefined, 'AlertChannel.webhook', options, 'WebhookChannelOptions', 'write such as { url: "https://alerts.example.com/bedrock", signingSecret: secret }');
    const { url, signingSecret, authorization, rateLimitPerSecond = 10, retryFor = Duration.hours(24), ...routing } = options;
    return new AlertChannel({ kind: 'webhook', identity: url, url, signingSecret, authorization, rateLimitPerSecond, retryFor }, routing);
  }

  /** @internal */
  public readonly _destination: ChannelDestination;

  /** @internal */
  public readonly _routing: AlertRouting;

  private constructor(destination: ChannelDestination, { audience, minimumSeverity, labels }: AlertRouting) {
    this._destination = destination;
    this._routing = { audience, minimumSeverity, labels };
  }
}
