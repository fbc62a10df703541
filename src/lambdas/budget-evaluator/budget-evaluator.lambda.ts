import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { Metric } from '../../contract';
import { CLIENT_DEFAULTS, IAM_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { changeOf, principalOf } from '../adapters/budget-stream';
import { DynamoDbBudgetStore } from '../adapters/dynamodb-budget-store';
import { readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { IamApiKeyDirectory } from '../adapters/iam-api-key-directory';
import { once } from '../adapters/once';
import { SsmSettingsSource } from '../adapters/ssm-settings-source';
import { StepFunctionsWorkflows } from '../adapters/step-functions-workflows';
import { Telemetry } from '../adapters/telemetry';
import { evaluateChange, EvaluatorPorts } from '../core/evaluator';
import { inOrderByKey } from '../core/ordered-batch';

/** How many principals are evaluated side by side. */
const CONCURRENCY = 10;

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'BUDGETS_TABLE', 'EVENT_BUS', 'SETTINGS_PATH', 'DEPLOYED_SETTINGS', 'SUSPENSION_STATE_MACHINE_ARN', 'RESTORATION_STATE_MACHINE_ARN',
  );
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const ports: EvaluatorPorts = {
    store: new DynamoDbBudgetStore(new DynamoDBClient(CLIENT_DEFAULTS), env.BUDGETS_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    workflows: new StepFunctionsWorkflows(new SFNClient(CLIENT_DEFAULTS), {
      suspension: env.SUSPENSION_STATE_MACHINE_ARN,
      restoration: env.RESTORATION_STATE_MACHINE_ARN,
    }),
    apiKeys: new IamApiKeyDirectory(new IAMClient(IAM_CLIENT_DEFAULTS)),
    settings: new SsmSettingsSource(new SSMClient(CLIENT_DEFAULTS), { path: env.SETTINGS_PATH, deployed: env.DEPLOYED_SETTINGS, log, metrics }),
    metrics,
    log,
  };
  return { telemetry, ports, context: readCoreContext() };
});

/**
 * Evaluates changes of budgets. Lambda repeats a batch from the first failed record on: whatever succeeded after it comes again,
 * which changes nothing.
 */
export async function handler(event: DynamoDBStreamEvent, context?: Context): Promise<DynamoDBBatchResponse> {
  const { telemetry } = parts();
  return telemetry.during(context, async () => {
    const failed = await inOrderByKey(event.Records, principalOf, CONCURRENCY, evaluate);
    return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb!.SequenceNumber! })) };
  });
}

async function evaluate(record: DynamoDBRecord): Promise<void> {
  const { ports, context } = parts();
  try {
    const change = changeOf(record);
    if (change) {
      await evaluateChange(change, ports, context);
    }
  } catch (error) {
    ports.metrics.add(Metric.EVALUATION_FAILURES, 1);
    ports.log.error('change could not be evaluated; it comes again', {
      principalId: principalOf(record), changeId: record.eventID, problem: `${(error as Error).name}: ${(error as Error).message}`,
    });
    throw error;
  }
}
