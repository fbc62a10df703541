import { BedrockClient } from '@aws-sdk/client-bedrock';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { BedrockLoggingControl } from '../adapters/bedrock-logging-control';
import { answering, CustomResourceResult } from '../adapters/cloudformation-response';
import { readEnvironment } from '../adapters/environment';
import { once } from '../adapters/once';
import { SsmLoggingMemory } from '../adapters/ssm-logging-memory';
import { Telemetry } from '../adapters/telemetry';
import { wait } from '../adapters/waiting';
import { LoggingPorts, readFormerDestination, readLoggingProperties, switchLogging } from '../core/switch-logging';

/** There is one configuration an account and region, so there is nothing to tell two of them apart by. */
const PHYSICAL_ID = 'model-invocation-logging';

const telemetry = once(() => new Telemetry(readEnvironment('DEPLOYMENT_ID').DEPLOYMENT_ID));

const parts = once(() => {
  const env = readEnvironment('PREVIOUS_LOGGING_PARAMETER');
  const ports: LoggingPorts = {
    control: new BedrockLoggingControl(new BedrockClient(CLIENT_DEFAULTS)),
    memory: new SsmLoggingMemory(new SSMClient(CLIENT_DEFAULTS), env.PREVIOUS_LOGGING_PARAMETER),
    log: telemetry().log,
    pause: wait,
  };
  return ports;
});

/** Bedrock's model-invocation logging, switched on with the stack and back with its removal. */
export async function handler(event: CloudFormationCustomResourceEvent, context?: Context): Promise<void> {
  const { log } = telemetry();
  await telemetry().during(context, () => answering(event, context, { physicalResourceIdOf: () => PHYSICAL_ID, log }, () => apply(event)));
}

async function apply(event: CloudFormationCustomResourceEvent): Promise<CustomResourceResult> {
  const oursBefore = event.RequestType === 'Update' ? readFormerDestination(event.OldResourceProperties) : undefined;
  const { because } = await switchLogging({
    requestType: event.RequestType, ...readLoggingProperties(event.ResourceProperties), ...(oursBefore ? { oursBefore } : {}),
  }, parts());
  return { physicalResourceId: PHYSICAL_ID, data: { because } };
}
