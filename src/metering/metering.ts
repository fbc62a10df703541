import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { allowAskingForModels } from '../pricing/model-rights';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';
import { InvocationLogs } from './invocation-logs';
import { ManagedInvocationLogs } from './managed-invocation-logs';
import { PrincipalKind } from './principal-kind';

export interface MeteringProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly invocationLogs: InvocationLogs;
  /** Beside IAM users, which are always tracked. */
  readonly otherTrackedPrincipals: PrincipalKind[];
  readonly ledgerRetentionDays: number;
}

/**
 * From the invocation log to the tables: every call is charged to the budget of the principal that made it.
 */
export class Metering extends Construct {
  public readonly usageMeter: HandlerFunction;
  /** Records that cannot be read, each with the reason. */
  public readonly unreadableRecords: FailureQueue;
  public readonly logGroup: logs.ILogGroup;
  /** While it exists, spend is recorded. */
  public readonly subscription: logs.SubscriptionFilter;

  constructor(scope: Construct, id: string, props: MeteringProps) {
    super(scope, id);
    const { deployment, storage, settings, invocationLogs } = props;

    this.unreadableRecords = new FailureQueue(this, 'UnreadableRecords', { encryptionKey: deployment.encryptionKey });

    this.usageMeter = new HandlerFunction(this, 'UsageMeter', {
      deployment,
      handler: Handler.USAGE_METER,
      description: 'charges every logged call to the budget of its principal',
      // A batch is up to 1 MB of compressed records that are unpacked, parsed and priced in memory.
      memoryMb: 1024,
      timeout: Duration.seconds(60),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.LEDGER_TABLE]: storage.ledger.tableName,
        [Env.LEDGER_RETENTION_DAYS]: String(props.ledgerRetentionDays),
        [Env.UNREADABLE_QUEUE_URL]: this.unreadableRecords.queueUrl,
        [Env.TRACKED_KINDS]: props.otherTrackedPrincipals.join(','),
        [Env.PRICES_TABLE]: storage.prices.tableName,
        ...settings.environment(),
      },
    });
    allowTable(this.usageMeter, storage.ledger, 'PutItem');
    allowTable(this.usageMeter, storage.budgets, 'UpdateItem');
    // What a call costs: prices of the list, those of the user, and which model is behind an ARN.
    allowTable(this.usageMeter, storage.prices, 'GetItem');
    settings.allowReading(this.usageMeter);
    // Whose budget pays for an execution role.
    knowRuntimes(this.usageMeter, deployment, storage);
    allowAskingForModels(this.usageMeter);
    this.unreadableRecords.allowSending(this.usageMeter.function);

    const managed = invocationLogs._existingLogGroup
      ? undefined
      : new ManagedInvocationLogs(this, 'InvocationLogs', { deployment, adoptExisting: invocationLogs._adoptExisting });
    this.logGroup = invocationLogs._existingLogGroup ?? managed!.logGroup;

    this.subscription = new logs.SubscriptionFilter(this, 'Subscription', {
      logGroup: this.logGroup,
      // The meter has to see what it does not understand, so nothing is filtered out before it.
      filterPattern: logs.FilterPattern.allEvents(),
      destination: new LambdaDestination(this.usageMeter.function),
    });
    // Nothing is logged before somebody reads it, and on removal logging stops first.
    managed?.configuration.node.addDependency(this.subscription);
  }
}
