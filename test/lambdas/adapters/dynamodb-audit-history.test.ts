import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbAuditHistory } from '../../../src/lambdas/adapters/dynamodb-audit-history';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ALICE } from '../core/builders';

const dynamoDb = mockClient(DynamoDBClient);
const history = new DynamoDbAuditHistory(new DynamoDBClient({ region: 'eu-central-1' }), 'Audit');

beforeEach(() => dynamoDb.reset());

test('reads the rows of a principal from the newest on', async () => {
  dynamoDb.on(QueryCommand).resolves({ Items: [{ subject: { S: ALICE }, calls: { N: '7' } }], LastEvaluatedKey: { subject: { S: ALICE }, eventKey: { S: 'k-1' } } });
  expect(await history.page(ALICE, 10)).toEqual({ rows: [{ subject: ALICE, calls: new NumberText('7') }], more: 'k-1' });
  const { input } = dynamoDb.commandCalls(QueryCommand)[0].args[0];
  expect(input).toEqual({
    TableName: 'Audit',
    KeyConditionExpression: '#n0 = :v0',
    ExpressionAttributeNames: { '#n0': 'subject' },
    ExpressionAttributeValues: { ':v0': { S: ALICE } },
    ScanIndexForward: false,
    Limit: 10,
  });
});

test('goes on where a page ended, up to the last', async () => {
  dynamoDb.on(QueryCommand).resolves({});
  expect(await history.page(ALICE, 10, 'k-1')).toEqual({ rows: [] });
  expect(dynamoDb.commandCalls(QueryCommand)[0].args[0].input.ExclusiveStartKey).toEqual({ subject: { S: ALICE }, eventKey: { S: 'k-1' } });
});
