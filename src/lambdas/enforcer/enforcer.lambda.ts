import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { Env } from '../../contract';
import { CLIENT_DEFAULTS, IAM_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { DynamoDbHeldPolicies } from '../adapters/dynamodb-held-policies';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { hasAgentCore, optionalEnvironment, readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { IamDenyAttachments } from '../adapters/iam-deny-attachments';
import { once } from '../adapters/once';
import { retryably } from '../adapters/retryably';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { enforce, EnforcerAnswer, EnforcerPorts } from '../core/enforcer';
import { enforcerRequest } from '../core/enforcer-request';
import { DenyBeforeMantle } from '../core/mantle-guard/make-room';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE', 'DENY_POLICY_ARN', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const { [Env.POLICY_BACKUPS_TABLE]: backupsTable } = process.env;
  const mantlePolicyArn = optionalEnvironment('MANTLE_POLICY_ARN');
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const iam = new IAMClient(IAM_CLIENT_DEFAULTS);
  const attachments = new IamDenyAttachments(iam, env.DENY_POLICY_ARN);
  const ports: EnforcerPorts = {
    store: new DynamoDbBudgetStore(dynamoDb, env.BUDGETS_TABLE),
    ...(hasAgentCore() ? { runtimes: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE) } : {}),
    attachments: mantlePolicyArn ? new DenyBeforeMantle(attachments, new IamDenyAttachments(iam, mantlePolicyArn)) : attachments,
    ...(backupsTable ? { backups: new DynamoDbHeldPolicies(dynamoDb, backupsTable, iam) } : {}),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
  };
  return { telemetry, ports, context: readCoreContext() };
});

/** One step of a state machine. Errors keep their names: the state machines know by them what to try again. */
export async function handler(payload: unknown, context?: Context): Promise<EnforcerAnswer> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, () => retryably(() => enforce(enforcerRequest(payload), ports, deployment)));
}
