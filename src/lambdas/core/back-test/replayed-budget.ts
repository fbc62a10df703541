import { Budget, leadingWindow, Level, rulesFor, Status, windowStates, WindowState } from '../budget';
import { applyDecision, BudgetState } from '../budget-transition';
import { addDays, Day } from '../calendar';
import { Crossing, decide, DecisionContext } from '../decision';
import { wantsDeny } from '../deny-holders';
import { restoredState, suspendedState } from '../enforcer';
import { addUsd, subtractUsd, usd, Usd, ZERO_USD } from '../money';
import { leadingOverspend } from '../overspend';
import { Days } from './days';

/** A change of a principal's status, or a threshold that it reached. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly from: Status;
  readonly to: Status;
  readonly reason: string;
  /** Thresholds that were reached by what led to it, each announced once. */
  readonly crossed: readonly Crossing[];
  readonly graceDeadline?: number;
  /** The window that was used up furthest then; absent where there is no limit. */
  readonly leading?: WindowState;
  /** The windows of all limits then, in the order of the limits. */
  readonly windows: readonly WindowState[];
}

/** A time for which a principal was denied. */
export interface Suspension {
  /** When the deny took effect, epoch milliseconds. */
  readonly from: number;
  /** When calls were possible again; absent where the records end before. */
  readonly to?: number;
  /** The call that reached the limit. */
  readonly exceededAt: number;
  /** Dollars spent beyond the limit until the deny took effect. */
  readonly overspend: Usd;
  readonly blockedCalls: number;
  /** What the blocked calls had cost. */
  readonly saved: Usd;
}

export interface ReplayDelays {
  readonly blockDelayMs: number;
  readonly restoreDelayMs: number;
}

const PERCENT = 100n * usd('1');
const ALL_OF_IT = usd('100');

/**
 * One budget and the calls that are charged to it, in order of time: decides as the product does, waits out grace periods, denies and restores.
 *
 * A decision is a function of the levels of the windows and of time. Between two calls that reach no further threshold on one day nothing of it changes, so
 * the calls between are only added up; every decision itself is `decide()`.
 */
export class ReplayedBudget {
  public readonly transitions: Transition[] = [];
  public readonly suspensions: Suspension[] = [];
  private beyond: Usd = ZERO_USD;
  private open?: { readonly from: number; readonly exceededAt: number; readonly overspend: Usd; blockedCalls: number; saved: Usd };
  private readonly spend: Map<Day, Usd>;
  /** Charged since `spend` was brought up to date, all of it on `day`. */
  private pending: Usd = ZERO_USD;
  private day: Day = '';
  private dayEnd = -Infinity;
  private lastCallAt?: number;
  /** As much as can be charged on this day without any window's reaching a threshold. */
  private headroom: bigint = 0n;
  /** When something happens though nobody calls. */
  private dueAt = Infinity;

  constructor(private budget: Budget, private readonly context: DecisionContext, private readonly delays: ReplayDelays, private readonly days: Days) {
    this.spend = new Map(budget.spend);
    this.budget = { ...budget, spend: this.spend };
  }

  public get status(): Status {
    return this.budget.status;
  }

  /** Why its principal stands where it does. */
  public get reason(): string {
    return this.budget.reason;
  }

  /**
   * A call at its time, which is not before that of the last one.
   *
   * @returns whether it is charged; else it fails, since its principal is denied
   */
  public call(at: number, cost: Usd): boolean {
    this.advance(at);
    if (this.open) {
      this.open.blockedCalls += 1;
      this.open.saved = addUsd(this.open.saved, cost);
      return false;
    }
    if (at >= this.dayEnd) {
      this.turnTo(at);
    }
    this.lastCallAt = at;
    this.pending = addUsd(this.pending, cost);
    if (this.pending >= this.headroom) {
      this.decide(at);
    }
    return true;
  }

  /** Lets time pass: deadlines and turns of windows up to this instant. */
  public advance(until: number): void {
    while (this.dueAt <= until) {
      const { dueAt, budget: { revision } } = this;
      this.happen(dueAt);
      if (this.dueAt <= dueAt && this.budget.revision === revision) {
        // Nothing came of it, and asking again at the same instant would not help.
        this.dueAt = this.dayEnd;
      }
    }
  }

  /** The windows at an instant, which is not before that of the last call. */
  public windowsAt(at: number): readonly WindowState[] {
    this.flush();
    return windowStates(this.budget, this.context.settings, this.days.of(at), at);
  }

  /**
   * What was charged while a limit was used up, up to the last call: as with suspensions, a dollar that is beyond several limits counts once.
   */
  public get overspend(): Usd {
    this.flush();
    return this.beyond;
  }

  /** All suspensions, the one that is not over included. */
  public allSuspensions(): readonly Suspension[] {
    return this.open ? [...this.suspensions, { ...this.open }] : this.suspensions;
  }

