import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Env, Handler } from '../../contract';
import { awsFailure } from '../aws-failure';
import { Credentials } from '../command';
import { CommandFailure } from '../command-failure';

export interface StackClient {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
}

/** The environment of a deployment's functions, which names its tables and how it counts days. */
export type DeploymentEnvironment = Readonly<Partial<Record<keyof typeof Env, string>>>;

/** Their environment is enough for a report; that of the reporter tells by which labels as well. */
const TELLING: readonly string[] = [Handler.USAGE_METER, Handler.CHARGEBACK_REPORTER];

/**
 * Finds the deployment of a stack by its functions.
 *
 * @param deploymentId where the stack has several
 * @throws CommandFailure
 */
export async function deploymentOfStack(stack: string, deploymentId: string | undefined, client: StackClient): Promise<DeploymentEnvironment> {
  const functions = (await functionsOf(stack, client))
    .map(({ Environment: environment }) => environment?.Variables ?? {})
    .filter(({ POWERTOOLS_SERVICE_NAME: name }) => TELLING.includes(name))
    .map(variables => [variables[Env.DEPLOYMENT_ID], variables] as const);
  const ids = [...new Set(functions.map(([id]) => id))].sort();
  const wanted = deploymentId ?? (ids.length === 1 ? ids[0] : undefined);
  const own = functions.filter(([id]) => id === wanted).map(([, variables]) => variables);
  if (own.length === 0) {
    throw new CommandFailure(ids.length === 0
      ? `stack "${stack}" has no BedrockBudgeteer: name the stack that it is in (a nested one by its own name), or give --ledger-table and --budgets-table`
      : `stack "${stack}" has ${deploymentId === undefined ? 'several deployments' : `no deployment "${deploymentId}"`}: write --deployment with one of ${ids.join(', ')}`);
  }
  const variables = Object.assign({}, ...own);
  return Object.fromEntries(Object.entries(Env).map(([key, name]) => [key, variables[name]]));
}

async function functionsOf(stack: string, { region, credentials }: StackClient): Promise<readonly FunctionConfiguration[]> {
  const { CloudFormationClient, ListStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const names: string[] = [];
  const cloudFormation = new CloudFormationClient({ region, credentials });
  try {
    let token: string | undefined;
    do {
      const answer: { StackResourceSummaries?: { ResourceType?: string; PhysicalResourceId?: string; LogicalResourceId?: string }[]; NextToken?: string } =
        await cloudFormation.send(new ListStackResourcesCommand({ StackName: stack, NextToken: token }));
      names.push(...(answer.StackResourceSummaries ?? [])
        .filter(({ ResourceType: type, LogicalResourceId: id = '' }) => type === 'AWS::Lambda::Function' && /UsageMeter|ChargebackReporter/.test(id))
        .flatMap(({ PhysicalResourceId: name }) => (name ? [name] : [])));
      token = answer.NextToken;
    } while (token !== undefined);
  } catch (error) {
    throw awsFailure(error, `looking into stack "${stack}"`, 'cloudformation:ListStackResources');
  }
  const lambda = new LambdaClient({ region, credentials });
  try {
    return await Promise.all(names.map(name => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))));
  } catch (error) {
    throw awsFailure(error, `reading the functions of stack "${stack}"`, 'lambda:GetFunctionConfiguration');
  }
}
