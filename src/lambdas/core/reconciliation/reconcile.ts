import { Metric } from '../../../contract';
import { addDays, Day } from '../calendar';
import { Deployment } from '../events';
import { addUsd, formatUsd, toMetricValue, Usd, ZERO_USD } from '../money';
import { EventPublisher, Log, Metrics } from '../ports';
import { compareCosts, Comparison, DayComparison, worstPercent } from './compare-costs';
import { comparePrincipals, PrincipalComparison } from './compare-principals';
import { billingDay, closingDays, givenUpDay, isComplete, rememberedDays, waitingDays } from './due-days';
import { Bill, BilledDay, BillUnavailableError, MeteredCosts, ModelsBehind, NotedDay, NoteStore, ReconciliationNote } from './ports';
import { driftFound, ratioOf, reconciliationUnavailable } from './reconciliation-events';

export interface ReconciliationPorts {
  readonly bill: Bill;
  readonly metered: MeteredCosts;
  readonly models: ModelsBehind;
  readonly notes: NoteStore;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface ReconciliationOptions extends Deployment {
  readonly region: string;
  /** Whether the bill tells principals by a tag. */
  readonly byPrincipal: boolean;
}

export interface ReconciliationSummary {
  readonly compared: readonly Day[];
  /** Days that were to be compared, and of which the bill is not there yet. */
  readonly pending: readonly Day[];
  /** Days that differ. */
  readonly drifting: readonly Day[];
}

interface Outcome {
  readonly noted: NotedDay;
  /** It differed before the bill was closed, and was told then. */
  readonly toldBefore: boolean;
  readonly comparison: DayComparison;
  readonly principals?: PrincipalComparison;
  /** Models and principals that differ. */
  readonly drift: readonly Comparison[];
}

/** Thrown where a part of a run failed; the rest was compared, told and remembered. */
export class ReconciliationIncompleteError extends Error {
  public readonly name = 'ReconciliationIncompleteError';
}

/**
 * Compares every day that is settled with the bill, and once more when the bill of its month is closed. A day that the bill does not have yet is
 * pending, and asked for again the day after. So is one whose log could not be read; principals are not asked for again.
 *
 * @param now epoch milliseconds
 * @throws ReconciliationIncompleteError after everything that could be compared was
 */
export async function reconcile(now: number, ports: ReconciliationPorts, options: ReconciliationOptions): Promise<ReconciliationSummary> {
  const today = billingDay(now);
  // The day on which it begins is not whole, and neither is the log of the days before it.
  const note = await ports.notes.recall() ?? { since: addDays(today, 1), days: [] };
  const waiting = waitingDays(note, today);
  const closing = closingDays(note, today);
  const asked = [...waiting, ...closing.map(({ day }) => day)].sort();
  if (asked.length === 0) {
    ports.log.info('no day of the bill is due for comparison', { since: note.since });
    await ports.notes.remember({ ...note, days: rememberedDays(note.days, today) });
    return report(now, [], [], note, ports);
  }
  let bill: readonly BilledDay[];
  try {
    bill = await ports.bill.read(asked[0], addDays(asked[asked.length - 1], 1));
  } catch (error) {
    if (!(error instanceof BillUnavailableError)) {
      throw error;
    }
    return unavailable(error.message, now, waiting, note, ports, options);
  }
  const billed = new Map(bill.map(each => [each.day, each]));
  const open = await compareWaiting(waiting, billed, now, ports, options);
  const outcomes = [...open.outcomes, ...compareClosed(closing, billed, options)];
  const news = outcomes.filter(isNews);
  await ports.events.publish(news.map(({ noted: { day, final }, comparison, drift }) => driftFound(day, { ...comparison, drift }, final, now, options)));
  const compared = new Map(outcomes.map(({ noted }) => [noted.day, noted]));
  await ports.notes.remember({
    since: note.since,
    days: rememberedDays([...note.days.filter(({ day }) => !compared.has(day)), ...compared.values()], today),
  });
  outcomes.forEach(outcome => tell(outcome, ports.log));
  const summary = report(now, outcomes, waiting.filter(day => !compared.has(day)), note, ports);
  if (open.problems.length > 0) {
    throw new ReconciliationIncompleteError(open.problems.join('; '));
  }
  return summary;
}

async function compareWaiting(
  waiting: readonly Day[], billed: ReadonlyMap<Day, BilledDay>, now: number, ports: ReconciliationPorts, { region, byPrincipal }: ReconciliationOptions,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly problems: readonly string[] }> {
  const there = waiting.filter(day => billed.get(day)?.arrived);
  const problems: string[] = [];
  const ofDays = async (what: string, days: readonly Day[], read: (day: Day) => Promise<ReadonlyMap<string, Usd>>) => {
    const answers = await Promise.allSettled(days.map(read));
    return new Map(days.flatMap((day, index) => {
      const answer = answers[index];
      if (answer.status === 'fulfilled') {
        return [[day, answer.value] as const];
      }
      const { name, message } = answer.reason as Error;
      problems.push(`${what} of ${day}: ${name}: ${message}`);
      return [];
    }));
  };
  const metered = await ofDays('models', there, day => ports.metered.byModel(day, now));
  const ofPrincipals = await ofDays('principals', byPrincipal ? [...metered.keys()] : [], day => ports.metered.byPrincipal(day, now));
  const behind = await ports.models.modelsBehind(new Set([...metered.values()].flatMap(models => [...models.keys()])));
  const outcomes = [...metered].flatMap(([day, costs]) => {
    const { charges, tagged, estimated } = billed.get(day)!;
    const models = byModelBehind(costs, id => behind.get(id)?.modelId ?? id);
    const comparison = compareCosts(models, charges, region);
    if (comparison.incomplete && !isComplete(day, billingDay(now))) {
      return [];
    }
    const ofDay = ofPrincipals.get(day);
    const principals = ofDay && comparePrincipals(ofDay, tagged, region);
    const drift = [...comparison.drift, ...(principals?.principals ?? []).filter(({ verdict }) => verdict === 'differs')];
    const noted: NotedDay = { day, final: !estimated, told: drift.length > 0, metered: models };
    return [{ comparison, ...(principals ? { principals } : {}), drift, toldBefore: false, noted }];
  });
  return { outcomes, problems };
}

function compareClosed(closing: readonly NotedDay[], billed: ReadonlyMap<Day, BilledDay>, { region }: ReconciliationOptions): Outcome[] {
  return closing.flatMap(noted => {
    const closed = billed.get(noted.day);
    if (!closed || closed.estimated || !closed.arrived) {
      return [];
    }
    const comparison = compareCosts(noted.metered, closed.charges, region);
    const { drift } = comparison;
    return [{ comparison, drift, toldBefore: noted.told, noted: { ...noted, final: true, told: noted.told || drift.length > 0 } }];
  });
}

function byModelBehind(metered: ReadonlyMap<string, Usd>, modelOf: (id: string) => string): ReadonlyMap<string, Usd> {
  const models = new Map<string, Usd>();
  for (const [id, cost] of metered) {
    const model = modelOf(id);
    models.set(model, addUsd(models.get(model) ?? ZERO_USD, cost));
  }
  return models;
}

function isNews({ drift, toldBefore }: Outcome): boolean {
  return drift.length > 0 && !toldBefore;
}

/** Told once, not every day: the alarm on days that wait reminds of it. */
async function unavailable(
  reason: string, now: number, waiting: readonly Day[], note: ReconciliationNote, ports: ReconciliationPorts, options: ReconciliationOptions,
): Promise<ReconciliationSummary> {
  ports.log.warn('the bill cannot be read', { problem: reason });
  if (note.unavailable !== reason) {
    await ports.events.publish([reconciliationUnavailable(reason, billingDay(now), now, options)]);
    await ports.notes.remember({ ...note, unavailable: reason });
  }
  return report(now, [], waiting, note, ports);
}

function report(
  now: number, outcomes: readonly Outcome[], pending: readonly Day[], note: ReconciliationNote, { metrics, log }: ReconciliationPorts,
): ReconciliationSummary {
  metrics.add(Metric.RECONCILED_DAYS, outcomes.length);
  metrics.add(Metric.RECONCILIATION_PENDING, pending.length);
  if (outcomes.length > 0) {
    const drift = outcomes.filter(isNews).flatMap(outcome => outcome.drift);
    metrics.add(Metric.COST_DRIFT_PERCENT, worstPercent(drift));
    metrics.add(Metric.COST_DRIFT_USD, toMetricValue(addUsd(...drift.map(({ difference }) => (difference < 0n ? -difference : difference) as Usd))));
  }
  if (pending.length > 0) {
    log.info('the bill of some days is not there yet; they are asked for again tomorrow', { days: pending });
  }
  const lost = givenUpDay(note, billingDay(now));
  if (lost !== undefined) {
    log.warn('a day was never compared: the bill did not have it in time', { day: lost });
  }
  return {
    compared: outcomes.map(({ noted: { day } }) => day),
    pending,
    drifting: outcomes.filter(isNews).map(({ noted: { day } }) => day),
  };
}

function tell({ noted: { day, final }, comparison, principals }: Outcome, log: Log): void {
  const { models, total, other, unknownModels, unknownCalls } = comparison;
  for (const each of [...models, total]) {
    log.info('compared with the bill', { day, final, ...factsOf(each) });
  }
  for (const { model: principalId, ...each } of principals?.principals ?? []) {
    const { modelId: _, ...facts } = factsOf({ model: principalId, ...each });
    log.info('compared with the bill', { day, final, principalId, ...facts });
  }
  if (principals) {
    log.info('principals that only one side tells', {
      day, billedUsd: formatUsd(principals.billedToNobody), meteredUsd: formatUsd(principals.meteredOfOthers),
    });
  }
  if (other.size > 0) {
    log.info('other Bedrock charges, which are not metered', { day, usd: figures(other) });
  }
  if (unknownModels.size > 0 || unknownCalls > 0n) {
    log.warn('not everything could be matched: the total tells whether the bill agrees', {
      day, billedUnderUnknownNames: figures(unknownModels), meteredUnderUnknownModels: formatUsd(unknownCalls),
    });
  }
}

function factsOf(comparison: Comparison): Readonly<Record<string, unknown>> {
  const { model, metered, billed, percent, verdict } = comparison;
  return { modelId: model, meteredUsd: formatUsd(metered), billedUsd: formatUsd(billed), ratio: ratioOf(comparison), percent, verdict };
}

function figures(amounts: ReadonlyMap<string, Usd>): Readonly<Record<string, string>> {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, formatUsd(amount)]));
}
