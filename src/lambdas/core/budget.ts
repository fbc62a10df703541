import { PrincipalKindName } from '../../contract';
import { Day, formatPeriod, Period, Window, windowOf } from './calendar';
import { addUsd, Usd, ZERO_USD } from './money';
import { isAgentKind } from './principal';
import { Rules, Settings } from './settings';

/**
 * Where a principal stands.
 *
 * `exceeded` is over the limit without being restricted: observed only, or out of IAM's reach.
 * `suspended` is written only after IAM has confirmed the deny; `restoring` until IAM has confirmed that it is gone.
 */
export const STATUSES = ['active', 'warning', 'critical', 'exceeded', 'grace_period', 'suspended', 'restoring', 'deleted'] as const;
export type Status = (typeof STATUSES)[number];

/** How far a window is used, in order. */
export const LEVELS = ['none', 'warning', 'critical', 'exceeded'] as const;
export type Level = (typeof LEVELS)[number];

/** So much a period. */
export interface Limit {
  readonly amount: Usd;
  readonly period: Period;
  /** The day from which periods of N days are counted; the budget's own anchor where absent. */
  readonly anchorDay?: Day;
}

/** A temporary rise of every limit of a budget. */
export interface TopUp {
  readonly amount: Usd;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly reason?: string;
}

/** While it lasts, the principal is metered and reported but neither warned nor restricted. */
export interface Exemption {
  /** Epoch milliseconds; without end where absent. */
  readonly until?: number;
  readonly reason: string;
}

/** An operator's order to keep the principal suspended whatever it spends; nothing but its removal lifts it. */
export interface Hold {
  readonly by: string;
  readonly reason: string;
}

/** Thresholds of one budget in place of those of the deployment, each in percent of the limit, in the unit of money. */
export interface Thresholds {
  readonly warningPercent: Usd;
  readonly criticalPercent: Usd;
}

/** The execution role that a runtime had, by its principal id, and until when, in epoch milliseconds. */
export interface FormerRole {
  readonly id: string;
  readonly until: number;
}

/** Why the deny could not be attached. */
export interface Unenforceable {
  readonly code: string;
  readonly message: string;
  /** Epoch milliseconds at which it is worth another try; absent where it never is. */
  readonly retryAt?: number;
}

/** What the last workflow failed at; kept until the next one succeeds. Instant in epoch milliseconds. */
export interface Failure {
  readonly workflow: 'suspension' | 'restoration';
  readonly step: string;
  readonly message: string;
  readonly at: number;
}

/** The measured suspension: how long it took and what it cost beyond the limit. */
export interface SuspensionRecord {
  /** When IAM confirmed the deny, epoch milliseconds. */
  readonly confirmedAt: number;
  /** From the call that crossed the limit to the confirmed deny, the grace period included. */
  readonly secondsToBlock: number;
  readonly overspend: Usd;
  /** Of a runtime that was given another role since: when IAM showed the deny on that one, epoch milliseconds. */
  readonly movedAt?: number;
}

/** A budget and the state of its principal. Instants are epoch milliseconds. */
export interface Budget {
  readonly principalId: string;
  readonly kind: PrincipalKindName;
  readonly labels: Readonly<Record<string, string>>;
  readonly registeredAt: number;
  /** The day from which periods of N days are counted. */
  readonly anchorDay: Day;
  /** Limits given to this principal; absent: the default of its kind, or none. */
  readonly limits?: readonly Limit[];
  readonly topUps: readonly TopUp[];
  readonly exemption?: Exemption;
  readonly hold?: Hold;
  readonly thresholds?: Thresholds;
  readonly enforcement: 'enforced' | 'observe';
  readonly unenforceable?: Unenforceable;
  /** Of an AgentCore runtime: principal id of its execution role, which is what gets restricted. */
  readonly role?: string;
  /** Of a runtime that was given another role: the one that it left. Its restriction moves, which takes a moment. */
  readonly formerRole?: FormerRole;
  /** Of a budget that runtimes of one role share: their principal ids, sorted. */
  readonly runtimes?: readonly string[];
  /** Since when the runtime, or the sharing of a role, is no more: nothing is enforced, and a restriction is lifted. */
  readonly removedAt?: number;
  readonly spend: ReadonlyMap<Day, Usd>;
  /** The part of a day's spend that is an estimate, since the price of a model was not known. */
  readonly estimated: ReadonlyMap<Day, Usd>;
  /** The call that was charged last. */
  readonly lastCallAt?: number;
  /** Who last changed limits, top-ups, exemption, hold or enforcement. */
  readonly updatedBy?: string;
  /** When and why that was, where it was said. Instant in epoch milliseconds. */
  readonly change?: { readonly at: number; readonly reason?: string };

