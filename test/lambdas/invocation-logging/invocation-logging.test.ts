import {
  BedrockClient, DeleteModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand, LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { configurationFor } from '../../../src/lambdas/core/logging-configuration';
import { handler } from '../../../src/lambdas/invocation-logging/invocation-logging.lambda';
import { awsError } from '../adapters/aws-error';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const bedrock = mockClient(BedrockClient);
const ssm = mockClient(SSMClient);
lambdaWorld();
const { answers } = cloudFormation();

const ours = { logGroupName: 'ours', roleArn: 'arn:ours' };
const properties = { ...ours, adoptExisting: 'false' };
const theirs = { s3Config: { bucketName: 'archive' } };
const existing = (loggingConfig: object) =>
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({ loggingConfig: loggingConfig as LoggingConfig });
const puts = () => bedrock.commandCalls(PutModelInvocationLoggingConfigurationCommand).map(call => call.args[0].input.loggingConfig);

beforeEach(() => {
  bedrock.reset();
  ssm.reset();
  bedrock.on(GetModelInvocationLoggingConfigurationCommand).resolves({});
  bedrock.on(PutModelInvocationLoggingConfigurationCommand).resolves({});
  bedrock.on(DeleteModelInvocationLoggingConfigurationCommand).resolves({});
  ssm.on(GetParameterCommand).rejects(awsError('ParameterNotFound'));
  ssm.on(PutParameterCommand).resolves({});
  ssm.on(DeleteParameterCommand).resolves({});
});

test('logging is switched on', async () => {
  await handler(anEvent('Create', properties), CONTEXT);
  expect(puts()).toEqual([configurationFor(ours)]);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'model-invocation-logging' })]);
});

test('somebody else\'s configuration fails the deployment and stays', async () => {
  existing(theirs);
  await handler(anEvent('Create', properties), CONTEXT);
  expect(puts()).toEqual([]);
  expect(answers).toEqual([expect.objectContaining({
    Status: 'FAILED', PhysicalResourceId: 'model-invocation-logging', Reason: expect.stringContaining('to bucket archive, without bodies'),
  })]);
});

test('with consent it is remembered and replaced', async () => {
  existing(theirs);
  await handler(anEvent('Create', { ...properties, adoptExisting: 'true' }), CONTEXT);
  expect(ssm.commandCalls(PutParameterCommand)[0].args[0].input).toMatchObject({ Name: '/previous', Value: JSON.stringify(theirs) });
  expect(puts()).toEqual([configurationFor(ours)]);
});

test('an update knows what was ours before', async () => {
  const before = { logGroupName: 'before', roleArn: 'arn:before' };
  existing(configurationFor(before));
  await handler(anEvent('Update', properties, { OldResourceProperties: { ...before, adoptExisting: 'false' } }), CONTEXT);
  expect(puts()).toEqual([configurationFor(ours)]);
});

test('deletion puts back what was remembered', async () => {
  existing(configurationFor(ours));
  ssm.on(GetParameterCommand, { Name: '/previous' }).resolves({ Parameter: { Value: JSON.stringify(theirs) } });
  await handler(anEvent('Delete', properties), CONTEXT);
  expect(puts()).toEqual([theirs]);
  expect(ssm.commandCalls(DeleteParameterCommand)).toHaveLength(1);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
});

test('deletion removes our own where nothing was before', async () => {
  existing(configurationFor(ours));
  await handler(anEvent('Delete', properties), CONTEXT);
  expect(bedrock.commandCalls(DeleteModelInvocationLoggingConfigurationCommand)).toHaveLength(1);
});
