import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { SsmLoggingMemory } from '../../../src/lambdas/adapters/ssm-logging-memory';
import { awsError } from './aws-error';

const ssm = mockClient(SSMClient);
const memory = new SsmLoggingMemory(new SSMClient({ region: 'eu-central-1' }), '/previous');
const configuration = { s3Config: { bucketName: 'bucket', keyPrefix: 'logs' }, textDataDeliveryEnabled: true };

beforeEach(() => ssm.reset());

test('recalls what it was told to remember', async () => {
  ssm.on(PutParameterCommand).resolves({});
  await memory.remember(configuration);
  const { Name, Value, Overwrite, Type } = ssm.commandCalls(PutParameterCommand)[0].args[0].input;
  expect({ Name, Overwrite, Type }).toEqual({ Name: '/previous', Overwrite: true, Type: 'String' });
  ssm.on(GetParameterCommand, { Name: '/previous' }).resolves({ Parameter: { Value } });
  expect(await memory.recall()).toEqual(configuration);
});

test('recalls nothing where there is no parameter, or an empty one', async () => {
  ssm.on(GetParameterCommand).rejectsOnce(awsError('ParameterNotFound')).resolvesOnce({ Parameter: {} });
  expect(await memory.recall()).toBeUndefined();
  expect(await memory.recall()).toBeUndefined();
});

test('an error is no reason to believe that nothing was there', async () => {
  ssm.on(GetParameterCommand).rejects(awsError('AccessDeniedException'));
  await expect(memory.recall()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('forgets, even what it never knew', async () => {
  ssm.on(DeleteParameterCommand, { Name: '/previous' }).resolvesOnce({}).rejectsOnce(awsError('ParameterNotFound')).rejectsOnce(awsError('AccessDeniedException'));
  await memory.forget();
  await memory.forget();
  await expect(memory.forget()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(ssm.commandCalls(DeleteParameterCommand)).toHaveLength(3);
});
