import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlertAudience, AlertChannel, AlertFormat, AlertSeverity, BedrockBudgeteer, BudgetPrincipal } from '../../../src';
import { expose } from './expose';

/** Channels with different wishes, each with an inbox, a webhook whose endpoint the test moves to itself, and a digest. */
const stack = new Stack(new App(), 'Alerts');

function inbox(id: string): sns.Topic {
  const topic = new sns.Topic(stack, id);
  const queue = new sqs.Queue(stack, `${id}Inbox`, { removalPolicy: RemovalPolicy.DESTROY });
  topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }));
  new CfnOutput(stack, `${id}Queue`, { value: queue.queueUrl });
  return topic;
}

const made = new secretsmanager.Secret(stack, 'Signing', { removalPolicy: RemovalPolicy.DESTROY });
// AWS answers a reference to a secret with its ARN, the local cloud with its name; this attribute is the ARN in both.
const signingSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'SigningByArn', (made.node.defaultChild as secretsmanager.CfnSecret).getAtt('Id').toString());
new CfnOutput(stack, 'signingSecret', { value: signingSecret.secretArn });

const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', {
  gracePeriod: Duration.seconds(2),
  removalPolicy: RemovalPolicy.DESTROY,
  administration: true,
  dailyDigest: {},
  budgets: [
    { principal: BudgetPrincipal.userName('indexer'), limitUsd: 10, labels: { team: 'search' } },
    { principal: BudgetPrincipal.userName('bidder'), limitUsd: 10, labels: { team: 'ads' } },
  ],
  alertChannels: [
    AlertChannel.topic(inbox('Everything'), { format: AlertFormat.JSON }),
    AlertChannel.topic(inbox('Search'), { format: AlertFormat.SLACK, labels: { team: ['search'] } }),
    AlertChannel.topic(inbox('OnCall'), { format: AlertFormat.SHORT, minimumSeverity: AlertSeverity.CRITICAL }),
    AlertChannel.webhook({ url: 'https://alerts.example.com/bedrock', signingSecret, audience: AlertAudience.ALERTS }),
  ],
});
// The local cloud calls API destinations, but its CloudFormation does not know them: the test makes one of this name.
const rules = budgeteer.node.findAll().filter(child => child instanceof events.CfnRule && child.node.path.includes('/Webhook/')) as events.CfnRule[];
for (const child of budgeteer.node.findAll()) {
  if (child instanceof events.ApiDestination || child instanceof events.Connection) {
    child.node.scope!.node.tryRemoveChild(child.node.id);
  }
}
for (const rule of rules) {
  rule.addPropertyOverride('Targets.0.Arn', stack.formatArn({ service: 'events', resource: 'api-destination', resourceName: 'receiver' }));
  rule.addPropertyDeletionOverride('Targets.0.RoleArn');
}
new CfnOutput(stack, 'dailyDigest', { value: budgeteer.dailyDigest!.functionName });
expose(budgeteer);
