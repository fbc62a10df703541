import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DetachUserPolicyCommand, IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../../src/contract';
import { handler } from '../../../src/lambdas/restore-on-removal/restore-on-removal.lambda';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';

// With the strategy DETACH; without it in restore-on-removal.test.ts. A handler reads its environment once.

jest.mock('../../../src/lambdas/adapters/waiting', () => ({ ...jest.requireActual('../../../src/lambdas/adapters/waiting'), wait: jest.fn(async () => undefined) }));

const NINE_MINUTES: typeof CONTEXT = { ...CONTEXT, getRemainingTimeInMillis: () => 540_000 };

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const sfn = mockClient(SFNClient);
const lambda = mockClient(LambdaClient);
lambdaWorld();
const { answers } = cloudFormation();
const answer = (failed: readonly object[]) => new TextEncoder().encode(JSON.stringify({ restored: [], failed })) as never;
const answersWith = (failed: readonly object[]) => lambda.on(InvokeCommand).resolves({ Payload: answer(failed) });

beforeAll(() => {
  process.env[Env.POLICY_DETACHER_ARN] = 'arn:policy-detacher';
});
beforeEach(() => {
  [dynamoDb, iam, sfn, lambda].forEach(mock => mock.reset());
  dynamoDb.on(PutItemCommand).resolves({});
  sfn.on(ListExecutionsCommand).resolves({ executions: [] });
  iam.on(ListEntitiesForPolicyCommand).resolvesOnce({ PolicyUsers: [{ UserName: 'alice' }] }).resolves({});
  iam.on(DetachUserPolicyCommand).resolves({});
});

test('Delete has policies put back by the policy-detacher before it lifts a deny', async () => {
  const order: string[] = [];
  lambda.on(InvokeCommand).callsFake(({ FunctionName: name }) => {
    order.push(name);
    return { Payload: answer([]) };
  });
  iam.on(DetachUserPolicyCommand).callsFake(({ UserName: name }) => {
    order.push(name);
    return {};
  });

  await handler(anEvent('Delete', {}), NINE_MINUTES);

  expect(order.slice(0, 2)).toEqual(['arn:policy-detacher', 'alice']);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
});

test('what cannot be put back fails the deletion by name, and no deny is lifted', async () => {
  answersWith([{ target: 'iam-user/1/alice', problem: 'LimitExceeded' }]);

  await handler(anEvent('Delete', {}), NINE_MINUTES);

  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('iam-user/1/alice (LimitExceeded)') })]);
  expect(iam.commandCalls(DetachUserPolicyCommand)).toEqual([]);
});

test('the policy-detacher is asked once and waited for: it may be at work for minutes', async () => {
  answersWith([]);
  const retries: unknown[] = [];
  lambda.on(InvokeCommand).callsFake(async (_, getClient) => {
    const { config } = getClient();
    const { requestTimeout } = await (config.requestHandler as unknown as { configProvider: Promise<{ requestTimeout?: number }> }).configProvider;
    retries.push({ attempts: await config.maxAttempts(), requestTimeout });
    return { Payload: answer([]) };
  });

  await handler(anEvent('Delete', {}), NINE_MINUTES);

  expect(retries[0]).toEqual({ attempts: 1, requestTimeout: 0 });
});

test.each(['Create', 'Update'] as const)('%s asks nobody for anything', async requestType => {
  await handler(anEvent(requestType, {}), CONTEXT);
  expect([...lambda.calls(), ...iam.calls()]).toEqual([]);
});
