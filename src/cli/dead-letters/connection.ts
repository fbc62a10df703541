import { AWS_HELP, AWS_OPTIONS, clientSettings } from '../aws-clients';
import { CommandContext, Credentials } from '../command';
import { HelpEntry } from '../help';
import { OptionSpecs, OptionValues } from '../options';
import { DeployedInstance, DiscoveryClients, findInstance } from './deployment';
import { ReplayClients } from './replayer';

export const INSTANCE_OPTIONS = { stack: { value: '<name>' }, deployment: { value: '<id>' }, ...AWS_OPTIONS } satisfies OptionSpecs;

export const INSTANCE_HELP: readonly HelpEntry[] = [
  ['--stack <name>', 'the stack that it is in (a nested one by its own name): only its functions are asked'],
  ['--deployment <id>', 'the deploymentId, where the stack, or without one the region, has several'],
  ...AWS_HELP,
];

/** A handler may take fifteen minutes, and its answer is waited for. */
const INVOKE_TIMEOUT_MS = 15 * 60 * 1000;

export interface InstanceConnection {
  readonly instance: DeployedInstance;
  readonly clients: DiscoveryClients & ReplayClients;
  /** The caller's. */
  readonly credentials: () => Promise<Credentials>;
}

/** Makes clients with the caller's credentials, and finds the instance. */
export async function connectToInstance(options: OptionValues<typeof INSTANCE_OPTIONS>, context: CommandContext): Promise<InstanceConnection> {
  const settings = await clientSettings(options, context);
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const clients = {
    lambda: new LambdaClient({ ...settings, requestHandler: { requestTimeout: INVOKE_TIMEOUT_MS } }),
    cloudFormation: new CloudFormationClient(settings),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    dynamoDb: new DynamoDBClient(settings),
  };
  return { instance: await findInstance(clients, { id: options.deployment, stack: options.stack }), clients, credentials: settings.credentials };
}
