import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { Deployment } from '../deployment';
import { keyUseStatement } from '../encryption/key-use';
import { isDefaultBus } from '../events/default-bus';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { Channel } from '../lambdas/core/alerts/channel';
import { AlarmsHeard, alarmsHeard, letAlarmsPublish, OF_ALARMS } from './alarms-heard';
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
  /** These hear everything of that topic. */
  readonly operationsEmails: readonly string[];
}

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
  /** From the bus to the notifier, and to endpoints. */
  public readonly rules: events.Rule[] = [];
  /** Where alarms arrive that are critical, and no others: there only where a chat wants it so. */
  public criticalAlarmsTopic?: sns.Topic;
  private readonly topicsOfEndpoints = new Map<string, sns.Topic>();

  constructor(scope: Construct, id: string, private readonly props: AlertChannelsProps) {
    super(scope, id);
    for (const [index, { _destination: destination, _routing: routing }] of props.channels.entries()) {
      this.connect(this.idOf(destination, routing, index), destination, routing);
    }
    this.subscribeToAlarms(props.channels);
    if (props.channels.length > 0) {
      this.letRulesInvoke();
    }
  }

  /** A channel keeps its id when others come and go: only if it repeats the destination of another, it takes that one's id when that one goes. */
  private idOf({ kind, identity }: ChannelDestination, routing: AlertRouting, index: number): string {
    const id = `${kind}-${Token.isUnresolved(identity) ? index : hashOf(identity)}`;
    return this.node.tryFindChild(id) ? `${id}-${hashOf(JSON.stringify(routing))}` : id;
  }

  private connect(id: string, destination: ChannelDestination, routing: AlertRouting): void {
    const scope = new Construct(this, id);
    switch (destination.kind) {
      case 'email':
        return this.tell(scope, { kind: 'text', topicArn: this.topicOfEndpoint(scope, new EmailSubscription(destination.address), destination).topicArn, ...routing });
      case 'sms':
        return this.tell(scope, { kind: 'short', topicArn: this.topicOfEndpoint(scope, new SmsSubscription(destination.phoneNumber), destination).topicArn, ...routing });
      case 'topic':
        return this.tell(scope, { kind: CHANNEL_KIND[destination.format], topicArn: this.foreignTopic(destination.topic).topicArn, ...routing });
      case 'slack': {
        const topic = this.topic(scope);
        this.slackChannels.push(new chatbot.SlackChannelConfiguration(scope, 'Slack', {
          slackChannelConfigurationName: this.configurationName(scope),
          slackWorkspaceId: destination.workspaceId,
          slackChannelId: destination.channelId,
          notificationTopics: this.chatTopics(topic, routing),
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
          snsTopicArns: this.chatTopics(topic, routing).map(({ topicArn }) => topicArn),
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
        this.rules.push(webhook.rule);
        return this.tell(scope, { kind: 'webhook', channelId: id, secretArn: destination.signingSecret.secretArn, eventBus: eventBus.eventBusName, ...routing });
      }
    }
  }

  private tell(scope: Construct, channel: Channel): void {
    const { eventBus, ownEvents, notifier } = this.props;
    // Not the target of the CDK, which gives every rule a statement of its own: some twenty of them are more than the policies may hold.
    const target: events.IRuleTarget = {
      bind: () => ({
        arn: notifier.function.functionArn,
        deadLetterConfig: { arn: notifier.failures.queueArn },
        input: events.RuleTargetInput.fromObject({
          'channel': withoutUndefined(channel), 'detail-type': events.EventField.detailType, 'detail': events.EventField.fromPath('$.detail'),
        }),
        targetResource: notifier.function,
      }),
    };
    this.rules.push(new events.Rule(scope, 'Rule', {
      description: `BedrockBudgeteer: events for the channel ${scope.node.id}`,
      eventBus,
      eventPattern: ownEvents,
      targets: [target],
    }));
  }

  /** One statement for all rules of the bus. Whoever can make rules there can put events on it that say the same. */
  private letRulesInvoke(): void {
    const { eventBus, notifier } = this.props;
    const sourceArn = Stack.of(this).formatArn({
      service: 'events', resource: 'rule', resourceName: isDefaultBus(eventBus) ? '*' : `${eventBus.eventBusName}/*`,
    });
    notifier.function.addPermission('Channels', { principal: new iam.ServicePrincipal('events.amazonaws.com'), sourceArn });
    notifier.failures.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'RulesOfChannels',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [notifier.failures.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': sourceArn } },
    }));
  }

  /** What somebody has to confirm belongs to the endpoint, not to a channel: of several channels with one endpoint any can go. */
  private topicOfEndpoint(scope: Construct, subscription: sns.ITopicSubscription, { kind, identity }: ChannelDestination): sns.Topic {
    const endpoint = `${kind}/${identity}`;
    const known = this.topicsOfEndpoints.get(endpoint);
    if (known) {
      return known;
    }
    const topic = this.topic(scope);
    topic.addSubscription(subscription);
    this.topicsOfEndpoints.set(endpoint, topic);
    return topic;
  }

  private topic(scope: Construct): sns.Topic {
    const { deployment, notifier } = this.props;
    const topic = new sns.Topic(scope, 'Topic', { displayName: 'Bedrock budgets', masterKey: deployment.encryptionKey, enforceSSL: true });
    notifier.allow({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    this.topics.push(topic);
    return topic;
  }

  /**
   * One subscription an endpoint, which hears what any of its channels wants to hear: SNS knows one of a topic, protocol and endpoint. It is made as that of
   * an `operationsEmails` is, so that an address can go from one to the other and back.
   */
  private subscribeToAlarms(channels: readonly AlertChannel[]): void {
    const heard = new Map<string, Exclude<AlarmsHeard, 'none'>>();
    for (const { _destination: destination, _routing: routing } of channels) {
      const endpoint = destination.kind === 'email' ? destination.address : destination.kind === 'sms' ? destination.phoneNumber : undefined;
      const alarms = alarmsHeard(routing);
      if (endpoint !== undefined && alarms !== 'none' && heard.get(endpoint) !== 'all' && !this.props.operationsEmails.includes(endpoint)) {
        heard.set(endpoint, alarms);
      }
    }
    const numbers = new Set(channels.flatMap(({ _destination: destination }) => (destination.kind === 'sms' ? destination.phoneNumber : [])));
    for (const [endpoint, alarms] of heard) {
      const options = { filterPolicyWithMessageBody: OF_ALARMS[alarms] };
      this.props.operationsTopic.addSubscription(numbers.has(endpoint) ? new SmsSubscription(endpoint, options) : new EmailSubscription(endpoint, options));
    }
  }

  private foreignTopic(topic: sns.ITopic): sns.ITopic {
    const { notifier } = this.props;
    notifier.allow({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    if (topic.masterKey) {
      notifier.allowStatement(keyUseStatement(this, topic.masterKey, 'sns'));
    }
    if (!this.topics.includes(topic)) {
      this.topics.push(topic);
    }
    return topic;
  }

  /** Amazon Q Developer shows alarms by itself, and drops the plain mails of the operations topic. It subscribes without a filter. */
  private chatTopics(own: sns.ITopic, routing: AlertRouting): sns.ITopic[] {
    switch (alarmsHeard(routing)) {
      case 'all':
        return [own, this.props.operationsTopic];
      case 'critical':
        return [own, this.criticalAlarms()];
      case 'none':
        return [own];
    }
  }

  private criticalAlarms(): sns.Topic {
    if (!this.criticalAlarmsTopic) {
      this.criticalAlarmsTopic = new sns.Topic(this, 'CriticalAlarms', {
        displayName: 'Bedrock budgeteer critical alarms', masterKey: this.props.deployment.encryptionKey, enforceSSL: true,
      });
      letAlarmsPublish(this.criticalAlarmsTopic);
      this.topics.push(this.criticalAlarmsTopic);
    }
    return this.criticalAlarmsTopic;
  }

  /** Unique in the account, of which all regions share these names. */
  private configurationName(scope: Construct): string {
    return `${this.props.deployment.id}-${scope.node.id}-${Stack.of(this).region}`;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
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
