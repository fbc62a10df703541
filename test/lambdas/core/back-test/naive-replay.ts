import { Budget, Status } from '../../../../src/lambdas/core/budget';
import { applyDecision, BudgetState } from '../../../../src/lambdas/core/budget-transition';
import { addDays, dayOf, startOfDay } from '../../../../src/lambdas/core/calendar';
import { decide, DecisionContext } from '../../../../src/lambdas/core/decision';
import { wantsDeny } from '../../../../src/lambdas/core/deny-holders';
import { restoredState, suspendedState } from '../../../../src/lambdas/core/enforcer';
import { addUsd, subtractUsd, Usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { leadingOverspend } from '../../../../src/lambdas/core/overspend';

export interface TestCall {
  readonly at: number;
  readonly cost: Usd;
}

export interface Seen {
  readonly at: number;
  readonly from: Status;
  readonly to: Status;
  readonly reason: string;
  /** `<window> <level>`, sorted. */
  readonly crossed: readonly string[];
}

export interface NaiveReplay {
  readonly seen: readonly Seen[];
  /** Indexes of the calls that failed. */
  readonly blocked: readonly number[];
  readonly suspensions: readonly NonNullable<Budget['suspension']>[];
  readonly budget: Budget;
  /** Of each call what of it came while a limit was used up. */
  readonly overspend: Usd;
}

/** What the replay has to come to, without any shortcut: decides at every call and at the beginning of every day. */
export function replayNaively(
  start: Budget, context: DecisionContext, { blockDelayMs, restoreDelayMs }: { readonly blockDelayMs: number; readonly restoreDelayMs: number },
  calls: readonly TestCall[], end: number,
): NaiveReplay {
  let budget = start;
  let denied = false;
  let overspend: Usd = ZERO_USD;
  const seen: Seen[] = [];
  const blocked: number[] = [];
  const suspensions: NonNullable<Budget['suspension']>[] = [];

  const write = ({ forgottenDays = [], ...state }: BudgetState, at: number, crossed: readonly string[] = []) => {
    if (state.status !== budget.status || crossed.length > 0) {
      seen.push({ at, from: budget.status, to: state.status, reason: state.reason, crossed: [...crossed].sort() });
    }
    budget = { ...budget, ...state, spend: new Map([...budget.spend].filter(([day]) => !forgottenDays.includes(day))) };
  };
  const decideAt = (at: number) => {
    const decision = decide(budget, context, at);
    if (decision.changed) {
      write(applyDecision(budget, decision, at), at, decision.crossed.map(({ window, level }) => `${window.key} ${level}`));
    }
  };
  const confirmationAt = () => {
    switch (budget.status) {
      case 'grace_period': return budget.graceDeadline! + blockDelayMs;
      case 'restoring': return budget.statusSince + restoreDelayMs;
      default: return Infinity;
    }
  };
  const confirm = (at: number) => {
    if (budget.status === 'restoring') {
      denied = false;
      const crossed = decide({ ...budget, status: 'active' }, context, at).crossed.map(({ window, level }) => `${window.key} ${level}`);
      write(restoredState(budget, context, at), at, crossed);
    } else if (wantsDeny(budget, context, at)) {
      denied = true;
      write(suspendedState(budget, context, at), at);
      suspensions.push(budget.suspension!);
    }
    decideAt(at);
  };
  const confirmUntil = (until: number) => {
    for (let at = confirmationAt(); at <= until; at = confirmationAt()) {
      confirm(at);
    }
  };

  let nextDay = calls.length > 0 ? addDays(dayOf(calls[0].at, context.timeZone), 1) : '9999-12-31';
  const passUntil = (until: number) => {
    for (let turn = startOfDay(nextDay, context.timeZone); turn <= until; turn = startOfDay(nextDay, context.timeZone)) {
      confirmUntil(turn);
      decideAt(turn);
      nextDay = addDays(nextDay, 1);
    }
    confirmUntil(until);
  };
  calls.forEach(({ at, cost }, index) => {
    passUntil(at);
    if (denied) {
      blocked.push(index);
      return;
    }
    const day = dayOf(at, context.timeZone);
    const before = leadingOverspend(budget, context, at);
    budget = { ...budget, lastCallAt: at, spend: new Map([...budget.spend, [day, addUsd(budget.spend.get(day) ?? ZERO_USD, cost)]]) };
    overspend = addUsd(overspend, subtractUsd(leadingOverspend(budget, context, at), before));
    decideAt(at);
  });
  passUntil(end);
  return { seen, blocked, suspensions, budget, overspend };
}
