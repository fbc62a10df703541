import { CostSeries } from './report-page';
import { decimalsFor, dollarText } from './texts';

/** Round values for an axis from 0 to at least `highest`: at most `count` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function ticks(highest: number, count: number): number[] {
  if (!(highest > 0)) {
    return [0, 1];
  }
  const magnitude = 10 ** Math.floor(Math.log10(highest / count));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * magnitude).find(candidate => highest / candidate <= count + 1e-9)!;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The step between seconds on an axis: one that clocks have. */
export function secondStep(length: number, count: number): number {
  return [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800].find(candidate => length / candidate <= count) ?? 3600 * Math.ceil(length / count / 3600);
}

/** With as many decimals on all of them as one of them needs. */
export function dollarTexts(amounts: readonly number[]): string[] {
  const highest = Math.max(...amounts);
  const decimals = amounts.every(Number.isInteger) ? 0 : decimalsFor(highest);
  return amounts.map(amount => (highest >= 10_000 ? shortText(amount) : dollarText(amount, decimals)));
}

/** `$25k`, `$1.5M`. */
function shortText(amount: number): string {
  const [unit, letter] = amount >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return amount === 0 ? '$0' : `$${Number((amount / unit).toPrecision(6))}${letter}`;
}

/** Days that are drawn as one, so that their bars can be told apart. */
export interface Bin {
  /** Indexes of days, the last one included. */
  readonly from: number;
  readonly to: number;
}

const BIN_DAYS = [1, 7, 28, 91, 364];

/** As few days a bar as leave it so many pixels. */
export function bins(days: number, width: number, pixels: number): Bin[] {
  const size = BIN_DAYS.find(candidate => (days / candidate) * pixels <= width) ?? BIN_DAYS.at(-1)!;
  return Array.from({ length: Math.ceil(days / size) }, (_, index) => ({ from: index * size, to: Math.min(days, (index + 1) * size) - 1 }));
}

/** As many series as can be told apart by their colours. */
export const MOST_SERIES = 8;

/** How many of so many series are drawn under their own names: all, or the largest ones, beside which one stands for the rest. */
export function namedSeries(count: number, most = MOST_SERIES): number {
  return count > most ? most - 1 : count;
}

/** The series with the highest sums, in their order of size; what the rest has, together as the last of them. */
export function largest(series: readonly CostSeries[], most = MOST_SERIES): readonly CostSeries[] {
  const sum = ({ usd }: CostSeries) => usd.reduce((total, amount) => total + amount, 0);
  const single = series.filter(({ standsFor }) => standsFor === undefined);
  const sorted = single.map(one => ({ one, total: sum(one) })).sort((a, b) => b.total - a.total).map(({ one }) => one);
  const remainders = series.filter(({ standsFor }) => standsFor !== undefined);
  if (remainders.length <= 1 && series.length <= most) {
    return [...sorted, ...remainders];
  }
  const named = remainders.length > 0 ? Math.min(sorted.length, most - 1) : namedSeries(sorted.length, most);
  const rest = [...sorted.slice(named), ...remainders];
  const standsFor = rest.reduce((total, one) => total + (one.standsFor ?? 1), 0);
  return [...sorted.slice(0, named), {
    name: `${standsFor} others`,
    usd: rest[0].usd.map((_, day) => rest.reduce((total, { usd }) => total + (usd[day] ?? 0), 0)),
    standsFor,
  }];
}
