import { LedgerAttribute } from '../../../contract';
import { Item, NumberText } from '../budget-item';
import { addDays, Day, dayOf, isDay } from '../calendar';
import { KEPT_DAYS } from '../forgotten-days';
import { addUsd, MoneyError, subtractUsd, Usd, usd, ZERO_USD } from '../money';

/**
 * Comparing budgets with the ledger, and making good what they lost.
 *
 * Whatever is charged or corrected is written to both tables in one transaction, so that for every principal and day the difference between the sum of
 * the ledger's rows and the budget's number is the same before and after: it is 0 where nobody damaged anything, and what has to be added where
 * somebody did, whether or not the meter charges on meanwhile. What remains is to read that difference while the meter runs. The ledger is read, then the
 * budget, then the ledger again. Rows are never taken away, and a row is corrected once; so if both readings of the ledger have as many rows and as many
 * corrections of a principal's day, they have the same ones: no less than there were when the budget was read, since the second reading began later, and no
 * more, since the first one had ended. That is one instant at which all three are known. Where the two readings differ, nothing is said of that day.
 */

/** Thrown for a row, or a budget, that somebody broke by hand: its sum is not known. */
export class UnsummableError extends Error {
  public readonly name = 'UnsummableError';
}

/** One row of the ledger, as far as sums go. */
export interface LedgerEntry {
  readonly principalId: string;
  readonly day: Day;
  readonly cost: Usd;
  readonly isEstimate: boolean;
  readonly isCorrected: boolean;
  /** When its life began, epoch milliseconds. */
  readonly loggedAt?: number;
  /** For how long the row was to be kept, in seconds. */
  readonly keptSeconds?: number;
}

/** What a day's spend is, and how much of it is an estimate. */
export interface Amounts {
  readonly spend: Usd;
  readonly estimated: Usd;
}

/** The budget of a principal, as far as sums go. */
export interface BudgetDays {
  readonly principalId: string;
  readonly days: ReadonlyMap<Day, Partial<Amounts>>;
  /** Id of the last rebuilding of this budget. */
  readonly rebuiltBy?: string;
}

/** Attributes of a row that are read: of millions of rows the rest is left where it is. */
export const SUMMED_ATTRIBUTES = [
  LedgerAttribute.CALL_ID, 'principalId', 'day', 'costUsd', LedgerAttribute.ESTIMATE, 'repricedAt', 'loggedAt', LedgerAttribute.EXPIRES_AT,
] as const;

/** @throws UnsummableError */
export function ledgerEntry(row: Item): LedgerEntry {
  const { principalId, day, costUsd, loggedAt } = row;
  if (typeof principalId !== 'string' || typeof day !== 'string' || !isDay(day) || !(costUsd instanceof NumberText)) {
    throw new UnsummableError(`the ledger's row ${String(row[LedgerAttribute.CALL_ID]).slice(0, 200)} does not tell who pays how much on which day`);
  }
  const expiresAt = row[LedgerAttribute.EXPIRES_AT];
  const logged = typeof loggedAt === 'string' ? Date.parse(loggedAt) : NaN;
  const keptSeconds = expiresAt instanceof NumberText ? Number(expiresAt.value) - Math.floor(logged / 1000) : NaN;
  return {
    principalId,
    day,
    cost: amountOf(costUsd, `the ledger's row ${String(row[LedgerAttribute.CALL_ID]).slice(0, 200)}`),
    isEstimate: row[LedgerAttribute.ESTIMATE] !== undefined,
    isCorrected: row.repricedAt !== undefined,
    ...(Number.isFinite(logged) ? { loggedAt: logged } : {}),
    ...(Number.isFinite(keptSeconds) ? { keptSeconds } : {}),
  };
}

/** @throws UnsummableError */
export function amountOf({ value }: NumberText, where: string): Usd {
  try {
    return usd(value);
  } catch (error) {
    if (error instanceof MoneyError) {
      throw new UnsummableError(`${where} has an amount that cannot be read: ${error.message}`);
    }
    throw error;
  }
}

interface DayTally {
  spend: Usd;
  estimated: Usd;
  rows: number;
  corrections: number;
}

const NOTHING: DayTally = { spend: ZERO_USD, estimated: ZERO_USD, rows: 0, corrections: 0 };

/** Sums of the ledger by principal and day: all that is kept of it. */
export class LedgerTally {
  public rows = 0;
  /** The shortest time for which a row was to be kept: the retention may have been another one then. */
  public shortestKeptSeconds = Infinity;
  /** When the oldest row was logged, epoch milliseconds. */
  public oldestLoggedAt = Infinity;
  private readonly byPrincipal = new Map<string, Map<Day, DayTally>>();

  /** @param only the principals and days that matter; all of them where it is left out */
  constructor(private readonly only?: ReadonlySet<string>) {}

