import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { BedrockBudgeteer } from '../../src';
import { readable } from './support/intrinsics';
import { statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, synthesize, synthesized, synthesizeSwitchedOn, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** Where each type of resource names its key. */
const KEY_OF: Record<string, (properties: any) => unknown> = {
  'AWS::DynamoDB::Table': properties => properties.SSESpecification?.KMSMasterKeyId,
  'AWS::Events::EventBus': properties => properties.KmsKeyIdentifier,
  'AWS::Logs::LogGroup': properties => properties.KmsKeyId,
  'AWS::S3::Bucket': properties => properties.BucketEncryption?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
  'AWS::SNS::Topic': properties => properties.KmsMasterKeyId,
  'AWS::SQS::Queue': properties => properties.KmsMasterKeyId,
};

/** The queue for what the bus could not encrypt with the key: it must be open where the key is not. */
const KEYLESS = 'AnnouncementsUndelivered';

test.each(Object.entries(KEY_OF))('every %s is encrypted with the one key', (type, keyOf) => {
  // when
  const { resources } = synthesizeSwitchedOn();

  // then
  const [keyId] = theOne(resources, 'AWS::KMS::Key');
  const keys = Object.entries(ofType(resources, type)).filter(([id]) => !id.includes(KEYLESS)).map(([, { Properties }]) => readable(keyOf(Properties)));
  expect(keys.length).toBeGreaterThan(0);
  expect(new Set(keys)).toEqual(new Set([`\${${keyId}.Arn}`]));
});

test('the key rotates, and is kept with the tables', () => {
  const [, key] = theOne(synthesize().resources, 'AWS::KMS::Key');
  expect(key).toMatchObject({ Properties: { EnableKeyRotation: true }, DeletionPolicy: 'Retain' });
});

test('the key goes where the tables go', () => {
  const [, key] = theOne(synthesize({ removalPolicy: RemovalPolicy.DESTROY }).resources, 'AWS::KMS::Key');
  expect(key.DeletionPolicy).toBe('Delete');
});

test('services may use the key for this account alone, where they say for whom they do', () => {
  // when
  const [, { Properties: key }] = theOne(synthesize().resources, 'AWS::KMS::Key');

  // then
  const ofServices = readable(key.KeyPolicy).Statement.filter((statement: any) => statement.Principal.Service);
  expect(ofServices.map((statement: any) => statement.Principal.Service).sort()).toEqual([
    'cloudwatch.amazonaws.com', 'events.amazonaws.com', 'events.amazonaws.com', 'logs.${AWS::Region}.${AWS::URLSuffix}',
  ]);
  const ofEventBridge = ofServices.filter((statement: any) => statement.Sid === 'UndeliveredEventsToEncryptedQueues');
  expect(ofEventBridge.map((statement: any) => statement.Action)).toEqual([['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*']]);
  // EventBridge sends no source with its calls to KMS for dead letters: a condition on it would refuse them
  const unconditional = ofServices.filter((statement: any) => statement.Condition === undefined);
  expect(unconditional.map((statement: any) => statement.Sid)).toEqual(['UndeliveredEventsToEncryptedQueues']);
  for (const statement of ofServices.filter((candidate: any) => !unconditional.includes(candidate))) {
    expect(JSON.stringify(statement.Condition)).toContain('${AWS::AccountId}');
  }
});

test('functions may use the key through the services alone whose resources it encrypts', () => {
  const { resources } = synthesizeSwitchedOn();
  const ofKey = [...statementsByRole(resources).values()].flat().filter(statement => [statement.Action].flat().some(action => action.startsWith('kms:')));
  expect(ofKey.length).toBeGreaterThan(0);
  for (const statement of ofKey) {
    expect(statement.Condition?.StringLike['kms:ViaService']).toMatch(/^(dynamodb|s3|sns|sqs)\.\$\{AWS::Region\}\.amazonaws\.com\*$/);
  }
});

test('topics and queues refuse everything that is not encrypted in transit', () => {
  // when
  const { resources } = synthesizeSwitchedOn();

  // then
  for (const [type, policyType, property] of [['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'], ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics']]) {
    const guarded = Object.values(ofType(resources, policyType))
      .filter(({ Properties }) => Properties.PolicyDocument.Statement.some((statement: any) =>
        statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false'))
      .flatMap(({ Properties }) => Properties[property].map((reference: any) => reference.Ref));
    expect(guarded.sort()).toEqual(Object.keys(ofType(resources, type)).sort());
  }
});

describe('with a key of the user', () => {
  test('no key is made, and the given one gets the services\' statements', () => {
    // given
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Mine');

    // when
    new BedrockBudgeteer(stack, 'Budgeteer', { encryptionKey });

    // then
    const { resources, template } = synthesized(stack);
    const [keyId] = theOne(resources, 'AWS::KMS::Key');
    expect(keyId).toMatch(/^Mine/);
    template.hasResourceProperties('AWS::KMS::Key', { KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'LogGroupsOfThisAccount' })]) } });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('an imported key is used, with a warning about its policy', () => {
    // given
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:111122223333:key/0a1b');

    // when
    new BedrockBudgeteer(stack, 'Budgeteer', { encryptionKey });

    // then
    expect(Object.keys(ofType(synthesized(stack).resources, 'AWS::KMS::Key'))).toEqual([]);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('the policy of an imported encryption key cannot be changed from here'));
  });
});
