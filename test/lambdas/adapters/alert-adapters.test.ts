import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { CLAIM_MS, DynamoDbDigestMemory } from '../../../src/lambdas/adapters/dynamodb-digest-memory';
import { EventBridgeWebhooks } from '../../../src/lambdas/adapters/eventbridge-webhooks';
import { SecretsManagerSecrets } from '../../../src/lambdas/adapters/secrets-manager-secrets';
import { SnsTopics } from '../../../src/lambdas/adapters/sns-topics';
import { NOON } from '../core/builders';

const REGION = { region: 'eu-central-1' };
const sns = mockClient(SNSClient);
const events = mockClient(EventBridgeClient);
const secretsManager = mockClient(SecretsManagerClient);
const dynamoDb = mockClient(DynamoDBClient);

beforeEach(() => {
  [sns, events, secretsManager, dynamoDb].forEach(mock => mock.reset());
  sns.on(PublishCommand).resolves({});
  events.on(PutEventsCommand).resolves({});
  dynamoDb.on(PutItemCommand).resolves({});
  dynamoDb.on(GetItemCommand).resolves({});
});

test.each([
  [{ subject: 'a subject', body: 'a body' }, { TopicArn: 'arn:topic', Subject: 'a subject', Message: 'a body' }],
  [{ body: 'a body' }, { TopicArn: 'arn:topic', Message: 'a body' }],
])('a topic gets the message %j', async (message, input) => {
  await new SnsTopics(new SNSClient(REGION)).publish('arn:topic', message);
  expect(sns.commandCalls(PublishCommand).map(call => call.args[0].input)).toEqual([input]);
});

describe('webhooks', () => {
  const message = { deploymentId: 'dep-1', channelId: 'webhook-1', delivery: { payload: '{"a":"\\"b\\""}', signature: 't=1,v1=ab' } };
  const send = () => new EventBridgeWebhooks(new EventBridgeClient(REGION)).send(message, 'bus');

  test('get an event that no rule for events of the product hears', async () => {
    await send();
    const [{ Entries: [{ Detail: detail, ...entry }] }] = events.commandCalls(PutEventsCommand).map(call => call.args[0].input as { Entries: any[] });
    expect(entry).toEqual({ EventBusName: 'bus', Source: 'bedrock-budgeteer.webhooks', DetailType: 'Webhook Message' });
    expect(JSON.parse(detail)).toEqual(message);
  });

  test('are told where the bus refuses it', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
    await expect(send()).rejects.toThrow('the message to webhook-1 was not accepted: ThrottlingException');
  });
});

describe('secrets', () => {
  const read = () => new SecretsManagerSecrets(new SecretsManagerClient(REGION)).read('arn:secret');

  test('are read anew each time, so that one that was rotated holds at once', async () => {
    secretsManager.on(GetSecretValueCommand, { SecretId: 'arn:secret' }).resolvesOnce({ SecretString: 'old' }).resolves({ SecretString: 'new' });
    expect([await read(), await read()]).toEqual(['old', 'new']);
  });

  test('must be text', async () => {
    secretsManager.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array([1]) });
    await expect(read()).rejects.toThrow('is binary, expected is text');
  });
});

describe('the memory of the digest', () => {
  const memory = new DynamoDbDigestMemory(new DynamoDBClient(REGION), 'Budgets');
  const refused = () => dynamoDb.on(PutItemCommand).rejects(Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' }));

  test('claims a day on condition that it was not sent, and that nobody is at it', async () => {
    expect(await memory.claim('2026-03-10', NOON)).toBe('claimed');
    expect(dynamoDb.commandCalls(PutItemCommand)[0].args[0].input).toEqual({
      TableName: 'Budgets',
      Item: { principalId: { S: 'deployment/daily-digest' }, day: { S: '2026-03-10' }, claimedAt: { N: String(NOON) } },
      ConditionExpression: 'attribute_not_exists(#day) OR #day < :day OR (#day = :day AND attribute_not_exists(#sent) AND #claimed < :abandoned)',
      ExpressionAttributeNames: { '#day': 'day', '#sent': 'sentAt', '#claimed': 'claimedAt' },
      ExpressionAttributeValues: { ':day': { S: '2026-03-10' }, ':abandoned': { N: String(NOON - CLAIM_MS) } },
    });
  });

  test.each([
    ['sent', { day: { S: '2026-03-10' }, claimedAt: { N: '1' }, sentAt: { N: '2' } }],
    ['sent', { day: { S: '2026-03-11' }, claimedAt: { N: '1' } }],
    ['busy', { day: { S: '2026-03-10' }, claimedAt: { N: '1' } }],
    ['busy', undefined],
  ])('says %s of %j', async (answer, note) => {
    refused();
    dynamoDb.on(GetItemCommand, { TableName: 'Budgets', Key: { principalId: { S: 'deployment/daily-digest' } }, ConsistentRead: true }).resolves({ Item: note as never });
    expect(await memory.claim('2026-03-10', NOON)).toBe(answer);
  });

  test('fails where the table cannot be written', async () => {
    dynamoDb.on(PutItemCommand).rejects(new Error('throttled'));
    await expect(memory.claim('2026-03-10', NOON)).rejects.toThrow('throttled');
  });

  test('keeps that it was sent, and lets go of what was not', async () => {
    await memory.markSent('2026-03-10', NOON);
    await memory.release('2026-03-10');
    const items = dynamoDb.commandCalls(PutItemCommand).map(call => call.args[0].input.Item);
    expect(items).toEqual([
      { principalId: { S: 'deployment/daily-digest' }, day: { S: '2026-03-10' }, claimedAt: { N: String(NOON) }, sentAt: { N: String(NOON) } },
      { principalId: { S: 'deployment/daily-digest' }, day: { S: '2026-03-10' }, claimedAt: { N: '0' } },
    ]);
  });
});
