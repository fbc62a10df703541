import { OwnLabel } from '../../src/lambdas/core/agents/runtime-labels';
import { Budget, leadingWindow, Status, windowStates } from '../../src/lambdas/core/budget';
import { dayOf } from '../../src/lambdas/core/calendar';
import { addUsd, Usd } from '../../src/lambdas/core/money';
import { isAgentKind } from '../../src/lambdas/core/principal';
import { Settings } from '../../src/lambdas/core/settings';

/** Where a principal stands: a row of the live table. */
export interface Standing {
  readonly principalId: string;
  /** The last part of the id; of AgentCore runtimes the names that the system knows. */
  readonly name: string;
  /** In the current window of the budget; all there is where there is no budget. */
  readonly spent: Usd;
  /** Absent where there is no budget. */
  readonly limit?: Usd;
  readonly status: Status;
  /** Epoch milliseconds. */
  readonly since: number;
  /** First day of the current window. */
  readonly windowStart?: string;
}

/** What a budget says at an instant. Its clock never runs backwards: in a period that has been begun, it stays. */
export function standingOf(budget: Budget, settings: Settings, timeZone: string, now: number): Standing {
  const clock = Math.max(now, budget.decidedAt);
  const window = leadingWindow(windowStates(budget, settings, dayOf(clock, timeZone), clock));
  return {
    principalId: budget.principalId,
    name: shownName(budget),
    spent: window?.spent ?? totalOf(budget),
    ...(window ? { limit: window.limit, windowStart: window.window.start } : {}),
    status: budget.status,
    since: budget.statusSince,
  };
}

/** All that was ever charged, whatever the windows. */
export function totalOf(budget: Budget): Usd {
  return addUsd(...budget.spend.values());
}

export function nameOf(principalId: string): string {
  return principalId.split('/').at(-1)!;
}

function shownName({ principalId, kind, labels }: Budget): string {
  const names = isAgentKind(kind) ? labels[OwnLabel.RUNTIMES] ?? labels[OwnLabel.NAME] : undefined;
  return names ?? nameOf(principalId);
}
