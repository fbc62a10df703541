import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { Context } from 'aws-lambda';
import { Env } from '../../contract';
import { CLIENT_DEFAULTS, COST_EXPLORER_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { BedrockModelDirectory, MODEL_DIRECTORY_CLIENT } from '../adapters/bedrock-model-directory';
import { CostExplorerBill, costExplorerRegion } from '../adapters/cost-explorer-bill';
import { DynamoDbReconciliationNote } from '../adapters/dynamodb-reconciliation-note';
import { ownRegion, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { InsightsChargedCosts } from '../adapters/insights-charged-costs';
import { LogsInsights } from '../adapters/logs-insights';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { reconcile, ReconciliationOptions, ReconciliationPorts, ReconciliationSummary } from '../core/reconciliation/reconcile';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'ACCOUNT_ID', 'PARTITION', 'PRICES_TABLE', 'EVENT_BUS', 'USAGE_METER_LOG_GROUP');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const billRegion = costExplorerRegion(env.PARTITION);
  const { [Env.PRINCIPAL_TAG]: principalTag } = process.env;
  const billClient = billRegion === undefined ? undefined : new CostExplorerClient({ ...COST_EXPLORER_CLIENT_DEFAULTS, region: billRegion });
  const ports: ReconciliationPorts = {
    bill: new CostExplorerBill(billClient, env.ACCOUNT_ID, principalTag),
    metered: new InsightsChargedCosts(new LogsInsights(new CloudWatchLogsClient(CLIENT_DEFAULTS)), env.USAGE_METER_LOG_GROUP),
    models: new BedrockModelDirectory(new BedrockClient(MODEL_DIRECTORY_CLIENT), { metrics, log }),
    notes: new DynamoDbReconciliationNote(new DynamoDBClient(CLIENT_DEFAULTS), env.PRICES_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
  };
  const options: ReconciliationOptions = {
    deploymentId: env.DEPLOYMENT_ID, environmentName: env.ENVIRONMENT_NAME, region: ownRegion(), byPrincipal: principalTag !== undefined,
  };
  return { telemetry, ports, options };
});

/** Compares the days that are settled with the bill, as of the time of the scheduled event. */
export async function handler(event: unknown, context?: Context): Promise<ReconciliationSummary> {
  const { telemetry, ports, options } = parts();
  return telemetry.during(context, () => reconcile(scheduledTime(event, Date.now()), ports, options));
}
