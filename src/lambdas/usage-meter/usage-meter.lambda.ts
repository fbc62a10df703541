import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbChargeStore } from '../adapters/dynamodb-charge-store';
import { principalKinds, readEnvironment, wholeNumber } from '../adapters/environment';
import { once } from '../adapters/once';
import { SqsUnreadableStore } from '../adapters/sqs-unreadable-store';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { meterBatch, MeteringOptions, MeteringPorts } from '../core/metering';
import { reportMetering } from '../core/metering-report';
import { embeddedCatalog } from '../core/pricing/embedded-catalog';
import { unpackSubscriptionBatch } from '../core/subscription-batch';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'TIME_ZONE', 'BUDGETS_TABLE', 'LEDGER_TABLE', 'LEDGER_RETENTION_DAYS', 'UNREADABLE_QUEUE_URL');
  const ports: MeteringPorts = {
    store: new DynamoDbChargeStore(new DynamoDBClient(CLIENT_DEFAULTS), {
      budgetsTable: env.BUDGETS_TABLE,
      ledgerTable: env.LEDGER_TABLE,
      ledgerRetentionDays: wholeNumber('LEDGER_RETENTION_DAYS', env.LEDGER_RETENTION_DAYS),
    }),
    unreadable: new SqsUnreadableStore(new SQSClient(CLIENT_DEFAULTS), env.UNREADABLE_QUEUE_URL),
    catalog: embeddedCatalog(),
    backOff: async attempt => {
      await wait(fullJitter(attempt, 50, 3_200));
    },
  };
  const options: MeteringOptions = { timeZone: env.TIME_ZONE, trackedKinds: principalKinds('TRACKED_KINDS') };
  return { telemetry: new Telemetry(env.DEPLOYMENT_ID), ports, options };
});

/** Charges the calls of a delivery of the invocation log. A failure makes CloudWatch Logs' delivery come again. */
export async function handler(event: unknown, context?: Context): Promise<void> {
  const { telemetry, ports, options } = parts();
  await telemetry.during(context, async () => {
    const batch = unpackSubscriptionBatch(event);
    const summary = await meterBatch(batch, ports, options);
    reportMetering(batch, summary, telemetry, Date.now());
  });
}
