import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Context, EventBridgeEvent } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbAuditLog } from '../adapters/dynamodb-audit-log';
import { readEnvironment } from '../adapters/environment';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { auditRow } from '../core/audit-row';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'AUDIT_TABLE');
  return { telemetry: new Telemetry(env.DEPLOYMENT_ID), audit: new DynamoDbAuditLog(new DynamoDBClient(CLIENT_DEFAULTS), env.AUDIT_TABLE) };
});

/** Keeps an event of the bus for good. */
export async function handler(event: EventBridgeEvent<string, Readonly<Record<string, unknown>>>, context?: Context): Promise<void> {
  const { telemetry, audit } = parts();
  await telemetry.during(context, () => audit.append(auditRow(event['detail-type'], event.detail)));
}
