import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../../src/contract';
import { handler } from '../../../src/lambdas/budget-declaration/budget-declaration.lambda';
import { ALICE } from '../core/builders';
import { anEvent, cloudFormation } from '../custom-resource';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
lambdaWorld();
const { answers } = cloudFormation();

const properties = { principalId: ALICE, limits: [{ period: '7 days', limitUsd: '100' }], labels: { team: 'search' }, enforcement: 'enforced' };
const byHand = { principalId: { S: ALICE }, limits: { L: [{ M: { limitUsd: { N: '5' }, period: { S: 'calendar day' } } }] } };

beforeEach(() => {
  dynamoDb.reset();
  eventBridge.reset();
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(UpdateItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

const written = () => dynamoDb.commandCalls(UpdateItemCommand).map(call => Object.values(call.args[0].input.ExpressionAttributeNames!));

// First in the file: the handler keeps its parts once they are made.
test('an environment that lacks something is answered, too', async () => {
  delete process.env[Env.EVENT_BUS];
  await handler(anEvent('Create', properties), CONTEXT);
  process.env[Env.EVENT_BUS] = 'the-bus';
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'missing in the environment of the function: BUDGETEER_EVENT_BUS' })]);
});

test('a budget is declared; its resource is the principal', async () => {
  await handler(anEvent('Create', properties), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: ALICE, Data: { kept: 'false' } })]);
  const { Key, ExpressionAttributeValues } = dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input;
  expect(Key).toEqual({ principalId: { S: ALICE } });
  expect(Object.values(ExpressionAttributeValues!)).toContainEqual({ S: 'stack TheStack' });
  expect(eventBridge.calls()).toHaveLength(0);
});

test('the declaration is that of the resource, which alone withdraws it', async () => {
  await handler(anEvent('Create', properties), CONTEXT);
  const { ExpressionAttributeValues } = dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input;
  const owner = { S: 'arn:aws:cloudformation:eu-central-1:444455556666:stack/TheStack/1/Resource' };
  const declared = Object.values(ExpressionAttributeValues!).find(value => value.M?.owner)!;
  expect(declared.M!.owner).toEqual(owner);

  dynamoDb.on(GetItemCommand).resolves({ Item: { principalId: { S: ALICE }, limits: declared.M!.limits, declared } });
  await handler(anEvent('Delete', properties, { PhysicalResourceId: ALICE, LogicalResourceId: 'Former' }), CONTEXT);
  expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(1);
  await handler(anEvent('Delete', properties, { PhysicalResourceId: ALICE }), CONTEXT);
  expect(written()[1]).toEqual(expect.arrayContaining(['limits', 'declared']));
  expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
});

test('a creation that may have written something before it failed is about the principal', async () => {
  dynamoDb.on(UpdateItemCommand).rejects(new Error('no answer'));
  await handler(anEvent('Create', properties), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: ALICE })]);
});

test('one that was refused is about none, so that its deletion withdraws nothing', async () => {
  await handler(anEvent('Create', { ...properties, limits: [] }), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'Resource' })]);
});

test('what was changed by hand is kept and told', async () => {
  dynamoDb.on(GetItemCommand).resolves({ Item: byHand });
  await handler(anEvent('Update', properties, { PhysicalResourceId: ALICE }), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', Data: { kept: 'true' } })]);
  expect(JSON.parse(eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries![0].Detail!)).toMatchObject({
    principalId: ALICE, deploymentId: 'dep-1', before: { limits: ['100 USD a 7 days'] }, after: { limits: ['5 USD a calendar day'] },
  });
});

test('another principal is another resource, whose former one CloudFormation then deletes', async () => {
  await handler(anEvent('Update', properties, { PhysicalResourceId: 'iam-user/444455556666/bob' }), CONTEXT);
  expect(answers[0].PhysicalResourceId).toBe(ALICE);
});

test('deletion is about the principal of the resource, whatever the properties say', async () => {
  dynamoDb.on(GetItemCommand).resolves({ Item: { ...byHand, declared: { M: { limits: byHand.limits } } } });
  await handler(anEvent('Delete', { ...properties, principalId: 'iam-user/444455556666/bob' }, { PhysicalResourceId: ALICE }), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: ALICE, Data: { kept: 'false' } })]);
  expect(dynamoDb.commandCalls(UpdateItemCommand)[0].args[0].input.Key).toEqual({ principalId: { S: ALICE } });
  expect(written()[0]).toEqual(expect.arrayContaining(['limits', 'declared']));
});

test('a declaration that makes no budget fails the deployment with the reason, and can be rolled back', async () => {
  await handler(anEvent('Create', { ...properties, principalId: 'alice' }), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'Resource', Reason: expect.stringContaining('"alice" is no principal id') })]);
  await handler(anEvent('Delete', { ...properties, principalId: 'alice' }, { PhysicalResourceId: 'Resource' }), CONTEXT);
  expect(answers[1]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'Resource' });
  expect(dynamoDb.calls()).toHaveLength(0);
});

test('even one without a principal', async () => {
  await handler(anEvent('Create', { ...properties, principalId: undefined }), CONTEXT);
  expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'Resource' })]);
});