  public add({ principalId, day, cost, isEstimate, isCorrected, loggedAt = Infinity, keptSeconds = Infinity }: LedgerEntry): void {
    this.rows += 1;
    this.oldestLoggedAt = Math.min(this.oldestLoggedAt, loggedAt);
    this.shortestKeptSeconds = Math.min(this.shortestKeptSeconds, keptSeconds);
    if (this.only && !this.only.has(keyOf(principalId, day))) {
      return;
    }
    const days = this.byPrincipal.get(principalId) ?? new Map<Day, DayTally>();
    this.byPrincipal.set(principalId, days);
    const tally = days.get(day) ?? { ...NOTHING };
    days.set(day, tally);
    tally.spend = addUsd(tally.spend, cost);
    tally.estimated = addUsd(tally.estimated, isEstimate ? cost : ZERO_USD);
    tally.rows += 1;
    tally.corrections += isCorrected ? 1 : 0;
  }

  public principals(): Iterable<string> {
    return this.byPrincipal.keys();
  }

  public days(principalId: string): ReadonlyMap<Day, Readonly<DayTally>> {
    return this.byPrincipal.get(principalId) ?? new Map<Day, DayTally>();
  }

  public of(principalId: string, day: Day): Readonly<DayTally> {
    return this.days(principalId).get(day) ?? NOTHING;
  }
}

/** Which days can be compared. */
export interface ComparableDays {
  /** The first day of which no row has expired, as far as one can tell. */
  readonly wholeFrom: Day;
  /** From this day on no row can have expired, for however short a time the ledger kept its rows once. */
  readonly provenFrom: Day;
  /** Before this day a budget may have forgotten a day that no window asks for any more. */
  readonly keptFrom: Day;
}

/** The shortest retention that a deployment may have: see `ledgerRetention`. */
const SHORTEST_RETENTION_SECONDS = 31 * 86_400;

export interface Keeping {
  /** For how long the ledger keeps a row: the shortest time that is known of. */
  readonly keptSeconds: number;
  /** When the oldest row was logged, epoch milliseconds; `Infinity` where there is none. */
  readonly oldestLoggedAt: number;
}

/**
 * Rows that are there tell nothing of a shorter retention whose rows are all gone. So beyond the shortest one that there may have been, days count as whole
 * only if they are after that of the oldest row.
 */
export function comparableDays(now: number, { keptSeconds, oldestLoggedAt }: Keeping, timeZone: string): ComparableDays {
  // Rows of the day in which the retention ends may be gone; a row is logged on its day or later, never before.
  const afterThatOf = (instant: number) => addDays(dayOf(instant, timeZone), 1);
  const provenFrom = afterThatOf(now - Math.min(SHORTEST_RETENTION_SECONDS, keptSeconds) * 1000);
  const keptFrom = afterThatOf(now - keptSeconds * 1000);
  const oldestFrom = Number.isFinite(oldestLoggedAt) ? afterThatOf(oldestLoggedAt) : provenFrom;
  return {
    wholeFrom: latest(keptFrom, earliest(oldestFrom, provenFrom)),
    provenFrom,
    keptFrom: addDays(dayOf(now, timeZone), -KEPT_DAYS),
  };
}