  private happen(now: number): void {
    this.turnTo(now);
    this.flush();
    const { status, graceDeadline = now, statusSince } = this.budget;
    if (status === 'grace_period' && now >= graceDeadline + this.delays.blockDelayMs && wantsDeny(this.budget, this.context, now)) {
      this.suspend(now);
    } else if (status === 'restoring' && now >= statusSince + this.delays.restoreDelayMs) {
      this.restore(now);
    } else {
      this.decide(now);
    }
  }

  private suspend(now: number): void {
    this.open = {
      from: now,
      exceededAt: this.budget.exceededAt ?? now,
      overspend: leadingOverspend(this.budget, this.context, now),
      blockedCalls: 0,
      saved: ZERO_USD,
    };
    this.write(suspendedState(this.budget, this.context, now), now, []);
    this.decide(now);
  }

  private restore(now: number): void {
    const { open } = this;
    if (open) {
      this.suspensions.push({ ...open, to: now });
      this.open = undefined;
    }
    this.write(restoredState(this.budget, this.context, now), now, decide({ ...this.budget, status: 'active' }, this.context, now).crossed);
    this.decide(now);
  }

  private decide(now: number): void {
    this.flush();
    const decision = decide(this.budget, this.context, now);
    if (decision.changed) {
      this.write(applyDecision(this.budget, decision, now), now, decision.crossed);
    }
    this.settle();
  }

  private write({ forgottenDays = [], ...state }: BudgetState, at: number, crossed: readonly Crossing[]): void {
    const from = this.budget.status;
    if (state.status !== from || crossed.length > 0) {
      const { status: to, reason, graceDeadline } = state;
      const windows = windowStates(this.budget, this.context.settings, this.days.of(at), at);
      const leading = leadingWindow(windows);
      this.transitions.push({
        at, from, to, reason, crossed, windows, ...(graceDeadline === undefined ? {} : { graceDeadline }), ...(leading ? { leading } : {}),
      });
    }
    forgottenDays.forEach(day => this.spend.delete(day));
    this.budget = { ...this.budget, ...state };
  }

  private turnTo(at: number): void {
    if (at < this.dayEnd) {
      return;
    }
    this.flush();
    this.day = this.days.of(at);
    this.dayEnd = this.days.startOf(addDays(this.day, 1));
    this.settle();
  }

  private flush(): void {
    if (this.pending > 0n) {
      // Within a day the windows are the same, so that what is beyond them grows by what of each call is.
      const before = this.beyondNow();
      this.spend.set(this.day, addUsd(this.spend.get(this.day) ?? ZERO_USD, this.pending));
      this.headroom -= this.pending;
      this.pending = ZERO_USD;
      this.beyond = addUsd(this.beyond, subtractUsd(this.beyondNow(), before));
    }
    this.budget = { ...this.budget, ...(this.lastCallAt === undefined ? {} : { lastCallAt: this.lastCallAt }) };
  }

  private beyondNow(): Usd {
    return leadingOverspend(this.budget, this.context, this.days.startOf(this.day));
  }

  /** Finds out what can be charged, and how long, before it has to be decided again. */
  private settle(): void {
    const windows = windowStates(this.budget, this.context.settings, this.day, this.days.startOf(this.day));
    const { warningPercent, criticalPercent } = rulesFor(this.budget, this.context.settings);
    const percents = [warningPercent, criticalPercent, ALL_OF_IT];
    const room = windows.flatMap(({ spent, limit }) => percents.map(percent => subtractUsd(amountOf(limit, percent), spent)).filter(amount => amount > 0n));
    this.headroom = room.length === 0 ? NEVER : room.reduce((least, amount) => (amount < least ? amount : least));
    this.dueAt = Math.min(this.turnOf(windows), this.confirmationAt());
  }

  /** Where no window has reached a threshold, its turn changes nothing. */
  private turnOf(windows: readonly WindowState[]): number {
    const levels: Readonly<Record<string, Level>> = this.budget.levels;
    const ends = windows.filter(({ key }) => (levels[key] ?? 'none') !== 'none').map(({ window }) => this.days.startOf(addDays(window.end, 1)));
    // A level of a window that is over is still to be taken back.
    const isOver = Object.entries(levels).some(([key, level]) => level !== 'none' && !windows.some(window => window.key === key));
    return isOver ? this.days.startOf(this.day) : Math.min(Infinity, ...ends);
  }

  private confirmationAt(): number {
    const { status, statusSince, graceDeadline } = this.budget;
    switch (status) {
      case 'grace_period': return (graceDeadline ?? statusSince) + this.delays.blockDelayMs;
      case 'restoring': return statusSince + this.delays.restoreDelayMs;
      default: return Infinity;
    }
  }
}

/** No sum of calls comes near it. */
const NEVER = 2n ** 200n;

/** The least amount that has reached a percentage of the limit. */
function amountOf(limit: Usd, percent: Usd): Usd {
  return ((limit * percent + PERCENT - 1n) / PERCENT) as Usd;
}
