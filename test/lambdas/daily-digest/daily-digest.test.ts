import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/daily-digest/daily-digest.lambda';
import { aBudget, ALICE, itemOf, ROLE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const eventBridge = mockClient(EventBridgeClient);
const ssm = mockClient(SSMClient);
lambdaWorld();
const morning = { time: '2026-03-10T08:00:00Z' };

beforeEach(() => {
  [dynamoDb, eventBridge, ssm].forEach(mock => mock.reset());
  dynamoDb.on(PutItemCommand).resolves({});
  dynamoDb.on(ScanCommand).resolves({ Items: [fromItem(itemOf(aBudget({ spent: '80' })))], LastEvaluatedKey: { principalId: { S: ALICE } } });
  dynamoDb.on(ScanCommand, { ExclusiveStartKey: { principalId: { S: ALICE } } }).resolves({ Items: [fromItem(itemOf(aBudget({ principalId: ROLE, kind: 'iam-role', spent: '5' })))] });
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-10T08:00:03Z'));
});

test('reads the table page by page, and puts one event', async () => {
  expect(await handler(morning, CONTEXT)).toEqual({ day: '2026-03-10', sent: true, principals: 2 });
  expect(dynamoDb.commandCalls(ScanCommand)).toHaveLength(2);
  const [{ DetailType: type, Detail: detail }] = eventBridge.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
  expect(type).toBe('Daily Digest');
  expect(JSON.parse(detail!)).toMatchObject({
    eventId: 'daily-digest/dep-1/2026-03-10',
    deploymentId: 'dep-1',
    occurredAt: '2026-03-10T08:00:00.000Z',
    digest: { audience: 'alerts', principals: 2, aboveWarningCount: 1, aboveWarning: [{ principalId: ALICE }] },
  });
  expect(dynamoDb.commandCalls(PutItemCommand).map(call => call.args[0].input.Item?.sentAt)).toEqual([undefined, { N: expect.any(String) }]);
});

test('a time that nobody can believe sends nothing', async () => {
  await expect(handler({ time: 'soon' }, CONTEXT)).rejects.toThrow('no time as ISO 8601');
  expect(eventBridge.calls()).toHaveLength(0);
});
