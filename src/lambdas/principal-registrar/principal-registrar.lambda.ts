import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { readCoreContext, readEnvironment } from '../adapters/environment';
import { IamApiKeyDirectory } from '../adapters/iam-api-key-directory';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { keyCreation, registerAllKeyHolders, registerKeyHolder, RegistrarPorts, RegistrarSummary } from '../core/registrar';
import { scheduledTime } from '../core/scheduled-time';

/** The source of EventBridge's own events, a schedule's among them. */
const SCHEDULE_SOURCE = 'aws.events';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const ports: RegistrarPorts = {
    store: new DynamoDbBudgetStore(new DynamoDBClient(CLIENT_DEFAULTS), env.BUDGETS_TABLE),
    apiKeys: new IamApiKeyDirectory(new IAMClient(CLIENT_DEFAULTS)),
    log: telemetry.log,
  };
  return { telemetry, ports, context: readCoreContext() };
});

/** Registers the holder of a key that CloudTrail tells of, and on a schedule everybody who holds one. */
export async function handler(event: { readonly source?: string }, context?: Context): Promise<RegistrarSummary> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, async () => {
    const time = scheduledTime(event, Date.now());
    if (event.source === SCHEDULE_SOURCE) {
      return registerAllKeyHolders(time, ports, deployment);
    }
    const created = keyCreation(event);
    return created ? registerKeyHolder(created, time, ports, deployment) : { holders: 0 };
  });
}
