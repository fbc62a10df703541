import { Metric } from '../../../../contract';
import { isoInstant } from '../../budget-item';
import { Deployment } from '../../events';
import { EventPublisher, Log, Metrics } from '../../ports';
import { parsePriceTable } from '../price-table';
import { Assembly } from './assemble-prices';
import { assembleReadings, AssemblyOptions } from './assemble-readings';
import { Completeness } from './completeness';
import { dueServices, MS_PER_HOUR } from './due-services';
import { announcePrices, sameHeldBack } from './price-announcements';
import { rowsOf, tableText } from './price-rows';
import { PriceListReader, PriceStore, RefreshedPrices } from './price-store';
import { readService, ServiceReading } from './read-service';
import { SERVICE_CODES, ServiceCode } from './service-codes';
import { standing } from './standing-held-back';

export interface RefreshPorts {
  /** Absent in partitions that have no price list. */
  readonly reader?: PriceListReader;
  readonly store: PriceStore;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface RefreshOptions extends Deployment, AssemblyOptions {
  /** Reads every service, however young its prices are. */
  readonly force?: boolean;
}

export interface RefreshSummary {
  /** Services that were completely read; the next run reads the others again. */
  readonly read: readonly ServiceCode[];
  /** Services that were not read to their end, or give no prices any more. */
  readonly failed: readonly ServiceCode[];
  readonly changed: number;
  /** Of these, prices that are not listed any more. */
  readonly gone: number;
  readonly heldBack: number;
  readonly failures: number;
  readonly ageHours: number;
  /** Whether there was anything to write, and nobody else wrote first. */
  readonly saved: boolean;
}

/** DynamoDB allows 400 KB an item, of which names and the rest take little. */
const MAX_BYTES = 350_000;

/**
 * Brings the prices up to date from the AWS Price List. Runs every hour and reads only the services that were last read a day ago: what
 * fails is tried again within the hour, and the list, which allows few requests, is otherwise left alone.
 *
 * Nothing that AWS does wrong makes a run fail: the prices known before stay in force, and metrics tell. Only events or prices that cannot
 * be delivered do, so that the run is repeated.
 */
export async function refreshPrices(now: number, ports: RefreshPorts, options: RefreshOptions): Promise<RefreshSummary> {
  const { stored, failures } = readable(await ports.store.load(), ports.log);
  const readings = await readDue(now, stored, ports, options);
  const next = assemble(now, stored, readings, ports, options);
  const summary = summarize(now, { ...next, failures: next.failures + failures }, readings, options);
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
  for (const serviceCode of dueServices(stored?.readAt, now, force)) {
    readings.push(await readService(serviceCode, region, { reader, log }));
  }
  return readings;
}

interface NextPrices {
  readonly prices: RefreshedPrices;
  readonly changes: Assembly['changes'];
  readonly completeness: Completeness;
  readonly worthSaving: boolean;
  /** Of our own, beside those of the readings. */
  readonly failures: number;
}

function assemble(
  now: number, stored: RefreshedPrices | undefined, readings: readonly ServiceReading[], { log }: RefreshPorts, options: RefreshOptions,
): NextPrices {
  const { embedded } = options;
  const before = rowsOf(parsePriceTable(stored?.version ?? '', stored?.table ?? ''));
  const found = readings.flatMap(({ prices }) => prices);
  const { assembly, completeness, failures } = assembleReadings(readings, { before, gaveBefore: stored?.gave ?? [] }, options, log);
  const { complete, gave } = completeness;
  const heldBack = standing(stored?.heldBack ?? [], assembly.heldBack, { readings, complete });
  const prices: RefreshedPrices = {
    table: tableText(assembly.rows),
    version: found.length > 0 ? isoInstant(now).slice(0, 10) : stored?.version ?? embedded.version,
    readAt: { ...stored?.readAt, ...Object.fromEntries([...complete].map(code => [code, now])) },
    gave,
    heldBack,
    revision: (stored?.revision ?? 0) + 1,
  };
  const worthSaving = complete.size > 0 || assembly.changes.length > 0 || gave.length > (stored?.gave ?? []).length
    || !sameHeldBack(heldBack, stored?.heldBack ?? []);
  if (Buffer.byteLength(prices.table) + Buffer.byteLength(JSON.stringify(heldBack)) <= MAX_BYTES) {
    return { prices, changes: assembly.changes, completeness, worthSaving, failures };
  }
  log.error('the price list has more prices than can be stored; those known before stay in force', { rows: assembly.rows.size });
  // Nothing of it is fresh: the prices grow old until somebody looks.
  const kept = { ...prices, table: stored?.table ?? '', version: stored?.version ?? embedded.version, readAt: stored?.readAt ?? {}, heldBack: stored?.heldBack ?? [] };
  return { prices: kept, changes: [], completeness, worthSaving: false, failures: failures + 1 };
}

/** A table that cannot be read, be it from another version, is none: everything is read anew. */
function readable(stored: RefreshedPrices | undefined, log: Log): { readonly stored?: RefreshedPrices; readonly failures: number } {
  try {
    parsePriceTable('', stored?.table ?? '');
    return { stored, failures: 0 };
  } catch (error) {
    log.error('the prices read before are not readable; everything is read anew', { problem: (error as Error).message });
    return { stored: { ...stored!, table: '', readAt: {} }, failures: 1 };
  }
}

function summarize(
  now: number, { prices, changes, completeness: { complete, silent }, failures }: NextPrices, readings: readonly ServiceReading[], { embedded }: RefreshOptions,
): Omit<RefreshSummary, 'saved'> {
  const known = Date.parse(embedded.version);
  const codes = readings.map(({ serviceCode }) => serviceCode);
  const oldest = Math.min(...SERVICE_CODES.map(code => prices.readAt[code] ?? known));
  return {
    read: codes.filter(code => complete.has(code)),
    failed: readings.filter(({ toEnd, serviceCode }) => !toEnd || silent.includes(serviceCode)).map(({ serviceCode }) => serviceCode),
    changed: changes.length,
    gone: changes.filter(({ after }) => after === undefined).length,
    heldBack: prices.heldBack.length,
    failures: failures + readings.reduce((sum, reading) => sum + reading.failures, 0),
    ageHours: Math.max(0, (now - oldest) / MS_PER_HOUR),
  };
}
