import { Duration, SecretValue, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { WEBHOOK_SIGNATURE_HEADER, WEBHOOK_SOURCE } from '../contract';
import { Deployment } from '../deployment';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';

export interface WebhookProps {
  readonly deployment: Deployment;
  readonly eventBus: events.IEventBus;
  readonly notifier: HandlerFunction;
  /** Tells the messages of this webhook from those of others. */
  readonly channelId: string;
  readonly url: string;
  readonly signingSecret: secretsmanager.ISecret;
  readonly authorization?: events.Authorization;
  readonly rateLimitPerSecond: number;
  readonly retryFor: Duration;
}

/** What EventBridge allows. */
const MAX_ATTEMPTS = 185;

/**
 * An HTTPS endpoint: the notifier signs a message and puts it on the bus, EventBridge carries it there, tries again, and keeps what was not taken.
 */
export class Webhook extends Construct {
  public readonly undelivered: FailureQueue;
  public readonly rule: events.Rule;

  constructor(scope: Construct, id: string, props: WebhookProps) {
    super(scope, id);
    const { deployment, eventBus, notifier, signingSecret } = props;
    this.undelivered = new FailureQueue(this, 'Undelivered', { encryptionKey: deployment.encryptionKey });

    const connection = new events.Connection(this, 'Connection', {
      description: `BedrockBudgeteer: ${props.channelId}`,
      // EventBridge asks for an authorization; who has none gets something that is no secret.
      authorization: props.authorization ?? events.Authorization.apiKey('Budgeteer-Deployment', SecretValue.unsafePlainText(deployment.id)),
    });
    const destination = new events.ApiDestination(this, 'Destination', {
      connection,
      endpoint: props.url,
      httpMethod: events.HttpMethod.POST,
      rateLimitPerSecond: props.rateLimitPerSecond,
      description: `BedrockBudgeteer: ${props.channelId}`,
    });
    this.rule = new events.Rule(this, 'Rule', {
      description: `BedrockBudgeteer: signed messages to ${props.channelId}`,
      eventBus,
      // The account is EventBridge's word: nobody else on a shared bus gets a message to the endpoint. Within the account, the signature tells.
      eventPattern: { source: [WEBHOOK_SOURCE], account: [Stack.of(this).account], detail: { deploymentId: [deployment.id], channelId: [props.channelId] } },
      targets: [new targets.ApiDestination(destination, {
        event: events.RuleTargetInput.fromEventPath('$.detail.delivery'),
        headerParameters: { [WEBHOOK_SIGNATURE_HEADER]: '$.detail.delivery.signature' },
        deadLetterQueue: this.undelivered,
        retryAttempts: MAX_ATTEMPTS,
        maxEventAge: props.retryFor,
      })],
    });

    notifier.allow({
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      conditions: {
        'ForAllValues:StringEquals': { 'events:source': WEBHOOK_SOURCE },
        'Null': { 'events:source': 'false' },
      },
    });
    // Of a secret that was imported by its name, the end of the ARN is not known.
    notifier.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [signingSecret.secretFullArn ?? `${signingSecret.secretArn}-??????`] });
    if (signingSecret.encryptionKey) {
      notifier.allowStatement(decryptStatement(this, signingSecret.encryptionKey.keyArn));
    }
  }
}

function decryptStatement(scope: Construct, keyArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: { StringLike: { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com*` } },
  });
}
