/** Round values for an axis from 0 to about `highest`: at most `count` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function ticks(highest: number, count: number): number[] {
  if (!(highest > 0)) {
    return [0];
  }
  const magnitude = 10 ** Math.floor(Math.log10(highest / count));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * magnitude).find(candidate => highest / candidate <= count)!;
  return Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The same for seconds, in steps that clocks have. */
export function secondTicks(highest: number, count: number): number[] {
  const step = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300].find(candidate => highest / candidate <= count) ?? 600;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
}

/** With cents on all of them, or on none. */
export function dollarTexts(amounts: readonly number[]): string[] {
  const decimals = amounts.every(Number.isInteger) ? 0 : 2;
  return amounts.map(amount => `$${amount.toFixed(decimals)}`);
}

export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * Moves marks apart that would lie on each other, as little as possible, and keeps them between the ends.
 *
 * @param wanted in ascending order
 */
export function spread(wanted: readonly number[], distance: number, low: number, high: number): number[] {
  const placed: number[] = [];
  wanted.forEach((position, index) => placed.push(Math.max(position, index === 0 ? low : placed[index - 1] + distance)));
  for (let index = placed.length - 1, limit = high; index >= 0; index -= 1, limit = placed[index + 1] - distance) {
    placed[index] = Math.min(placed[index], limit);
  }
  return placed;
}
