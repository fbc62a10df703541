import { IAMClient, ListServiceSpecificCredentialsCommand, StatusType } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { IamApiKeyDirectory } from '../../../src/lambdas/adapters/iam-api-key-directory';
import { all } from '../observed';
import { awsError } from './aws-error';

const iam = mockClient(IAMClient);
const directory = new IamApiKeyDirectory(new IAMClient({ region: 'us-east-1' }));
const inputs = () => iam.commandCalls(ListServiceSpecificCredentialsCommand).map(call => call.args[0].input);

function keyOf(UserName: string, Status: StatusType = StatusType.Active) {
  return { UserName, Status, ServiceName: 'bedrock.amazonaws.com', CreateDate: new Date(0), ServiceSpecificCredentialId: `key-${UserName}` };
}

beforeEach(() => iam.reset());

test('a user with a key holds one, even an inactive one', async () => {
  iam.on(ListServiceSpecificCredentialsCommand).resolves({ ServiceSpecificCredentials: [keyOf('alice', StatusType.Inactive)] });
  expect(await directory.holdsApiKey('alice')).toBe(true);
  expect(inputs()).toEqual([{ UserName: 'alice', ServiceName: 'bedrock.amazonaws.com', Marker: undefined }]);
});

test('a user without a key holds none', async () => {
  iam.on(ListServiceSpecificCredentialsCommand).resolves({});
  expect(await directory.holdsApiKey('alice')).toBe(false);
});

test('a user who does not exist holds none', async () => {
  iam.on(ListServiceSpecificCredentialsCommand).rejects(awsError('NoSuchEntityException'));
  expect(await directory.holdsApiKey('alice')).toBe(false);
});

test('that IAM does not answer is no answer', async () => {
  iam.on(ListServiceSpecificCredentialsCommand).rejects(awsError('AccessDenied'));
  await expect(directory.holdsApiKey('alice')).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('all holders are listed once each, over all pages', async () => {
  iam.on(ListServiceSpecificCredentialsCommand)
    .resolvesOnce({ ServiceSpecificCredentials: [keyOf('alice'), keyOf('bob'), keyOf('alice')], IsTruncated: true, Marker: 'm' })
    .resolvesOnce({ ServiceSpecificCredentials: [keyOf('bob'), keyOf('carol')] });
  expect(await all(directory.list())).toEqual(['alice', 'bob', 'carol']);
  expect(inputs()).toEqual([
    { AllUsers: true, ServiceName: 'bedrock.amazonaws.com', Marker: undefined },
    { AllUsers: true, ServiceName: 'bedrock.amazonaws.com', Marker: 'm' },
  ]);
});
