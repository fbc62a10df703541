import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, DescribeSubscriptionFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsLoggingInspector } from '../../../src/lambdas/adapters/aws-logging-inspector';
import { REGION } from '../core/builders';
import { awsError } from './aws-error';

const bedrock = mockClient(BedrockClient);
const logs = mockClient(CloudWatchLogsClient);
const inspector = new AwsLoggingInspector(new BedrockClient({ region: REGION }), new CloudWatchLogsClient({ region: REGION }), { invocationLogGroup: 'invocations', checkerLogGroup: 'checker' });
const loggingConfig = { cloudWatchConfig: { logGroupName: 'invocations', roleArn: 'arn:role' } };

beforeEach(() => {
  [bedrock, logs].forEach(mock => mock.reset());
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({ loggingConfig });
  logs.on(DescribeSubscriptionFiltersCommand, { logGroupName: 'invocations' }).resolves({
    subscriptionFilters: [{ filterName: 'all', destinationArn: 'arn:meter', filterPattern: '', creationTime: 5 }, { filterName: 'other', destinationArn: 'arn:x', filterPattern: 'x' }],
  });
});

test('tells the configuration and who is subscribed to what', async () => {
  expect(await inspector.inspect()).toEqual({
    configuration: loggingConfig,
    subscriptions: [{ name: 'all', destinationArn: 'arn:meter', filterPattern: '', createdAt: 5 }, { name: 'other', destinationArn: 'arn:x', filterPattern: 'x' }],
  });
});

test('a log group that is gone has no subscriptions to tell of', async () => {
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({});
  logs.on(DescribeSubscriptionFiltersCommand).rejects(awsError('ResourceNotFoundException'));
  expect(await inspector.inspect()).toEqual({});
});

test('what AWS refuses to tell is an error, not a log that is off', async () => {
  logs.on(DescribeSubscriptionFiltersCommand).rejects(awsError('AccessDeniedException'));
  await expect(inspector.inspect()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).rejects(awsError('AccessDeniedException'));
  await expect(inspector.inspect()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('the check is as old as its own log group, and not as one whose name begins alike', async () => {
  logs.on(DescribeLogGroupsCommand, { logGroupNamePrefix: 'checker' }).resolves({ logGroups: [{ logGroupName: 'checker', creationTime: 7 }] });
  expect(await inspector.checkingSince()).toBe(7);
  logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: 'checker-2', creationTime: 7 }] });
  expect(await inspector.checkingSince()).toBeUndefined();
});
