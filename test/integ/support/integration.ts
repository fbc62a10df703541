import { AwsApiCall, ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { logLine } from '../../../demo/fixture/records';
import { BedrockBudgeteer } from '../../../src';

/** A dollar, to the cent: $3.20 per million tokens. */
const MODEL = 'us.amazon.nova-pro-v1:0';
const TOKENS_PER_DOLLAR = 312_500;

/** Stands for the time in a record until it is written: a snapshot must not depend on the day on which it was made. */
const NOW = '<now>';

const WRITER = `
const { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } = require('@aws-sdk/client-cloudwatch-logs');
exports.handler = async () => {
  const logs = new CloudWatchLogsClient();
  const stream = { logGroupName: process.env.LOG_GROUP_NAME, logStreamName: 'integration-' + Date.now() };
  await logs.send(new CreateLogStreamCommand(stream));
  const message = process.env.RECORD.replace('${NOW}', new Date().toISOString().replace(/\\.\\d{3}Z$/, 'Z'));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message }] }));
};
`;

/** What a stack of many resources may have is the matter of whoever deploys it; and notes of the CDK for itself would be a third of a snapshot. */
const CONTEXT = {
  '@aws-cdk/core:stackResourceLimit': 0,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
  'aws:cdk:disable-logicalId-metadata': true,
};

/** Metering takes seconds, a subscription filter that is new a few minutes. */
const PATIENCE = { totalTimeout: Duration.minutes(10), interval: Duration.seconds(15) };

/** One configuration in a stack of its own, with what is asserted of it once it is deployed. */
export class Integration {
  public readonly stack: Stack;

  constructor(private readonly name: string) {
    this.stack = new Stack(new App({ treeMetadata: false, postCliContext: CONTEXT }), `Integ${name}`);
  }

  /**
   * Logs a call of a user as Bedrock does, and waits until it is in the ledger; then for what else is asserted.
   *
   * @param dollars what the call costs at list price
   */
  public metersCall(budgeteer: BedrockBudgeteer, user: iam.IUser, dollars = 2): IntegTest {
    const { account, region } = this.stack;
    // Assets differ with every build of the handlers, and are compared by nobody: snapshots hold no copies of them.
    const test = new IntegTest(this.stack.node.root as App, this.name, { testCases: [this.stack], diffAssets: false, stackUpdateWorkflow: false });
    const requestId = `integration-${this.name}`;
    const record = logLine({
      account, region, requestId, operation: 'Converse', modelId: MODEL, identityArn: user.userArn, inputTokens: 0, outputTokens: dollars * TOKENS_PER_DOLLAR,
    }, NOW);
    const written = test.assertions.invokeFunction({ functionName: this.writerOf(record, budgeteer).functionName });
    const metered = test.assertions.awsApiCall('DynamoDB', 'getItem', {
      TableName: budgeteer.ledgerTable.tableName, Key: { callId: { S: `${account}/${region}/${requestId}` } },
    });
    metered.expect(ExpectedResult.objectLike({
      Item: { principalId: { S: `iam-user/${account}/${user.userName}` }, outputTokens: { N: String(dollars * TOKENS_PER_DOLLAR) } },
    })).waitForAssertions(PATIENCE);
    written.next(metered);
    // tables are encrypted by a key of the customer's
    (metered as AwsApiCall).waiterProvider!.addToRolePolicy({ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['*'] });
    return test;
  }

  /** Waits until the user holds the deny policy. */
  public suspends(test: IntegTest, budgeteer: BedrockBudgeteer, user: iam.IUser): void {
    test.assertions.awsApiCall('IAM', 'listAttachedUserPolicies', { UserName: user.userName })
      .expect(ExpectedResult.objectLike({ AttachedPolicies: [{ PolicyArn: budgeteer.denyPolicy.managedPolicyArn }] }))
      .waitForAssertions(PATIENCE);
  }

  private writerOf(record: string, budgeteer: BedrockBudgeteer): lambda.IFunction {
    const writer = new lambda.Function(this.stack, 'RecordWriter', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(WRITER),
      timeout: Duration.minutes(1),
      // the assertions' own way to hand something over takes JSON apart that is to stay text
      environment: { LOG_GROUP_NAME: budgeteer.invocationLogGroup.logGroupName, RECORD: record },
    });
    budgeteer.invocationLogGroup.grant(writer, 'logs:CreateLogStream', 'logs:PutLogEvents');
    return writer;
  }
}
