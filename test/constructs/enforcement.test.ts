import { BedrockBudgeteer } from '../../src';
import { nameBundlesByPath, newStack, ofType, synthesize, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

// What the workflows do is tested in test/workflows, what their roles may do in test/policies.

describe('the deny policy', () => {
  test('denies what spends on Bedrock, on its Mantle endpoint and by web search, and allows nothing', () => {
    const [, { Properties: { PolicyDocument: document } }] = theOne(synthesize().resources, 'AWS::IAM::ManagedPolicy');
    expect(document.Statement).toHaveLength(1);
    const [{ Effect: effect, Action: actions, Resource: resource, ...conditions }] = document.Statement;
    expect({ effect, resource, conditions }).toEqual({ effect: 'Deny', resource: '*', conditions: { Sid: expect.any(String) } });
    expect(actions).toEqual(expect.arrayContaining([
      'bedrock:Invoke*', 'bedrock:CallWithBearerToken', 'bedrock:CreateModelInvocationJob', 'bedrock-mantle:CreateInference', 'bedrock-mantle:CallWithBearerToken',
      'bedrock-websearch:*',
    ]));
  });

  test('is never replaced: whatever would do so is the same whatever the props', () => {
    const frozen = ({ Properties: { PolicyDocument, ...properties } }: { Properties: Record<string, unknown> }) => properties;
    const before = theOne(synthesize().resources, 'AWS::IAM::ManagedPolicy');
    const after = theOne(synthesize({ environmentName: 'staging', gracePeriod: undefined, tags: { a: 'b' } }).resources, 'AWS::IAM::ManagedPolicy');
    expect(after[0]).toBe(before[0]);
    expect(frozen(after[1])).toEqual(frozen(before[1]));
    // a literal, since changing it in the source replaces the policy as well
    expect(frozen(before[1])).toEqual({ Description: 'Denies spending on Amazon Bedrock. Attached and detached by BedrockBudgeteer; not for use by hand.', Path: '/' });
  });
});

describe.each(['Suspension', 'Restoration'])('the state machine of the %s', name => {
  test('runs for as long as it has to, one execution a name', () => {
    const [, { Properties: machine }] = theOne(synthesize().resources, 'AWS::StepFunctions::StateMachine', name);
    expect(machine.StateMachineType).toBe('STANDARD');
  });

  test('logs every step without its data to a log of its own, and is not traced', () => {
    const { resources, budgeteer } = synthesize();
    const [, { Properties: machine }] = theOne(resources, 'AWS::StepFunctions::StateMachine', name);
    const [logGroup, { Properties: log }] = theOne(resources, 'AWS::Logs::LogGroup', `Enforcement${name}`);
    expect(machine.LoggingConfiguration).toEqual({
      Level: 'ALL',
      IncludeExecutionData: false,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [logGroup, 'Arn'] } } }],
    });
    expect(log.LogGroupName).toBe(`/aws/vendedlogs/states/bedrock-budgeteer/${budgeteer.deploymentId}/${name.toLowerCase()}`);
    expect(machine.TracingConfiguration?.Enabled ?? false).toBe(false);
  });
});

test('what is exposed is what is there', () => {
  // given
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer');
  const { resources } = synthesized(stack);
  const typesOf = (...references: string[]) => references.map(reference => {
    const resolved = stack.resolve(reference);
    return resources[resolved.Ref ?? resolved['Fn::GetAtt'][0]].Type;
  });

  // then
  const { suspensionStateMachine, restorationStateMachine, denyPolicy, budgetsTable, ledgerTable, auditTable } = budgeteer;
  expect(typesOf(suspensionStateMachine.stateMachineArn, restorationStateMachine.stateMachineArn)).toEqual(Array(2).fill('AWS::StepFunctions::StateMachine'));
  expect(typesOf(denyPolicy.managedPolicyArn)).toEqual(['AWS::IAM::ManagedPolicy']);
  expect(typesOf(budgetsTable.tableName, ledgerTable.tableName, auditTable.tableName)).toEqual(Array(3).fill('AWS::DynamoDB::Table'));
  expect(typesOf(budgeteer.encryptionKey.keyArn)).toEqual(['AWS::KMS::Key']);
  const functions = [
    budgeteer.usageMeter, budgeteer.budgetEvaluator, budgeteer.enforcer, budgeteer.budgetMonitor, budgeteer.principalRegistrar, budgeteer.alertNotifier,
    budgeteer.auditRecorder,
  ].map(fn => stack.resolve(fn.functionArn)['Fn::GetAtt'][0]);
  expect(new Set(functions).size).toBe(7);
  expect(Object.keys(ofType(resources, 'AWS::Lambda::Function'))).toEqual(expect.arrayContaining(functions));
});
