import { groupBy } from '../collections';
import { ComputeUnit, COMPUTE_UNITS } from './compute-prices';
import { addHours, Hours, hoursOf, NO_HOURS } from './compute-quantity';

/** One metric in one set of dimensions, as CloudWatch knows it. */
export interface ComputeSeries {
  readonly unit: ComputeUnit;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What a series measured, by the hour. */
export interface ComputeReading {
  readonly series: ComputeSeries;
  /** Sums by the instant at which their hour begins; hours without any are missing. */
  readonly sums: ReadonlyMap<number, number>;
  /** Why the sums are not complete. */
  readonly problem?: string;
}

/** AgentCore's usage metrics in CloudWatch. */
export interface ComputeMetrics {
  /** Every series that CloudWatch knows, of whatever resource. */
  series(): Promise<readonly ComputeSeries[]>;
  /**
   * Their sums by the hour, from one full hour until before another. Of every series there is one reading, with its problem where CloudWatch did not
   * answer it in full, after retries.
   *
   * @throws for what is final, such as a missing right
   */
  read(series: readonly ComputeSeries[], from: number, until: number): Promise<readonly ComputeReading[]>;
}

export interface RuntimeAddress {
  readonly accountId: string;
  readonly region: string;
  readonly runtimeId: string;
}

/** What one runtime used in one hour. */
export interface HourOfCompute {
  /** When the hour begins, epoch milliseconds. */
  readonly hour: number;
  readonly used: Readonly<Record<ComputeUnit, Hours>>;
}

/** The dimension that names what was used: a runtime's ARN, perhaps with the endpoint behind it. */
const RESOURCE = 'Resource';

const RUNTIME_SEGMENT = /(?:^|[:/])runtime\/([A-Za-z0-9_-]{1,100})(?![^:/])/;
const OWNER = /^arn:[^:]*:[^:]*:([^:]*):([^:]*):/;

/** The runtime that a series is about, or `undefined` where it is about none: about the whole account, a tool, something of another account or region. */
export function runtimeIdOf({ dimensions }: ComputeSeries, own: Omit<RuntimeAddress, 'runtimeId'>): string | undefined {
  const resource = dimensions[RESOURCE] ?? '';
  const owner = OWNER.exec(resource);
  return owner && (owner[1] !== own.region || owner[2] !== own.accountId) ? undefined : RUNTIME_SEGMENT.exec(resource)?.[1];
}

/**
 * What a runtime used, hour by hour, from all readings about it; hours without usage are left out.
 *
 * AgentCore publishes the same usage in several sets of dimensions: by service, by resource, and by resource and endpoint. Only one of them counts in an
 * hour: the one with the most dimensions that has any usage then.
 *
 * @throws ComputeQuantityError
 */
export function hoursOfCompute(readings: readonly ComputeReading[], hours: readonly number[]): readonly HourOfCompute[] {
  const byUnit = COMPUTE_UNITS.map(unit => [unit, bySetOfDimensions(readings.filter(({ series }) => series.unit === unit))] as const);
  return hours
    .map(hour => ({
      hour,
      used: Object.fromEntries(byUnit.map(([unit, sets]) => [unit, firstUsage(sets, hour)])) as Record<ComputeUnit, Hours>,
    }))
    .filter(({ used }) => COMPUTE_UNITS.some(unit => used[unit] > 0n));
}

/** The readings of each set of dimensions, the most detailed set first. */
function bySetOfDimensions(readings: readonly ComputeReading[]): readonly (readonly ComputeReading[])[] {
  const sets = groupBy(readings, ({ series }) => Object.keys(series.dimensions).sort().join());
  return [...sets].sort(([a], [b]) => b.split(',').length - a.split(',').length || (a < b ? -1 : 1)).map(([, own]) => own);
}

function firstUsage(sets: readonly (readonly ComputeReading[])[], hour: number): Hours {
  const sums = sets.map(readings => addHours(...readings.map(({ sums: measured }) => hoursOf(measured.get(hour) ?? 0))));
  return sums.find(sum => sum > 0n) ?? NO_HOURS;
}
