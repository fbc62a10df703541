import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readable } from '../constructs/support/intrinsics';
import { nameBundlesByPath, ofType, Resource, Resources, synthesizeSwitchedOn, withEveryAlarm } from '../constructs/support/synthesize';
import { SWITCHED_ON } from '../everything';

beforeEach(nameBundlesByPath);

/** What the reasons in the register rest on, as far as the template shows it. */
let all: Resources | undefined;
function resources(): Resources {
  all ??= Template.fromStack(Stack.of(withEveryAlarm())).toJSON().Resources as Resources;
  return all;
}
const of = (type: string) => Object.entries(ofType(resources(), type));
const propertiesOf = (type: string) => of(type).map(([, { Properties }]) => Properties);
const text = () => JSON.stringify(readable(resources()));

describe('failures', () => {
  test('of every function go to a queue, with the error, after two retries', () => {
    const functions = of('AWS::Lambda::Function').map(([id]) => id);
    const destinations = propertiesOf('AWS::Lambda::EventInvokeConfig').map(readable);
    const queues = of('AWS::SQS::Queue').map(([id]) => `\${${id}.Arn}`);

    expect(destinations.map(({ FunctionName }) => FunctionName).sort()).toEqual(functions.map(id => `\${${id}}`).sort());
    for (const { MaximumRetryAttempts: retries, DestinationConfig: { OnFailure: { Destination: destination } } } of destinations) {
      expect(retries).toBe(2);
      expect(queues).toContain(destination);
    }
  });

  test('stay in every queue for 14 days, encrypted, and an alarm tells of them', () => {
    const watched = JSON.stringify(propertiesOf('AWS::CloudWatch::Alarm').map(readable));
    const queues = of('AWS::SQS::Queue');
    for (const [id, { Properties: queue }] of queues) {
      expect(queue.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
      expect(queue.KmsMasterKeyId ?? queue.SqsManagedSseEnabled).toBeTruthy();
      expect(watched).toContain(`\${${id}.QueueName}`);
    }
    expect(queues.length).toBeGreaterThan(20);
  });

  test('of messages to people are counted by an alarm of the name that the register has', () => {
    expect(text()).toContain('alert-delivery-failures');
    expect(text()).toContain('NumberOfNotificationsFailed');
  });
});

test('every table can be restored to any second, and by default none but that of prices goes with the stack', () => {
  const tables = Object.entries(ofType(synthesizeSwitchedOn().resources, 'AWS::DynamoDB::Table'));
  for (const [id, { Properties: table, DeletionPolicy: deletion }] of tables) {
    expect(table.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(table.Tags).toContainEqual({ Key: 'App', Value: 'bedrock-budgeteer' });
    expect([table.DeletionProtectionEnabled ?? false, deletion]).toEqual(id.includes('Prices') ? [false, 'Delete'] : [true, 'Retain']);
  }
  expect(tables).toHaveLength(5);
});

describe('rights', () => {
  test('every policy is that of one role; no user and no group has any, and no role of a function or workflow one of AWS', () => {
    expect(propertiesOf('AWS::IAM::Policy').filter(({ Roles, Users, Groups }) => Roles.length !== 1 || Users || Groups)).toEqual([]);
    expect([...of('AWS::IAM::User'), ...of('AWS::IAM::Group')]).toEqual([]);
    expect(propertiesOf('AWS::IAM::Role').filter(({ ManagedPolicyArns }) => ManagedPolicyArns)).toEqual([]);
  });

  test('the policies that principals are given can only take rights away', () => {
    const statements = propertiesOf('AWS::IAM::ManagedPolicy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(1);
    expect(statements.filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });

  test('the role for invocation logs is for Bedrock alone, of this account', () => {
    const [role] = propertiesOf('AWS::IAM::Role').filter(({ AssumeRolePolicyDocument }) => JSON.stringify(AssumeRolePolicyDocument).includes('bedrock.amazonaws.com'));
    expect(role.AssumeRolePolicyDocument.Statement).toHaveLength(1);
    expect(role.AssumeRolePolicyDocument.Statement[0]).toMatchObject({
      Principal: { Service: 'bedrock.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
    expect(role.Policies).toHaveLength(1);
  });

  test('workflows have roles for Step Functions alone, and no task of CloudWatch Logs', () => {
    for (const { RoleArn: { 'Fn::GetAtt': [role] }, DefinitionString: definition } of propertiesOf('AWS::StepFunctions::StateMachine')) {
      expect(resources()[role].Properties.AssumeRolePolicyDocument.Statement.map(({ Principal }: any) => Principal)).toEqual([{ Service: 'states.amazonaws.com' }]);
      expect(JSON.stringify(definition)).not.toMatch(/aws-sdk:cloudwatchlogs|aws-sdk:logs/);
    }
    expect(propertiesOf('AWS::StepFunctions::StateMachine')).toHaveLength(3);
  });

  test('the only URL takes signed requests, and the meter\'s throttles have an alarm', () => {
    expect(propertiesOf('AWS::Lambda::Url').map(({ AuthType }) => AuthType)).toEqual(['AWS_IAM']);
    expect(text()).toContain('metering-throttles');
  });
});

test('every step of a workflow is logged, encrypted', () => {
  for (const { LoggingConfiguration: logging } of propertiesOf('AWS::StepFunctions::StateMachine')) {
    expect(logging.Level).toBe('ALL');
    const [logGroup] = logging.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn['Fn::GetAtt'];
    expect((resources()[logGroup] as Resource).Properties.KmsKeyId).toBeDefined();
  }
});

test('reports are in a versioned bucket that keeps what was replaced for 90 days, and work in progress for some', () => {
  const [bucket] = propertiesOf('AWS::S3::Bucket');
  const rules = bucket.LifecycleConfiguration.Rules;
  expect(SWITCHED_ON.reports).toBeDefined();
  expect(bucket.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(rules.find(({ Prefix }: any) => Prefix === 'reports/').NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 90 });
  expect(rules.find(({ Prefix }: any) => Prefix === 'report-work/').ExpirationInDays).toBeLessThan(31);
});
