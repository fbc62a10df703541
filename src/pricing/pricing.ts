import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Env, ESTIMATE_INDEX, Handler, PriceItem } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowIndex, allowTable, allowWritingItem } from '../storage/table-access';
import { allowAskingForModels } from './model-rights';

export interface PricingProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
  /** Whether prices are read from the AWS Price List. */
  readonly refreshPrices: boolean;
  /** As text. */
  readonly maxPriceChangeFactor: string;
}

/** The list is read once a day; the hourly look is for what failed, and for the age of the prices. */
const REFRESH_INTERVAL = Duration.hours(1);

/** How long somebody may stay suspended whose calls turn out to have cost less. */
const REPRICING_INTERVAL = Duration.minutes(15);

/**
 * Prices come from the AWS Price List, day by day; calls that were charged before their price was known are charged anew when it is.
 */
export class Pricing extends Construct {
  /** Where prices are refreshed at all. */
  public readonly refresher?: HandlerFunction;
  public readonly repricer: HandlerFunction;

  constructor(scope: Construct, id: string, props: PricingProps) {
    super(scope, id);
    this.refresher = props.refreshPrices ? this.refreshPrices(props) : undefined;
    this.repricer = this.repriceCalls(props);
  }

  private refreshPrices({ deployment, storage, eventBus, maxPriceChangeFactor }: PricingProps): HandlerFunction {
    const refresher = new HandlerFunction(this, 'PriceRefresher', {
      deployment,
      handler: Handler.PRICE_REFRESHER,
      description: 'reads prices from the AWS Price List',
      // The list throttles by account: a page may have to be asked for several times.
      timeout: Duration.minutes(15),
      maxEventAge: REFRESH_INTERVAL,
      environment: {
        [Env.PRICES_TABLE]: storage.prices.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.MAX_PRICE_CHANGE_FACTOR]: maxPriceChangeFactor,
      },
    });
    allowTable(refresher, storage.prices, 'GetItem');
    allowWritingItem(refresher, storage.prices, PriceItem.PRICE_LIST);
    allowPublishing(refresher, eventBus);
    // The Price List knows no resources, and holds what everybody may read.
    refresher.allow({ actions: ['pricing:GetProducts'], resources: ['*'] });
    invokeOn(new events.Rule(this, 'Refresh', {
      description: 'BedrockBudgeteer: read the AWS Price List where that is due',
      schedule: events.Schedule.rate(REFRESH_INTERVAL),
    }), refresher);
    return refresher;
  }

  private repriceCalls({ deployment, storage, settings, eventBus }: PricingProps): HandlerFunction {
    const repricer = new HandlerFunction(this, 'CallRepricer', {
      deployment,
      handler: Handler.CALL_REPRICER,
      description: 'charges calls anew whose price was not known before',
      memoryMb: 1024,
      timeout: REPRICING_INTERVAL,
      maxEventAge: REPRICING_INTERVAL,
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.LEDGER_TABLE]: storage.ledger.tableName,
        [Env.PRICES_TABLE]: storage.prices.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        ...settings.environment(),
      },
    });
    allowIndex(repricer, storage.ledger, ESTIMATE_INDEX);
    allowTable(repricer, storage.ledger, 'UpdateItem');
    allowTable(repricer, storage.budgets, 'UpdateItem');
    allowTable(repricer, storage.prices, 'GetItem');
    allowWritingItem(repricer, storage.prices, PriceItem.ANNOUNCED_MODELS);
    settings.allowReading(repricer);
    allowPublishing(repricer, eventBus);
    allowAskingForModels(repricer);
    invokeOn(new events.Rule(this, 'Reprice', {
      description: 'BedrockBudgeteer: charge calls anew whose price has become known',
      schedule: events.Schedule.rate(REPRICING_INTERVAL),
    }), repricer);
    return repricer;
  }
}
