import * as z from 'zod/mini';
import { LedgerAttribute } from '../../../contract';
import { COMPUTE_SOURCE } from '../agents/compute-charge';
import { Day, isDay } from '../calendar';
import { formatUsd, usd, Usd, ZERO_USD } from '../money';
import { amountIn, Attributes, countIn } from './attributes';
import { ReportPeriod } from './report-period';

/** Sums of some rows of the ledger. Money is exact; tokens inform. */
export interface Sums {
  readonly calls: number;
  readonly cost: Usd;
  /** Calls whose cost is an estimate still, since the price of their model is not known. */
  readonly estimatedCalls: number;
  readonly estimated: Usd;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** The sums of what one principal spent on one model in one day. */
export interface LedgerGroup extends Sums {
  readonly day: Day;
  readonly principalId: string;
  readonly modelId: string;
}

/** Thrown where a report would not fit into memory. */
export class TooManyGroupsError extends Error {
  public readonly name = 'TooManyGroupsError';
}

/** Thrown for kept sums that nobody of ours wrote. */
export class LedgerSumsError extends Error {
  public readonly name = 'LedgerSumsError';
}

export const ZERO_SUMS: Sums = {
  calls: 0, cost: ZERO_USD, estimatedCalls: 0, estimated: ZERO_USD, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0,
};

/** Attributes of a ledger row that a report needs; reading them alone keeps the answers of a scan small, if not their price. */
export const LEDGER_ATTRIBUTES = [
  'day', 'principalId', 'modelId', 'source', 'costUsd', LedgerAttribute.ESTIMATE, 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens',
] as const;

/** What the function that writes reports has memory for, with the texts made of it: four kilobytes each at the most, measured with half a million. */
export const MAX_GROUPS = 300_000;

export function addSums(a: Sums, b: Sums): Sums {
  return {
    calls: a.calls + b.calls,
    cost: (a.cost + b.cost) as Usd,
    estimatedCalls: a.estimatedCalls + b.estimatedCalls,
    estimated: (a.estimated + b.estimated) as Usd,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  };
}

/**
 * A ledger, or a part of one, added up by day, principal and model. However the ledger is split and in whatever order its parts come
 * together, the sums are the same; memory follows the number of groups, not that of rows.
 */
export class LedgerSums {
  /** @throws LedgerSumsError, TooManyGroupsError */
  public static fromText(text: string, maxGroups = MAX_GROUPS): LedgerSums {
    const { unreadable, groups } = read(text);
    const sums = new LedgerSums(maxGroups);
    sums.unreadable = unreadable;
    for (const [day, principalId, modelId, calls, cost, estimatedCalls, estimated, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens] of groups) {
      sums.add(day, principalId, modelId, {
        calls, cost: usd(cost), estimatedCalls, estimated: usd(estimated), inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens,
      });
    }
    return sums;
  }

  /** Rows of the period, or of no day at all, that cannot be read: they are in no sum. */
  public unreadable = 0;
  private readonly groupsByDay = new Map<Day, Map<string, Map<string, Sums>>>();
  private size = 0;

  constructor(private readonly maxGroups = MAX_GROUPS) {}

  /**
   * Adds a row, if it counts in the period.
   *
   * @throws TooManyGroupsError
   */
  public addRow(row: Attributes, { from, to }: ReportPeriod): void {
    const day = row.day?.S;
    if (day !== undefined && isDayLike(day) && (day < from || day > to)) {
      return;
    }
    const principalId = row.principalId?.S;
    const cost = amountIn(row.costUsd);
    if (day === undefined || !isDay(day) || !principalId || cost === undefined) {
      this.unreadable += 1;
      return;
    }
    const isEstimate = row[LedgerAttribute.ESTIMATE] !== undefined;
    this.add(day, principalId, row.modelId?.S ?? (row.source?.S === COMPUTE_SOURCE ? COMPUTE_SOURCE : 'unknown'), {
      calls: 1,
      cost,
      estimatedCalls: isEstimate ? 1 : 0,
      estimated: isEstimate ? cost : ZERO_USD,
      inputTokens: countIn(row.inputTokens),
      outputTokens: countIn(row.outputTokens),
      cacheReadTokens: countIn(row.cacheReadTokens),
      cacheWriteTokens: countIn(row.cacheWrite5mTokens) + countIn(row.cacheWrite1hTokens),
    });
  }

  /** @throws TooManyGroupsError */
  public addAll(other: LedgerSums): void {
    this.unreadable += other.unreadable;
    for (const { day, principalId, modelId, ...sums } of other.unsorted()) {
      this.add(day, principalId, modelId, sums);
    }
  }

  /** By day, principal and model, in this order. */
  public groups(): readonly LedgerGroup[] {
    return [...this.unsorted()].sort((a, b) => compare(a.day, b.day) || compare(a.principalId, b.principalId) || compare(a.modelId, b.modelId));
  }

  /** The same sums make the same text. */
  public toText(): string {
    const groups = this.groups().map(group => [
      group.day, group.principalId, group.modelId, group.calls, formatUsd(group.cost), group.estimatedCalls, formatUsd(group.estimated),
      group.inputTokens, group.outputTokens, group.cacheReadTokens, group.cacheWriteTokens,
    ]);
    return JSON.stringify({ unreadable: this.unreadable, groups });
  }

  private add(day: Day, principalId: string, modelId: string, sums: Sums): void {
    const byPrincipal = entry(this.groupsByDay, day);
    const byModel = entry(byPrincipal, principalId);
    const before = byModel.get(modelId);
    if (!before && this.size >= this.maxGroups) {
      throw new TooManyGroupsError(`more than ${this.maxGroups} combinations of day, principal and model: ask for fewer days at a time`);
    }
    this.size += before ? 0 : 1;
    byModel.set(modelId, before ? addSums(before, sums) : sums);
  }

  private* unsorted(): Generator<LedgerGroup> {
    for (const [day, byPrincipal] of this.groupsByDay) {
      for (const [principalId, byModel] of byPrincipal) {
        for (const [modelId, sums] of byModel) {
          yield { day, principalId, modelId, ...sums };
        }
      }
    }
  }
}

/** By UTF-16 units, whatever the machine's language is. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Enough to put a row aside that counts on another day; whether it is a day that exists is asked of those in the period only. */
function isDayLike(text: string): boolean {
  return text.length === 10 && text[4] === '-' && text[7] === '-';
}

function entry<K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let inner = map.get(key);
  if (!inner) {
    map.set(key, inner = new Map());
  }
  return inner;
}

const Count = z.number();
const TextShape = z.object({
  unreadable: Count,
  groups: z.array(z.tuple([z.string(), z.string(), z.string(), Count, z.string(), Count, z.string(), Count, Count, Count, Count])),
});

function read(text: string): z.output<typeof TextShape> {
  try {
    return z.parse(TextShape, JSON.parse(text));
  } catch (cause) {
    throw new LedgerSumsError('the kept sums of a part of the ledger cannot be read: run the report again', { cause });
  }
}
