import { Log } from '../../ports';
import { PriceTable } from '../price-table';
import { assemblePrices, Assembly, AssemblyContext } from './assemble-prices';
import { Completeness, completenessOf } from './completeness';
import { embeddedPrice } from './embedded-price';
import { whereOf } from './listed-price';
import { PriceRows } from './price-rows';
import { ServiceReading } from './read-service';
import { SERVICE_CODES, ServiceCode } from './service-codes';

/** A table of fewer rows may well lose half of them. */
const MIN_ROWS_TO_MISS = 10;

/** Enough to see what is meant. */
const MAX_LOGGED = 40;

export interface AssembledReadings {
  readonly assembly: Assembly;
  readonly completeness: Completeness;
  /** Beside those of the readings. */
  readonly failures: number;
}

export interface AssemblyOptions {
  readonly region: string;
  /** The catalog in the package: what prices are compared with that were never read. */
  readonly embedded: PriceTable;
  /** How many times dearer or cheaper a price may become at once: a decimal of at least one. */
  readonly maxChangeFactor: string;
}

interface Known {
  /** The last good prices. */
  readonly before: PriceRows;
  /** Services that ever gave a price. */
  readonly gaveBefore: readonly ServiceCode[];
}

/**
 * Only where everything was read and understood, to the last item, is a price gone that is not listed. A list that lacks most of what it had is believed
 * in what it has, but it is neither whole nor fresh.
 */
export function assembleReadings(
  readings: readonly ServiceReading[], { before, gaveBefore }: Known, { region, embedded, maxChangeFactor: factor }: AssemblyOptions, log: Log,
): AssembledReadings {
  const completeness = completenessOf(readings, gaveBefore);
  completeness.silent.forEach(serviceCode => log.error('a service of the price list gives no prices any more; those known before stay in force', { serviceCode }));
  const context: Omit<AssemblyContext, 'whole'> = { before, embedded: price => embeddedPrice(embedded, region, price), factor };
  const found = readings.flatMap(({ prices }) => prices);
  const whole = SERVICE_CODES.every(code => completeness.complete.has(code)) && readings.every(({ failures, unclear }) => failures + unclear === 0);
  const assembly = assemblePrices(found, { ...context, whole });
  logZeros(assembly, log);
  const gone = [...before.keys()].filter(key => !assembly.rows.has(key)).length;
  if (before.size < MIN_ROWS_TO_MISS || gone * 2 <= before.size) {
    return { assembly, completeness, failures: completeness.silent.length };
  }
  log.error('the price list lacks most of the rows that it had; those known before stay in force', { rows: before.size, gone });
  return {
    assembly: assemblePrices(found, { ...context, whole: false }),
    completeness: { ...completeness, complete: new Set() },
    failures: completeness.silent.length + 1,
  };
}

function logZeros({ zeros }: Assembly, log: Log): void {
  if (zeros.length > 0) {
    log.info('ignored prices of zero', {
      reason: 'listed as free where no price is known: no price at all',
      count: zeros.length,
      prices: zeros.slice(0, MAX_LOGGED).map(price => `${price.modelId} ${whereOf(price)} ${price.kind}`),
    });
  }
}
