import { Log } from '../../ports';
import { FoundPrice } from './listed-price';
import { IgnoredReason, ItemReading, readPriceListItem } from './price-list-item';
import { PriceListReader } from './price-store';
import { ServiceCode } from './service-codes';

/** What one service of the price list said. */
export interface ServiceReading {
  readonly serviceCode: ServiceCode;
  /** Whether it was read to its end; what was read of it is good in any case. */
  readonly toEnd: boolean;
  readonly prices: readonly FoundPrice[];
  /** Items of which it is not known what they are the price of: any known price may be among them. */
  readonly unclear: number;
  /** Pages and items that could not be read; one more where there were too many. */
  readonly failures: number;
}

interface ReadingPorts {
  readonly reader: PriceListReader;
  readonly log: Log;
}

/** Enough to act upon, too few to fill a log. */
const MAX_NAMES = 40;

/** More are not to be read within the time of a run, and are no list of prices. */
const MAX_PAGES = 400;

/**
 * Items of the marketplace do not always carry the attribute that the list is filtered by, and the filter drops such items without a word,
 * even beside others that do. So the marketplace is read without it, and items tell their region.
 */
const WITHOUT_FILTER: ReadonlySet<ServiceCode> = new Set(['AmazonBedrockFoundationModels']);

/** What whoever keeps `model-names.ts` and `usage-type.ts` should see. */
const WORTH_A_LOOK: ReadonlySet<IgnoredReason> = new Set(['unknown-model', 'unknown-dimension', 'unknown-unit', 'contradictory', 'no-region']);

/**
 * Reads a service. A page that fails ends the reading, an item that fails costs only itself. Where the filter by region finds nothing at
 * all, everything is read without it.
 */
export async function readService(serviceCode: ServiceCode, region: string, ports: ReadingPorts): Promise<ServiceReading> {
  const tally = new Tally(serviceCode, region, ports.log);
  let toEnd = WITHOUT_FILTER.has(serviceCode) || await tally.readAll(ports.reader.pages(serviceCode, region), MAX_PAGES);
  if (toEnd && tally.items === 0) {
    toEnd = await tally.readAll(ports.reader.pages(serviceCode), MAX_PAGES);
  }
  return tally.finish(toEnd);
}

class Tally {
  public items = 0;
  private failures = 0;
  private unclear = 0;
  private otherRegion = 0;
  private readonly prices: FoundPrice[] = [];
  private readonly ignored = new Map<IgnoredReason, number>();
  private readonly names = new Map<IgnoredReason, Set<string>>();

  constructor(private readonly serviceCode: ServiceCode, private readonly region: string, private readonly log: Log) {}

  /** @returns whether the end was reached */
  public async readAll(pages: AsyncIterable<readonly string[]>, maxPages: number): Promise<boolean> {
    let count = 0;
    try {
      for await (const page of pages) {
        if (count >= maxPages) {
          this.failures += 1;
          this.log.error('the price list has more pages than are read', { serviceCode: this.serviceCode, pagesRead: count });
          return false;
        }
        page.forEach(item => this.readItem(item));
        count += 1;
      }
      return true;
    } catch (error) {
      this.failures += 1;
      this.log.error('a page of the price list could not be read', { serviceCode: this.serviceCode, pagesRead: count, problem: problemOf(error) });
      return false;
    }
  }

  public finish(toEnd: boolean): ServiceReading {
    const { serviceCode, prices, failures } = this;
    this.log.info('read a service of the price list', {
      serviceCode,
      toEnd,
      items: this.items,
      prices: prices.length,
      failures,
      otherRegion: this.otherRegion,
      ignored: Object.fromEntries(this.ignored),
      names: Object.fromEntries([...this.names].map(([reason, names]) => [reason, [...names].sort().slice(0, MAX_NAMES)])),
    });
    return { serviceCode, toEnd, prices, unclear: this.unclear, failures };
  }

  private readItem(json: string): void {
    this.items += 1;
    let reading: ItemReading;
    try {
      reading = readPriceListItem(json);
    } catch (error) {
      this.failures += 1;
      this.log.error('an item of the price list could not be read', { serviceCode: this.serviceCode, problem: problemOf(error), item: json.slice(0, 300) });
      return;
    }
    if ('ignored' in reading) {
      this.ignore(reading.ignored, reading.name);
    } else if (reading.region === this.region) {
      this.prices.push(...reading.prices.map(price => ({ ...price, serviceCode: this.serviceCode })));
    } else {
      this.otherRegion += 1;
    }
  }

  private ignore(reason: IgnoredReason, name: string): void {
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + 1);
    if (WORTH_A_LOOK.has(reason)) {
      this.unclear += 1;
      this.names.set(reason, (this.names.get(reason) ?? new Set()).add(name));
    }
  }
}

function problemOf(error: unknown): string {
  const { name, message } = error as Error;
  return `${name}: ${message}`.slice(0, 500);
}
