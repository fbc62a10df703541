import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AttachUserPolicyCommand, IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { EnforcerAction, EnforcerError } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/enforcer/enforcer.lambda';
import { awsError } from '../adapters/aws-error';
import { aBudgetInGrace, ACCOUNT, ALICE, itemOf } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const ssm = mockClient(SSMClient);
const world = lambdaWorld();
const policy = `arn:aws:iam::${ACCOUNT}:policy/deny`;

const request = (action: EnforcerAction) => ({
  action,
  workflow: { principalId: ALICE, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' },
  now: '2026-03-10T12:00:01.000Z',
  executionName: 'alice-r3',
});

beforeEach(() => {
  [dynamoDb, iam, ssm].forEach(mock => mock.reset());
  ssm.on(GetParametersByPathCommand).resolves({});
  dynamoDb.on(GetItemCommand).resolves({ Item: fromItem(itemOf(aBudgetInGrace())) });
  dynamoDb.on(UpdateItemCommand).resolves({});
});

test('restricts by the deny policy of the deployment', async () => {
  iam.on(AttachUserPolicyCommand).resolves({});
  expect(await handler(request(EnforcerAction.RESTRICT), CONTEXT)).toMatchObject({ outcome: 'applied' });
  expect(iam.commandCalls(AttachUserPolicyCommand)[0].args[0].input).toEqual({ UserName: 'alice', PolicyArn: policy });
});

test('confirms what IAM shows, and measures it', async () => {
  iam.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn: policy }] });
  expect(await handler(request(EnforcerAction.CONFIRM_SUSPENSION), CONTEXT)).toMatchObject({ outcome: 'confirmed' });
  expect(world.metrics()).toMatchObject({ Suspensions: 1, OverspendUsd: 20 });
});

describe('errors keep the names by which the state machines try again', () => {
  test('a throttled IAM', async () => {
    iam.on(AttachUserPolicyCommand).rejects(awsError('Throttling'));
    await expect(handler(request(EnforcerAction.RESTRICT), CONTEXT)).rejects.toMatchObject({ name: EnforcerError.RETRYABLE });
  });

  test('an IAM that does not show the change yet', async () => {
    iam.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [] });
    await expect(handler(request(EnforcerAction.CONFIRM_SUSPENSION), CONTEXT)).rejects.toMatchObject({ name: EnforcerError.NOT_YET_VISIBLE });
  });

  test('a refusal is none of them', async () => {
    iam.on(AttachUserPolicyCommand).rejects(awsError('AccessDenied'));
    await expect(handler(request(EnforcerAction.RESTRICT), CONTEXT)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test('a payload that no state machine sends is refused before anything is read', async () => {
  await expect(handler({ ...request(EnforcerAction.RESTRICT), action: 'explode' }, CONTEXT)).rejects.toMatchObject({ name: 'EnforcerRequestError' });
  expect(dynamoDb.calls()).toHaveLength(0);
});
