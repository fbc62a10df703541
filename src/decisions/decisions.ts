import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { Env, Handler, WATCH_INDEX } from '../contract';
import { Deployment } from '../deployment';
import { Enforcement } from '../enforcement/enforcement';
import { PolicyBackups } from '../enforcement/policy-backups';
import { allowListingRestricted, anyRole, anyUser } from '../enforcement/restriction-rights';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowIndex, allowTable } from '../storage/table-access';

export interface DecisionsProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly enforcement: Enforcement;
  readonly eventBus: events.IEventBus;
}

/** How often the monitor looks at what is due, and how long it may take at most. */
const MONITOR_INTERVAL = Duration.minutes(5);

/**
 * Who decides: the evaluator on every change of a budget, and the monitor on what becomes due while nothing changes.
 */
export class Decisions extends Construct {
  public readonly evaluator: HandlerFunction;
  public readonly monitor: HandlerFunction;
  /** Where in the stream to find batches that could not be evaluated. */
  public readonly evaluationFailures: FailureQueue;
  /** While it exists, changes lead to decisions. */
  public readonly streamMapping: lambda.EventSourceMapping;
  /** While it exists, time leads to decisions. */
  public readonly schedule: events.Rule;

  constructor(scope: Construct, id: string, props: DecisionsProps) {
    super(scope, id);
    const { deployment, storage } = props;

    this.evaluator = new HandlerFunction(this, 'BudgetEvaluator', {
      deployment,
      handler: Handler.BUDGET_EVALUATOR,
      description: 'decides on every changed budget, announces it and starts workflows',
      timeout: Duration.seconds(60),
      environment: this.environment(props),
    });
    this.allowDeciding(this.evaluator, props);
    // An IAM user that nobody registered yet may hold an API key, which gives it the default budget.
    this.evaluator.allow({ actions: ['iam:ListServiceSpecificCredentials'], resources: [anyUser(this)] });

    this.evaluationFailures = new FailureQueue(this, 'EvaluationFailures', { encryptionKey: deployment.encryptionKey });
    this.streamMapping = this.consumeStream(storage);

    this.monitor = new HandlerFunction(this, 'BudgetMonitor', {
      deployment,
      handler: Handler.BUDGET_MONITOR,
      description: 'finds what is due, and compares IAM with the budgets',
      timeout: MONITOR_INTERVAL,
      // The next run does all that a late one would.
      maxEventAge: MONITOR_INTERVAL,
      environment: {
        ...this.environment(props),
        [Env.DENY_POLICY_ARN]: props.enforcement.denyPolicy.managedPolicyArn,
      },
    });
    this.allowDeciding(this.monitor, props);
    allowIndex(this.monitor, storage.budgets, WATCH_INDEX);
    // Runtimes are few beside calls: each is looked at in every run.
    knowRuntimes(this.monitor, deployment, storage, 'Query', 'Scan');
    // Runtimes, and once an hour everybody who stands above a threshold.
    allowTable(this.monitor, storage.budgets, 'BatchGetItem');
    allowListingRestricted(this.monitor, props.enforcement.denyPolicy);
    if (props.enforcement.backups) {
      this.knowBackups(this.monitor, props.enforcement.backups);
    }

    this.schedule = new events.Rule(this, 'Schedule', {
      description: 'BedrockBudgeteer: deadlines, new periods and drift',
      schedule: events.Schedule.rate(MONITOR_INTERVAL),
    });
    invokeOn(this.schedule, this.monitor);
  }

  /** Whether somebody's policies are held: by IAM's own id of the user or role, which IAM is asked for. */
  private knowBackups(handler: HandlerFunction, { table }: PolicyBackups): void {
    handler.function.addEnvironment(Env.POLICY_BACKUPS_TABLE, table.tableName);
    allowTable(handler, table, 'GetItem');
    handler.allow({ actions: ['iam:GetUser'], resources: [anyUser(this)] });
    handler.allow({ actions: ['iam:GetRole'], resources: [anyRole(this)] });
  }

  private environment(props: DecisionsProps): Record<string, string> {
    return {
      [Env.BUDGETS_TABLE]: props.storage.budgets.tableName,
      [Env.EVENT_BUS]: props.eventBus.eventBusName,
      [Env.SUSPENSION_STATE_MACHINE_ARN]: props.enforcement.suspension.stateMachine.stateMachineArn,
      [Env.RESTORATION_STATE_MACHINE_ARN]: props.enforcement.restoration.stateMachine.stateMachineArn,
      ...props.settings.environment(),
    };
  }

  /** What it takes to decide: the budget, the settings, the bus and the workflows. */
  private allowDeciding(handler: HandlerFunction, props: DecisionsProps): void {
    allowTable(handler, props.storage.budgets, 'GetItem', 'UpdateItem');
    props.settings.allowReading(handler);
    allowPublishing(handler, props.eventBus);
    handler.allow({
      actions: ['states:StartExecution'],
      resources: [props.enforcement.suspension, props.enforcement.restoration].map(workflow => workflow.stateMachine.stateMachineArn),
    });
  }

  private consumeStream({ budgets }: Storage): lambda.EventSourceMapping {
    this.evaluator.allow({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [budgets.tableStreamArn!],
    });
    // Knows no resources, and tells no more than the ARNs of streams.
    this.evaluator.allow({ actions: ['dynamodb:ListStreams'], resources: ['*'] });

    const mapping = new lambda.EventSourceMapping(this, 'Stream', {
      target: this.evaluator.function,
      eventSourceArn: budgets.tableStreamArn,
      // Whatever was written before the mapping is there has to be decided on as well.
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Seconds count between the call that crosses a limit and the deny.
      maxBatchingWindow: Duration.seconds(0),
      // Within a shard records wait for those before them; principals are spread over two consumers a shard.
      parallelizationFactor: 2,
      // A poisoned record is isolated and, well before the stream forgets it after 24 hours, put aside: it must not hold up the others.
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 20,
      maxRecordAge: Duration.hours(23),
      onFailure: this.evaluationFailures.asFailureDestination(),
      // The rest is the expiry of items, which needs no decision.
      filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.or('INSERT', 'MODIFY') })],
    });
    // Lambda reads the stream with the function's rights as soon as the mapping is there.
    mapping.node.addDependency(this.evaluator);
    return mapping;
  }
}
