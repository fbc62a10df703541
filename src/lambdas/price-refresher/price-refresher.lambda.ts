import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PricingClient } from '@aws-sdk/client-pricing';
import { Context } from 'aws-lambda';
import { CLIENT_DEFAULTS, PRICE_LIST_CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { AwsPriceList, priceListRegion } from '../adapters/aws-price-list';
import { DynamoDbPriceStore } from '../adapters/dynamodb-price-store';
import { decimalOfAtLeastOne, ownRegion, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { EMBEDDED_PRICES } from '../core/pricing/embedded-catalog';
import { isForced } from '../core/pricing/price-list/forced-run';
import { RefreshOptions, RefreshPorts, refreshPrices, RefreshSummary } from '../core/pricing/price-list/refresh-prices';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'PARTITION', 'PRICES_TABLE', 'EVENT_BUS', 'MAX_PRICE_CHANGE_FACTOR');
  const region = ownRegion();
  const listRegion = priceListRegion(env.PARTITION, region);
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const ports: RefreshPorts = {
    reader: listRegion === undefined ? undefined : new AwsPriceList(new PricingClient({ ...PRICE_LIST_CLIENT_DEFAULTS, region: listRegion })),
    store: new DynamoDbPriceStore(new DynamoDBClient(CLIENT_DEFAULTS), env.PRICES_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
  };
  const options: RefreshOptions = {
    deploymentId: env.DEPLOYMENT_ID,
    environmentName: env.ENVIRONMENT_NAME,
    region,
    embedded: EMBEDDED_PRICES,
    maxChangeFactor: decimalOfAtLeastOne('MAX_PRICE_CHANGE_FACTOR', env.MAX_PRICE_CHANGE_FACTOR),
  };
  return { telemetry, ports, options };
});

/** One look at the AWS Price List, as of the time of the scheduled event. With `force: true` in the event, at all of it. */
export async function handler(event: unknown, context?: Context): Promise<RefreshSummary> {
  const { telemetry, ports, options } = parts();
  return telemetry.during(context, () => refreshPrices(scheduledTime(event, Date.now()), ports, { ...options, force: isForced(event) }));
}
