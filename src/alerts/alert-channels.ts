import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { Deployment } from '../deployment';
import { keyUseStatement } from '../encryption/key-use';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { Audience } from '../lambdas/core/alerts/alert';
import { Channel } from '../lambdas/core/alerts/channel';
import { hears } from '../lambdas/core/alerts/routing';
import { AlertChannel } from './alert-channel';
import { AlertFormat } from './alert-format';
import { AlertRouting } from './alert-routing';
import { ChannelDestination } from './channel-destination';
import { teamsChannelId } from './channel-validation';
import { Webhook } from './webhook';

export interface AlertChannelsProps {
  readonly deployment: Deployment;
  readonly channels: readonly AlertChannel[];
  readonly eventBus: events.IEventBus;
  /** The events of this deployment, and of nobody else. */
  readonly ownEvents: events.EventPattern;
  readonly notifier: HandlerFunction;
  /** Alarms arrive here. */
  readonly operationsTopic: sns.ITopic;
}

/** What every alarm is to a channel: nothing about a principal, and somebody has to look now. */
const ALARM = { audience: 'operations' as Audience, severity: 'critical' as const, labels: {} };

/** Of a message of the operations topic, only those that come from an alarm. */
const ALARMS_ALONE = { AlarmName: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.existsFilter()) };

const CHANNEL_KIND = {
  [AlertFormat.TEXT]: 'text',
  [AlertFormat.SHORT]: 'short',
  [AlertFormat.SLACK]: 'slack',
  [AlertFormat.MICROSOFT_TEAMS]: 'teams',
  [AlertFormat.JSON]: 'json',
} as const;

/**
 * A rule and an invocation of the notifier for each channel: trouble with one is tried again without another hearing things twice. Which alerts a channel
 * hears, its invocation tells the notifier.
 */
export class AlertChannels extends Construct {
  /** Where messages to people go out; each counts what it could not deliver. */
  public readonly topics: sns.ITopic[] = [];
  /** What endpoints did not take. */
  public readonly undelivered: FailureQueue[] = [];
  public readonly slackChannels: chatbot.SlackChannelConfiguration[] = [];
  private readonly ids = new Set<string>();

  constructor(scope: Construct, id: string, private readonly props: AlertChannelsProps) {
    super(scope, id);
    for (const [index, { _destination: destination, _routing: routing }] of props.channels.entries()) {
      this.connect(this.idOf(destination, index), destination, routing);
    }
  }

  /** A channel keeps its id, and so its topic and its subscriptions, when others come and go. */
  private idOf({ kind, identity }: ChannelDestination, index: number): string {
    const name = Token.isUnresolved(identity) ? String(index) : createHash('sha256').update(identity).digest('hex').slice(0, 8);
    for (let repeated = 1; ; repeated += 1) {
      const id = `${kind}-${name}${repeated === 1 ? '' : `-${repeated}`}`;
      if (!this.ids.has(id)) {
        this.ids.add(id);
        return id;
      }
    }
  }

