import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { BedrockModelDirectory, MODEL_DIRECTORY_CLIENT } from '../adapters/bedrock-model-directory';
import { CurrentPrices } from '../adapters/current-prices';
import { DynamoDbAnnouncedModels } from '../adapters/dynamodb-announced-models';
import { DynamoDbEstimateStore } from '../adapters/dynamodb-estimate-store';
import { DynamoDbPriceStore } from '../adapters/dynamodb-price-store';
import { readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { RepricingPorts, RepricingSummary, repriceEstimates } from '../core/repricing';
import { scheduledTime } from '../core/scheduled-time';

/** What a transaction may take at worst with its retries, and time to announce what was done. */
const RESERVED_MS = 120_000;

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'BUDGETS_TABLE', 'LEDGER_TABLE', 'PRICES_TABLE', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS',
  );
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const settings = new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics });
  const ports: Omit<RepricingPorts, 'catalog' | 'timeIsLeft'> = {
    store: new DynamoDbEstimateStore(dynamoDb, { budgetsTable: env.BUDGETS_TABLE, ledgerTable: env.LEDGER_TABLE }),
    models: new BedrockModelDirectory(new BedrockClient(MODEL_DIRECTORY_CLIENT), { metrics, log }),
    announced: new DynamoDbAnnouncedModels(dynamoDb, env.PRICES_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
    backOff: async attempt => {
      await wait(fullJitter(attempt, 50, 3_200));
    },
  };
  const prices = new CurrentPrices({ store: new DynamoDbPriceStore(dynamoDb, env.PRICES_TABLE), settings, log });
  return { telemetry, ports, prices, deployment: { deploymentId: env.DEPLOYMENT_ID, environmentName: env.ENVIRONMENT_NAME } };
});

/** Charges anew what was charged by an estimate and has a known price now, as of the time of the scheduled event. */
export async function handler(event: unknown, context?: Context): Promise<RepricingSummary> {
  const { telemetry, ports, prices, deployment } = parts();
  return telemetry.during(context, async () => {
    const now = scheduledTime(event, Date.now());
    const catalog = await prices.load();
    const timeIsLeft = () => !context || context.getRemainingTimeInMillis() > RESERVED_MS;
    return repriceEstimates(now, { ...ports, catalog, timeIsLeft }, deployment);
  });
}
