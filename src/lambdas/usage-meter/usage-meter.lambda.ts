import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { BedrockModelDirectory, MODEL_DIRECTORY_CLIENT } from '../adapters/bedrock-model-directory';
import { CurrentPrices } from '../adapters/current-prices';
import { DynamoDbChargeStore } from '../adapters/dynamodb-charge-store';
import { DynamoDbPriceStore } from '../adapters/dynamodb-price-store';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { hasAgentCore, ownRegion, principalKinds, readEnvironment, wholeNumber } from '../adapters/environment';
import { once } from '../adapters/once';
import { SqsUnreadableStore } from '../adapters/sqs-unreadable-store';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { RememberedRuntimes } from '../core/agents/remembered-runtimes';
import { throwFailures } from '../core/charge-once';
import { meterBatch, MeteringOptions, MeteringPorts } from '../core/metering';
import { reportMetering } from '../core/metering-report';
import { unpackSubscriptionBatch } from '../core/subscription-batch';

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'TIME_ZONE', 'BUDGETS_TABLE', 'LEDGER_TABLE', 'LEDGER_RETENTION_DAYS', 'UNREADABLE_QUEUE_URL', 'PRICES_TABLE', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS',
  );
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const settings = new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics });
  const ports: Omit<MeteringPorts, 'catalog'> = {
    store: new DynamoDbChargeStore(dynamoDb, {
      budgetsTable: env.BUDGETS_TABLE,
      ledgerTable: env.LEDGER_TABLE,
      ledgerRetentionDays: wholeNumber('LEDGER_RETENTION_DAYS', env.LEDGER_RETENTION_DAYS),
    }),
    unreadable: new SqsUnreadableStore(new SQSClient(CLIENT_DEFAULTS), env.UNREADABLE_QUEUE_URL),
    models: new BedrockModelDirectory(new BedrockClient(MODEL_DIRECTORY_CLIENT), { metrics, log }),
    ...(hasAgentCore() ? {
      routing: {
        runtimes: new RememberedRuntimes(new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE), () => Date.now()),
        region: ownRegion(),
      },
    } : {}),
    backOff: async attempt => {
      await wait(fullJitter(attempt, 50, 3_200));
    },
  };
  const options: MeteringOptions = { timeZone: env.TIME_ZONE, trackedKinds: principalKinds('TRACKED_KINDS') };
  return { telemetry, ports, options, settings, prices: new CurrentPrices({ store: new DynamoDbPriceStore(dynamoDb, env.PRICES_TABLE), settings, log }) };
});

/** Charges the calls of a delivery of the invocation log. A failure makes CloudWatch Logs' delivery come again. */
export async function handler(event: unknown, context?: Context): Promise<void> {
  const { telemetry, ports, options, prices, settings } = parts();
  await telemetry.during(context, async () => {
    const batch = unpackSubscriptionBatch(event);
    const [catalog, { settings: { assumedCacheWriteTtl } }] = await Promise.all([prices.load(), settings.load()]);
    const summary = await meterBatch(batch, { ...ports, catalog }, { ...options, assumedCacheWriteTtl });
    reportMetering(batch, summary, telemetry, Date.now());
    throwFailures(summary.failures);
  });
}
