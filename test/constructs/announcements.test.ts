import * as events from 'aws-cdk-lib/aws-events';
import { BedrockBudgeteer } from '../../src';
import { readable } from './support/intrinsics';
import { statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** The rules that invoke a function, by the function's part of the tree. */
function rulesFor(resources: Resources, functionPart: string): any[] {
  const [id] = theOne(resources, 'AWS::Lambda::Function', functionPart);
  return Object.values(ofType(resources, 'AWS::Events::Rule'))
    .map(rule => rule.Properties)
    .filter(rule => rule.Targets.some((target: any) => target.Arn['Fn::GetAtt'][0] === id));
}

test.each(['AlertNotifier', 'AuditRecorder'])('%s hears every event of this deployment', part => {
  const { resources, budgeteer } = synthesize();
  const [bus] = theOne(resources, 'AWS::Events::EventBus');
  expect(rulesFor(resources, part)).toEqual([expect.objectContaining({
    EventBusName: { Ref: bus },
    // EventBridge names the account, so nobody else on a shared bus can speak in the name of this one
    EventPattern: { source: ['bedrock-budgeteer'], account: [{ Ref: 'AWS::AccountId' }], detail: { deploymentId: [budgeteer.deploymentId] } },
  })]);
});

test('the monitor runs every five minutes, and hears the time of its schedule', () => {
  const [rule] = rulesFor(synthesize().resources, 'BudgetMonitor');
  expect(rule.ScheduleExpression).toBe('rate(5 minutes)');
  expect(rule.Targets[0]).not.toHaveProperty('Input');
  expect(rule.Targets[0]).not.toHaveProperty('InputTransformer');
});

test('the registrar looks for API keys every hour, and hears of new ones on the default bus', () => {
  const rules = rulesFor(synthesize().resources, 'PrincipalRegistrar');
  expect(rules.map(rule => rule.ScheduleExpression).filter(Boolean)).toEqual(['rate(1 hour)']);
  const [created] = rules.filter(rule => rule.EventPattern);
  expect(created).not.toHaveProperty('EventBusName');
  expect(created.EventPattern).toEqual({
    'source': ['aws.iam'],
    'detail-type': ['AWS API Call via CloudTrail'],
    'detail': {
      eventSource: ['iam.amazonaws.com'],
      eventName: ['CreateServiceSpecificCredential'],
      requestParameters: { serviceName: ['bedrock.amazonaws.com'] },
    },
  });
});

test('what EventBridge cannot deliver goes to a queue', () => {
  for (const { Properties: rule } of Object.values(ofType(synthesize().resources, 'AWS::Events::Rule'))) {
    expect(rule.Targets).toEqual([expect.objectContaining({ DeadLetterConfig: { Arn: expect.anything() } })]);
  }
});

test('what the bus cannot encrypt goes to a queue that needs no key of the bus', () => {
  // when
  const { resources } = synthesize();

  // then
  const [busId, { Properties: bus }] = theOne(resources, 'AWS::Events::EventBus');
  const [queueId, { Properties: queue }] = theOne(resources, 'AWS::SQS::Queue', 'AnnouncementsUndelivered');
  expect(bus.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } });
  expect(queue).toMatchObject({ SqsManagedSseEnabled: true });
  expect(queue).not.toHaveProperty('KmsMasterKeyId');
  const [, { Properties: policy }] = theOne(resources, 'AWS::SQS::QueuePolicy', 'AnnouncementsUndelivered');
  expect(readable(policy.PolicyDocument).Statement.filter((statement: any) => statement.Effect === 'Allow')).toEqual([{
    Sid: 'UndeliveredEventsOfBus',
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Principal: { Service: 'events.amazonaws.com' },
    Resource: `\${${queueId}.Arn}`,
    Condition: { ArnEquals: { 'aws:SourceArn': `\${${busId}.Arn}` } },
  }]);
});

describe('on a bus of the user', () => {
  function onExistingBus() {
    const stack = newStack();
    const eventBus = events.EventBus.fromEventBusName(stack, 'Shared', 'company-events');
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { eventBus });
    return { eventBus, budgeteer, ...synthesized(stack) };
  }

  test('no other is made', () => {
    const { eventBus, budgeteer, resources } = onExistingBus();
    expect(budgeteer.eventBus).toBe(eventBus);
    expect(ofType(resources, 'AWS::Events::EventBus')).toEqual({});
    expect(Object.keys(ofType(resources, 'AWS::SQS::Queue')).filter(id => id.includes('AnnouncementsUndelivered'))).toEqual([]);
    expect(rulesFor(resources, 'AlertNotifier')[0].EventBusName).toBe('company-events');
  });

  test('nothing can be said in the name of another system', () => {
    const { resources } = onExistingBus();
    const putting = [...statementsByRole(resources).values()].flat().filter(statement => statement.Action === 'events:PutEvents');
    expect(putting).toHaveLength(6);
    for (const statement of putting) {
      expect(statement.Condition).toEqual({
        'ForAllValues:StringEquals': { 'events:source': 'bedrock-budgeteer' },
        'Null': { 'events:source': 'false' },
      });
      expect(statement.Resource).toBe('arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/company-events');
    }
  });
});

test('people are told by e-mail at the addresses that are given', () => {
  const { resources, stack, budgeteer } = synthesize({ alertEmails: ['team@example.com', 'lead@example.com'], operationsEmails: ['ops@example.com'] });
  const subscriptions = Object.values(ofType(resources, 'AWS::SNS::Subscription')).map(({ Properties }) => [Properties.Endpoint, readable(Properties.TopicArn)]);
  const [alerts, operations] = [budgeteer.alertsTopic, budgeteer.operationsTopic].map(topic => readable(stack.resolve(topic.topicArn)));
  expect(subscriptions).toEqual([['team@example.com', alerts], ['lead@example.com', alerts], ['ops@example.com', operations]]);
});

test('alarms of this account may publish to the operations topic', () => {
  const { resources, stack, budgeteer } = synthesize();
  const [, { Properties: policy }] = theOne(resources, 'AWS::SNS::TopicPolicy', 'Operations');
  expect(readable(policy.PolicyDocument).Statement.filter((statement: any) => statement.Effect === 'Allow')).toEqual([{
    Sid: 'AlarmsOfThisAccount',
    Effect: 'Allow',
    Action: 'sns:Publish',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Resource: readable(stack.resolve(budgeteer.operationsTopic.topicArn)),
    Condition: { StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' } },
  }]);
});
