import { SynthesizedResource, SynthesizedStack } from '../synthesized/synthesized-stack';

/** A metric that an alarm or a widget names. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What a dimension may be: an attribute of resources of a type, or one of some values. */
type Dimension = (stack: SynthesizedStack) => readonly string[];

/** A family of AWS's own metrics. */
interface AwsMetrics {
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly dimensions: Readonly<Record<string, Dimension>>;
}

const of = (type: string, attribute: string): Dimension => stack => stack.resources(type).map(resource => stack.attribute(resource, attribute));
const LOG_GROUP = of('AWS::Logs::LogGroup', 'Ref');
const TABLE = of('AWS::DynamoDB::Table', 'Ref');

/** Those that alarms and the dashboard may watch. */
const AWS_METRICS: readonly AwsMetrics[] = [
  { namespace: 'AWS/SNS', metrics: ['NumberOfNotificationsFailed'], dimensions: { TopicName: of('AWS::SNS::Topic', 'TopicName') } },
  { namespace: 'AWS/SQS', metrics: ['ApproximateNumberOfMessagesVisible'], dimensions: { QueueName: of('AWS::SQS::Queue', 'QueueName') } },
  {
    namespace: 'AWS/Lambda',
    metrics: ['AsyncEventsDropped', 'DestinationDeliveryFailures', 'Duration', 'Errors', 'Invocations', 'IteratorAge', 'Throttles', 'Url5xxCount'],
    dimensions: { FunctionName: of('AWS::Lambda::Function', 'Ref') },
  },
  {
    namespace: 'AWS/States',
    metrics: ['ExecutionsFailed', 'ExecutionsStarted', 'ExecutionsTimedOut'],
    dimensions: { StateMachineArn: of('AWS::StepFunctions::StateMachine', 'Arn') },
  },
  {
    namespace: 'AWS/DynamoDB',
    metrics: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'],
    dimensions: { TableName: TABLE },
  },
  {
    namespace: 'AWS/DynamoDB',
    metrics: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'],
    dimensions: {
      TableName: TABLE,
      GlobalSecondaryIndexName: stack => stack.resources('AWS::DynamoDB::Table')
        .flatMap(({ properties }) => (properties.GlobalSecondaryIndexes ?? []).map(({ IndexName }: any) => IndexName)),
    },
  },
  {
    namespace: 'AWS/Events',
    metrics: ['InvocationsFailedToBeSentToDlq'],
    // a reference to a rule of a bus has the name of the bus in it
    dimensions: {
      EventBusName: of('AWS::Events::EventBus', 'Name'),
      RuleName: stack => stack.resources('AWS::Events::Rule').map((rule: SynthesizedResource) => stack.attribute(rule, 'Arn').split('/').at(-1)!),
    },
  },
  {
    namespace: 'AWS/Logs',
    metrics: ['DeliveryErrors', 'DeliveryThrottling'],
    dimensions: { LogGroupName: LOG_GROUP, DestinationType: () => ['Lambda'], FilterName: of('AWS::Logs::SubscriptionFilter', 'Ref') },
  },
  { namespace: 'AWS/Logs', metrics: ['IncomingBytes', 'IncomingLogEvents'], dimensions: { LogGroupName: LOG_GROUP } },
];

/** Whether AWS has such a metric, and each of its dimensions names a resource of this template. */
export function isKnownToAws({ namespace, name, dimensions }: WatchedMetric, stack: SynthesizedStack): boolean {
  return AWS_METRICS.some(family => family.namespace === namespace && family.metrics.includes(name)
    && Object.keys(dimensions).sort().join() === Object.keys(family.dimensions).sort().join()
    && Object.entries(family.dimensions).every(([dimension, values]) => values(stack).includes(dimensions[dimension])));
}

export function sameMetric(a: WatchedMetric, b: WatchedMetric): boolean {
  return a.namespace === b.namespace && a.name === b.name && JSON.stringify(a.dimensions) === JSON.stringify(b.dimensions);
}
