import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Env, Handler } from '../../contract';
import { asking } from '../aws-clients';
import { CommandFailure } from '../command-failure';
import { UsageError } from '../usage-error';

/** A queue for what could not be processed. */
export interface FailureQueue {
  readonly url: string;
  /** Its name in SQS. */
  readonly name: string;
  /** What is in it, in plain words. */
  readonly holds: string;
}

/** One deployed instance, as its functions tell of it. */
export interface DeployedInstance {
  readonly id: string;
  /** ARNs of its functions, by the names of their handlers. */
  readonly functions: ReadonlyMap<string, string>;
  readonly queues: readonly FailureQueue[];
  /** Name of the bus on which its events are put. */
  readonly bus: string;
  readonly budgetsTable: string;
  /** Reads the environment of a function. @throws CommandFailure where a variable is not there */
  environmentOf(handler: Handler): (key: string) => string;
}

export interface DiscoveryClients {
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
}

/**
 * Finds an instance by asking Lambda alone: each function knows in its environment whose it is, and its configuration names the queue for what it
 * gives up on. So neither tags, which the user may change, nor the form of the stacks matter, nor the language in which they were written.
 *
 * @param id of the deployment; may be left out where the region has but one
 * @throws UsageError, CommandFailure
 */
export async function findInstance(clients: DiscoveryClients, id: string | undefined): Promise<DeployedInstance> {
  const byId = await asking('functions cannot be listed', () => functionsByDeployment(clients.lambda));
  const ids = [...byId.keys()].sort();
  if (id === undefined && ids.length > 1) {
    throw new UsageError(`there are several deployments in this region: give one by --deployment (${ids.join(', ')})`);
  }
  const chosen = id ?? ids[0];
  const functions = byId.get(chosen ?? '');
  if (!functions) {
    const others = ids.length > 0 ? `: there ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}` : '';
    throw new CommandFailure(`there is no deployment ${chosen === undefined ? '' : `"${chosen}" `}in this region${others}; are the region and the credentials right?`);
  }
  const evaluator = functionOf(functions, Handler.BUDGET_EVALUATOR);
  const bus = variable(evaluator, Env.EVENT_BUS);
  const queues = await asking('the queues of the functions cannot be found', () => queuesOf(functions, bus, clients));
  return {
    id: chosen,
    functions: new Map(functions.map(({ handler, configuration }) => [handler, configuration.FunctionArn!])),
    queues,
    bus,
    budgetsTable: variable(evaluator, Env.BUDGETS_TABLE),
    environmentOf: handler => key => variable(functionOf(functions, handler), key),
  };
}

interface DeployedFunction {
  readonly handler: string;
  readonly configuration: FunctionConfiguration;
}

async function functionsByDeployment(lambda: LambdaClient): Promise<ReadonlyMap<string, readonly DeployedFunction[]>> {
  const { ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  const byId = new Map<string, DeployedFunction[]>();
  let marker: string | undefined;
  do {
    const page = await lambda.send(new ListFunctionsCommand({ Marker: marker }));
    for (const configuration of page.Functions ?? []) {
      const { [Env.DEPLOYMENT_ID]: id, POWERTOOLS_SERVICE_NAME: handler } = configuration.Environment?.Variables ?? {};
      if (id && handler && configuration.FunctionArn) {
        byId.set(id, [...byId.get(id) ?? [], { handler, configuration }]);
      }
    }
    marker = page.NextMarker;
  } while (marker);
  return byId;
}

async function queuesOf(functions: readonly DeployedFunction[], bus: string, { lambda, sqs, events }: DiscoveryClients): Promise<readonly FailureQueue[]> {
  const queues: FailureQueue[] = [];
  const { ListEventSourceMappingsCommand } = await import('@aws-sdk/client-lambda');
  for (const { handler, configuration } of functions) {
    const arn = await failureDestination(lambda, configuration.FunctionName!);
    queues.push(...await queueAt(arn, `events that ${handler} gave up on`, sqs));
  }
  const evaluator = functionOf(functions, Handler.BUDGET_EVALUATOR);
  const { EventSourceMappings: mappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: evaluator.configuration.FunctionName }));
  for (const { DestinationConfig: destinations } of mappings) {
    queues.push(...await queueAt(destinations?.OnFailure?.Destination, 'evaluation failures', sqs));
  }
  const url = variable(functionOf(functions, Handler.USAGE_METER), Env.UNREADABLE_QUEUE_URL);
  queues.push({ url, name: url.split('/').at(-1)!, holds: 'unreadable records' });
  const { DescribeEventBusCommand } = await import('@aws-sdk/client-eventbridge');
  const { DeadLetterConfig: deadLetters } = await events.send(new DescribeEventBusCommand({ Name: bus }));
  queues.push(...await queueAt(deadLetters?.Arn, 'undelivered events', sqs));
  return queues.filter(({ url: one }, index) => queues.findIndex(({ url: other }) => other === one) === index);
}

async function failureDestination(lambda: LambdaClient, functionName: string): Promise<string | undefined> {
  const { GetFunctionEventInvokeConfigCommand } = await import('@aws-sdk/client-lambda');
  try {
    const { DestinationConfig: destinations } = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: functionName, Qualifier: '$LATEST' }));
    return destinations?.OnFailure?.Destination;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      return undefined;
    }
    throw error;
  }
}

/** The queue of an ARN; none where it is of another kind, as on a bus that is not the deployment's. */
async function queueAt(arn: string | undefined, holds: string, sqs: SQSClient): Promise<readonly FailureQueue[]> {
  const [, , service, , account, name] = arn?.split(':') ?? [];
  if (service !== 'sqs') {
    return [];
  }
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
  return [{ url: url!, name, holds }];
}

function functionOf(functions: readonly DeployedFunction[], handler: Handler): DeployedFunction {
  const found = functions.find(candidate => candidate.handler === handler);
  if (!found) {
    throw new CommandFailure(`the deployment has no ${handler}: is it being removed?`);
  }
  return found;
}

function variable({ handler, configuration }: DeployedFunction, key: string): string {
  const value = configuration.Environment?.Variables?.[key];
  if (!value) {
    throw new CommandFailure(`${handler} does not tell its ${key}: its environment cannot be read with these credentials, or it is of another version`);
  }
  return value;
}
