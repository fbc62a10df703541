import { LocalCloud } from '../test/local-cloud/local-cloud';

/** One of the figures in docs/performance.md, or of another page: how it is measured. */
export interface Bench {
  /** By which it is chosen on the command line. */
  readonly name: string;
  /** Heading on the page. */
  readonly title: string;
  /** In docs/. @default performance.md */
  readonly page?: string;
  /** After which it is given up. */
  readonly timeLimitSeconds: number;
  measure(context: BenchContext): Promise<Report>;
}

export interface BenchContext {
  /** Ends when the time is over or the user interrupts: whatever takes long has to look at it. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** A local cloud, empty and for this bench alone, which is ended with it. */
  startCloud(): Promise<LocalCloud>;
  /** Something to do when the bench is over, however it ends. */
  afterwards(cleanUp: () => Promise<void> | void): void;
}

/** What was measured. */
export interface Report {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** More of it, each under a heading of its own. */
  readonly tables?: readonly Table[];
  readonly targets: readonly Target[];
  /** What the figures mean, and under which circumstances they were taken. */
  readonly notes: readonly string[];
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A figure that was promised. */
export interface Target {
  readonly promise: string;
  readonly measured: string;
  readonly kept: boolean;
}

export function atMost(promise: string, measured: number, limit: number, unit: string): Target {
  return { promise: `${promise}: at most ${rounded(limit)} ${unit}`, measured: `${rounded(measured)} ${unit}`, kept: measured <= limit };
}

/** Three significant digits, and no more than a reader can use. */
export function rounded(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))];
}
