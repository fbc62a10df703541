import { Budget, leadingWindow, Status, windowStates } from './budget';
import { isoInstant } from './budget-item';
import { dayOf, endOfWindow } from './calendar';
import { DecisionContext } from './decision';
import { sharePercent, toMetricValue } from './money';

/** Where a principal stands, as a line of the log: what the tables of the dashboard are made of. Every field is always there, so that the latest counts. */
export interface Standing {
  readonly principalId: string;
  readonly kind: string;
  /** Of its labels. */
  readonly team: string;
  readonly status: Status;
  readonly reason: string;
  /**
   * Of the window that is used up furthest; numbers, since tables sort by them. -1 of a principal without a limit: of a field that is null, a table would show
   * what an earlier line said.
   */
  readonly spentUsd: number;
  readonly limitUsd: number;
  readonly sharePercent: number;
  readonly periodEndsAt: string;
  readonly graceEndsAt: string;
  readonly since: string;
}

/** Who is `active` or `deleted` is worth no line but for the one by which it leaves the tables. */
const NOTABLE: readonly Status[] = ['suspended', 'restoring', 'grace_period', 'exceeded', 'critical', 'warning'];

/** Reasons and labels are of people, who may write whole pages. */
const MAX_REASON = 300;
const MAX_TEAM = 64;
const NONE = '-';
const NO_LIMIT = -1;

export function standingOf(budget: Budget, context: DecisionContext, time: number): Standing {
  const now = Math.max(time, budget.decidedAt);
  const leading = leadingWindow(windowStates(budget, context.settings, dayOf(now, context.timeZone), now));
  return {
    principalId: budget.principalId,
    kind: budget.kind,
    team: budget.labels.team?.slice(0, MAX_TEAM) || NONE,
    status: budget.status,
    reason: budget.reason.slice(0, MAX_REASON) || NONE,
    spentUsd: leading ? toMetricValue(leading.spent) : NO_LIMIT,
    limitUsd: leading ? toMetricValue(leading.limit) : NO_LIMIT,
    sharePercent: leading ? Number(sharePercent(leading.spent, leading.limit)) : NO_LIMIT,
    periodEndsAt: leading ? isoInstant(endOfWindow(leading.window, context.timeZone)) : NONE,
    graceEndsAt: budget.status === 'grace_period' && budget.graceDeadline !== undefined ? isoInstant(budget.graceDeadline) : NONE,
    since: isoInstant(budget.statusSince),
  };
}

/** Whether somebody may want to know of it. */
export function isNotable({ status }: Pick<Budget, 'status'>): boolean {
  return NOTABLE.includes(status);
}
