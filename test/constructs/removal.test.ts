import { createdBefore } from './support/intrinsics';
import { nameBundlesByPath, ofType, Resources, synthesize, theOne } from './support/synthesize';

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

test('no resource needs itself', () => {
  const { resources } = synthesize();
  const circular = Object.keys(resources).filter(id => createdBefore(resources, id).has(id));
  expect(circular).toEqual([]);
});
