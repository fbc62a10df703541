import { WindowState } from '../budget';
import { addDays } from '../calendar';
import { toMetricValue } from '../money';
import { Days } from './days';
import { Samples } from './samples';

export interface SpendPoint {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Dollars, for drawing alone. */
  readonly spentUsd: number;
  readonly limitUsd: number;
}

/** What was spent in the windows of one limit, over time. */
export class Curve {
  private readonly samples = new Samples<Omit<SpendPoint, 'at'>>();
  private last?: { readonly at: number; readonly state: WindowState };

  constructor(private readonly days: Days) {}

  public get points(): readonly SpendPoint[] {
    return this.samples.points.map(({ at, value }) => ({ at, ...value }));
  }

  public isDue(at: number): boolean {
    return this.samples.isDue(at);
  }

  /** @param at not before that of the last one */
  public add(at: number, state: WindowState): void {
    if (this.last && state.key !== this.last.state.key) {
      // A window ends at nothing, also where nobody calls then.
      const turn = this.days.startOf(addDays(this.last.state.window.end, 1));
      if (turn > this.last.at && turn < at) {
        this.samples.add(turn, { spentUsd: 0, limitUsd: toMetricValue(state.limit) });
      }
    }
    this.samples.add(at, pointOf(state));
    this.last = { at, state };
  }
}

/** How far a window is used up, for drawing. */
export function pointOf({ spent, limit }: WindowState): Omit<SpendPoint, 'at'> {
  return { spentUsd: toMetricValue(spent), limitUsd: toMetricValue(limit) };
}
