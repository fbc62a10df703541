import { Metric } from '../../../contract';
import { isoInstant } from '../budget-item';
import { Deployment } from '../events';
import { PriceCatalog } from '../pricing/price-catalog';
import { LoggingHint } from './checker-event';
import { unmeteredPercent } from './compare';
import { gapEvent, loggingEvent, mantleEvent, surplusEvent } from './coverage-events';
import { HourCounts, judge } from './judge';
import { ExpectedLogging, faultsOf, LoggingFacts, LoggingFault, subscribedSince } from './logging-check';
import { mantleReport } from './mantle';
import { CoveragePorts, Hour } from './ports';
import { CountsByModel, totalTokens } from './token-counts';

export interface CoverageContext extends Deployment {
  readonly region: string;
  readonly expected: ExpectedLogging;
  /** Whether use of the mantle endpoint is looked for. */
  readonly mantle: boolean;
  readonly prices: PriceCatalog;
}

export interface CoverageSummary {
  /** ISO 8601 begin of the hour that was compared. */
  readonly hour: string;
  /** What came of it. `too-early`: nothing was metered yet, or not for all of it. `untracked`: calls of principals that are not tracked hide it. */
  readonly verdict: 'covered' | 'gap' | 'surplus' | 'gap-and-surplus' | 'too-early' | 'untracked';
  readonly unmetered: number;
  readonly overmetered: number;
  readonly faults: readonly LoggingFault['code'][];
  readonly mantleInferences: number;
}

/** Thrown where part of a run failed; the rest was done. */
export class CoverageIncompleteError extends Error {
  public readonly name = 'CoverageIncompleteError';
}

const HOUR_MS = 3_600_000;

/** A deployment takes a while: what is checked is there before what is to be checked, or after. */
const SETTLING_MS = HOUR_MS;

