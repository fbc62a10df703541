import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { answering, CustomResourceResult, isCustomResource } from '../adapters/cloudformation-response';
import { DynamoDbAuditLog } from '../adapters/dynamodb-audit-log';
import { DynamoDbBudgetAdministration } from '../adapters/dynamodb-budget-administration';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { DynamoDbGuardMemory } from '../adapters/dynamodb-guard-memory';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { hasAgentCore, readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { IamDenyAttachments } from '../adapters/iam-deny-attachments';
import { IamDenyInventory } from '../adapters/iam-deny-inventory';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { Telemetry } from '../adapters/telemetry';
import { wait } from '../adapters/waiting';
import { allPages } from '../core/digest/all-pages';
import { guardAll, GuardSummary } from '../core/mantle-guard/guard-all';
import { guardOne } from '../core/mantle-guard/guard-one';
import { readGuardEvent } from '../core/mantle-guard/occasion';
import { GuardPorts } from '../core/mantle-guard/ports';
import { releaseEverybody, ReleasePorts } from '../core/mantle-guard/release';
import { scheduledTime } from '../core/scheduled-time';

const PHYSICAL_ID = 'mantle-guard';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'BUDGETS_TABLE', 'AUDIT_TABLE', 'EVENT_BUS', 'MANTLE_POLICY_ARN', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS');
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  const table = new DynamoDbBudgetAdministration(dynamoDb, env.BUDGETS_TABLE);
  // Nobody waits for the guard: it may be patient with IAM.
  const iam = new IAMClient({ ...CLIENT_DEFAULTS, maxAttempts: 6 });
  const attachments = new IamDenyAttachments(iam, env.MANTLE_POLICY_ARN);
  const ports: Omit<GuardPorts, 'remaining'> = {
    pages: () => allPages(after => table.page({}, after)),
    store: new DynamoDbBudgetStore(dynamoDb, env.BUDGETS_TABLE),
    ...(hasAgentCore() ? { runtimes: new DynamoDbRuntimeDirectory(dynamoDb, env.BUDGETS_TABLE) } : {}),
    inventory: new IamDenyInventory(iam, env.MANTLE_POLICY_ARN),
    attachments,
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    memory: new DynamoDbGuardMemory(dynamoDb, env.BUDGETS_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
    pause: wait,
  };
  const release: Omit<ReleasePorts, 'remaining'> = {
    attachments,
    inventory: new IamDenyInventory(iam, env.MANTLE_POLICY_ARN, 'nobody'),
    audit: new DynamoDbAuditLog(dynamoDb, env.AUDIT_TABLE),
    log,
    pause: wait,
  };
  return { telemetry, ports, release, context: readCoreContext() };
});

/**
 * Every hour and when settings change, brings everybody to what their budgets want; when something happens to one principal, that one. As a custom resource
 * it lets everybody go before the policy is deleted.
 */
export async function handler(payload: unknown, context?: Context): Promise<GuardSummary | void> {
  const { telemetry } = parts();
  return telemetry.during<GuardSummary | void>(context, () => (isCustomResource(payload)
    ? answering(payload, context, { physicalResourceIdOf: () => PHYSICAL_ID, log: telemetry.log }, () => apply(payload, context))
    : guard(payload, context)));
}

async function guard(event: unknown, invocation: Context | undefined): Promise<GuardSummary | void> {
  const { ports: portsOfAll, context } = parts();
  const ports: GuardPorts = { ...portsOfAll, remaining: remainingIn(invocation) };
  const now = Date.now();
  const occasion = readGuardEvent(event);
  return occasion.kind === 'principal' ? guardOne(occasion.principalId, now, ports, context) : guardAll(scheduledTime(event, now), ports, context);
}

/** Whatever is created or changed changes nothing for anybody: the clock and the events do. */
async function apply(event: CloudFormationCustomResourceEvent, invocation: Context | undefined): Promise<CustomResourceResult> {
  if (event.RequestType === 'Delete') {
    const { release, context } = parts();
    await releaseEverybody({ requestId: event.RequestId, at: Date.now() }, { ...release, remaining: remainingIn(invocation) }, context);
  }
  return { physicalResourceId: PHYSICAL_ID };
}

function remainingIn(invocation: Context | undefined): () => number {
  return () => invocation?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
}
