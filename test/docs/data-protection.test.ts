import { Env } from '../../src/contract';
import { nameBundlesByPath, ofType, Resource, synthesizeSwitchedOn } from '../constructs/support/synthesize';
import { quotedIn, rowsOf } from './markdown-tables';

/** The table of docs/data-protection.md against the template with everything switched on. */

beforeEach(nameBundlesByPath);

/** What holds data, or lets it pass. */
const HOLDING = [
  'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue', 'AWS::SSM::Parameter', 'AWS::StepFunctions::StateMachine',
  'AWS::CloudWatch::Dashboard', 'AWS::Events::EventBus', 'AWS::SNS::Topic', 'AWS::KMS::Key',
];

/** What holds none: a type that is neither here nor above makes the test fail, until somebody has thought about it. */
const HOLDING_NOTHING = /^AWS::(?:IAM|Lambda|Scheduler|Cloud[Ww]atch::Alarm|CloudWatch::CompositeAlarm|Events::Rule|Events::EventBusPolicy|SNS::TopicPolicy|SNS::Subscription|SQS::QueuePolicy|S3::BucketPolicy|KMS::Alias|Logs::SubscriptionFilter|Logs::QueryDefinition|Logs::MetricFilter|CDK)|^Custom::|^AWS::CloudFormation::CustomResource/;

const rows = rowsOf('docs/data-protection.md', 'what', 'resource');

function rowsFor(id: string, { Type: type }: Resource) {
  const matching = rows.filter(row => {
    const [ofType_, part] = quotedIn(row.resource);
    return ofType_ === type && id.includes(part);
  });
  // "Logs" is a part of the invocation log's id as well: the longest part is meant.
  const longest = Math.max(...matching.map(row => quotedIn(row.resource)[1].length));
  return matching.filter(row => quotedIn(row.resource)[1].length === longest);
}

function held(): readonly (readonly [string, Resource])[] {
  return Object.entries(synthesizeSwitchedOn().resources).filter(([, { Type: type }]) => HOLDING.includes(type));
}

test('every type of resource is known to hold data, or to hold none', () => {
  const types = new Set(Object.values(synthesizeSwitchedOn().resources).map(({ Type: type }) => type));
  expect([...types].filter(type => !HOLDING.includes(type) && !HOLDING_NOTHING.test(type))).toEqual([]);
});

test('whatever holds data has one row', () => {
  expect(held().length).toBeGreaterThan(50);
  expect(held().filter(([id, resource]) => rowsFor(id, resource).length !== 1).map(([id]) => id)).toEqual([]);
});

test('every row is of something in the template', () => {
  const named = new Set(held().flatMap(([id, resource]) => rowsFor(id, resource).map(row => row.resource)));
  expect(rows.map(({ resource }) => resource).filter(resource => !named.has(resource))).toEqual([]);
  expect(rows.length).toBeGreaterThan(15);
});

test('what is said of retention is what the template says', () => {
  const wrong = held().flatMap(([id, resource]) => {
    const [{ kept }] = rowsFor(id, resource);
    const is = retentionIn(resource);
    const says = [...kept.matchAll(/(\d+) days/g)].map(([, days]) => Number(days));
    return JSON.stringify(says) === JSON.stringify(is) ? [] : [{ id, says, is }];
  });
  expect(wrong).toEqual([]);
});

test('what is said of encryption is what the template says', () => {
  const wrong = held().flatMap(([id, resource]) => {
    const [{ 'encrypted with': says }] = rowsFor(id, resource);
    const is = hasOwnKey(resource);
    return is === (says === "the deployment's key") ? [] : [{ id, says, is }];
  });
  expect(wrong).toEqual([]);
});

test('every row says how it is erased, or what ends it', () => {
  expect(rows.filter(row => row['how it is erased'].length < 10 || row['personal data'] === '')).toEqual([]);
});

/** Days, in the order in which the page names them. */
function retentionIn({ Type: type, Properties: properties }: Resource): readonly number[] {
  switch (type) {
    case 'AWS::Logs::LogGroup': return [properties.RetentionInDays];
    case 'AWS::SQS::Queue': return [properties.MessageRetentionPeriod / 86_400];
    // Step Functions' own, which no property changes.
    case 'AWS::StepFunctions::StateMachine': return [90];
    case 'AWS::S3::Bucket': {
      const [reports, work] = properties.LifecycleConfiguration.Rules;
      return [reports.ExpirationInDays, reports.NoncurrentVersionExpiration.NoncurrentDays, work.ExpirationInDays];
    }
    case 'AWS::DynamoDB::Table': return properties.TimeToLiveSpecification ? [expiryOf(properties)] : [];
    default: return [];
  }
}

/** Rows expire by what the functions that write them have in their environment. */
function expiryOf({ KeySchema: [{ AttributeName: key }] }: Resource['Properties']): number {
  const variable = key === 'callId' ? Env.LEDGER_RETENTION_DAYS : Env.BACKUP_HISTORY_DAYS;
  const values = Object.values(ofType(synthesizeSwitchedOn().resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment?.Variables?.[variable]);
  const [value, ...others] = new Set(values.filter(Boolean));
  expect(others).toEqual([]);
  return Number(value);
}

function hasOwnKey({ Type: type, Properties: properties }: Resource): boolean {
  const named = properties.KmsMasterKeyId ?? properties.KmsKeyId ?? properties.SSESpecification?.KMSMasterKeyId
    ?? properties.BucketEncryption?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID;
  return type !== 'AWS::KMS::Key' && named !== undefined;
}
