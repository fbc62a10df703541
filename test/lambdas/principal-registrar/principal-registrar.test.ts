import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../src/lambdas/principal-registrar/principal-registrar.lambda';
import { ACCOUNT } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
lambdaWorld();

const time = '2026-03-10T12:00:00Z';
const keyCreated = {
  source: 'aws.iam',
  time,
  detail: {
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateServiceSpecificCredential',
    recipientAccountId: ACCOUNT,
    requestParameters: { userName: 'alice', serviceName: 'bedrock.amazonaws.com' },
  },
};
const registered = () => dynamoDb.commandCalls(UpdateItemCommand).map(call => call.args[0].input.Key!.principalId.S);

beforeEach(() => {
  dynamoDb.reset();
  iam.reset();
  dynamoDb.on(UpdateItemCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time));
});

test('on schedule, registers everybody who holds a key', async () => {
  iam.on(ListServiceSpecificCredentialsCommand).resolves({
    ServiceSpecificCredentials: ['alice', 'bob'].map(UserName => (
      { UserName, Status: 'Active' as const, ServiceName: 'bedrock.amazonaws.com', CreateDate: new Date(0), ServiceSpecificCredentialId: UserName })),
  });
  expect(await handler({ source: 'aws.events', time } as object, CONTEXT)).toEqual({ holders: 2 });
  expect(registered()).toEqual([`iam-user/${ACCOUNT}/alice`, `iam-user/${ACCOUNT}/bob`]);
});

test('on the creation of a key, registers its user without asking IAM', async () => {
  expect(await handler(keyCreated, CONTEXT)).toEqual({ holders: 1 });
  expect(registered()).toEqual([`iam-user/${ACCOUNT}/alice`]);
  expect(iam.calls()).toHaveLength(0);
});

test('on anything else, registers nobody', async () => {
  expect(await handler({ ...keyCreated, detail: { ...keyCreated.detail, errorCode: 'AccessDenied' } } as object, CONTEXT)).toEqual({ holders: 0 });
  expect(registered()).toEqual([]);
});
