import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BedrockBudgeteer, ReportsOptions } from '../../src';
import { Handler } from '../../src/contract';
import { readable } from './support/intrinsics';
import { actionsOf, statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, synthesize, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const BUCKET = 'AWS::S3::Bucket';

test('by default there are no reports, and nothing that belongs to them', () => {
  const { resources, budgeteer } = synthesize();

  expect([budgeteer.chargebackReporter, budgeteer.reportStateMachine, budgeteer.reportsBucket]).toEqual([undefined, undefined, undefined]);
  expect([BUCKET, 'AWS::Scheduler::Schedule'].flatMap(type => Object.keys(ofType(resources, type)))).toEqual([]);
});

describe('the bucket', () => {
  const bucketOf = (reports: ReportsOptions, removalPolicy?: RemovalPolicy) => theOne(synthesize({ reports, removalPolicy }).resources, BUCKET)[1];

  test('is encrypted, versioned, closed to the public and kept', () => {
    expect(bucketOf({})).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  test('goes with the stack where the tables go, and is not emptied in secret', () => {
    const { resources } = synthesize({ reports: {}, removalPolicy: RemovalPolicy.DESTROY });

    expect(theOne(resources, BUCKET)[1].DeletionPolicy).toBe('Delete');
    expect(Object.keys(ofType(resources, 'Custom::S3AutoDeleteObjects'))).toEqual([]);
  });

  test('speaks TLS alone', () => {
    const [, { Properties: policy }] = theOne(synthesize({ reports: {} }).resources, 'AWS::S3::BucketPolicy');

    expect(policy.PolicyDocument.Statement).toEqual([expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]);
  });

  test.each<[ReportsOptions, number, object[] | undefined]>([
    [{}, 1096, [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }]],
    [{ retention: Duration.days(90) }, 90, undefined],
    [{ retention: Duration.days(91) }, 91, [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }]],
  ])('keeps reports with %j for %i days, and what was needed for them for a week', (reports, days, transitions) => {
    const { Rules: rules } = bucketOf(reports).Properties.LifecycleConfiguration;

    expect(rules).toMatchObject([
      { Prefix: 'reports/', ExpirationInDays: days, NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: 'Enabled' },
      { Prefix: 'report-work/', ExpirationInDays: 7, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, ExpiredObjectDeleteMarker: true },
    ]);
    expect(rules[0].Transitions).toEqual(transitions);
  });

  test('may be one of the user\'s, with a key and a prefix of its own', () => {
    // given
    const stack = newStack();
    const key = new kms.Key(stack, 'Mine');
    const bucket = new s3.Bucket(stack, 'Reports', { encryptionKey: key });

    // when
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { reports: { bucket, prefix: 'finance/spend/' } });

    // then
    const { resources } = synthesized(stack);
    expect(Object.keys(ofType(resources, BUCKET))).toHaveLength(1);
    expect(budgeteer.reportsBucket).toBe(bucket);
    const statements = statementsByRole(resources).get(theOne(resources, 'AWS::IAM::Role', 'ChargebackReporterRole')[0])!;
    const onObjects = statements.filter(statement => actionsOf([statement]).some(action => action.startsWith('s3:')));
    expect(onObjects.flatMap(({ Resource: arns }) => arns)).toEqual([
      expect.stringMatching(/\/finance\/spend\/reports\/\*$/), expect.stringMatching(/\/finance\/spend\/report-work\/\*$/), expect.stringMatching(/\/finance\/spend\/report-work\/\*$/),
    ]);
    const keys = statements.filter(({ Condition }) => Condition?.StringLike?.['kms:ViaService']?.startsWith('s3.')).map(({ Resource: arn }) => arn);
    expect(keys).toEqual([readable(stack.resolve(key.keyArn))]);
  });

  test('of somebody who does not encrypt it with a key takes none', () => {
    const stack = newStack();
    new BedrockBudgeteer(stack, 'Budgeteer', { reports: { bucket: s3.Bucket.fromBucketName(stack, 'Theirs', 'theirs') } });

    const { resources } = synthesized(stack);
    const statements = statementsByRole(resources).get(theOne(resources, 'AWS::IAM::Role', 'ChargebackReporterRole')[0])!;
    expect(JSON.stringify(statements)).not.toContain('s3.$');
    expect(JSON.stringify(statements)).toContain(':s3:::theirs/reports/*');
  });
});

