import { HeldBackPrice } from './held-back';
import { ServiceCode } from './service-codes';

/** What was read from the AWS Price List: the last good prices, whatever has failed since. */
export interface RefreshedPrices {
  /** Rows as `parsePriceTable` reads them. */
  readonly table: string;
  /** Day of the reading that last said something. */
  readonly version: string;
  /** When each service was last completely read, epoch milliseconds. */
  readonly readAt: Readonly<Partial<Record<ServiceCode, number>>>;
  /** Services that ever gave a price: from these, none is bad news. */
  readonly gave: readonly ServiceCode[];
  /** Prices that are listed and not in force; all of them were announced. */
  readonly heldBack: readonly HeldBackPrice[];
  /** Counts the writes. */
  readonly revision: number;
}

/** Where the prices are kept. */
export interface PriceStore {
  load(): Promise<RefreshedPrices | undefined>;
  /**
   * Writes the prices if those that they follow are still the ones in the store.
   *
   * @param expectedRevision of the prices that were loaded; `undefined` where there were none
   * @returns whether it was written; `false` means that another run was faster
   */
  save(prices: RefreshedPrices, expectedRevision: number | undefined): Promise<boolean>;
}

/** The price list of AWS. */
export interface PriceListReader {
  /**
   * All items of a service, page by page, each item as JSON.
   *
   * @param region only items of this region; all items where it is left out
   */
  pages(serviceCode: ServiceCode, region?: string): AsyncIterable<readonly string[]>;
}
