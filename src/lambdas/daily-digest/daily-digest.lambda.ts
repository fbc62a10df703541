import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbBudgetAdministration } from '../adapters/dynamodb-budget-administration';
import { DynamoDbDigestMemory } from '../adapters/dynamodb-digest-memory';
import { digestAudience, readCoreContext, readEnvironment, wholeNumber } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { allPages } from '../core/digest/all-pages';
import { DigestPorts, DigestSummary, sendDigest } from '../core/digest/send-digest';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS', 'DIGEST_TOP_SPENDERS', 'DIGEST_AUDIENCE');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const table = new DynamoDbBudgetAdministration(dynamoDb, env.BUDGETS_TABLE);
  const ports: DigestPorts = {
    pages: () => allPages(after => table.page({}, after)),
    memory: new DynamoDbDigestMemory(dynamoDb, env.BUDGETS_TABLE),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    log,
  };
  const options = { topSpenders: wholeNumber('DIGEST_TOP_SPENDERS', env.DIGEST_TOP_SPENDERS), audience: digestAudience(env.DIGEST_AUDIENCE) };
  return { telemetry, ports, options, context: readCoreContext() };
});

/** Tells once a day who spends most and who is near the limit, as of the time of the scheduled event. */
export async function handler(event: unknown, context?: Context): Promise<DigestSummary> {
  const { telemetry, ports, options, context: deployment } = parts();
  return telemetry.during(context, async () => {
    const now = Date.now();
    return sendDigest(scheduledTime(event, now), now, options, ports, deployment);
  });
}