describe('the schedule', () => {
  test.each<[ReportsOptions, string, string]>([
    [{}, 'UTC', 'cron(0 6 2 * ? *)'],
    [{ hour: 0 }, 'Europe/Berlin', 'cron(0 0 2 * ? *)'],
  ])('with %j in %s is %s', (reports, timeZone, expression) => {
    const { resources } = synthesize({ reports, timeZone });

    const [, { Properties: schedule }] = theOne(resources, 'AWS::Scheduler::Schedule');
    expect(schedule).toMatchObject({ ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Input: '{}' } });
  });

  test('starts the state machine and nothing else, and leaves what it cannot start in a queue with an alarm', () => {
    const { resources, stack, budgeteer } = synthesize({ reports: {} });
    const [, { Properties: { Target: target } }] = theOne(resources, 'AWS::Scheduler::Schedule');
    const [role, { Properties: { AssumeRolePolicyDocument: trust } }] = theOne(resources, 'AWS::IAM::Role', 'ScheduleRole');

    expect(target.Arn).toEqual(stack.resolve(budgeteer.reportStateMachine!.stateMachineArn));
    expect(target.RoleArn['Fn::GetAtt'][0]).toBe(role);
    expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/ChargebackReporterFailures/);
    expect(actionsOf(statementsByRole(resources).get(role)!)).toEqual(['kms:Decrypt', 'kms:GenerateDataKey', 'sqs:SendMessage', 'states:StartExecution']);
    expect(trust.Statement).toEqual([expect.objectContaining({
      Principal: { Service: 'scheduler.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    })]);
  });
});

describe('reading reports', () => {
  test('is reading and finding them, with the key through S3 alone', () => {
    // given
    const stack = newStack();
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { reports: {} });
    const role = new iam.Role(stack, 'Grantee', { assumedBy: new iam.AccountRootPrincipal() });

    // when
    const { success } = budgeteer.grantReadReports(role);

    // then
    const { resources } = synthesized(stack);
    const statements = statementsByRole(resources).get(theOne(resources, 'AWS::IAM::Role', 'Grantee')[0])!;
    expect(success).toBe(true);
    expect(statements.map(({ Action, Resource: on, Condition }) => ({ Action, on: String(on).replace(/^\$\{\w+\.Arn\}/, ''), Condition }))).toEqual([
      { Action: 's3:GetObject', on: '/reports/*', Condition: undefined },
      { Action: 's3:ListBucket', on: '', Condition: { StringLike: { 's3:prefix': ['reports/*'] } } },
      { Action: 'kms:Decrypt', on: '', Condition: { StringLike: { 'kms:ViaService': 's3.${AWS::Region}.amazonaws.com*' } } },
    ]);
  });

  test('cannot be granted where there are none', () => {
    const { budgeteer } = synthesize();

    expect(() => budgeteer.grantReadReports(new iam.AccountRootPrincipal())).toThrow(/reports is left out, allowed is given where reading reports is granted/);
  });
});

test.each<[ReportsOptions, RegExp]>([
  [{ hour: 24 }, /reports\.hour is 24, allowed is a whole number from 0 to 23/],
  [{ hour: 6.5 }, /reports\.hour is 6\.5/],
  [{ retention: Duration.days(30) }, /reports\.retention is 30 days, allowed is whole days from 31 to 36500/],
  [{ retention: Duration.hours(1000) }, /reports\.retention is/],
  [{ prefix: '/spend/' }, /reports\.prefix is "\/spend\/", allowed is .* with a slash at the end and none at the beginning/],
  [{ prefix: 'spend' }, /reports\.prefix is "spend"/],
  [{ groupBy: ['team', 'team'] }, /reports\.groupBy is "team", allowed is keys of labels, each once/],
  [{ groupBy: [''] }, /reports\.groupBy is ""/],
  [{ groupBy: ['a', 'b', 'c', 'd', 'e', 'f'] }, /reports\.groupBy is 6 labels, allowed is at most 5/],
])('refuses %j', (reports, message) => {
  expect(() => synthesize({ reports })).toThrow(message);
});

test('refuses a retention for a bucket of the user\'s', () => {
  const stack = newStack();
  const reports = { bucket: s3.Bucket.fromBucketName(stack, 'Theirs', 'theirs'), retention: Duration.days(365) };

  expect(() => new BedrockBudgeteer(stack, 'Budgeteer', { reports })).toThrow(/give your bucket a lifecycle rule of its own/);
});

test('the reporter is told by which labels to share the cost out', () => {
  const { resources } = synthesize({ reports: { groupBy: ['cost center'], prefix: 'a/' } });

  const [, { Properties: fn }] = theOne(resources, 'AWS::Lambda::Function', 'ChargebackReporter');
  expect(fn.Environment.Variables).toMatchObject({ POWERTOOLS_SERVICE_NAME: Handler.CHARGEBACK_REPORTER, BUDGETEER_REPORTS_GROUP_BY: '["cost center"]', BUDGETEER_REPORTS_PREFIX: 'a/' });
});
