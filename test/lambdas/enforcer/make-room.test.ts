import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AttachUserPolicyCommand, DetachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { EnforcerAction, Env } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/enforcer/enforcer.lambda';
import { awsError } from '../adapters/aws-error';
import { aBudgetInGrace, ACCOUNT, ALICE, itemOf } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const ssm = mockClient(SSMClient);
lambdaWorld();
const [DENY, MANTLE] = ['deny', 'mantle'].map(name => `arn:aws:iam::${ACCOUNT}:policy/${name}`);

beforeAll(() => { process.env[Env.MANTLE_POLICY_ARN] = MANTLE; });

test('where a user may carry no more policies, the one that denies the mantle endpoint alone gives up its place', async () => {
  ssm.on(GetParametersByPathCommand).resolves({});
  dynamoDb.on(GetItemCommand).resolves({ Item: fromItem(itemOf(aBudgetInGrace())) });
  dynamoDb.on(UpdateItemCommand).resolves({});
  iam.on(AttachUserPolicyCommand).rejectsOnce(awsError('LimitExceeded')).resolves({});
  iam.on(DetachUserPolicyCommand).resolves({});

  const workflow = { principalId: ALICE, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' };
  expect(await handler({ action: EnforcerAction.RESTRICT, workflow, now: '2026-03-10T12:00:01.000Z', executionName: 'alice-r3' }, CONTEXT)).toMatchObject({ outcome: 'applied' });

  expect(iam.commandCalls(DetachUserPolicyCommand).map(call => call.args[0].input)).toEqual([{ UserName: 'alice', PolicyArn: MANTLE }]);
  expect(iam.commandCalls(AttachUserPolicyCommand).map(call => call.args[0].input.PolicyArn)).toEqual([DENY, DENY]);
});