function earliest(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function latest(a: Day, b: Day): Day {
  return a < b ? b : a;
}

/** A principal's day on which the two tables do not agree. */
export interface Difference {
  readonly principalId: string;
  readonly day: Day;
  readonly ledger: Amounts;
  /** How many rows of it the ledger has. */
  readonly ledgerRows: number;
  readonly budget: Amounts;
  /** Whether the principal has a budget at all. */
  readonly hasBudget: boolean;
  readonly rebuiltBy?: string;
}

/** What has to be added to the budget; less than nothing where it has too much. */
export function correctionOf({ ledger, budget }: Pick<Difference, 'ledger' | 'budget'>): Amounts {
  return { spend: subtractUsd(ledger.spend, budget.spend), estimated: subtractUsd(ledger.estimated, budget.estimated) };
}

/**
 * Whether spend would be taken away because of rows that are not there, while they may well have been: the ledger knows nothing of the day, or kept its
 * rows for a shorter time then. Nothing else takes anything from anybody wrongly.
 */
export function isUnproven(difference: Difference, { provenFrom }: ComparableDays): boolean {
  const { spend, estimated } = correctionOf(difference);
  return (spend < 0n || estimated < 0n) && (difference.ledgerRows === 0 || difference.day < provenFrom);
}

/** Where a budget and the ledger differ, on days that can be compared. */
export function differencesOf(budget: BudgetDays, tally: LedgerTally, comparable: ComparableDays, hasBudget = true): Difference[] {
  const { principalId, days, rebuiltBy } = budget;
  const all = [...new Set([...days.keys(), ...tally.days(principalId).keys()])].sort();
  return all.flatMap(day => {
    const known = days.get(day);
    const forgotten = known?.spend === undefined && day < comparable.keptFrom;
    if (day < comparable.wholeFrom || forgotten) {
      return [];
    }
    const { spend, estimated, rows: ledgerRows } = tally.of(principalId, day);
    const amounts: Amounts = { spend: known?.spend ?? ZERO_USD, estimated: known?.estimated ?? ZERO_USD };
    const differs = spend !== amounts.spend || estimated !== amounts.estimated;
    const ledger: Amounts = { spend, estimated };
    return differs ? [{ principalId, day, ledger, ledgerRows, budget: amounts, hasBudget, ...(rebuiltBy === undefined ? {} : { rebuiltBy }) }] : [];
  });
}

/** Both tables, read consistently: what is written before a page or an item is asked for is on it. */
export interface RebuildSource {
  ledger(): AsyncIterable<readonly LedgerEntry[]>;
  budgets(): AsyncIterable<BudgetDays>;
}

export interface Comparison {
  /** Rows of the ledger. */
  readonly rows: number;
  /** Budgets that were compared. */
  readonly budgets: number;
  readonly comparable: ComparableDays;
  /** Surely different; by principal, and of each in order of days. */
  readonly differences: readonly Difference[];
  /** Charged while they were read, every time: look again when it is quieter. */
  readonly undecided: readonly Difference[];
}

export interface ComparisonOptions {
  readonly now: number;
  readonly timeZone: string;
  /** For how long the ledger keeps a row now. */
  readonly retentionSeconds: number;
  /** How often the ledger is read at most: twice or more. */
  readonly rounds: number;
  /** Told after every page how many rows were read in this reading, and which one it is. */
  readonly onProgress?: (rows: number, reading: number) => Promise<void> | void;
}

/** Compares all budgets with the ledger while both go on changing. One reading of the ledger where all is well; another one where something seems not to be. */
export async function compare(source: RebuildSource, options: ComparisonOptions): Promise<Comparison> {
  let tally = await readLedger(source, options, 1);
  const { rows } = tally;
  const keeping: Keeping = { keptSeconds: Math.min(options.retentionSeconds, tally.shortestKeptSeconds), oldestLoggedAt: tally.oldestLoggedAt };
  const comparable = comparableDays(options.now, keeping, options.timeZone);
  const differences: Difference[] = [];
  let only: ReadonlySet<string> | undefined;
  let budgets = 0;
  const told = (undecided: readonly Difference[]): Comparison => (
    { rows, budgets, comparable, differences: inOrder(differences), undecided: inOrder(undecided) }
  );
  for (let reading = 2; ; reading += 1) {
    const seen = await readBudgets(source, tally, comparable, only);
    budgets ||= seen.budgets;
    if (seen.differences.length === 0) {
      return told([]);
    }
    only = new Set(seen.differences.map(({ principalId, day }) => keyOf(principalId, day)));
    const again = await readLedger(source, options, reading, only);
    const isSure = ({ principalId, day }: Difference) => isSame(tally.of(principalId, day), again.of(principalId, day));
    differences.push(...seen.differences.filter(isSure));
    const undecided = seen.differences.filter(difference => !isSure(difference));
    if (undecided.length === 0 || reading >= options.rounds) {
      return told(undecided);
    }
    only = new Set(undecided.map(({ principalId, day }) => keyOf(principalId, day)));
    tally = again;
  }
}

async function readLedger(source: RebuildSource, { onProgress }: ComparisonOptions, reading: number, only?: ReadonlySet<string>): Promise<LedgerTally> {
  const tally = new LedgerTally(only);
  for await (const page of source.ledger()) {
    page.forEach(entry => tally.add(entry));
    await onProgress?.(tally.rows, reading);
  }
  return tally;
}

async function readBudgets(
  source: RebuildSource, tally: LedgerTally, comparable: ComparableDays, only: ReadonlySet<string> | undefined,
): Promise<{ readonly budgets: number; readonly differences: readonly Difference[] }> {
  const withBudget = new Set<string>();
  const differences: Difference[] = [];
  for await (const budget of source.budgets()) {
    withBudget.add(budget.principalId);
    differences.push(...differencesOf(budget, tally, comparable));
  }
  for (const principalId of tally.principals()) {
    if (!withBudget.has(principalId)) {
      differences.push(...differencesOf({ principalId, days: new Map() }, tally, comparable, false));
    }
  }
  return { budgets: withBudget.size, differences: differences.filter(({ principalId, day }) => !only || only.has(keyOf(principalId, day))) };
}

/** Rows are only added, and each is corrected once: as many of both are the same ones. */
function isSame(a: DayTally, b: DayTally): boolean {
  return a.rows === b.rows && a.corrections === b.corrections;
}

/** Several readings may have found them: what is written of a principal begins with its first day. */
function inOrder(differences: readonly Difference[]): readonly Difference[] {
  const place = ({ principalId, day }: Difference) => `${principalId} ${day}`;
  return [...differences].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function keyOf(principalId: string, day: Day): string {
  return `${day} ${principalId}`;
}
