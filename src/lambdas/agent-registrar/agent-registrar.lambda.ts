import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { AgentCoreControlPlane } from '../adapters/agentcore-control';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { DynamoDbRuntimeStore } from '../adapters/dynamodb-runtime-store';
import { readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { AgentRegistrarPorts } from '../core/agents/agent-core';
import { RegistrarTally } from '../core/agents/agent-run';
import { handleRuntimeEvent } from '../core/agents/runtime-event';
import { sweepRuntimes } from '../core/agents/runtime-sweep';
import { scheduledTime } from '../core/scheduled-time';

/** The source of EventBridge's own events, a schedule's among them. */
const SCHEDULE_SOURCE = 'aws.events';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const ports: AgentRegistrarPorts = {
    agentCore: new AgentCoreControlPlane(new BedrockAgentCoreControlClient(CLIENT_DEFAULTS)),
    store: new DynamoDbRuntimeStore(dynamoDb, env.BUDGETS_TABLE),
    directory: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
    backOff: async attempt => {
      await wait(fullJitter(attempt, 200, 5_000));
    },
  };
  return { telemetry, ports, context: readCoreContext() };
});

/** Registers the AgentCore runtime that CloudTrail tells of, and on a schedule makes all of them be as AgentCore shows them. */
export async function handler(event: { readonly source?: string }, context?: Context): Promise<RegistrarTally> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, async () => {
    const wallClock = Date.now();
    const time = scheduledTime(event, wallClock);
    return event.source === SCHEDULE_SOURCE
      ? sweepRuntimes(time, ports, deployment)
      : handleRuntimeEvent(event, time, Math.max(time, wallClock), ports, deployment);
  });
}