  private connect(id: string, destination: ChannelDestination, routing: AlertRouting): void {
    const scope = new Construct(this, id);
    const hearsAlarms = hears(routing, ALARM);
    switch (destination.kind) {
      case 'email': {
        const topic = this.topic(scope);
        topic.addSubscription(new EmailSubscription(destination.address));
        if (hearsAlarms) {
          this.subscribeToAlarms(scope, sns.SubscriptionProtocol.EMAIL, destination.address);
        }
        return this.tell(scope, { kind: 'text', topicArn: topic.topicArn, ...routing });
      }
      case 'sms': {
        const topic = this.topic(scope);
        topic.addSubscription(new SmsSubscription(destination.phoneNumber));
        if (hearsAlarms) {
          this.subscribeToAlarms(scope, sns.SubscriptionProtocol.SMS, destination.phoneNumber);
        }
        return this.tell(scope, { kind: 'short', topicArn: topic.topicArn, ...routing });
      }
      case 'topic':
        return this.tell(scope, { kind: CHANNEL_KIND[destination.format], topicArn: this.foreignTopic(destination.topic).topicArn, ...routing });
      case 'slack': {
        const topic = this.topic(scope);
        this.slackChannels.push(new chatbot.SlackChannelConfiguration(scope, 'Slack', {
          slackChannelConfigurationName: this.configurationName(scope),
          slackWorkspaceId: destination.workspaceId,
          slackChannelId: destination.channelId,
          notificationTopics: this.chatTopics(topic, hearsAlarms),
          role: chatRole(scope),
          guardrailPolicies: [nothing()],
          loggingLevel: chatbot.LoggingLevel.ERROR,
        }));
        return this.tell(scope, { kind: 'slack', topicArn: topic.topicArn, ...routing });
      }
      case 'teams': {
        const topic = this.topic(scope);
        new chatbot.CfnMicrosoftTeamsChannelConfiguration(scope, 'Teams', {
          configurationName: this.configurationName(scope),
          teamId: destination.teamId,
          teamsTenantId: destination.tenantId,
          teamsChannelId: teamsChannelId(destination.channelId),
          snsTopicArns: this.chatTopics(topic, hearsAlarms).map(({ topicArn }) => topicArn),
          iamRoleArn: chatRole(scope).roleArn,
          guardrailPolicies: [nothing().managedPolicyArn],
          loggingLevel: 'ERROR',
        });
        return this.tell(scope, { kind: 'teams', topicArn: topic.topicArn, ...routing });
      }
      case 'webhook': {
        const { deployment, eventBus, notifier } = this.props;
        const webhook = new Webhook(scope, 'Webhook', { deployment, eventBus, notifier, channelId: id, ...destination });
        this.undelivered.push(webhook.undelivered);
        return this.tell(scope, { kind: 'webhook', channelId: id, secretArn: destination.signingSecret.secretArn, eventBus: eventBus.eventBusName, ...routing });
      }
    }
  }

  private tell(scope: Construct, channel: Channel): void {
    const { eventBus, ownEvents, notifier } = this.props;
    new events.Rule(scope, 'Rule', {
      description: `BedrockBudgeteer: events for the channel ${scope.node.id}`,
      eventBus,
      eventPattern: ownEvents,
      targets: [new targets.LambdaFunction(notifier.function, {
        deadLetterQueue: notifier.failures,
        event: events.RuleTargetInput.fromObject({
          'channel': withoutUndefined(channel), 'detail-type': events.EventField.detailType, 'detail': events.EventField.fromPath('$.detail'),
        }),
      })],
    });
  }

  private topic(scope: Construct): sns.Topic {
    const { deployment, notifier } = this.props;
    const topic = new sns.Topic(scope, 'Topic', { displayName: 'Bedrock budgets', masterKey: deployment.encryptionKey, enforceSSL: true });
    notifier.allow({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    this.topics.push(topic);
    return topic;
  }

  private subscribeToAlarms(scope: Construct, protocol: sns.SubscriptionProtocol, endpoint: string): void {
    new sns.Subscription(scope, 'Alarms', { topic: this.props.operationsTopic, protocol, endpoint, filterPolicyWithMessageBody: ALARMS_ALONE });
  }

  private foreignTopic(topic: sns.ITopic): sns.ITopic {
    const { notifier } = this.props;
    notifier.allow({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    if (topic.masterKey) {
      notifier.function.addToRolePolicy(keyUseStatement(this, topic.masterKey, 'sns'));
    }
    if (!this.topics.includes(topic)) {
      this.topics.push(topic);
    }
    return topic;
  }

  /** Amazon Q Developer shows alarms by itself, and drops the plain mails of the operations topic. */
  private chatTopics(own: sns.ITopic, hearsAlarms: boolean): sns.ITopic[] {
    return hearsAlarms ? [own, this.props.operationsTopic] : [own];
  }

  /** Unique in the account, of which all regions share these names. */
  private configurationName(scope: Construct): string {
    return `${this.props.deployment.id}-${scope.node.id}-${Stack.of(this).region}`;
  }
}

/** Without rights: the channel is for reading. */
function chatRole(scope: Construct): iam.Role {
  return new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('chatbot.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } } }),
    description: 'BedrockBudgeteer: chat channel, which may do nothing',
  });
}

/** Whatever role somebody chooses in the chat, nothing can be run from there. */
function nothing(): iam.IManagedPolicy {
  return iam.ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll');
}

function withoutUndefined(channel: Channel): Record<string, unknown> {
  return Object.fromEntries(Object.entries(channel).filter(([, value]) => value !== undefined));
}
