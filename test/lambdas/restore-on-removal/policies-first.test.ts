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

const anUpdate = (before: object, after: object) => anEvent('Update', after, { OldResourceProperties: { ServiceToken: 'arn:handler', ...before } });
const detacher = (policyDetacherArn: unknown) => ({ policyDetacherArn });

test.each([
  ['Create', anEvent('Create', detacher('arn:new'))],
  ['an update that keeps the policy-detacher', anUpdate(detacher('arn:old'), detacher('arn:old'))],
  ['an update that brings it', anUpdate(detacher(''), detacher('arn:new'))],
  ['an update without it', anUpdate(detacher(''), detacher(''))],
  ['an update from a version that did not tell', anUpdate({}, detacher('arn:new'))],
  ['an update from what is no ARN', anUpdate(detacher({ a: 1 }), detacher('arn:new'))],
])('%s asks nobody for anything', async (_, event) => {
  await handler(event, NINE_MINUTES);
  expect([...lambda.calls(), ...iam.calls(), ...sfn.calls()]).toEqual([]);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'restore-on-removal' })]);
});

describe.each([['goes', ''], ['is another', 'arn:new'], ['is told no more', undefined]])('an update after which the policy-detacher %s', (_, after) => {
  const event = anUpdate(detacher('arn:old'), after === undefined ? {} : detacher(after));

  test('has the old one give everything back, and lifts no deny', async () => {
    answersWith([]);
    await handler(event, NINE_MINUTES);
    const asked = lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => input);
    expect(asked.map(({ FunctionName: name }) => name)).toEqual(['arn:old', 'arn:old']);
    expect(JSON.parse(new TextDecoder().decode(asked[0].Payload as Uint8Array))).toMatchObject({ action: 'restore-all-policies' });
    expect([...iam.calls(), ...sfn.calls(), ...dynamoDb.calls()]).toEqual([]);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'restore-on-removal' })]);
  });

  test('fails by name where something cannot be given back, under the id that the resource has', async () => {
    answersWith([{ target: 'iam-user/1/alice', problem: 'LimitExceeded' }]);
    await handler(event, NINE_MINUTES);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'the-id', Reason: expect.stringMatching(/strategy stays as it was.*iam-user\/1\/alice \(LimitExceeded\)/) })]);
  });

  test('fails where the old one cannot be asked', async () => {
    lambda.on(InvokeCommand).rejects(Object.assign(new Error('Function not found: arn:old'), { name: 'ResourceNotFoundException' }));
    await handler(event, NINE_MINUTES);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'the-id', Reason: expect.stringContaining('Function not found: arn:old') })]);
  });
});
