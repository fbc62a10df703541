import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../src/lambdas/audit-recorder/audit-recorder.lambda';
import { awsError } from '../adapters/aws-error';
import { ALICE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
lambdaWorld();

const event = {
  'detail-type': 'Principal Suspended',
  'detail': { eventId: 'e-1', occurredAt: '2026-03-10T12:00:00.000Z', principalId: ALICE, suspension: { secondsToBlock: 1.5 } },
} as EventBridgeEvent<string, any>;

beforeEach(() => dynamoDb.reset());

test('an event becomes a row', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  await handler(event, CONTEXT);
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toMatchObject({
    TableName: 'Audit',
    Item: {
      subject: { S: ALICE }, eventKey: { S: '2026-03-10T12:00:00.000Z#e-1' }, type: { S: 'Principal Suspended' }, suspension: { M: { secondsToBlock: { N: '1.5' } } },
    },
  });
});

test('an event that comes again changes nothing', async () => {
  dynamoDb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  await expect(handler(event, CONTEXT)).resolves.toBeUndefined();
});

test('an event that is none of ours fails', async () => {
  await expect(handler({ ...event, detail: {} }, CONTEXT)).rejects.toMatchObject({ name: 'AuditRowError' });
});
