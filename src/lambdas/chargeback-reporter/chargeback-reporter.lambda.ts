import { readFileSync } from 'node:fs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { Context } from 'aws-lambda';
import { Env } from '../../contract';
import { CLIENT_DEFAULTS, READING_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { chartsScriptPath } from '../adapters/charts-script';
import { DynamoDbChargebackTables } from '../adapters/dynamodb-chargeback-tables';
import { readEnvironment, textList, wholeNumber } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { retryably } from '../adapters/retryably';
import { S3ReportStore } from '../adapters/s3-report-store';
import { Telemetry } from '../adapters/telemetry';
import { ChargebackOptions } from '../core/chargeback/chargeback';
import { reportRequest } from '../core/chargeback/report-request';
import { ReportAnswer, ReportPorts, runReport } from '../core/chargeback/run-report';
import { renderReportPage } from '../core/report-page/render-report-page';

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'TIME_ZONE', 'BUDGETS_TABLE', 'LEDGER_TABLE', 'LEDGER_RETENTION_DAYS', 'EVENT_BUS', 'REPORTS_BUCKET', 'REPORTS_GROUP_BY',
  );
  const { [Env.REPORTS_PREFIX]: prefix } = process.env;
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const dynamoDb = new DynamoDBClient(READING_CLIENT_DEFAULTS);
  const chartsScript = readFileSync(chartsScriptPath(), 'utf-8');
  const ports: Omit<ReportPorts, 'timeIsLeft' | 'attempt'> = {
    tables: new DynamoDbChargebackTables(
      input => dynamoDb.send(new ScanCommand(input)), { budgetsTable: env.BUDGETS_TABLE, ledgerTable: env.LEDGER_TABLE },
    ),
    store: new S3ReportStore(new S3Client(READING_CLIENT_DEFAULTS), env.REPORTS_BUCKET, prefix ?? ''),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    log: telemetry.log,
    renderPage: page => renderReportPage(page, { chartsScript }),
  };
  const options: ChargebackOptions = {
    deploymentId: env.DEPLOYMENT_ID,
    environmentName: env.ENVIRONMENT_NAME,
    timeZone: env.TIME_ZONE,
    ledgerRetentionDays: wholeNumber('LEDGER_RETENTION_DAYS', env.LEDGER_RETENTION_DAYS),
    groupBy: textList('REPORTS_GROUP_BY', env.REPORTS_GROUP_BY),
  };
  return { telemetry, ports, options };
});

/** A part is not read for longer than what is lost with it where it fails, nor so long that its sums cannot be kept any more. */
const RESERVED_MS = 5 * 60_000;

/** One step of the state machine that writes a chargeback report. */
export async function handler(event: unknown, context?: Context): Promise<ReportAnswer> {
  const { telemetry, ports, options } = parts();
  return telemetry.during(context, () => retryably(() => runReport(reportRequest(event), {
    ...ports,
    timeIsLeft: () => !context || context.getRemainingTimeInMillis() > RESERVED_MS,
    attempt: context?.awsRequestId ?? 'only',
  }, options)));
}
