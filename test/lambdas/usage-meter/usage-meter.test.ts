import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../src/lambdas/usage-meter/usage-meter.lambda';
import { awsError } from '../adapters/aws-error';
import { aDataMessage, ALICE, aRecordLine, aSubscriptionEvent, NOON, ROLE } from '../core/builders';
import { CONTEXT, lambdaWorld } from '../lambda-world';

const dynamoDb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const world = lambdaWorld();

beforeEach(() => {
  dynamoDb.reset();
  sqs.reset();
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
});

const event = (...messages: readonly string[]) => aSubscriptionEvent(aDataMessage(messages.map((message, index) => ({ id: `e-${index}`, timestamp: NOON, message }))));
const arn = (identity: string) => ({ identity: { arn: `arn:aws:${identity}` } });
const transactions = () => dynamoDb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems!);

test('charges the calls of tracked principals, keeps what cannot be read, and counts it all', async () => {
  await handler(event(
    aRecordLine({ requestId: 'r-1' }),
    aRecordLine({ requestId: 'r-2', ...arn('sts::444455556666:assumed-role/report-writer/session') }),
    aRecordLine({ requestId: 'r-3', ...arn('iam::444455556666:root') }),
    aRecordLine({ requestId: 'r-1' }),
    'garbage',
  ), CONTEXT);
  const [items, ...others] = transactions();
  expect(others).toEqual([]);
  expect(items.map(item => item.Put ? `${item.Put.TableName} ${item.Put.Item!.callId.S}` : `${item.Update!.TableName} ${item.Update!.Key!.principalId.S}`)).toEqual([
    'Ledger 444455556666/eu-central-1/r-1', 'Ledger 444455556666/eu-central-1/r-2', `Budgets ${ALICE}`, `Budgets ${ROLE}`,
  ]);
  const [kept] = sqs.commandCalls(SendMessageBatchCommand)[0].args[0].input.Entries!;
  expect(JSON.parse(kept.MessageBody!)).toMatchObject({ code: 'not-json', eventId: 'e-4', record: 'garbage' });
  expect(world.metrics()).toMatchObject({ RecordsMetered: 2, RecordsDuplicate: 1, RecordsUntracked: 1, RecordsUnreadable: 1, RecordsUnknownModel: 0 });
  expect(JSON.stringify(world.output())).not.toContain('garbage');
});

test('a conflict is waited out, and charged in the end', async () => {
  dynamoDb.on(TransactWriteItemsCommand).rejectsOnce(awsError('TransactionConflictException')).resolves({});
  await handler(event(aRecordLine()), CONTEXT);
  expect(transactions()).toHaveLength(2);
  expect(world.metrics()).toMatchObject({ RecordsMetered: 1 });
});

test('the message with which CloudWatch tests the destination is nothing to charge', async () => {
  await handler(aSubscriptionEvent({ ...aDataMessage([]), messageType: 'CONTROL_MESSAGE' }), CONTEXT);
  expect(dynamoDb.calls()).toHaveLength(0);
  expect(sqs.calls()).toHaveLength(0);
});

test('a delivery that is none fails as a whole', async () => {
  await expect(handler({ Records: [] }, CONTEXT)).rejects.toMatchObject({ name: 'BatchShapeError' });
});

test('a table that does not answer fails the delivery, so that it comes again', async () => {
  dynamoDb.on(TransactWriteItemsCommand).rejects(awsError('AccessDeniedException'));
  await expect(handler(event(aRecordLine()), CONTEXT)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(world.output()).toEqual([expect.objectContaining({ level: 'ERROR', message: 'invocation failed' })]);
});
