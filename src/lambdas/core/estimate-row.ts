import * as z from 'zod/mini';
import { LedgerAttribute } from '../../contract';
import { Item, NumberText } from './budget-item';
import { Day, isDay } from './calendar';
import { usd, Usd } from './money';
import { RoutedUsage } from './pricing/model-directory';
import { BILLED_UNITS } from './pricing/units';

/** A call that was charged by an estimate, as its ledger row tells it. */
export interface Estimate {
  readonly callId: string;
  readonly principalId: string;
  /** The day on which it counts. */
  readonly day: Day;
  /** What it was charged. */
  readonly cost: Usd;
  readonly usage: RoutedUsage;
}

/** Thrown for a row that somebody broke by hand: names the attribute. */
export class LedgerRowError extends Error {
  public readonly name = 'LedgerRowError';
}

/** Not exact: counts are whole and far below where a JavaScript number loses digits, which is checked. */
const Count = z.pipe(
  z.instanceof(NumberText).check(z.refine(({ value }) => isCount(Number(value)), 'is not a whole number of at least 0')),
  z.transform(({ value }: NumberText) => Number(value)),
);
const Dollars = z.pipe(
  z.instanceof(NumberText).check(z.refine(({ value }) => isCost(value), 'is no amount of USD of at least 0')),
  z.transform(({ value }: NumberText) => usd(value)),
);
const Instant = z.pipe(z.iso.datetime({ offset: true }), z.transform((text: string) => Date.parse(text)));

const UsageShape = z.object({
  modelId: z.string(),
  region: z.string(),
  calledAt: Instant,
  inputTokens: Count,
  outputTokens: Count,
  // What a row does not have was none.
  cacheReadTokens: z.optional(Count),
  cacheWrite5mTokens: z.optional(Count),
  cacheWrite1hTokens: z.optional(Count),
  cacheWriteSplit: z.optional(z.enum(['none', 'read', 'assumed'])),
  units: z.optional(z.array(z.object({ unit: z.enum(BILLED_UNITS), count: Count, variant: z.optional(z.string()) }))),
  inferenceRegion: z.optional(z.string()),
  serviceTier: z.optional(z.string()),
  latencyOptimized: z.optional(z.boolean()),
  batch: z.optional(z.boolean()),
  routedTo: z.optional(z.string()),
  errorCode: z.optional(z.string()),
});

const ChargeShape = z.object({
  [LedgerAttribute.CALL_ID]: z.string(),
  principalId: z.string(),
  day: z.string().check(z.refine(isDay, 'is no day')),
  costUsd: Dollars,
});

/**
 * All that a call's price depends on, from its ledger row.
 *
 * @throws LedgerRowError
 */
export function usageFromRow(row: Item): RoutedUsage {
  const {
    inputTokens, outputTokens, cacheReadTokens = 0, cacheWrite5mTokens = 0, cacheWrite1hTokens = 0, cacheWriteSplit = 'none', ...usage
  } = read(UsageShape, row);
  return {
    ...usage,
    cacheWriteSplit,
    tokens: { input: inputTokens, output: outputTokens, cacheRead: cacheReadTokens, cacheWrite5m: cacheWrite5mTokens, cacheWrite1h: cacheWrite1hTokens },
  };
}

/** @throws LedgerRowError */
export function estimateFromRow(row: Item): Estimate {
  const { callId, principalId, day, costUsd } = read(ChargeShape, row);
  return { callId, principalId, day, cost: costUsd, usage: usageFromRow(row) };
}

function read<T extends z.core.$ZodType>(shape: T, row: Item): z.output<T> {
  const result = z.safeParse(shape, row);
  if (result.success) {
    return result.data;
  }
  const [{ path, code, message }] = result.error.issues;
  // Never the value itself: callers wrote some of them.
  throw new LedgerRowError(`attribute ${path.join('.')} ${code === 'custom' ? message : `cannot be read (${code})`}`);
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function isCost(decimal: string): boolean {
  try {
    return usd(decimal) >= 0n;
  } catch {
    return false;
  }
}
