import * as logs from 'aws-cdk-lib/aws-logs';
import { BedrockBudgeteer, InvocationLogs, PrincipalKind } from '../../src';
import { Env, PrincipalKindName } from '../../src/contract';
import { readable } from './support/intrinsics';
import { statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const meterOf = (resources: Resources) => theOne(resources, 'AWS::Lambda::Function', 'UsageMeter');

test('every record of the log group reaches the meter, which has to see what it does not understand', () => {
  const { resources } = synthesize();
  const [meter] = meterOf(resources);
  const [, { Properties: subscription }] = theOne(resources, 'AWS::Logs::SubscriptionFilter');
  expect(subscription).toMatchObject({ FilterPattern: '', DestinationArn: { 'Fn::GetAtt': [meter, 'Arn'] } });
});

describe('tracked principals', () => {
  const tracked = (otherTrackedPrincipals?: PrincipalKind[]) =>
    meterOf(synthesize({ otherTrackedPrincipals }).resources)[1].Properties.Environment.Variables[Env.TRACKED_KINDS];

  test('are of all kinds, unless told otherwise', () => {
    expect(tracked()).toBe('iam-role,federated-user,root');
    expect(tracked([PrincipalKind.ROOT, PrincipalKind.ROOT])).toBe('root');
    expect(tracked([])).toBe('');
  });

  test('are named as in the Budgets table', () => {
    expect(Object.values(PrincipalKind)).toEqual([PrincipalKindName.IAM_ROLE, PrincipalKindName.FEDERATED_USER, PrincipalKindName.ROOT]);
  });
});

describe('managed invocation logs', () => {
  test('are switched on with a log group and a role of their own', () => {
    const { resources } = synthesize();
    const [logGroup] = theOne(resources, 'AWS::Logs::LogGroup', 'InvocationLogsLogGroup');
    const [role] = theOne(resources, 'AWS::IAM::Role', 'BedrockRole');
    const [, { Properties: { ServiceToken, ServiceTimeout, ...properties } }] = theOne(resources, 'Custom::BedrockInvocationLogging');
    expect(readable(properties)).toEqual({ logGroupName: `\${${logGroup}}`, roleArn: `\${${role}.Arn}`, adoptExisting: 'false' });
    expect(ServiceToken['Fn::GetAtt'][0]).toBe(theOne(resources, 'AWS::Lambda::Function', 'InvocationLogsHandler')[0]);
    expect(Number(ServiceTimeout)).toBe(300);
  });

  test('let Bedrock of this account write to its one log stream, and to nothing else', () => {
    // when
    const { resources } = synthesize();

    // then
    const [logGroup] = theOne(resources, 'AWS::Logs::LogGroup', 'InvocationLogsLogGroup');
    const [id, { Properties: role }] = theOne(resources, 'AWS::IAM::Role', 'BedrockRole');
    expect(readable(role.AssumeRolePolicyDocument).Statement).toEqual([{
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'bedrock.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' },
        ArnLike: { 'aws:SourceArn': 'arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:*' },
      },
    }]);
    expect(statementsByRole(resources).get(id)).toEqual([{
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${${logGroup}}:log-stream:aws/bedrock/modelinvocations`,
    }]);
  });

  const passedRoles = (invocationLogs: InvocationLogs) => {
    const { resources } = synthesize({ invocationLogs });
    const statements = [...statementsByRole(resources).values()].flat().filter(statement => statement.Action === 'iam:PassRole');
    return { resources, statements };
  };

  test('pass the one role to Bedrock, as long as nothing of somebody else is to be put back', () => {
    const { resources, statements } = passedRoles(InvocationLogs.managed());
    expect(statements).toEqual([{
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: `\${${theOne(resources, 'AWS::IAM::Role', 'BedrockRole')[0]}.Arn}`,
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
    }]);
  });

  test('may pass the role of the configuration that they took over, to Bedrock alone', () => {
    const { resources, statements } = passedRoles(InvocationLogs.managed({ adoptExisting: true }));
    expect(statements).toEqual([{
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*',
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
    }]);
    expect(theOne(resources, 'Custom::BedrockInvocationLogging')[1].Properties.adoptExisting).toBe('true');
  });

  test('remember the former configuration under a name that outlives a change of the environment\'s', () => {
    const remembered = (environmentName: string) => {
      const { resources } = synthesize({ environmentName });
      return theOne(resources, 'AWS::Lambda::Function', 'InvocationLogsHandler')[1].Properties.Environment.Variables[Env.PREVIOUS_LOGGING_PARAMETER];
    };
    expect(remembered('staging')).toBe(remembered('production'));
  });
});

describe('an existing log group', () => {
  test('is metered, and nothing about Bedrock\'s logging is touched', () => {
    // given
    const stack = newStack();
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Existing', 'bedrock-invocations');

    // when
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { invocationLogs: InvocationLogs.fromLogGroup(logGroup) });

    // then
    const { resources } = synthesized(stack);
    expect(budgeteer.invocationLogGroup).toBe(logGroup);
    expect(theOne(resources, 'AWS::Logs::SubscriptionFilter')[1].Properties.LogGroupName).toBe('bedrock-invocations');
    expect(ofType(resources, 'Custom::BedrockInvocationLogging')).toEqual({});
    // looked at it is, by whoever watches the way to the meter
    const actions = [...statementsByRole(resources).values()].flat().flatMap(statement => statement.Action).filter(action => /Logging|PassRole/.test(action));
    expect(actions).toEqual(['bedrock:GetModelInvocationLoggingConfiguration']);
  });
});
