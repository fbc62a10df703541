import { createdBefore } from './support/intrinsics';
import { actionsOf, Statement, statementsByRole } from './support/policies';
import { nameBundlesByPath, ofType, Resources, synthesize, synthesizeSwitchedOn, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

// CloudFormation deletes in the reverse order of creation: what is created before something is deleted after it.

const removalOf = (resources: Resources) => theOne(resources, 'Custom::BedrockBudgeteerRemoval')[0];

test.each([
  ['the log subscription of the meter', 'AWS::Logs::SubscriptionFilter', ''],
  ['the stream mapping of the evaluator', 'AWS::Lambda::EventSourceMapping', ''],
  ['the schedule of the monitor', 'AWS::Events::Rule', 'DecisionsSchedule'],
])('%s is gone before suspensions are lifted', (_, type, idPart) => {
  const { resources } = synthesize();
  const [suspender] = theOne(resources, type, idPart);
  expect(createdBefore(resources, suspender)).toContain(removalOf(resources));
});

test.each([
  ['AWS::IAM::ManagedPolicy', 1],
  ['AWS::StepFunctions::StateMachine', 2],
  ['AWS::DynamoDB::Table', 4],
  ['AWS::KMS::Key', 1],
])('suspensions are lifted before any %s is gone', (type, count) => {
  const { resources } = synthesize();
  const needed = Object.keys(ofType(resources, type));
  expect(needed).toHaveLength(count);
  expect([...createdBefore(resources, removalOf(resources))]).toEqual(expect.arrayContaining(needed));
});

test('the handler keeps its role, its rights and its log until suspensions are lifted', () => {
  const { resources } = synthesize();
  const needed = Object.keys(resources).filter(id => id.startsWith('BudgeteerRemovalHandler'));
  expect(new Set(needed.map(id => resources[id].Type))).toEqual(new Set([
    'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
  ]));
  expect([...createdBefore(resources, removalOf(resources))]).toEqual(expect.arrayContaining(needed));
});

test('the handler has less time than CloudFormation gives it, so that it reports itself that time ran out', () => {
  const { resources } = synthesize();
  const [, { Properties: resource }] = theOne(resources, 'Custom::BedrockBudgeteerRemoval');
  const [, { Properties: handler }] = theOne(resources, 'AWS::Lambda::Function', 'RemovalHandler');
  expect(handler.Timeout).toBeLessThan(Number(resource.ServiceTimeout));
});

test('logging is switched off before the subscription is gone, and on after it is there', () => {
  const { resources } = synthesize();
  const [configuration] = theOne(resources, 'Custom::BedrockInvocationLogging');
  const [subscription] = theOne(resources, 'AWS::Logs::SubscriptionFilter');
  expect(createdBefore(resources, configuration)).toContain(subscription);
});

test.each([['by default', () => synthesize()], ['with everything', synthesizeSwitchedOn]])('no resource needs itself, %s', (_, synthesized) => {
  const { resources } = synthesized();
  const circular = Object.keys(resources).filter(id => createdBefore(resources, id).has(id));
  expect(circular).toEqual([]);
});

describe('with the strategy DETACH', () => {
  const returnOf = (resources: Resources) => theOne(resources, 'Custom::BedrockBudgeteerPolicyReturn')[0];
  const [deletedBefore, deletedAfter] = [
    (resources: Resources, first: string, second: string) => expect(createdBefore(resources, first)).toContain(second),
    (resources: Resources, second: string, first: string) => expect(createdBefore(resources, first)).toContain(second),
  ];

  test('by default there is nothing of it', () => {
    expect(ofType(synthesize().resources, 'Custom::BedrockBudgeteerPolicyReturn')).toEqual({});
  });

  test('whatever can suspend, or remove policies, is gone before policies are given back and denies are lifted', () => {
    const { resources } = synthesizeSwitchedOn();
    const suspenders = [['AWS::Logs::SubscriptionFilter', ''], ['AWS::Lambda::EventSourceMapping', ''], ['AWS::Events::Rule', 'DecisionsSchedule']] as const;
    for (const [type, idPart] of suspenders) {
      const [suspender] = theOne(resources, type, idPart);
      deletedBefore(resources, suspender, removalOf(resources));
      deletedBefore(resources, suspender, returnOf(resources));
    }
  });

  test('nothing else starts workflows, which is what suspends', () => {
    const { resources } = synthesizeSwitchedOn();
    const starting = [...statementsByRole(resources)].filter(([, statements]) => startsEnforcement(statements)).map(([role]) => role);
    const targets = ['BudgetEvaluator', 'BudgetMonitor'].map(name => theOne(resources, 'AWS::Lambda::Function', `Decisions${name}`)[1].Properties.Role['Fn::GetAtt'][0]);
    expect(starting.sort()).toEqual(targets.sort());
    // and these are invoked by the mapping and the schedule alone
    const functions = ['BudgetEvaluator', 'BudgetMonitor'].map(name => theOne(resources, 'AWS::Lambda::Function', `Decisions${name}`)[0]);
    const rules = Object.entries(ofType(resources, 'AWS::Events::Rule')).filter(([, { Properties }]) => Properties.Targets.some(({ Arn }: any) => functions.includes(Arn['Fn::GetAtt'][0])));
    expect(rules.map(([id]) => id)).toEqual([theOne(resources, 'AWS::Events::Rule', 'DecisionsSchedule')[0]]);
    const mappings = Object.values(ofType(resources, 'AWS::Lambda::EventSourceMapping')).map(({ Properties }) => Properties.FunctionName.Ref);
    expect(mappings).toEqual([functions[0]]);
  });

  test('the handler of the removal asks the policy-detacher first, which is still there with its rights, its table and the key', () => {
    const { resources } = synthesizeSwitchedOn();
    const [, { Properties: handler }] = theOne(resources, 'AWS::Lambda::Function', 'RemovalHandler');
    const [detacher] = theOne(resources, 'AWS::Lambda::Function', 'PolicyDetacher');
    expect(handler.Environment.Variables.BUDGETEER_POLICY_DETACHER_ARN).toEqual({ 'Fn::GetAtt': [detacher, 'Arn'] });
    const needed = [detacher, ...Object.keys(resources).filter(id => /PolicyBackupsPolicyDetacher|PolicyBackups[0-9A-F]{8}$/.test(id)), ...Object.keys(ofType(resources, 'AWS::KMS::Key'))];
    expect(new Set(needed.map(id => resources[id].Type))).toEqual(new Set([
      'AWS::DynamoDB::Table', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup',
      'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
    ]));
    for (const id of needed) {
      deletedAfter(resources, id, removalOf(resources));
    }
  });

  test('the strategy does not go before everybody has their policies back: the deny policy, the table and the detacher go after that', () => {
    const { resources } = synthesizeSwitchedOn();
    const [removal, last] = [removalOf(resources), returnOf(resources)];
    // The deny of whoever is left goes with the removal; what nobody gave back is given back once more, and the deletion fails where it cannot be.
    deletedBefore(resources, removal, last);
    const needed = Object.keys(resources).filter(id => /PolicyBackupsPolicyDetacher|PolicyBackups[0-9A-F]{8}$|EncryptionKey|StorageBudgets/.test(id))
      .filter(id => resources[id].Type !== 'AWS::CloudWatch::Alarm' && resources[id].Type !== 'AWS::KMS::Alias');
    // the detacher with its role, rights, log and queue for failures; both tables; the key
    expect(new Set(needed.map(id => resources[id].Type))).toEqual(new Set([
      'AWS::DynamoDB::Table', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup',
      'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
    ]));
    for (const id of [...needed, theOne(resources, 'AWS::IAM::ManagedPolicy', 'EnforcementDenyPolicy')[0]]) {
      deletedAfter(resources, id, last);
    }
  });

  test('no workflow removes policies before there is what gives them back, so that a failed change of the strategy is undone by it', () => {
    const { resources } = synthesizeSwitchedOn();
    const machines = enforcementMachines(resources);
    expect(machines).toHaveLength(2);
    for (const machine of machines) {
      deletedBefore(resources, machine, returnOf(resources));
    }
  });

  test('the resource of the removal changes with the strategy, and with nothing else', () => {
    const propertiesOf = (resources: Resources) => theOne(resources, 'Custom::BedrockBudgeteerRemoval')[1].Properties;
    const [before, other, after] = [synthesize(), synthesize({ environmentName: 'staging', agentCore: true, administration: true }), synthesizeSwitchedOn()]
      .map(({ resources }) => propertiesOf(resources));
    const [detacher] = theOne(synthesizeSwitchedOn().resources, 'AWS::Lambda::Function', 'PolicyDetacher');
    expect(before).toMatchObject({ policyDetacherArn: '' });
    expect(other).toEqual(before);
    expect(after).toEqual({ ...before, policyDetacherArn: { 'Fn::GetAtt': [detacher, 'Arn'] } });
  });

  test('the right to ask the policy-detacher is the function\'s own, and outlasts the strategy until the update is through', () => {
    const { resources } = synthesizeSwitchedOn();
    const [detacher] = theOne(resources, 'AWS::Lambda::Function', 'PolicyDetacher');
    const [handler, { Properties: { Role: role } }] = theOne(resources, 'AWS::Lambda::Function', 'RemovalHandler');
    const [permission, { Properties: properties }] = theOne(resources, 'AWS::Lambda::Permission', 'AskPolicyDetacher');
    expect(properties).toEqual({ Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': [detacher, 'Arn'] }, Principal: role });
    // Lambda knows the role by then, and the right is there whenever the handler is asked.
    deletedBefore(resources, permission, handler);
    deletedBefore(resources, removalOf(resources), permission);
    // What only the old template has is deleted at the end of an update.
    expect(Object.keys(synthesize().resources)).not.toContain(permission);
  });

  test('what the removal asks about goes in the update before it, and whatever could start a workflow after it', () => {
    const { resources } = synthesizeSwitchedOn();
    for (const id of [...enforcementMachines(resources), theOne(resources, 'AWS::Lambda::Function', 'EnforcementEnforcer')[0]]) {
      expect(createdBefore(resources, removalOf(resources))).toContain(id);
    }
  });

  test('the policy-detacher has less time than CloudFormation gives it, so that it reports itself that time ran out', () => {
    const { resources } = synthesizeSwitchedOn();
    const [, { Properties: resource }] = theOne(resources, 'Custom::BedrockBudgeteerPolicyReturn');
    const [, { Properties: detacher }] = theOne(resources, 'AWS::Lambda::Function', 'PolicyDetacher');
    expect(detacher.Timeout).toBeLessThan(Number(resource.ServiceTimeout));
  });
});

/** All but those that write reports, which suspend nobody. */
function enforcementMachines(resources: Resources): string[] {
  return Object.keys(ofType(resources, 'AWS::StepFunctions::StateMachine')).filter(id => !id.includes('Reports'));
}

function startsEnforcement(statements: readonly Statement[]): boolean {
  const starting = statements.filter(statement => actionsOf([statement]).includes('states:StartExecution'));
  return starting.flatMap(({ Resource: machines }) => machines).some(machine => !machine.includes('Reports'));
}
