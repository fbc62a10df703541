import './newest-cdk';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';
import { BedrockBudgeteer } from '../../src';
import { nameBundlesByPath, newStack, theOne } from '../constructs/support/synthesize';
import { SWITCHED_ON } from '../everything';
import { checkWithAllPacks, findingsIn, PACK_NAMES } from './rule-packs';
import { checked, OF_THE_USER, STACKS } from './stacks';
import { acknowledgedIn } from './support';

beforeEach(nameBundlesByPath);

const ofConstruct = ({ path }: { readonly path: string }) => !path.split('/')[1].startsWith(OF_THE_USER);
const asText = ({ id, path }: { readonly id: string; readonly path: string }) => `${id} at ${path}`;

describe.each(Object.entries(STACKS))('%s', (_, make) => {
  test.each(PACK_NAMES)('%s finds nothing that is not explained', pack => {
    const findings = findingsIn(make().stack, pack).filter(ofConstruct);

    expect(findings.length).toBeGreaterThan(20);
    expect(findings.filter(({ acknowledged }) => !acknowledged).map(asText)).toEqual([]);
  });

  test('nothing is explained that no pack finds', () => {
    const found = new Set(PACK_NAMES.flatMap(pack => findingsIn(make().stack, pack)).map(asText));
    const explained = acknowledgedIn(make()).map(asText);

    expect(explained.length).toBeGreaterThan(100);
    expect(explained.filter(finding => !found.has(finding))).toEqual([]);
  });
});

describe('what is added to the construct is found', () => {
  test.each<[string, (budgeteer: BedrockBudgeteer) => void, string[]]>([
    ['a bucket', budgeteer => new s3.Bucket(budgeteer, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY }), [
      'AwsSolutions-S1 at Stack/Budgeteer/Bucket/Resource', 'AwsSolutions-S10 at Stack/Budgeteer/Bucket/Resource',
    ]],
    ['a queue', budgeteer => new sqs.Queue(budgeteer, 'Queue'), [
      'AwsSolutions-SQS3 at Stack/Budgeteer/Queue/Resource', 'AwsSolutions-SQS4 at Stack/Budgeteer/Queue/Resource',
    ]],
    ['an action on a wildcard that is explained for others', budgeteer => allow(budgeteer, 'Metering/InvocationLogs/Handler', { actions: ['bedrock:InvokeModel'], resources: ['*'] }), [
      'AwsSolutions-IAM5[Resource::*] at Stack/Budgeteer/Metering/InvocationLogs/Handler/Role/DefaultPolicy/Resource',
    ]],
    ['a wildcard that is explained elsewhere', budgeteer => allow(budgeteer, 'Pricing/CallRepricer', { actions: ['pricing:GetProducts'], resources: ['*'] }), [
      'AwsSolutions-IAM5[Resource::*] at Stack/Budgeteer/Pricing/CallRepricer/Role/DefaultPolicy/Resource',
    ]],
    ['an action with a wildcard', budgeteer => allow(budgeteer, 'Pricing/CallRepricer', { actions: ['dynamodb:*'], resources: [budgeteer.budgetsTable.tableArn] }), [
      'AwsSolutions-IAM5[Action::dynamodb:*] at Stack/Budgeteer/Pricing/CallRepricer/Role/DefaultPolicy/Resource',
    ]],
    ['a right that is explained with a condition alone', budgeteer => allow(budgeteer, 'Enforcement/Enforcer', { actions: ['iam:AttachUserPolicy'], resources: ['arn:aws:iam::111122223333:user/*'] }), [
      'AwsSolutions-IAM5[Resource::arn:aws:iam::111122223333:user/*] at Stack/Budgeteer/Enforcement/Enforcer/Role/DefaultPolicy/Resource',
    ]],
    ['a wider wildcard', budgeteer => allow(budgeteer, 'Decisions/BudgetEvaluator', { actions: ['iam:ListServiceSpecificCredentials'], resources: ['arn:aws:iam::*:user/*'] }), [
      'AwsSolutions-IAM5[Resource::arn:aws:iam::*:user/*] at Stack/Budgeteer/Decisions/BudgetEvaluator/Role/DefaultPolicy/Resource',
    ]],
  ])('%s', (_, change, expected) => {
    const { stack } = checked(newStack(), () => ({}), change);
    expect(findingsIn(stack, 'AwsSolutions').filter(({ acknowledged }) => !acknowledged).map(asText).sort()).toEqual(expected);
  });

  function allow(budgeteer: BedrockBudgeteer, owner: string, statement: iam.PolicyStatementProps): void {
    const role = [...owner.split('/'), 'Role'].reduce((scope, id) => scope.node.findChild(id), budgeteer as IConstruct);
    (role as iam.Role).addToPrincipalPolicy(new iam.PolicyStatement(statement));
  }
});

describe('an app that is checked as cdk-nag says, by all packs at once', () => {
  test('can be synthesized', () => {
    expect(() => synthesizeChecked(() => {})).not.toThrow();
  });

  test('has the reasons in its template where that is asked for', () => {
    const stack = newStack();
    new BedrockBudgeteer(stack, 'Budgeteer');
    checkWithAllPacks(stack.node.root as App, { writeSuppressionsToCloudFormation: true });
    const [, table] = theOne(Template.fromStack(stack).toJSON().Resources, 'AWS::DynamoDB::Table', 'Prices');

    expect(table).toMatchObject({
      Metadata: {
        cdk_nag: {
          rules_to_suppress: [
            { id: 'NIST.800.53.R5-DynamoDBInBackupPlan', reason: expect.stringMatching(/^The table holds what was read from the public AWS Price List/) },
            { id: 'HIPAA.Security-DynamoDBInBackupPlan' },
          ],
        },
      },
    });
  });

  test('cannot be with something that is not explained', () => {
    expect(() => synthesizeChecked(stack => new s3.Bucket(stack, 'Bucket'))).toThrow(/AwsSolutions-S1\b[^]*Stack\/Bucket\/Resource/);
  });

  function synthesizeChecked(add: (stack: Stack) => void): void {
    const stack = newStack();
    new BedrockBudgeteer(stack, 'Budgeteer', SWITCHED_ON);
    add(stack);
    const app = stack.node.root as App;
    checkWithAllPacks(app);
    app.synth();
  }
});
