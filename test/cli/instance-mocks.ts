import { CloudFormationClient, ListStackResourcesCommand, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetFunctionEventInvokeConfigCommand, LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../src/contract';
import { Run, run, Surroundings } from './run';

export const ACCOUNT = '111122223333';
export const lambda = mockClient(LambdaClient);
export const sqs = mockClient(SQSClient);
export const bus = mockClient(EventBridgeClient);
export const cloudFormation = mockClient(CloudFormationClient);
export const dynamoDb = mockClient(DynamoDBClient);

export const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

export function arnOf(name: string): string {
  return `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${name}`;
}

export function urlOf(queue: string): string {
  return `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/${queue}`;
}

export const queueArn = (queue: string) => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${queue}`;

export function functionOf(handler: string, id: string, variables: Record<string, string> = {}, name = `${id}-${handler}`) {
  const Variables = { [Env.DEPLOYMENT_ID]: id, POWERTOOLS_SERVICE_NAME: handler, ...variables };
  return { FunctionName: name, FunctionArn: arnOf(name), Environment: { Variables } };
}

export function deployedFunctions(id: string, onBus?: string) {
  return [
    functionOf('usage-meter', id, {
      [Env.UNREADABLE_QUEUE_URL]: urlOf(`${id}-unreadable`),
      [Env.LEDGER_TABLE]: 'ledger',
      [Env.BUDGETS_TABLE]: 'budgets',
      [Env.TIME_ZONE]: 'UTC',
      [Env.LEDGER_RETENTION_DAYS]: '90',
      [Env.ENVIRONMENT_NAME]: 'test',
    }),
    functionOf('budget-evaluator', id, { [Env.EVENT_BUS]: onBus ?? id, [Env.BUDGETS_TABLE]: 'budgets' }),
    functionOf('audit-recorder', id),
  ];
}

/** Functions that somebody else made, which say what they like of themselves. */
export function givenFunctions(...functions: ReturnType<typeof functionOf>[]): void {
  lambda.on(ListFunctionsCommand, { Marker: undefined }).resolves({ Functions: functions, NextMarker: '2' });
}

/** A stack with these functions and something else, on two pages. */
export function givenStack(stack: string, ...functionNames: string[]): void {
  cloudFormation.reset();
  cloudFormation.on(ListStackResourcesCommand).rejects(Object.assign(new Error('Stack with id x does not exist'), { name: 'ValidationError' }));
  cloudFormation.on(ListStackResourcesCommand, { StackName: stack, NextToken: undefined }).resolves({
    StackResourceSummaries: [resourceOf('AWS::SQS::Queue', 'evil'), ...functionNames.slice(0, 1).map(name => resourceOf('AWS::Lambda::Function', name))], NextToken: '2',
  });
  cloudFormation.on(ListStackResourcesCommand, { StackName: stack, NextToken: '2' }).resolves({
    StackResourceSummaries: functionNames.slice(1).map(name => resourceOf('AWS::Lambda::Function', name)),
  });
}

function resourceOf(ResourceType: string, PhysicalResourceId: string): StackResourceSummary {
  return { LogicalResourceId: 'x', ResourceType, PhysicalResourceId, LastUpdatedTimestamp: new Date(0), ResourceStatus: 'CREATE_COMPLETE' };
}

/** A region with these deployments, as Lambda, SQS and EventBridge tell of them. */
export function givenDeployments(...ids: string[]): void {
  lambda.reset();
  sqs.reset();
  bus.reset();
  dynamoDb.reset();
  lambda.on(ListFunctionsCommand, { Marker: undefined }).resolves({ Functions: [{ FunctionName: 'strangers-own' }], NextMarker: '2' });
  lambda.on(ListFunctionsCommand, { Marker: '2' }).resolves({ Functions: ids.flatMap(id => deployedFunctions(id)) });
  for (const id of ids) {
    for (const handler of ['usage-meter', 'audit-recorder']) {
      lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: `${id}-${handler}` }).resolves({ DestinationConfig: { OnFailure: { Destination: queueArn(`${id}-${handler}-failures`) } } });
    }
    lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: `${id}-budget-evaluator` }).rejects(Object.assign(new Error('none'), { name: 'ResourceNotFoundException' }));
    lambda.on(ListEventSourceMappingsCommand, { FunctionName: `${id}-budget-evaluator` }).resolves({
      EventSourceMappings: [{ DestinationConfig: { OnFailure: { Destination: queueArn(`${id}-evaluation`) } } }],
    });
    bus.on(DescribeEventBusCommand, { Name: id }).resolves({ DeadLetterConfig: { Arn: queueArn(`${id}-undelivered`) } });
  }
  sqs.on(GetQueueUrlCommand).callsFake(({ QueueName }) => ({ QueueUrl: urlOf(QueueName) }));
}

export function budgeteer(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  return run(args, { env: { AWS_REGION: 'eu-central-1' }, credentials: () => Promise.resolve(CREDENTIALS), ...surroundings });
}