/** The hour before the last one that is closed: by then records have been delivered and metrics are complete. */
export function judgedHour(now: number): Hour {
  return Math.floor(now / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
}

/**
 * One look at everything by which spend could pass unseen.
 *
 * @throws CoverageIncompleteError after all parts were tried
 */
export async function checkCoverage(now: number, ports: CoveragePorts, context: CoverageContext): Promise<CoverageSummary> {
  const hour = judgedHour(now);
  const problems: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${what}: ${(error as Error).name}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const logging = await attempt('logging', () => checkLogging(now, undefined, ports, context));
  const mantleInferences = context.mantle ? await attempt('mantle', () => checkMantle(hour, now, ports, context)) : 0;
  // Whether the hour may be judged depends on since when there is a subscription.
  const compared = logging && await attempt('comparison', () => compareHours(hour, now, logging.facts, ports, context));
  if (problems.length > 0) {
    throw new CoverageIncompleteError(problems.join('; '));
  }
  ports.metrics.add(Metric.COVERAGE_CHECKS, 1);
  return { hour: isoInstant(hour), ...compared!, faults: logging!.faults.map(({ code }) => code), mantleInferences: mantleInferences! };
}

/** Looks whether records reach the meter; AWS's word counts, not that of the event that asked for the look. */
export async function checkLogging(
  now: number, hint: LoggingHint | undefined, { logging, events, metrics, log }: CoveragePorts, context: CoverageContext,
): Promise<{ readonly facts: LoggingFacts; readonly faults: readonly LoggingFault[] }> {
  const facts = await logging.inspect();
  const faults = faultsOf(facts, context.expected);
  metrics.add(Metric.LOGGING_MISDIRECTED, faults.length > 0 ? 1 : 0);
  if (faults.length > 0) {
    log.error('records of calls do not reach the usage meter', { faults, ...(hint ? { changedBy: hint.by, call: hint.eventName } : {}) });
  }
  if (faults.length > 0 || hint) {
    await events.publish([loggingEvent(now, faults, hint, context)]);
  }
  return { facts, faults };
}

async function checkMantle(hour: Hour, now: number, { bedrock, events, metrics, log }: CoveragePorts, context: CoverageContext): Promise<number> {
  const report = mantleReport(await bedrock.mantleUse(hour), { ...context, at: hour });
  metrics.add(Metric.MANTLE_INFERENCES, report?.inferences ?? 0);
  if (!report) {
    return 0;
  }
  log.warn('the mantle endpoint was used, which no log shows', { hour: isoInstant(hour), inferences: report.inferences, models: Object.keys(report.models) });
  await events.publish([mantleEvent(hour, now, report, context)]);
  return report.inferences;
}

async function compareHours(
  hour: Hour, now: number, facts: LoggingFacts, ports: CoveragePorts, context: CoverageContext,
): Promise<Pick<CoverageSummary, 'verdict' | 'unmetered' | 'overmetered'>> {
  const { bedrock, meterLog, logging, events, metrics, log } = ports;
  const since = Math.max(subscribedSince(facts, context.expected) ?? 0, await logging.checkingSince() ?? 0) + SETTLING_MS;
  const isMetered = (begin: Hour) => begin >= since;
  if (!isMetered(hour)) {
    log.info('the hour is not compared: it was not metered from its begin', { hour: isoInstant(hour) });
    return { verdict: 'too-early', unmetered: 0, overmetered: 0 };
  }
  const [earlier, before, after] = [hour - 2 * HOUR_MS, hour - HOUR_MS, hour + HOUR_MS];
  const [counted, metered, untracked, untrackedBefore] = await Promise.all([
    bedrock.counted(earlier, after + HOUR_MS),
    meterLog.metered([earlier, before, hour, after], now),
    bedrock.untrackedCalls(before, now),
    // As the run of an hour ago asked.
    bedrock.untrackedCalls(earlier, now - HOUR_MS),
  ]);
  const countsOf = (begin: Hour): HourCounts => ({ counted: counted.get(begin) ?? NONE, metered: metered.get(begin) ?? NONE });
  const judgement = judge({
    ...(isMetered(earlier) ? { earlier: countsOf(earlier) } : {}),
    ...(isMetered(before) ? { before: countsOf(before) } : {}),
    hour: countsOf(hour),
    after: countsOf(after),
  });
  const { total, models } = judgement.comparison;
  metrics.add(Metric.COVERAGE_GAP_PERCENT, unmeteredPercent(total));
  metrics.add(Metric.TOKENS_UNMETERED, total.unmetered);
  metrics.add(Metric.TOKENS_OVERMETERED, total.overmetered);
  const notCompared = [...models.values()].filter(model => model.notCompared.length > 0).map(({ key, notCompared: kinds }) => `${key}: ${kinds.join(', ')}`);
  log.info('coverage', {
    hour: isoInstant(hour),
    countedByAws: totalTokens(total.counted),
    metered: totalTokens(total.metered),
    callsByAws: total.counted.calls,
    callsMetered: total.metered.calls,
    unmetered: total.unmetered,
    overmetered: total.overmetered,
    gaps: judgement.gaps.map(({ key, unmetered }) => ({ model: key, unmetered })),
    surpluses: judgement.surpluses.map(({ key, overmetered }) => ({ model: key, overmetered })),
    notCompared,
    untrackedCalls: untracked,
  });
  // Calls that are charged to nobody by order are in AWS's count alone: what they are of a gap cannot be told.
  const hasGap = judgement.gaps.length > 0 && untracked === 0;
  metrics.add(Metric.COVERAGE_GAPS, hasGap ? 1 : 0);
  const found = [
    ...(hasGap ? [gapEvent(hour, now, judgement, judgement.gapLasts && untrackedBefore === 0, context)] : []),
    ...(judgement.surpluses.length > 0 ? [surplusEvent(hour, now, judgement, context)] : []),
  ];
  if (found.length > 0) {
    await events.publish(found);
  }
  const verdict = verdictOf(judgement.gaps.length > 0, judgement.surpluses.length > 0, untracked > 0);
  return { verdict, unmetered: total.unmetered, overmetered: total.overmetered };
}

const NONE: CountsByModel = new Map();

function verdictOf(gap: boolean, surplus: boolean, untracked: boolean): CoverageSummary['verdict'] {
  if (gap && untracked) {
    return 'untracked';
  }
  return gap && surplus ? 'gap-and-surplus' : gap ? 'gap' : surplus ? 'surplus' : 'covered';
}
