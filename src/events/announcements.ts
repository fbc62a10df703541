import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { letAlarmsPublish } from '../alerts/alarms-heard';
import { AlertChannel } from '../alerts/alert-channel';
import { AlertChannels } from '../alerts/alert-channels';
import { Env, EVENT_SOURCE, Handler } from '../contract';
import { Deployment } from '../deployment';
import { invokeOn } from '../functions/event-rule';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';

export interface AnnouncementsProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  /** A bus of the user's; @default a new one */
  readonly eventBus?: events.IEventBus;
  readonly alertEmails: string[];
  readonly operationsEmails: string[];
  readonly alertChannels: AlertChannel[];
  /** Of the dashboard that messages link, if there is one. */
  readonly dashboardName?: string;
}

/**
 * What happened, told three times: on the bus to systems, by the topics to people, in the audit table to posterity.
 */
export class Announcements extends Construct {
  public readonly eventBus: events.IEventBus;
  /** What the bus could not encrypt or decrypt; none where the bus is the user's. */
  public readonly undeliveredEvents?: FailureQueue;
  /** To those who own budgets. */
  public readonly alertsTopic: sns.Topic;
  /** To those who run the system; alarms arrive here as well. */
  public readonly operationsTopic: sns.Topic;
  public readonly alertNotifier: HandlerFunction;
  public readonly auditRecorder: HandlerFunction;
  /** From the bus to the two, and to the channels. */
  public readonly rules: readonly events.Rule[];
  public readonly channels: AlertChannels;

  constructor(scope: Construct, id: string, props: AnnouncementsProps) {
    super(scope, id);
    const { deployment, storage, settings } = props;

    if (props.eventBus) {
      this.eventBus = props.eventBus;
    } else {
      // Events land here when the bus cannot use the key: a queue that needed the same key would be just as shut.
      this.undeliveredEvents = new FailureQueue(this, 'Undelivered', { encryptionKey: undefined });
      this.eventBus = new events.EventBus(this, 'Bus', {
        // CloudFormation asks for a name.
        eventBusName: deployment.id,
        description: 'BedrockBudgeteer: events of budgets and their enforcement',
        kmsKey: deployment.encryptionKey,
        deadLetterQueue: this.undeliveredEvents,
      });
      // Unlike those of rules, the queue of a bus does not get its policy from the CDK.
      this.undeliveredEvents.addToResourcePolicy(new iam.PolicyStatement({
        sid: 'UndeliveredEventsOfBus',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.undeliveredEvents.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.eventBus.eventBusArn } },
      }));
    }

    this.alertsTopic = this.topic('Alerts', 'Bedrock budget alerts', deployment, props.alertEmails);
    this.operationsTopic = this.topic('Operations', 'Bedrock budgeteer operations', deployment, props.operationsEmails);
    letAlarmsPublish(this.operationsTopic);

    this.alertNotifier = new HandlerFunction(this, 'AlertNotifier', {
      deployment,
      handler: Handler.ALERT_NOTIFIER,
      description: 'tells people about budgets',
      timeout: Duration.seconds(30),
      environment: {
        [Env.ALERTS_TOPIC_ARN]: this.alertsTopic.topicArn,
        [Env.OPERATIONS_TOPIC_ARN]: this.operationsTopic.topicArn,
        // Named in messages, so that people find what to change; neither is read.
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.SETTINGS_PATH]: settings.path,
        ...(props.dashboardName === undefined ? {} : { [Env.DASHBOARD_NAME]: props.dashboardName }),
      },
    });
    this.alertNotifier.allow({ actions: ['sns:Publish'], resources: [this.alertsTopic.topicArn, this.operationsTopic.topicArn] });
    this.alertNotifier.allowKeyUse('sns');

    this.auditRecorder = new HandlerFunction(this, 'AuditRecorder', {
      deployment,
      handler: Handler.AUDIT_RECORDER,
      description: 'keeps every event in the audit table',
      timeout: Duration.seconds(30),
      environment: { [Env.AUDIT_TABLE]: storage.audit.tableName },
    });
    allowTable(this.auditRecorder, storage.audit, 'PutItem');

    // Two rules, so that trouble with one target is retried without the other hearing things twice.
    const toPeople = this.ownEvents('ToPeople', 'BedrockBudgeteer: events for people', deployment);
    const toAudit = this.ownEvents('ToAudit', 'BedrockBudgeteer: events for the audit table', deployment);
    invokeOn(toPeople, this.alertNotifier);
    invokeOn(toAudit, this.auditRecorder);

    this.channels = new AlertChannels(this, 'Channels', {
      deployment,
      channels: props.alertChannels,
      eventBus: this.eventBus,
      ownEvents: this.patternOfOwn(deployment),
      notifier: this.alertNotifier,
      operationsTopic: this.operationsTopic,
      operationsEmails: props.operationsEmails,
    });
    this.rules = [toPeople, toAudit, ...this.channels.rules];
  }

  /** The commands in messages name the URL of the administration. It is known after the bus is, on which everything depends. */
  public knowAdministration(url: string | undefined): void {
    if (url !== undefined) {
      this.alertNotifier.function.addEnvironment(Env.ADMINISTRATION_URL, url);
    }
  }

  private topic(id: string, displayName: string, deployment: Deployment, emails: string[]): sns.Topic {
    const topic = new sns.Topic(this, id, { displayName, masterKey: deployment.encryptionKey, enforceSSL: true });
    for (const email of emails) {
      topic.addSubscription(new EmailSubscription(email));
    }
    return topic;
  }

  /**
   * On a shared bus other deployments are heard as well: only this one's events are for us. The account is EventBridge's word, not the sender's:
   * whoever else may put events on the bus cannot forge audit rows and messages from an account of their own.
   */
  private ownEvents(id: string, description: string, deployment: Deployment): events.Rule {
    return new events.Rule(this, id, {
      description,
      eventBus: this.eventBus,
      eventPattern: this.patternOfOwn(deployment),
    });
  }

  private patternOfOwn(deployment: Deployment): events.EventPattern {
    return { source: [EVENT_SOURCE], account: [Stack.of(this).account], detail: { deploymentId: [deployment.id] } };
  }
}
