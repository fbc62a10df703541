import type { CloudFormationClient, ListStackResourcesCommandOutput } from '@aws-sdk/client-cloudformation';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Env, Handler } from '../../contract';
import { groupBy } from '../../lambdas/core/collections';
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
  /** The function whose events alone are in it. */
  readonly functionArn?: string;
  /** Whether it is that of the bus. */
  readonly isOfBus?: true;
}

/** One deployed instance, as its functions tell of it. */
export interface DeployedInstance {
  readonly id: string;
  /** The stack whose functions alone were asked; absent where any function of the region could say that it belongs to it. */
  readonly stack?: string;
  /** ARNs of its functions, by the names of their handlers. */
  readonly functions: ReadonlyMap<string, string>;
  readonly queues: readonly FailureQueue[];
  /** Name of the bus on which its events are put. */
  readonly bus: string;
  readonly budgetsTable: string;
  /** Where its functions write. */
  readonly logGroups: readonly string[];
  /** Reads the environment of a function. @throws CommandFailure where a variable is not there */
  environmentOf(handler: Handler): (key: string) => string;
}

export interface DiscoveryClients {
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly cloudFormation: CloudFormationClient;
}

/** Which instance is meant. */
export interface Sought {
  /** Id of the deployment; may be left out where there is but one. */
  readonly id?: string;
  /** The stack that it is in. */
  readonly stack?: string;
}

const HANDLERS: readonly string[] = Object.values(Handler);

/** Without these there is nothing to work on. */
const INDISPENSABLE = [Handler.USAGE_METER, Handler.BUDGET_EVALUATOR];

/**
 * Finds an instance by its functions: each knows in its environment whose it is, and its configuration names the queue for what it gives up on. So neither
 * tags, which the user may change, nor the language in which a stack was written matter. What a function says of itself anybody may say who can make one:
 * only the stack tells for sure which are the deployment's. Where it is not given, two that say the same are refused.
 *
 * @throws UsageError, CommandFailure
 */
