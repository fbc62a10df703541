import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/budget-evaluator/budget-evaluator.lambda';
import { Budget } from '../../../src/lambdas/core/budget';
import { awsError } from '../adapters/aws-error';
import { aBudget, ALICE, itemOf, NOON, ROLE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const iam = mockClient(IAMClient);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
const world = lambdaWorld();

beforeEach(() => {
  [dynamoDb, eventBridge, iam, sfn, ssm].forEach(mock => mock.reset());
  dynamoDb.on(UpdateItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  iam.on(ListServiceSpecificCredentialsCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
});

let sequence = 0;

function aRecord(before: Budget | undefined, after: Budget, changes: Partial<DynamoDBRecord> = {}): DynamoDBRecord {
  sequence += 1;
  const image = (budget: Budget) => fromItem(itemOf(budget)) as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];
  return {
    eventName: before ? 'MODIFY' : 'INSERT',
    eventID: `change-${sequence}`,
    dynamodb: {
      Keys: { principalId: { S: after.principalId } },
      ApproximateCreationDateTime: NOON / 1000,
      SequenceNumber: String(sequence),
      ...(before ? { OldImage: image(before) } : {}),
      NewImage: image(after),
    },
    ...changes,
  };
}

function inTable(...budgets: readonly Budget[]): void {
  for (const budget of budgets) {
    dynamoDb.on(GetItemCommand, { Key: { principalId: { S: budget.principalId } } }).resolves({ Item: fromItem(itemOf(budget)) });
  }
}

const published = () => eventBridge.commandCalls(PutEventsCommand).flatMap(call => call.args[0].input.Entries!.map(entry => JSON.parse(entry.Detail!)));

test('spend over the limit is decided upon, and its workflow started', async () => {
  const [before, after] = [aBudget({ spent: '50' }), aBudget({ spent: '120' })];
  inTable(after);
  expect(await handler({ Records: [aRecord(before, after)] }, CONTEXT)).toEqual({ batchItemFailures: [] });
  expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(1);
  expect(sfn.commandCalls(StartExecutionCommand).map(call => call.args[0].input)).toEqual([
    expect.objectContaining({ stateMachineArn: 'arn:suspension', name: expect.stringMatching(/^alice-[0-9a-f]{12}-r4-[0-9a-z]+$/) }),
  ]);
});

test('a new principal is announced, and asked about in IAM', async () => {
  await handler({ Records: [aRecord(undefined, aBudget())] }, CONTEXT);
  expect(published()).toEqual([expect.objectContaining({ principalId: ALICE, deploymentId: 'dep-1', environmentName: 'test' })]);
  expect(iam.commandCalls(ListServiceSpecificCredentialsCommand)[0].args[0].input).toMatchObject({ UserName: 'alice' });
});

test('an item that was removed is nothing to evaluate', async () => {
  const record = aRecord(aBudget(), aBudget(), { eventName: 'REMOVE' });
  expect(await handler({ Records: [record] }, CONTEXT)).toEqual({ batchItemFailures: [] });
  expect(eventBridge.calls()).toHaveLength(0);
});

test('a failure is told by the record that failed first, and does not touch other principals', async () => {
  const alice = aBudget({ principalId: ALICE });
  const role = aBudget({ principalId: ROLE });
  eventBridge.on(PutEventsCommand).callsFake(({ Entries }) => {
    if (JSON.stringify(Entries).includes('alice')) throw awsError('InternalException');
    return { FailedEntryCount: 0 };
  });
  const records = [aRecord(undefined, role), aRecord(undefined, alice), aRecord(alice, { ...alice, labels: { team: 'x' } }), aRecord(role, { ...role, labels: { team: 'x' } })];
  inTable(alice, role);
  expect(await handler({ Records: records }, CONTEXT)).toEqual({ batchItemFailures: [{ itemIdentifier: records[1].dynamodb!.SequenceNumber }] });
  expect(published().filter(({ principalId }) => principalId === ROLE)).toHaveLength(2);
  expect(world.metrics()).toMatchObject({ EvaluationFailures: 1 });
  expect(world.output()).toContainEqual(expect.objectContaining({
    level: 'ERROR', principalId: ALICE, changeId: records[1].eventID, problem: 'InternalException: InternalException happened',
  }));
});

test('a record that DynamoDB never sends so fails alone', async () => {
  const broken = aRecord(aBudget(), aBudget(), { eventID: undefined });
  const fine = aRecord(undefined, aBudget({ principalId: ROLE }));
  expect(await handler({ Records: [broken, fine] }, CONTEXT)).toEqual({ batchItemFailures: [{ itemIdentifier: broken.dynamodb!.SequenceNumber }] });
  expect(published()).toHaveLength(1);
});
