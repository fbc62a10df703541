import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** Everything as it is by default, but for a grace period that can be waited for. */
const stack = new Stack(new App(), 'Suspension');
const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { gracePeriod: Duration.seconds(6), removalPolicy: RemovalPolicy.DESTROY });
expose(budgeteer);

// the example of docs/events.md
const suspensions = new sqs.Queue(stack, 'Suspensions');
new events.Rule(stack, 'OnSuspension', {
  eventBus: budgeteer.eventBus,
  eventPattern: {
    source: ['bedrock-budgeteer'],
    detailType: ['Principal Suspended'],
    detail: { deploymentId: [budgeteer.deploymentId] },
  },
  targets: [new targets.SqsQueue(suspensions)],
});
new CfnOutput(stack, 'suspensionsQueue', { value: suspensions.queueUrl });
