import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { Env } from '../../contract';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { DynamoDbBudgetReader } from '../adapters/dynamodb-budget-reader';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { DynamoDbHeldPolicies } from '../adapters/dynamodb-held-policies';
import { DynamoDbRuntimeDirectory } from '../adapters/dynamodb-runtime-directory';
import { DynamoDbRuntimeStore } from '../adapters/dynamodb-runtime-store';
import { DynamoDbSettingsMemory } from '../adapters/dynamodb-settings-memory';
import { hasAgentCore, readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { IamDenyInventory } from '../adapters/iam-deny-inventory';
import { once } from '../adapters/once';
import { SsmSettingAuthors } from '../adapters/ssm-setting-authors';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { StepFunctionsWorkflows } from '../adapters/step-functions-workflows';
import { Telemetry } from '../adapters/telemetry';
import { fullJitter, wait } from '../adapters/waiting';
import { SharingPorts, syncSharedRole } from '../core/agents/shared-role';
import { dayOf } from '../core/calendar';
import { MonitorPorts, MonitorSummary, runMonitor } from '../core/monitor';
import { Log, SettingsSource } from '../core/ports';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'BUDGETS_TABLE', 'EVENT_BUS', 'DENY_POLICY_ARN', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS',
    'SUSPENSION_STATE_MACHINE_ARN', 'RESTORATION_STATE_MACHINE_ARN',
  );
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const { [Env.POLICY_BACKUPS_TABLE]: backupsTable } = process.env;
  const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
  // Nobody waits for the monitor: it may be patient with IAM.
  const iam = new IAMClient(CLIENT_DEFAULTS);
  const store = new DynamoDbBudgetStore(dynamoDb, env.BUDGETS_TABLE);
  const ssm = new SSMClient(CLIENT_DEFAULTS);
  const settings = new SsmSettingsSource(ssm, { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics });
  const ports: MonitorPorts = {
    store,
    watchList: store,
    reader: new DynamoDbBudgetReader(dynamoDb, env.BUDGETS_TABLE, log),
    ...(hasAgentCore() ? agentPorts(dynamoDb, env.BUDGETS_TABLE, settings, log) : {}),
    inventory: new IamDenyInventory(iam, env.DENY_POLICY_ARN),
    ...(backupsTable ? { backups: new DynamoDbHeldPolicies(dynamoDb, backupsTable, iam) } : {}),
    settings,
    authors: new SsmSettingAuthors(ssm, env.SETTINGS_PATH, log),
    memory: new DynamoDbSettingsMemory(dynamoDb, env.BUDGETS_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    workflows: new StepFunctionsWorkflows(new SFNClient(CLIENT_DEFAULTS), {
      suspension: env.SUSPENSION_STATE_MACHINE_ARN,
      restoration: env.RESTORATION_STATE_MACHINE_ARN,
    }),
    metrics,
    log,
  };
  return { telemetry, ports, context: readCoreContext() };
});

function agentPorts(dynamoDb: DynamoDBClient, budgetsTable: string, settings: SettingsSource, log: Log): Pick<MonitorPorts, 'runtimes' | 'sharing'> {
  const directory = new DynamoDbRuntimeDirectory(dynamoDb, budgetsTable);
  const ports: SharingPorts = {
    directory,
    store: new DynamoDbRuntimeStore(dynamoDb, budgetsTable),
    settings,
    log,
    backOff: async attempt => {
      await wait(fullJitter(attempt, 50, 3_200));
    },
  };
  const context = readCoreContext();
  const sync = (roleId: string, now: number) => syncSharedRole(roleId, [], { at: now, today: dayOf(now, context.timeZone) }, ports, context);
  return { runtimes: directory, sharing: { sync } };
}

/** One run of the safety net, as of the time of the scheduled event. */
export async function handler(event: unknown, context?: Context): Promise<MonitorSummary> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, () => runMonitor(scheduledTime(event, Date.now()), ports, deployment));
}
