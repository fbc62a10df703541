import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface EncryptionProps {
  /** A key of the user's; @default a new one */
  readonly key?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * One key for everything at rest, and the services that must be able to use it for us.
 */
export class Encryption extends Construct {
  public readonly key: kms.IKey;

  constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id);
    this.key = props.key ?? new kms.Key(this, 'Key', {
      description: 'BedrockBudgeteer: tables, topics, queues, events and logs',
      enableKeyRotation: true,
      // Retained tables are of no use without their key.
      removalPolicy: props.removalPolicy,
    });

    const stack = Stack.of(this);
    const ownAccount = { StringEquals: { 'aws:SourceAccount': stack.account } };
    const ofServices = [
      new iam.PolicyStatement({
        sid: 'LogGroupsOfThisAccount',
        principals: [new iam.ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: '*' }) },
        },
      }),
      new iam.PolicyStatement({
        sid: 'AlarmsToEncryptedTopic',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ownAccount,
      }),
      new iam.PolicyStatement({
        sid: 'UndeliveredEventsToEncryptedQueues',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*'],
        resources: ['*'],
        // No condition on the source: EventBridge does not send one with its calls to KMS, and would be refused without a word.
      }),
    ];
    const added = ofServices.map(statement => this.key.addToResourcePolicy(statement).statementAdded);
    if (added.includes(false)) {
      Annotations.of(this).addWarningV2(
        'cdk-bedrock-budgeteer:encryptionKeyPolicy',
        'the policy of an imported encryption key cannot be changed from here: see that it lets CloudWatch Logs, CloudWatch alarms'
        + ' and EventBridge of this account use the key, or the deployment fails at its log groups',
      );
    }
  }
}
