import { Day, dayOf, startOfDay } from '../calendar';
import { groupBy as grouped } from '../collections';
import { addUsd, subtractUsd, Usd, ZERO_USD } from '../money';
import { principalFromId } from '../principal';
import { ChargedPrincipal } from './charged-principals';
import { addSums, compare, LedgerGroup, LedgerSums, Sums, ZERO_SUMS } from './ledger-sums';
import { daysOf, ReportPeriod } from './report-period';

/** What a report is made with, beside the ledger. */
export interface ChargebackOptions {
  readonly deploymentId: string;
  readonly environmentName: string;
  /** IANA time zone in which days begin. */
  readonly timeZone: string;
  /** Days after which a ledger row expires. */
  readonly ledgerRetentionDays: number;
  /** Keys of labels whose values share the cost out, such as `team`. */
  readonly groupBy: readonly string[];
}

/** A principal, a model, a day or a value of a label with what is charged to it. */
export interface ChargedTo extends Sums {
  readonly name: string;
}

/** `name` is empty for what has no such label. */
export interface ChargedByLabel {
  readonly label: string;
  readonly values: readonly ChargedTo[];
}

export interface PrincipalCharge extends ChargedTo {
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A line of the report: the finest that it tells. */
export interface ChargebackLine extends LedgerGroup {
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where the ledger and the Budgets table disagree about a principal. */
export interface Difference {
  readonly principalId: string;
  /** On which days, in order; the amounts are those of these days. */
  readonly days: readonly Day[];
  readonly ledger: Usd;
  readonly budget: Usd;
  /** What the budget holds beyond the ledger; negative where the ledger holds more. */
  readonly difference: Usd;
}

/** What the reader must know to trust the figures. */
export interface Trust {
  /** Whether every day of the period is over. */
  readonly closed: boolean;
  /** Days of the period that have begun so long ago that rows of theirs have expired: their figures are too low. */
  readonly expired: { readonly from: Day; readonly to: Day } | undefined;
  /** Rows of the ledger that cannot be read, and are in no figure. */
  readonly unreadableRows: number;
  readonly differences: readonly Difference[];
  /** What the ledger holds of days that the Budgets table has forgotten, or of principals that it does not know: nothing to compare it with. */
  readonly uncompared: Usd;
}

/** Who is charged what, and how far that can be trusted. Everything is sorted, so that the same ledger makes the same report. */
export interface Chargeback extends ChargebackOptions {
  readonly period: ReportPeriod;
  readonly total: Sums;
  /** Every day of the period, in order. */
  readonly byDay: readonly ChargedTo[];
  /** Dearest first, like all that follows. */
  readonly byModel: readonly ChargedTo[];
  readonly byLabel: readonly ChargedByLabel[];
  readonly byPrincipal: readonly PrincipalCharge[];
  /** By day, principal and model. */
  readonly lines: readonly ChargebackLine[];
  readonly trust: Trust;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Charges a period to whom it is to be charged. Labels are those that the principals have now: the ledger does not keep them, and a team that
 * was renamed is meant by its new name for the last month as well.
 *
 * @param asOf epoch milliseconds at which the ledger began to be read
 */
export function chargebackOf(
  period: ReportPeriod, sums: LedgerSums, principals: ReadonlyMap<string, ChargedPrincipal>, asOf: number, options: ChargebackOptions,
): Chargeback {
  const labelsOf = (principalId: string) => principals.get(principalId)?.labels ?? {};
  const kindOf = (principalId: string) => principals.get(principalId)?.kind ?? principalFromId(principalId)?.kind ?? '';
  const lines = sums.groups().map(group => ({ ...group, kind: kindOf(group.principalId), labels: labelsOf(group.principalId) }));
  const byDay = new Map(charged(lines, ({ day }) => day).map(sum => [sum.name, sum]));
  return {
    ...options,
    period,
    total: totalOf(lines),
    byDay: daysOf(period).map(day => byDay.get(day) ?? { ...ZERO_SUMS, name: day }),
    byModel: charged(lines, ({ modelId }) => modelId),
    byLabel: options.groupBy.map(label => ({ label, values: charged(lines, ({ labels }) => labelValue(labels, label)) })),
    byPrincipal: charged(lines, ({ principalId }) => principalId).map(sum => ({ ...sum, kind: kindOf(sum.name), labels: labelsOf(sum.name) })),
    lines,
    trust: {
      closed: dayOf(asOf, options.timeZone) > period.to,
      expired: expiredDays(period, asOf, options),
      unreadableRows: sums.unreadable,
      ...comparison(lines, principals),
    },
  };
}

/** What a principal has of a label; empty where it has none. */
export function labelValue(labels: Readonly<Record<string, string>>, label: string): string {
  return Object.hasOwn(labels, label) ? labels[label] : '';
}

function charged(lines: readonly ChargebackLine[], nameOf: (line: ChargebackLine) => string): readonly ChargedTo[] {
  return [...grouped(lines, nameOf)]
    .map(([name, group]) => ({ ...totalOf(group), name }))
    .sort((a, b) => (a.cost === b.cost ? compare(a.name, b.name) : a.cost > b.cost ? -1 : 1));
}

function totalOf(lines: readonly LedgerGroup[]): Sums {
  return lines.reduce<Sums>((total, line) => addSums(total, line), ZERO_SUMS);
}

/** A row lives so many days from the moment that its call was logged, which is no earlier than its day began. */
function expiredDays(period: ReportPeriod, asOf: number, { timeZone, ledgerRetentionDays }: ChargebackOptions): Trust['expired'] {
  const isWhole = (day: Day) => startOfDay(day, timeZone) + ledgerRetentionDays * MILLISECONDS_PER_DAY > asOf;
  const expired = daysOf(period).filter(day => !isWhole(day));
  return expired.length === 0 ? undefined : { from: expired[0], to: expired.at(-1)! };
}

/**
 * Both tables are written in one transaction a call. Days are forgotten by a budget when no window can ask for them any more, so only those that it
 * still holds are compared, and those that it holds while the ledger does not.
 */
function comparison(lines: readonly ChargebackLine[], principals: ReadonlyMap<string, ChargedPrincipal>): Pick<Trust, 'differences' | 'uncompared'> {
  const ledger = new Map([...grouped(lines, ({ principalId }) => principalId)].map(([id, group]) => [id, costByDay(group)]));
  const differences: Difference[] = [];
  let uncompared = ZERO_USD;
  for (const principalId of [...new Set([...ledger.keys(), ...principals.keys()])].sort(compare)) {
    const held = principals.get(principalId)?.spend ?? new Map<Day, Usd>();
    const own = ledger.get(principalId) ?? new Map<Day, Usd>();
    uncompared = addUsd(uncompared, ...[...own].filter(([day]) => !held.has(day)).map(([, cost]) => cost));
    // Day by day: a call that is missing on one must not be made up for by one too many on another.
    const differing = [...held].filter(([day, spent]) => spent !== (own.get(day) ?? ZERO_USD));
    if (differing.length > 0) {
      const inBudget = addUsd(...differing.map(([, spent]) => spent));
      const inLedger = addUsd(...differing.map(([day]) => own.get(day) ?? ZERO_USD));
      const days = differing.map(([day]) => day).sort(compare);
      differences.push({ principalId, days, ledger: inLedger, budget: inBudget, difference: subtractUsd(inBudget, inLedger) });
    }
  }
  return { differences, uncompared };
}

function costByDay(lines: readonly LedgerGroup[]): ReadonlyMap<Day, Usd> {
  const costs = new Map<Day, Usd>();
  for (const { day, cost } of lines) {
    costs.set(day, addUsd(costs.get(day) ?? ZERO_USD, cost));
  }
  return costs;
}
