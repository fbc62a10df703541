import {
  BedrockClient, DeleteModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { mockClient } from 'aws-sdk-client-mock';
import { BedrockLoggingControl } from '../../../src/lambdas/adapters/bedrock-logging-control';
import { configurationFor } from '../../../src/lambdas/core/logging-configuration';
import { awsError } from './aws-error';

const bedrock = mockClient(BedrockClient);
const control = new BedrockLoggingControl(new BedrockClient({ region: 'eu-central-1' }));
const configuration = configurationFor({ logGroupName: 'group', roleArn: 'arn:role' });

beforeEach(() => bedrock.reset());

test.each([
  ['to a log group', { cloudWatchConfig: { logGroupName: 'group', roleArn: 'arn:role' } }],
  ['to a bucket', { s3Config: { bucketName: 'bucket' } }],
])('reads a configuration %s as it is', async (_, loggingConfig) => {
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({ loggingConfig });
  expect(await control.read()).toEqual(loggingConfig);
});

test.each([
  ['none', {}],
  ['one without a destination', { loggingConfig: { textDataDeliveryEnabled: true } }],
])('reads %s as none', async (_, answer) => {
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves(answer);
  expect(await control.read()).toBeUndefined();
});

test('puts a configuration', async () => {
  bedrock.on(PutModelInvocationLoggingConfigurationCommand).resolves({});
  await control.put(configuration);
  expect(bedrock.commandCalls(PutModelInvocationLoggingConfigurationCommand)[0].args[0].input).toEqual({ loggingConfig: configuration });
});

test('tells a destination that Bedrock could not write to from other errors', async () => {
  const refused = awsError('ValidationException', { message: 'Failed to validate permissions for log group: group, with role: arn:role.' });
  bedrock.on(PutModelInvocationLoggingConfigurationCommand).rejectsOnce(refused).rejectsOnce(awsError('ValidationException', { message: 'unknown field' }))
    .rejectsOnce(awsError('AccessDeniedException', { message: 'not authorized to perform iam:PassRole' }));
  await expect(control.put(configuration)).rejects.toMatchObject({ name: 'DestinationRefusedError', message: refused.message, cause: refused });
  await expect(control.put(configuration)).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(control.put(configuration)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('deletes the configuration', async () => {
  bedrock.on(DeleteModelInvocationLoggingConfigurationCommand).resolves({});
  await control.delete();
  expect(bedrock.commandCalls(DeleteModelInvocationLoggingConfigurationCommand)).toHaveLength(1);
});
