import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { CloudWatchComputeMetrics } from '../adapters/cloudwatch-compute-metrics';
import { DynamoDbComputeChargeStore } from '../adapters/dynamodb-compute-charge-store';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { ownRegion, readEnvironment, wholeNumber } from '../adapters/environment';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { meterCompute, ComputeMeteringContext, ComputeMeteringPorts, ComputeMeteringSummary } from '../core/agents/compute-metering';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'TIME_ZONE', 'ACCOUNT_ID', 'BUDGETS_TABLE', 'LEDGER_TABLE', 'LEDGER_RETENTION_DAYS');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const ports: ComputeMeteringPorts = {
    runtimes: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE),
    usage: new CloudWatchComputeMetrics(new CloudWatchClient(CLIENT_DEFAULTS)),
    store: new DynamoDbComputeChargeStore(dynamoDb, {
      budgetsTable: env.BUDGETS_TABLE,
      ledgerTable: env.LEDGER_TABLE,
      ledgerRetentionDays: wholeNumber('LEDGER_RETENTION_DAYS', env.LEDGER_RETENTION_DAYS),
    }),
    metrics,
    log,
    backOff: async attempt => {
      await wait(fullJitter(attempt, 50, 3_200));
    },
  };
  const context: ComputeMeteringContext = { timeZone: env.TIME_ZONE, ownAccountId: env.ACCOUNT_ID, region: ownRegion() };
  return { telemetry, ports, context };
});

/** Charges AgentCore's own compute of the hours before the scheduled event. */
export async function handler(event: unknown, context?: Context): Promise<ComputeMeteringSummary> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, async () => {
    const now = Date.now();
    // An event from the future must not make an hour complete that still runs: what is charged is not corrected.
    return meterCompute(Math.min(scheduledTime(event, now), now), ports, deployment);
  });
}
