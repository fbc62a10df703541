/** Tokens by kind, as both AWS and the meter count them. */
export const TOKEN_COUNTS = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
export type CountedKind = (typeof TOKEN_COUNTS)[number];

/** What one side counted of a model: tokens by kind, and calls. */
export interface ModelCounts {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  /** Absent where the side does not count them for the model, which is not the same as 0. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** Counts by model id, as a side names its models. */
export type CountsByModel = ReadonlyMap<string, ModelCounts>;

export const NOTHING: ModelCounts = { calls: 0, input: 0, output: 0 };

/** Adds up two counts; a kind that neither side counts stays uncounted. */
export function addCounts(a: ModelCounts, b: ModelCounts): ModelCounts {
  return {
    calls: a.calls + b.calls,
    input: a.input + b.input,
    output: a.output + b.output,
    ...addOptional('cacheRead', a, b),
    ...addOptional('cacheWrite', a, b),
  };
}

export function totalTokens({ input, output, cacheRead = 0, cacheWrite = 0 }: ModelCounts): number {
  return input + output + cacheRead + cacheWrite;
}

/** Counts of several spans of time together. */
export function addByModel(...sides: readonly CountsByModel[]): CountsByModel {
  const sums = new Map<string, ModelCounts>();
  for (const [model, counts] of sides.flatMap(side => [...side])) {
    sums.set(model, addCounts(sums.get(model) ?? NOTHING, counts));
  }
  return sums;
}

function addOptional(kind: 'cacheRead' | 'cacheWrite', a: ModelCounts, b: ModelCounts): Partial<ModelCounts> {
  return a[kind] === undefined && b[kind] === undefined ? {} : { [kind]: (a[kind] ?? 0) + (b[kind] ?? 0) };
}
