import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  AttachUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, IAMClient, ListAttachedUserPoliciesCommand, ListEntitiesForPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, EVENT_SOURCE, EventType } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/mantle-guard/mantle-guard.lambda';
import { awsError } from '../adapters/aws-error';
import { aBudget, ACCOUNT, ALICE, itemOf } from '../core/builders';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';

jest.mock('../../../src/lambdas/adapters/waiting', () => ({ ...jest.requireActual('../../../src/lambdas/adapters/waiting'), wait: jest.fn(async () => undefined) }));

const PATIENT: typeof CONTEXT = { ...CONTEXT, getRemainingTimeInMillis: () => 840_000 };
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/mantle`;
const HOURLY = { source: 'aws.events', time: '2026-03-10T12:05:00Z' };

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const iam = mockClient(IAMClient);
const ssm = mockClient(SSMClient);
const world = lambdaWorld();
const { answers } = cloudFormation();

beforeAll(() => { process.env[Env.MANTLE_POLICY_ARN] = POLICY; });
beforeEach(() => {
  [dynamoDb, eventBridge, iam, ssm].forEach(mock => mock.reset());
  const item = fromItem(itemOf(aBudget()));
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(GetItemCommand, { Key: { principalId: { S: ALICE } } }).resolves({ Item: item });
  dynamoDb.on(QueryCommand).resolves({});
  dynamoDb.on(PutItemCommand).resolves({});
  dynamoDb.on(ScanCommand).resolves({ Items: [item] });
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({});
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  iam.on(AttachUserPolicyCommand).resolves({});
  iam.on(DetachUserPolicyCommand).resolves({});
  iam.on(DetachRolePolicyCommand).resolves({});
});

test('every hour whoever has a budget gets the policy of the deployment, and it is told and counted', async () => {
  expect(await handler(HOURLY, PATIENT)).toEqual({ denied: 1, attached: 1, detached: 0, failures: 0, told: 0 });
  expect(iam.commandCalls(ListEntitiesForPolicyCommand)[0].args[0].input.PolicyArn).toBe(POLICY);
  expect(iam.commandCalls(AttachUserPolicyCommand)[0].args[0].input).toEqual({ UserName: 'alice', PolicyArn: POLICY });
  expect(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0]).toMatchObject({ DetailType: EventType.MANTLE_DENY_ATTACHED, EventBusName: 'the-bus' });
  expect(world.metrics()).toMatchObject({ MantleDenied: 1, MantleDenyFailures: 0 });
});

test('an event about a principal has that one looked at alone', async () => {
  iam.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [] });
  await handler({ 'source': EVENT_SOURCE, 'detail-type': EventType.BUDGET_CHANGED, 'detail': { principalId: ALICE }, 'time': '2026-03-10T12:05:00Z' }, PATIENT);
  expect(iam.commandCalls(AttachUserPolicyCommand)).toHaveLength(1);
  expect([...dynamoDb.commandCalls(ScanCommand), ...iam.commandCalls(ListEntitiesForPolicyCommand)]).toEqual([]);
});

test('who cannot have it is remembered as told, in the note of the guard', async () => {
  iam.on(AttachUserPolicyCommand).rejects(awsError('LimitExceeded'));
  expect(await handler(HOURLY, PATIENT)).toMatchObject({ failures: 1, told: 1 });
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toEqual({
    TableName: 'Budgets', Item: { principalId: { S: 'deployment/mantle-guard' }, told: { M: { [ALICE]: { S: 'quota' } } } },
  });
});

test('an error with one principal fails the run, so that it is repeated', async () => {
  iam.on(AttachUserPolicyCommand).rejects(awsError('AccessDenied'));
  await expect(handler(HOURLY, PATIENT)).rejects.toMatchObject({ name: 'GuardIncompleteError' });
});

test('a time that nobody can believe changes nothing', async () => {
  await expect(handler({ time: 'soon' }, PATIENT)).rejects.toThrow('no time as ISO 8601');
  expect(iam.calls()).toEqual([]);
});

describe('as a custom resource', () => {
  test.each(['Create', 'Update'] as const)('%s changes nothing', async requestType => {
    await handler(anEvent(requestType, {}), PATIENT);
    expect([...iam.calls(), ...dynamoDb.calls()]).toEqual([]);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'mantle-guard' })]);
  });

  test('Delete lets everybody go and writes it down', async () => {
    iam.on(ListEntitiesForPolicyCommand).resolvesOnce({ PolicyUsers: [{ UserName: 'alice' }], PolicyRoles: [{ RoleName: 'writer' }] }).resolves({});
    await handler(anEvent('Delete', {}), PATIENT);
    const detached = [...iam.commandCalls(DetachUserPolicyCommand), ...iam.commandCalls(DetachRolePolicyCommand)];
    expect(detached.map(call => call.args[0].input)).toEqual([{ UserName: 'alice', PolicyArn: POLICY }, { RoleName: 'writer', PolicyArn: POLICY }]);
    expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({ TableName: 'Audit', Item: { type: { S: 'Mantle Deny Detached' }, subject: { S: 'deployment' } } });
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
  });

  test('Delete without a policy has nobody to let go', async () => {
    iam.on(ListEntitiesForPolicyCommand).rejects(awsError('NoSuchEntity'));
    await handler(anEvent('Delete', {}), PATIENT);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
  });

  test('Delete that leaves somebody fails, and names them', async () => {
    iam.on(ListEntitiesForPolicyCommand).resolves({ PolicyRoles: [{ RoleName: 'writer' }] });
    iam.on(DetachRolePolicyCommand).rejects(awsError('UnmodifiableEntity'));
    await handler(anEvent('Delete', {}), PATIENT);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('role writer') })]);
  });
});
