import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Env, Handler, PriceItem } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { logGroupArns } from '../functions/log-group-arns';
import { allowAskingForModels } from '../pricing/model-rights';
import { Storage } from '../storage/storage';
import { allowTable, allowWritingItem } from '../storage/table-access';

export interface ReconciliationProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly eventBus: events.IEventBus;
  /** Its log has what was charged. */
  readonly usageMeter: HandlerFunction;
  /** By which the bill tells principals. */
  readonly principalTag?: string;
}

/** When Cost Explorer has been refreshed for the day, as a rule. */
const TIME_OF_DAY = { hour: '11', minute: '20' };

/**
 * Compares what was metered with what AWS bills, day by day: the last proof that prices are right and that nothing passes by the meter.
 */
export class Reconciliation extends Construct {
  public readonly reconciler: HandlerFunction;

  constructor(scope: Construct, id: string, { deployment, storage, eventBus, usageMeter, principalTag }: ReconciliationProps) {
    super(scope, id);
    const { logGroup } = usageMeter.function;
    this.reconciler = new HandlerFunction(this, 'CostReconciler', {
      deployment,
      handler: Handler.COST_RECONCILER,
      description: 'compares what was metered with what AWS bills',
      // Queries of a large log take minutes.
      timeout: Duration.minutes(15),
      maxEventAge: Duration.hours(6),
      environment: {
        [Env.PRICES_TABLE]: storage.prices.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.USAGE_METER_LOG_GROUP]: logGroup.logGroupName,
        ...(principalTag === undefined ? {} : { [Env.PRINCIPAL_TAG]: principalTag }),
      },
    });
    allowTable(this.reconciler, storage.prices, 'GetItem');
    allowWritingItem(this.reconciler, storage.prices, PriceItem.RECONCILIATION);
    allowPublishing(this.reconciler, eventBus);
    allowAskingForModels(this.reconciler);
    this.reconciler.allow({ actions: ['logs:StartQuery'], resources: logGroupArns(this, logGroup) });
    // Neither the answers to queries nor the bill have a name of their own.
    this.reconciler.allow({ actions: ['logs:GetQueryResults', 'ce:GetCostAndUsage'], resources: ['*'] });
    invokeOn(new events.Rule(this, 'Compare', {
      description: 'BedrockBudgeteer: compare what was metered with what AWS bills',
      schedule: events.Schedule.cron(TIME_OF_DAY),
    }), this.reconciler);
  }
}
