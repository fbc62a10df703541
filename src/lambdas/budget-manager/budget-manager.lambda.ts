import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context, LambdaFunctionURLResult } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbAuditHistory } from '../adapters/dynamodb-audit-history';
import { DynamoDbBudgetAdministration } from '../adapters/dynamodb-budget-administration';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { hasAgentCore, readCoreContext, readEnvironment } from '../adapters/environment';
import { answering, FunctionUrlEvent, jsonBody, signerOf } from '../adapters/function-url';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { administer } from '../core/administration/administer';
import { AdministrationPorts } from '../core/administration/ports';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE', 'AUDIT_TABLE', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const ports: AdministrationPorts = {
    budgets: new DynamoDbBudgetAdministration(dynamoDb, env.BUDGETS_TABLE),
    history: new DynamoDbAuditHistory(dynamoDb, env.AUDIT_TABLE),
    ...(hasAgentCore() ? { runtimes: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE) } : {}),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    metrics,
    log,
  };
  return { telemetry, ports, context: readCoreContext() };
});

/** A request of an administrator to the function's URL, which is open to those alone who sign it and may invoke it. */
export async function handler(event: FunctionUrlEvent, context?: Context): Promise<LambdaFunctionURLResult> {
  const { telemetry, ports, context: deployment } = parts();
  const requestId = context?.awsRequestId ?? randomUUID();
  return telemetry.during(context, () => answering(requestId, () => administer(
    { callerArn: signerOf(event), requestId, at: Date.now(), body: () => jsonBody(event) }, ports, deployment,
  )));
}
