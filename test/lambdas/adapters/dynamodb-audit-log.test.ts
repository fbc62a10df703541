import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbAuditLog } from '../../../src/lambdas/adapters/dynamodb-audit-log';
import { awsError } from './aws-error';

const dynamoDb = mockClient(DynamoDBClient);
const audit = new DynamoDbAuditLog(new DynamoDBClient({ region: 'eu-central-1' }), 'Audit');

beforeEach(() => dynamoDb.reset());

test('a row is written where there is none', async () => {
  dynamoDb.on(PutItemCommand).resolves({});
  await audit.append({ subject: 'deployment', eventKey: 'k' });
  expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toEqual({
    TableName: 'Audit',
    Item: { subject: { S: 'deployment' }, eventKey: { S: 'k' } },
    ConditionExpression: 'attribute_not_exists(#key)',
    ExpressionAttributeNames: { '#key': 'eventKey' },
  });
});

test('a row that is there already is a success', async () => {
  dynamoDb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  await expect(audit.append({ subject: 'deployment', eventKey: 'k' })).resolves.toBeUndefined();
});

test('other errors are errors', async () => {
  dynamoDb.on(PutItemCommand).rejects(awsError('ThrottlingException'));
  await expect(audit.append({ subject: 'deployment', eventKey: 'k' })).rejects.toMatchObject({ name: 'ThrottlingException' });
});
