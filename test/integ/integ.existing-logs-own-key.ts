import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { BedrockBudgeteer, InvocationLogs } from '../../src';
import { Integration } from './support/integration';

/** Bedrock's log group is somebody else's, and everything is encrypted with a key of the customer's. */
const integration = new Integration('ExistingLogsOwnKey');
const { stack } = integration;
const logGroup = new logs.LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY });
const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', {
  invocationLogs: InvocationLogs.fromLogGroup(logGroup),
  encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY }),
  removalPolicy: RemovalPolicy.DESTROY,
});
integration.metersCall(budgeteer, new iam.User(stack, 'Caller'));
