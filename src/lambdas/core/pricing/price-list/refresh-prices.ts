import { Metric } from '../../../../contract';
import { isoInstant } from '../../budget-item';
import { Deployment } from '../../events';
import { EventPublisher, Log, Metrics } from '../../ports';
import { parsePriceTable, PriceTable } from '../price-table';
import { assemblePrices, HeldBackPrice } from './assemble-prices';
import { embeddedPrice } from './embedded-price';
import { whereOf } from './listed-price';
import { announcePrices, sameHeldBack } from './price-announcements';
import { PriceRows, rowsOf, tableText } from './price-rows';
import { PriceListReader, PriceStore, RefreshedPrices, SERVICE_CODES, ServiceCode } from './price-store';
import { readService, ServiceReading } from './read-service';

export interface RefreshPorts {
  /** Absent in partitions that have no price list. */
  readonly reader?: PriceListReader;
  readonly store: PriceStore;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface RefreshOptions extends Deployment {
  readonly region: string;
  /** The catalog in the package: what prices are compared with that were never read, and how old they are. */
  readonly embedded: PriceTable;
  /** How many times dearer or cheaper a price may become at once: a decimal of at least one. */
  readonly maxChangeFactor: string;
  /** Reads every service, however young its prices are. */
  readonly force?: boolean;
}

export interface RefreshSummary {
  readonly read: readonly ServiceCode[];
  /** Services that were not read to their end: the next run reads them again. */
  readonly failed: readonly ServiceCode[];
  readonly changed: number;
  readonly heldBack: number;
  readonly failures: number;
  readonly ageHours: number;
  /** Whether there was anything to write, and nobody else wrote first. */
  readonly saved: boolean;
}

const MS_PER_HOUR = 3_600_000;

/** A little less than a day: runs do not come to the second, and a day must not be skipped. */
const FRESH_MS = 23 * MS_PER_HOUR;

/** DynamoDB allows 400 KB an item, of which names and the rest take little. */
const MAX_BYTES = 350_000;

/** More is not a list that anybody reads, but a list that is not understood. */
const MAX_HELD_BACK = 500;

/**
 * Brings the prices up to date from the AWS Price List. Runs every hour and reads only the services that were last read a day ago: what
 * fails is tried again within the hour, and the list, which allows few requests, is otherwise left alone.
 *
 * Nothing that AWS does wrong makes a run fail: the prices known before stay in force, and metrics tell. Only events or prices that cannot
 * be delivered do, so that the run is repeated.
 */
export async function refreshPrices(now: number, ports: RefreshPorts, options: RefreshOptions): Promise<RefreshSummary> {
  const stored = await ports.store.load();
  const readings = await readDue(now, stored, ports, options);
  const next = assemble(now, stored, readings, ports, options);
  const summary = summarize(now, next, readings, options);
  ports.metrics.add(Metric.PRICE_AGE_HOURS, summary.ageHours);
  ports.metrics.add(Metric.PRICES_HELD_BACK, summary.heldBack);
  ports.metrics.add(Metric.PRICE_LIST_FAILURES, summary.failures);
  // Events first: prices are saved once, so news that could not be told then would never be told.
  const { heldBack, revision } = next.prices;
  const news = announcePrices({ changes: next.changes, heldBack, heldBackBefore: stored?.heldBack ?? [], revision }, now, options);
  if (news.length > 0) {
    await ports.events.publish(news);
  }
  const saved = next.worthSaving && await ports.store.save(next.prices, stored?.revision);
  if (next.worthSaving && !saved) {
    ports.log.warn('another run has saved prices meanwhile; they stay in force');
  }
  ports.log.info('refreshed prices', { ...summary, saved });
  return { ...summary, saved };
}

async function readDue(
  now: number, stored: RefreshedPrices | undefined, { reader, log }: RefreshPorts, { region, force }: RefreshOptions,
): Promise<readonly ServiceReading[]> {
  if (!reader) {
    log.info('this partition has no price list: prices are those of the package, and what overrides say');
    return [];
  }
  const readings: ServiceReading[] = [];
  // One after the other: together they would only throttle each other.
  for (const serviceCode of SERVICE_CODES.filter(code => force || isDue(stored?.readAt[code], now))) {
    readings.push(await readService(serviceCode, region, { reader, log }));
  }
  return readings;
}

function isDue(readAt: number | undefined, now: number): boolean {
  return readAt === undefined || readAt > now || now - readAt >= FRESH_MS;
}

interface NextPrices {
  readonly prices: RefreshedPrices;
  readonly changes: ReturnType<typeof assemblePrices>['changes'];
  readonly worthSaving: boolean;
  /** Of our own, beside those of the readings. */
  readonly failures: number;
}

function assemble(
  now: number, stored: RefreshedPrices | undefined, readings: readonly ServiceReading[], { log }: RefreshPorts, options: RefreshOptions,
): NextPrices {
  const { region, embedded, maxChangeFactor } = options;
  const { rows: before, failures } = lastGood(stored, log);
  const found = readings.flatMap(({ prices }) => prices);
  const assembly = assemblePrices(found, {
    before,
    embedded: price => embeddedPrice(embedded, region, price),
    factor: maxChangeFactor,
  });
  const heldBack = standing(stored?.heldBack ?? [], assembly.heldBack, readings);
  const complete = readings.filter(reading => reading.complete).map(({ serviceCode }) => serviceCode);
  const prices: RefreshedPrices = {
    table: tableText(assembly.rows),
    version: found.length > 0 ? isoInstant(now).slice(0, 10) : stored?.version ?? embedded.version,
    readAt: { ...stored?.readAt, ...Object.fromEntries(complete.map(code => [code, now])) },
    heldBack,
    revision: (stored?.revision ?? 0) + 1,
  };
  const worthSaving = complete.length > 0 || assembly.changes.length > 0 || !sameHeldBack(heldBack, stored?.heldBack ?? []);
  if (Buffer.byteLength(prices.table) + Buffer.byteLength(JSON.stringify(heldBack)) <= MAX_BYTES) {
    return { prices, changes: assembly.changes, worthSaving, failures };
  }
  log.error('the price list has more prices than can be stored; those known before stay in force', { rows: assembly.rows.size });
  const kept = { ...prices, table: stored?.table ?? '', version: stored?.version ?? embedded.version, heldBack: stored?.heldBack ?? [] };
  return { prices: kept, changes: [], worthSaving, failures: failures + 1 };
}

/** A table that cannot be read, be it from another version, is none: it is read anew from the list. */
function lastGood(stored: RefreshedPrices | undefined, log: Log): { readonly rows: PriceRows; readonly failures: number } {
  try {
    return { rows: rowsOf(parsePriceTable(stored?.version ?? '', stored?.table ?? '')), failures: 0 };
  } catch (error) {
    log.error('the prices read before are not readable; they are replaced by what is read now', { problem: (error as Error).message });
    return { rows: new Map(), failures: 1 };
  }
}

/**
 * What is held back now. Of a service that was not read to its end nobody knows whether a price is still listed, nor whether one that seems
 * to stand alone does.
 */
function standing(before: readonly HeldBackPrice[], now: readonly HeldBackPrice[], readings: readonly ServiceReading[]): readonly HeldBackPrice[] {
  const seen = new Set(readings.flatMap(({ prices }) => prices.map(keyOf)));
  const complete = new Set(readings.filter(reading => reading.complete).map(({ serviceCode }) => serviceCode));
  const kept = before.filter(price => !seen.has(keyOf(price)) && !complete.has(price.serviceCode));
  const heldBefore = new Set(before.map(keyOf));
  const sure = readings.every(reading => reading.complete) ? now : now.filter(price => price.reason !== 'incomplete' || heldBefore.has(keyOf(price)));
  return [...kept, ...sure].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, MAX_HELD_BACK);
}

function keyOf(price: Pick<HeldBackPrice, 'modelId' | 'place' | 'mode' | 'kind'>): string {
  return `${price.modelId} ${whereOf(price)} ${price.kind}`;
}

function summarize(
  now: number, { prices, changes, failures }: NextPrices, readings: readonly ServiceReading[], { embedded }: RefreshOptions,
): Omit<RefreshSummary, 'saved'> {
  const known = Date.parse(embedded.version);
  const oldest = Math.min(...SERVICE_CODES.map(code => prices.readAt[code] ?? known));
  return {
    read: readings.filter(({ complete }) => complete).map(({ serviceCode }) => serviceCode),
    failed: readings.filter(({ complete }) => !complete).map(({ serviceCode }) => serviceCode),
    changed: changes.length,
    heldBack: prices.heldBack.length,
    failures: failures + readings.reduce((sum, reading) => sum + reading.failures, 0),
    ageHours: Math.max(0, (now - oldest) / MS_PER_HOUR),
  };
}
