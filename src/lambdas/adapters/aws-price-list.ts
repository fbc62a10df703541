import { GetProductsCommand, GetProductsResponse, PricingClient } from '@aws-sdk/client-pricing';
import { PriceListReader } from '../core/pricing/price-list/price-store';
import { ServiceCode } from '../core/pricing/price-list/service-codes';

/** Thrown where the price list sends its reader in circles. */
export class PriceListLoopError extends Error {
  public readonly name = 'PriceListLoopError';
}

/** As many as it gives. */
const ITEMS_PER_PAGE = 100;

/**
 * Where the price list of a region can be asked for: it has endpoints in few regions, each of which knows all of its partition.
 *
 * @returns `undefined` in partitions without one
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
 */
export function priceListRegion(partition: string, region: string): string | undefined {
  if (partition === 'aws-cn') {
    return 'cn-northwest-1';
  }
  if (partition !== 'aws') {
    return undefined;
  }
  if (/^(eu|me|af)-/.test(region)) {
    return 'eu-central-1';
  }
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1';
}

/** The AWS Price List, page by page. */
export class AwsPriceList implements PriceListReader {
  /** @param client of a region that has the price list */
  constructor(private readonly client: PricingClient) {}

  public async *pages(serviceCode: ServiceCode, region?: string): AsyncIterable<readonly string[]> {
    let token: string | undefined;
    do {
      const { PriceList: items = [], NextToken: next }: GetProductsResponse = await this.client.send(new GetProductsCommand({
        ServiceCode: serviceCode,
        FormatVersion: 'aws_v1',
        MaxResults: ITEMS_PER_PAGE,
        ...(region === undefined ? {} : { Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: region }] }),
        NextToken: token,
      }));
      // The client wraps each item in an object of its own, which only looks like a string.
      yield items.map((item: unknown) => String(item));
      if (next !== undefined && next === token) {
        throw new PriceListLoopError(`the price list of ${serviceCode} names a page as the one after itself`);
      }
      token = next || undefined;
    } while (token !== undefined);
  }
}
