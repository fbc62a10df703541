import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DetachRolePolicyCommand, DetachUserPolicyCommand, IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { wait } from '../../../src/lambdas/adapters/waiting';
import { handler } from '../../../src/lambdas/restore-on-removal/restore-on-removal.lambda';
import { awsError } from '../adapters/aws-error';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';

jest.mock('../../../src/lambdas/adapters/waiting', () => ({ ...jest.requireActual('../../../src/lambdas/adapters/waiting'), wait: jest.fn(async () => undefined) }));

/** As long as the function may run. */
const NINE_MINUTES: typeof CONTEXT = { ...CONTEXT, getRemainingTimeInMillis: () => 540_000 };

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const sfn = mockClient(SFNClient);
lambdaWorld();
const { answers } = cloudFormation();

beforeEach(() => {
  [dynamoDb, iam, sfn].forEach(mock => mock.reset());
  dynamoDb.on(PutItemCommand).resolves({});
  sfn.on(ListExecutionsCommand).resolves({ executions: [] });
  sfn.on(StopExecutionCommand).resolves({});
});

test.each(['Create', 'Update'] as const)('%s changes nothing', async requestType => {
  await handler(anEvent(requestType, {}, requestType === 'Update' ? { OldResourceProperties: { ServiceToken: 'arn:handler' } } : {}), CONTEXT);
  expect([...iam.calls(), ...sfn.calls(), ...dynamoDb.calls()]).toEqual([]);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'restore-on-removal' })]);
});

test('Delete stops the executions of both state machines, lifts every deny and writes it down', async () => {
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:suspension' }).resolves({
    executions: [{ executionArn: 's-1', stateMachineArn: 'arn:suspension', name: 's', status: 'RUNNING', startDate: new Date(0) }],
  });
  iam.on(ListEntitiesForPolicyCommand).resolvesOnce({ PolicyUsers: [{ UserName: 'alice' }], PolicyRoles: [{ RoleName: 'writer' }] }).resolves({});
  iam.on(DetachUserPolicyCommand).resolves({});
  iam.on(DetachRolePolicyCommand).resolves({});
  await handler(anEvent('Delete', {}), NINE_MINUTES);
  expect(sfn.commandCalls(StopExecutionCommand).map(call => call.args[0].input.executionArn)).toEqual(['s-1', 's-1']);
  expect(sfn.commandCalls(ListExecutionsCommand).map(call => call.args[0].input.stateMachineArn)).toEqual(Array(2).fill(['arn:suspension', 'arn:restoration']).flat());
  expect([iam.commandCalls(DetachUserPolicyCommand).length, iam.commandCalls(DetachRolePolicyCommand).length]).toEqual([1, 1]);
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({ TableName: 'Audit', Item: { type: { S: 'Deployment Removed' } } });
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
});

test('an invocation that ends too soon to look again says so', async () => {
  sfn.on(ListExecutionsCommand).resolves({
    executions: [{ executionArn: 's-1', stateMachineArn: 'arn:suspension', name: 's', status: 'RUNNING', startDate: new Date(0) }],
  });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  await handler(anEvent('Delete', {}), CONTEXT);
  expect(wait).not.toHaveBeenCalled();
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('Delete the stack again') })]);
});

test('a policy that does not exist any more denies nobody', async () => {
  iam.on(ListEntitiesForPolicyCommand).rejects(awsError('NoSuchEntityException'));
  await handler(anEvent('Delete', {}), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
});

test('somebody who stays denied fails the deletion by name', async () => {
  iam.on(ListEntitiesForPolicyCommand).resolves({ PolicyGroups: [{ GroupName: 'all' }] });
  await handler(anEvent('Delete', {}), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'the-id', Reason: expect.stringContaining('group all') })]);
});
