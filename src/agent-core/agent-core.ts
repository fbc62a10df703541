import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Env, Handler, RUNTIMES_INDEX } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowIndex, allowTable } from '../storage/table-access';

export interface AgentCoreProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
  readonly ledgerRetentionDays: number;
  /** Whether AgentCore's own compute counts. */
  readonly computeCosts: boolean;
}

/** How often runtimes are looked for whose events were missed, or that were there before. */
const SWEEP_INTERVAL = Duration.hours(1);

/** Usage metrics are by the hour. */
const COMPUTE_INTERVAL = Duration.hours(1);

/** What makes, changes and ends a runtime, and what runs on one. */
const CONTROL_PLANE_CALLS = ['AgentRuntime', 'AgentRuntimeEndpoint', 'Harness', 'HarnessEndpoint']
  .flatMap(resource => ['Create', 'Update', 'Delete'].map(verb => `${verb}${resource}`));

/**
 * AgentCore runtimes have budgets like everybody else. What is different is how they are found: CloudTrail tells of them as they are made, where a trail
 * is on, and an hourly look finds the rest.
 */
export class AgentCore extends Construct {
  public readonly registrar: HandlerFunction;
  /** Where AgentCore's own compute counts. */
  public readonly computeMeter?: HandlerFunction;

  constructor(scope: Construct, id: string, props: AgentCoreProps) {
    super(scope, id);
    this.registrar = this.registerRuntimes(props);
    this.computeMeter = props.computeCosts ? this.meterCompute(props) : undefined;
  }

  private registerRuntimes({ deployment, storage, settings, eventBus }: AgentCoreProps): HandlerFunction {
    const registrar = new HandlerFunction(this, 'AgentRegistrar', {
      deployment,
      handler: Handler.AGENT_REGISTRAR,
      description: 'registers AgentCore runtimes',
      // AgentCore's control plane throttles: a look at many runtimes takes its time.
      timeout: Duration.minutes(10),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        ...settings.environment(),
      },
    });
    allowTable(registrar, storage.budgets, 'GetItem', 'UpdateItem');
    allowIndex(registrar, storage.budgets, RUNTIMES_INDEX, 'Query', 'Scan');
    settings.allowReading(registrar);
    allowPublishing(registrar, eventBus);
    registrar.allow({
      actions: ['bedrock-agentcore:ListAgentRuntimes', 'bedrock-agentcore:ListHarnesses'],
      // Listing is a question about none in particular.
      resources: ['*'],
    });
    registrar.allow({
      actions: ['bedrock-agentcore:GetAgentRuntime', 'bedrock-agentcore:GetHarness', 'bedrock-agentcore:ListTagsForResource'],
      resources: [arnOf(this, 'runtime'), arnOf(this, 'harness')],
    });

    invokeOn(new events.Rule(this, 'Sweep', {
      description: 'BedrockBudgeteer: look for AgentCore runtimes',
      schedule: events.Schedule.rate(SWEEP_INTERVAL),
    }), registrar);
    // On the default bus, where the events of AWS services are, whatever bus the product's own events are on.
    invokeOn(new events.Rule(this, 'RuntimeChanged', {
      description: 'BedrockBudgeteer: an AgentCore runtime was created, changed or deleted',
      eventPattern: {
        // Which source exactly is nowhere documented. Nobody but AWS can send one that begins so.
        source: events.Match.prefix('aws.'),
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: ['bedrock-agentcore.amazonaws.com'], eventName: CONTROL_PLANE_CALLS },
      },
    }), registrar);
    return registrar;
  }

  private meterCompute({ deployment, storage, ledgerRetentionDays }: AgentCoreProps): HandlerFunction {
    const meter = new HandlerFunction(this, 'AgentComputeMeter', {
      deployment,
      handler: Handler.AGENT_COMPUTE_METER,
      description: 'charges the compute of AgentCore runtimes to their budgets',
      timeout: Duration.minutes(10),
      maxEventAge: COMPUTE_INTERVAL,
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.LEDGER_TABLE]: storage.ledger.tableName,
        [Env.LEDGER_RETENTION_DAYS]: String(ledgerRetentionDays),
      },
    });
    allowTable(meter, storage.ledger, 'PutItem');
    allowTable(meter, storage.budgets, 'UpdateItem');
    allowIndex(meter, storage.budgets, RUNTIMES_INDEX, 'Scan');
    // Metrics know no resources.
    meter.allow({ actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'], resources: ['*'] });
    invokeOn(new events.Rule(this, 'MeterCompute', {
      description: 'BedrockBudgeteer: charge the compute of AgentCore runtimes',
      schedule: events.Schedule.rate(COMPUTE_INTERVAL),
    }), meter);
    return meter;
  }
}

function arnOf(scope: Construct, resource: string): string {
  return Stack.of(scope).formatArn({ service: 'bedrock-agentcore', resource, resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
}