export async function findInstance(clients: DiscoveryClients, { id, stack }: Sought): Promise<DeployedInstance> {
  const names = stack === undefined ? undefined : await asking(`stack "${stack}" cannot be looked into`, () => functionNamesOf(stack, clients.cloudFormation));
  const byId = await asking('functions cannot be listed', () => functionsByDeployment(clients.lambda, names));
  const where = stack === undefined ? 'in this region' : `in stack "${stack}"`;
  const ids = [...byId.keys()].sort();
  if (id === undefined && ids.length > 1) {
    throw new UsageError(`there are several deployments ${where}: give one by --deployment (${ids.join(', ')})`);
  }
  const chosen = id ?? ids[0];
  const functions = byId.get(chosen ?? '');
  if (!functions) {
    const others = ids.length > 0 ? `: there ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}` : '';
    const advice = stack === undefined ? 'are the region and the credentials right?' : 'name the stack that it is in, a nested one by its own name';
    throw new CommandFailure(`there is no deployment ${chosen === undefined ? '' : `"${chosen}" `}${where}${others}; ${advice}`);
  }
  refuseDoubles(chosen, functions);
  const evaluator = functionOf(functions, Handler.BUDGET_EVALUATOR);
  const bus = variable(evaluator, Env.EVENT_BUS);
  const queues = await asking('the queues of the functions cannot be found', () => queuesOf(chosen, functions, bus, clients));
  return {
    id: chosen,
    ...(stack === undefined ? {} : { stack }),
    functions: new Map(functions.map(({ handler, configuration }) => [handler, configuration.FunctionArn!])),
    queues,
    bus,
    budgetsTable: variable(evaluator, Env.BUDGETS_TABLE),
    logGroups: functions.map(({ configuration }) => configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${configuration.FunctionName}`),
    environmentOf: handler => key => variable(functionOf(functions, handler), key),
  };
}

interface DeployedFunction {
  readonly handler: string;
  readonly configuration: FunctionConfiguration;
}

/** Names of all functions of a stack, as CloudFormation made them. */
async function functionNamesOf(stack: string, cloudFormation: CloudFormationClient): Promise<ReadonlySet<string>> {
  const { ListStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
  const names = new Set<string>();
  let token: string | undefined;
  do {
    const page: ListStackResourcesCommandOutput = await cloudFormation.send(new ListStackResourcesCommand({ StackName: stack, NextToken: token }));
    for (const { ResourceType: type, PhysicalResourceId: name } of page.StackResourceSummaries ?? []) {
      if (type === 'AWS::Lambda::Function' && name) {
        names.add(name);
      }
    }
    token = page.NextToken;
  } while (token);
  return names;
}

/** @param names of the functions that count; all of the region where it is left out */
async function functionsByDeployment(lambda: LambdaClient, names: ReadonlySet<string> | undefined): Promise<ReadonlyMap<string, readonly DeployedFunction[]>> {
  const { ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  const byId = new Map<string, DeployedFunction[]>();
  let marker: string | undefined;
  do {
    const page = await lambda.send(new ListFunctionsCommand({ Marker: marker }));
    for (const configuration of page.Functions ?? []) {
      const { [Env.DEPLOYMENT_ID]: id, POWERTOOLS_SERVICE_NAME: handler } = configuration.Environment?.Variables ?? {};
      const counts = names === undefined || names.has(configuration.FunctionName ?? '');
      if (counts && id && handler && HANDLERS.includes(handler) && configuration.FunctionArn) {
        byId.set(id, [...byId.get(id) ?? [], { handler, configuration }]);
      }
    }
    marker = page.NextMarker;
  } while (marker);
  // Whoever copies a variable has no deployment yet.
  return new Map([...byId].filter(([, functions]) => INDISPENSABLE.every(needed => functions.some(({ handler }) => handler === needed))));
}

/** A deployment has each handler once: of two, one is somebody else's, and would be given the records of people and have their messages deleted. */
function refuseDoubles(id: string, functions: readonly DeployedFunction[]): void {
  for (const [handler, of] of groupBy(functions, one => one.handler)) {
    if (of.length > 1) {
      const arns = of.map(({ configuration }) => configuration.FunctionArn).join(', ');
      throw new CommandFailure(`several functions say that they are the ${handler} of "${id}" (${arns}): give its stack by --stack, which tells whose they are`);
    }
  }
}

async function queuesOf(
  id: string, functions: readonly DeployedFunction[], bus: string, { lambda, sqs, events }: DiscoveryClients,
): Promise<readonly FailureQueue[]> {
  const queues: FailureQueue[] = [];
  const { ListEventSourceMappingsCommand } = await import('@aws-sdk/client-lambda');
  for (const { handler, configuration } of functions) {
    const arn = await failureDestination(lambda, configuration.FunctionName!);
    queues.push(...await queueAt(arn, { holds: `events that ${handler} gave up on`, functionArn: configuration.FunctionArn! }, sqs));
  }
  const evaluator = functionOf(functions, Handler.BUDGET_EVALUATOR);
  const { EventSourceMappings: mappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: evaluator.configuration.FunctionName }));
  for (const { DestinationConfig: destinations } of mappings) {
    queues.push(...await queueAt(destinations?.OnFailure?.Destination, { holds: 'evaluation failures' }, sqs));
  }
  const url = variable(functionOf(functions, Handler.USAGE_METER), Env.UNREADABLE_QUEUE_URL);
  queues.push({ url, name: url.split('/').at(-1)!, holds: 'unreadable records' });
  // The deployment's own bus is called as it is. On another one the queue is somebody else's, with messages of everybody who uses the bus.
  if (bus === id) {
    const { DescribeEventBusCommand } = await import('@aws-sdk/client-eventbridge');
    const { DeadLetterConfig: deadLetters } = await events.send(new DescribeEventBusCommand({ Name: bus }));
    queues.push(...await queueAt(deadLetters?.Arn, { holds: 'undelivered events', isOfBus: true }, sqs));
  }
  refuseShared(queues);
  return queues;
}

/** Each of them has its own: whoever names another's would be given what is in it. */
function refuseShared(queues: readonly FailureQueue[]): void {
  for (const [url, of] of groupBy(queues, one => one.url)) {
    if (of.length > 1) {
      const holds = of.map(one => one.holds).join(', ');
      throw new CommandFailure(`the queue ${url} is named for several things (${holds}): one function is not the deployment's; give its stack by --stack`);
    }
  }
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

/** The queue of an ARN; none where it is of another kind. */
async function queueAt(arn: string | undefined, about: Omit<FailureQueue, 'url' | 'name'>, sqs: SQSClient): Promise<readonly FailureQueue[]> {
  const [, , service, , account, name] = arn?.split(':') ?? [];
  if (service !== 'sqs') {
    return [];
  }
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
  return [{ url: url!, name, ...about }];
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

/** For whoever is asked whether to go on: who says that it belongs to the deployment, where no stack tells. */
export function namedFunctions({ stack, functions }: DeployedInstance): string {
  if (stack !== undefined) {
    return '';
  }
  const lines = [...functions.values()].sort().map(arn => `  ${arn}\n`).join('');
  return `These functions say that they belong to it; --stack <name> would make sure:\n${lines}`;
}