  readonly status: Status;
  readonly statusSince: number;
  readonly reason: string;
  /** The level of each current window when the last decision was taken, by the window's key. */
  readonly levels: Readonly<Record<string, Level>>;
  readonly graceDeadline?: number;
  /** The call that carried the spend over the limit. */
  readonly exceededAt?: number;
  readonly failure?: Failure;
  /** The failure that people were told of last: the same one is not told again within a day. Kept while the status stays, whatever succeeds in between. */
  readonly toldFailure?: Failure;
  readonly suspension?: SuspensionRecord;
  readonly nextCheckAt?: number;
  /** The instant of the last decision: a principal's clock never runs backwards. */
  readonly decidedAt: number;
  /** Grows with every decision; writes are conditional on it. */
  readonly revision: number;
  /** The revision that last asked for a workflow; part of the execution's name. */
  readonly workflowRevision?: number;
}

/** One limit, the window that it has now, and what was spent in it. */
export interface WindowState {
  /** `<period>@<first day>`: a new period has a new key. */
  readonly key: string;
  readonly period: Period;
  readonly window: Window;
  readonly limit: Usd;
  readonly spent: Usd;
  /** The part of `spent` that is an estimate. It counts like the rest until it is corrected. */
  readonly estimated: Usd;
}

/** The thresholds, grace period and default budget that hold for a budget: its own, or those of its kind. */
export function rulesFor({ kind, thresholds }: Pick<Budget, 'kind' | 'thresholds'>, settings: Settings): Rules {
  const rules = isAgentKind(kind) && settings.agents ? settings.agents : settings;
  return { ...rules, ...thresholds };
}

/** The limits in force: the principal's own, or the default of its kind. Principals without a budget are never restricted. */
export function limitsInForce(budget: Pick<Budget, 'kind' | 'limits' | 'runtimes'>, settings: Settings): readonly Limit[] {
  if (budget.limits) {
    return budget.limits;
  }
  const { agents } = settings;
  switch (budget.kind) {
    case PrincipalKindName.API_KEY_USER:
      return [{ amount: settings.defaultApiKeyBudget, period: settings.refreshPeriod }];
    case PrincipalKindName.AGENT_RUNTIME:
      return agents ? [{ amount: agents.defaultBudget, period: agents.refreshPeriod }] : [];
    case PrincipalKindName.AGENT_ROLE:
      // Together they may spend what they may spend one by one. Who shares is at least two, also before it is written down who they are.
      return agents ? [{ amount: agents.defaultBudget * BigInt(Math.max(2, budget.runtimes?.length ?? 0)) as Usd, period: agents.refreshPeriod }] : [];
    default:
      return [];
  }
}

/** What was spent in a window: the sum of its days. Spend is never reset, so a late record counts on the day it belongs to. */
export function spentIn(window: Window, spend: ReadonlyMap<Day, Usd>): Usd {
  let sum = ZERO_USD;
  for (const [day, amount] of spend) {
    if (day >= window.start && day <= window.end) {
      sum = addUsd(sum, amount);
    }
  }
  return sum;
}

/** Every limit of a budget with its current window, on a day. */
export function windowStates(budget: Budget, settings: Settings, today: Day, now: number): readonly WindowState[] {
  const topUp = addUsd(...budget.topUps.filter(({ expiresAt }) => expiresAt > now).map(({ amount }) => amount));
  return limitsInForce(budget, settings).map(({ amount, period, anchorDay }) => {
    const window = windowOf(period, today, anchorDay ?? budget.anchorDay);
    return {
      key: `${formatPeriod(period)}@${window.start}`,
      period,
      window,
      limit: addUsd(amount, topUp),
      spent: spentIn(window, budget.spend),
      estimated: spentIn(window, budget.estimated),
    };
  });
}

/** The window that is used up furthest: the one to name when the budget is spoken of. */
export function leadingWindow(windows: readonly WindowState[]): WindowState | undefined {
  // a.spent / a.limit > b.spent / b.limit without dividing
  return windows.reduce<WindowState | undefined>((a, b) => (a && a.spent * b.limit >= b.spent * a.limit ? a : b), undefined);
}
