import { SettingName } from '../../contract';
import { Log, SettingsSource } from '../core/ports';
import { EMBEDDED_PRICES } from '../core/pricing/embedded-catalog';
import { PriceBook } from '../core/pricing/price-book';
import { PriceCatalog } from '../core/pricing/price-catalog';
import { PriceStore, RefreshedPrices } from '../core/pricing/price-list/price-store';
import { parsePriceTable, PriceTable } from '../core/pricing/price-table';
import { errorMessage } from './aws-errors';

export interface CurrentPricesOptions {
  readonly store: Pick<PriceStore, 'load'>;
  readonly settings: SettingsSource;
  readonly log: Log;
  /** @default the wall clock: how long a container trusts what it has read is no matter of any budget's time */
  readonly clock?: () => number;
}

/** Prices change once a day. */
const LIFETIME_MS = 10 * 60 * 1000;

/** After a failure it is tried again soon. */
const RETRY_MS = 30 * 1000;

/**
 * The prices in force: the user's overrides, what was last read from the AWS Price List, the embedded catalog. Made anew only where one of
 * them has changed, so that what was found for one delivery is still known for the next.
 *
 * Where the prices of the list cannot be read, those read before stay in force. A container that has read none fails, and what it was given is
 * delivered again: other prices than those in force would be charged for good.
 */
export class CurrentPrices {
  private readonly clock: () => number;
  private refreshed?: { readonly prices: RefreshedPrices | undefined; readonly until: number };
  private book?: { readonly from: readonly unknown[]; readonly catalog: PriceCatalog };

  constructor(private readonly options: CurrentPricesOptions) {
    this.clock = options.clock ?? (() => Date.now());
  }

  public async load(): Promise<PriceCatalog> {
    const [prices, { settings, texts }] = await Promise.all([this.loadRefreshed(), this.options.settings.load()]);
    const from = [prices?.version, prices?.table, texts[SettingName.PRICE_OVERRIDES]];
    if (!this.book || from.some((part, index) => part !== this.book!.from[index])) {
      const refreshed = prices && this.tableOf(prices);
      this.book = { from, catalog: new PriceBook({ overrides: settings.priceOverrides, refreshed, embedded: EMBEDDED_PRICES }) };
    }
    return this.book.catalog;
  }

  private async loadRefreshed(): Promise<RefreshedPrices | undefined> {
    const now = this.clock();
    if (!this.refreshed || now >= this.refreshed.until) {
      try {
        this.refreshed = { prices: await this.options.store.load(), until: now + LIFETIME_MS };
      } catch (error) {
        if (!this.refreshed) {
          throw error;
        }
        this.options.log.warn('prices of the AWS Price List could not be read; those known before stay in force', { problem: errorMessage(error) });
        this.refreshed = { prices: this.refreshed.prices, until: now + RETRY_MS };
      }
    }
    return this.refreshed.prices;
  }

  private tableOf({ version, table }: RefreshedPrices): PriceTable | undefined {
    try {
      return parsePriceTable(version, table);
    } catch (error) {
      this.options.log.error('prices of the AWS Price List are not readable; the embedded ones stay in force', { problem: errorMessage(error) });
      return undefined;
    }
  }
}
