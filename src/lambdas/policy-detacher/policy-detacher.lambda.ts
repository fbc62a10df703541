import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { DetacherAction } from '../../contract';
import { CLIENT_DEFAULTS, IAM_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { answering, CustomResourceResult, isCustomResource } from '../adapters/cloudformation-response';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { DynamoDbPolicyBackupStore } from '../adapters/dynamodb-policy-backup-store';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { hasAgentCore, optionalEnvironment, readCoreContext, readEnvironment, wholeNumber } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { IamPrincipalPolicies } from '../adapters/iam-principal-policies';
import { once } from '../adapters/once';
import { retryably } from '../adapters/retryably';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { wait } from '../adapters/waiting';
import { EnforcerAnswer } from '../core/enforcer';
import { detach, DetacherContext, DetacherPorts } from '../core/policy-backup/detacher';
import { detacherRequest } from '../core/policy-backup/detacher-request';
import { restoreAll, RestoreAllAnswer, RestoreAllPorts, restoreUntilNothingIsHeld } from '../core/policy-backup/restore-all';

const PHYSICAL_ID = 'policy-detacher';

const telemetry = once(() => new Telemetry(readEnvironment('DEPLOYMENT_ID').DEPLOYMENT_ID));

const parts = once(() => {
  const env = readEnvironment(
    'BUDGETS_TABLE', 'POLICY_BACKUPS_TABLE', 'BACKUP_HISTORY_DAYS', 'DENY_POLICY_ARN', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS',
  );
  const { log, metrics } = telemetry();
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const backups = new DynamoDbPolicyBackupStore(dynamoDb, {
    tableName: env.POLICY_BACKUPS_TABLE, historyDays: wholeNumber('BACKUP_HISTORY_DAYS', env.BACKUP_HISTORY_DAYS),
  });
  const ports: Omit<DetacherPorts & RestoreAllPorts, 'worker' | 'remaining'> = {
    store: new DynamoDbBudgetStore(dynamoDb, env.BUDGETS_TABLE),
    policies: new IamPrincipalPolicies(new IAMClient(IAM_CLIENT_DEFAULTS), optionalEnvironment('MANTLE_POLICY_ARN')),
    backups,
    leases: backups,
    ...(hasAgentCore() ? { runtimes: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE) } : {}),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
    clock: () => Date.now(),
    pause: wait,
  };
  const context: DetacherContext = { ...readCoreContext(), denyPolicyArn: env.DENY_POLICY_ARN };
  return { ports, context };
});

/**
 * One step of a state machine, or what the removal of the deployment asks for, or the custom resource with which the strategy comes and goes.
 * Errors keep their names: the state machines know by them what to try again.
 */
export async function handler(payload: unknown, context?: Context): Promise<EnforcerAnswer | RestoreAllAnswer | void> {
  const { log } = telemetry();
  return telemetry().during<EnforcerAnswer | RestoreAllAnswer | void>(context, () => (isCustomResource(payload)
    ? answering(payload, context, { physicalResourceIdOf: () => PHYSICAL_ID, log }, () => apply(payload, context))
    : retryably(() => take(payload, context))));
}

function take(payload: unknown, invocation: Context | undefined): Promise<EnforcerAnswer | RestoreAllAnswer> {
  const request = detacherRequest(payload);
  const { ports, context } = portsOf(invocation);
  return request.action === DetacherAction.RESTORE_ALL ? restoreAll(request, ports, context) : detach(request, ports, context);
}

/** Gives everybody back what is held when the strategy goes. Where it comes, or stays on, policies may be removed, whatever was begun before. */
async function apply({ RequestType }: CloudFormationCustomResourceEvent, invocation: Context | undefined): Promise<CustomResourceResult> {
  const { ports, context } = portsOf(invocation);
  if (RequestType !== 'Delete') {
    await ports.backups.open();
  } else {
    await restoreUntilNothingIsHeld({ action: DetacherAction.RESTORE_ALL, now: new Date().toISOString() }, ports, context);
  }
  return { physicalResourceId: PHYSICAL_ID };
}

function portsOf(invocation: Context | undefined): { readonly ports: DetacherPorts & RestoreAllPorts; readonly context: DetacherContext } {
  const { ports, context } = parts();
  const remaining = () => invocation?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  return { ports: { ...ports, worker: randomUUID(), remaining }, context };
}
